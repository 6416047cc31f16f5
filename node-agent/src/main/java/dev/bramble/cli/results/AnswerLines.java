package dev.bramble.cli.results;

import dev.bramble.cli.connect.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** A filter's answers as they stream in; after a cut it goes on behind the last whole line. */
public final class AnswerLines {
    private static final int CHUNK_BYTES = 128 * 1024;

    private final Conversation bramble;
    private final String job;
    private long next;

    public AnswerLines(Conversation bramble, String job) {
        this.bramble = bramble;
        this.job = job;
    }

    /**
     * Copies every line, in order, each once.
     *
     * @return how many
     * @throws UncheckedIOException when they cannot be written
     */
    public long copyTo(OutputStream out) {
        boolean whole = false;
        while (!whole) {
            whole = bramble.fetch("/jobs/" + job + "/answers?cursor=" + next, (body, headers) -> {
                long before = next;
                try {
                    copy(body, out);
                    return true;
                } catch (IOException cut) {
                    if (next == before) {
                        throw cut;
                    }
                    // Something came: ask at once for what follows it.
                    return false;
                }
            });
        }
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return next;
    }

    /** Whole lines only: what is behind the last LF is asked for again. */
    private void copy(InputStream body, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        int filled = 0;
        int count;
        while ((count = body.read(chunk, filled, chunk.length - filled)) >= 0) {
            int lines = 0;
            int whole = 0;
            for (int i = filled; i < filled + count; i++) {
                if (chunk[i] == '\n') {
                    lines++;
                    whole = i + 1;
                }
            }
            filled += count;
            if (whole > 0) {
                write(out, chunk, whole);
                next += lines;
                System.arraycopy(chunk, whole, chunk, 0, filled - whole);
                filled -= whole;
            } else if (filled == chunk.length) {
                chunk = java.util.Arrays.copyOf(chunk, 2 * chunk.length);
            }
        }
        if (filled > 0) {
            throw new IOException("the answers broke off within a line");
        }
    }

    private static void write(OutputStream out, byte[] bytes, int length) {
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
