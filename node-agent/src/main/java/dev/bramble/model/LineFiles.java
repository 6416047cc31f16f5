package dev.bramble.model;

import java.io.IOException;
import java.io.InputStream;

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
}
