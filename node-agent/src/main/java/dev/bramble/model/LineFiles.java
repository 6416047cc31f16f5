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
        Counter counter = new Counter();
        int read;
        while ((read = in.read(chunk)) >= 0) {
            counter.add(chunk, 0, read);
        }
        return counter.counted();
    }

    /** Counts the lines of bytes that pass by. For one thread. */
    public static final class Counter {
        private long lines;
        private long length;
        private long tooLong;

        public void add(byte[] bytes, int offset, int count) {
            for (int i = offset; i < offset + count; i++) {
                if (bytes[i] == '\n') {
                    lines++;
                    length = 0;
                } else if (++length > LINE_BYTES_MAX && tooLong == 0) {
                    tooLong = lines + 1;
                }
            }
        }

        /** Those so far, as if the bytes ended here. */
        public Counted counted() {
            return new Counted(length > 0 ? lines + 1 : lines, tooLong);
        }
    }

    /**
     * @param lines in the file
     * @param tooLong number, from 1, of the first line longer than {@link #LINE_BYTES_MAX}; 0 when there is none
     */
    public record Counted(long lines, long tooLong) {}
}
