package dev.bramble.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Lines as tasks: LF ends one, every line counts, empty ones too, a missing last LF is supplied, and all other bytes
 * pass as they are. Streams are read to where they are needed and not closed.
 */
public final class LineFiles {
    /** Longest line in bytes without its LF, from DESIGN section 7: one line is held in memory on its node. */
    public static final int LINE_BYTES_MAX = 1024 * 1024;

    private static final int CHUNK_BYTES = 64 * 1024;

    private LineFiles() {}

    /**
     * Counts the lines.
     *
     * @return how many, and the number (from 1) of the first line that is too long, 0 if none is
     */
    public static Counted count(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long lines = 0;
        long length = 0;
        long tooLong = 0;
        int read;
        while ((read = in.read(chunk)) >= 0) {
            for (int i = 0; i < read; i++) {
                if (chunk[i] == '\n') {
                    lines++;
                    length = 0;
                } else if (++length > LINE_BYTES_MAX && tooLong == 0) {
                    tooLong = lines + 1;
                }
            }
        }
        return new Counted(length > 0 ? lines + 1 : lines, tooLong);
    }

    /**
     * @param lines in the file
     * @param tooLong number, from 1, of the first line longer than {@link #LINE_BYTES_MAX}; 0 when there is none
     */
    public record Counted(long lines, long tooLong) {}

    /**
     * Line {@code number}, from 0, without its line feed; empty when there are not so many.
     *
     * @throws IOException also when the line is longer than {@link #LINE_BYTES_MAX}
     */
    public static Optional<byte[]> line(InputStream in, int number) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int current = 0;
        int read;
        while ((read = in.read(chunk)) >= 0) {
            for (int i = 0; i < read; i++) {
                boolean ends = chunk[i] == '\n';
                if (current == number && ends) {
                    return Optional.of(line.toByteArray());
                }
                if (current == number) {
                    if (line.size() == LINE_BYTES_MAX) {
                        throw new IOException("line " + (number + 1) + " is longer than " + LINE_BYTES_MAX + " bytes");
                    }
                    line.write(chunk[i]);
                }
                current += ends ? 1 : 0;
            }
        }
        return line.size() > 0 ? Optional.of(line.toByteArray()) : Optional.empty();
    }
}
