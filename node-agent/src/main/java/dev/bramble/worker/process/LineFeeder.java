package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bramble.model.Framing;
import dev.bramble.model.LineFiles;
import dev.bramble.worker.filter.PassPlan;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts the lines of a pass out of the batch's bytes, as many at a time as the process may have. */
final class LineFeeder {
    static final int CHUNK_BYTES = 64 * 1024;

    /** The process, as it looks from here. */
    interface Sink {
        /** Waits until lines may be given; how many, 0 when no more are wanted. */
        int awaitRoom() throws InterruptedException;

        /** Whether the line belongs to this pass. */
        boolean takes(int line);

        /** Gives {@code lines} whole lines, the last of which is the one before {@code to}; false at its end. */
        boolean give(byte[] bytes, int offset, int length, int lines, int to);
    }

    private final PassPlan plan;
    private final Framing framing;
    private final int firstTask;
    private final Sink sink;
    private byte[] chunk;
    private int start;
    private int end;
    private int line;

    // Lines with their numbers before them, until there is room for no more.
    private byte[] numbered = new byte[0];
    private int numberedBytes;

    /** @param chunk of {@link #CHUNK_BYTES}, for the feeder to use */
    LineFeeder(PassPlan plan, Framing framing, int firstTask, Sink sink, byte[] chunk) {
        this.chunk = chunk;
        this.plan = plan;
        this.framing = framing;
        this.firstTask = firstTask;
        this.sink = sink;
        line = plan.from();
    }

    /**
     * Gives the lines from {@code in}, which begins with the first, until all are given or no more are wanted.
     *
     * @throws IOException with a sentence when {@code in} has not what it should have
     */
    void feed(InputStream in) throws IOException, InterruptedException {
        while (line < plan.to()) {
            int room = sink.awaitRoom();
            if (room == 0 || !(framing == Framing.LINES ? give(in, room) : giveNumbered(in, room))) {
                return;
            }
        }
    }

    /** What there is of whole lines, {@code room} at most, in one piece. */
    private boolean give(InputStream in, int room) throws IOException {
        int most = Math.min(room, plan.to() - line);
        int lines = 0;
        int cut = start;
        for (int i = start; i < end && lines < most; i++) {
            if (chunk[i] == '\n') {
                lines++;
                cut = i + 1;
            }
        }
        if (lines == 0) {
            fill(in);
            return true;
        }
        int from = start;
        start = cut;
        line += lines;
        return sink.give(chunk, from, cut - from, lines, line);
    }

    private boolean giveNumbered(InputStream in, int room) throws IOException {
        numberedBytes = 0;
        int lines = 0;
        while (lines < room && line < plan.to() && numberedBytes < CHUNK_BYTES) {
            int lineFeed = lineFeed();
            if (lineFeed < 0) {
                if (lines > 0) {
                    break;
                }
                fill(in);
                continue;
            }
            if (sink.takes(line)) {
                number(lineFeed + 1);
                lines++;
            }
            start = lineFeed + 1;
            line++;
        }
        return lines == 0 || sink.give(numbered, 0, numberedBytes, lines, line);
    }

    private int lineFeed() {
        for (int i = start; i < end; i++) {
            if (chunk[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void number(int lineEnd) {
        byte[] name = Integer.toString(firstTask + line).getBytes(US_ASCII);
        int length = lineEnd - start;
        int size = numberedBytes + name.length + 1 + length;
        if (size > numbered.length) {
            numbered = Arrays.copyOf(numbered, Math.max(size, 2 * numbered.length));
        }
        System.arraycopy(name, 0, numbered, numberedBytes, name.length);
        numbered[numberedBytes + name.length] = '\t';
        System.arraycopy(chunk, start, numbered, numberedBytes + name.length + 1, length);
        numberedBytes = size;
    }

    /** Reads more behind the piece of a line that is left, making room for a long one. */
    private void fill(InputStream in) throws IOException {
        System.arraycopy(chunk, start, chunk, 0, end - start);
        end -= start;
        start = 0;
        if (end == chunk.length) {
            if (end > LineFiles.LINE_BYTES_MAX) {
                throw new IOException(
                        "line " + (firstTask + line) + " is longer than " + LineFiles.LINE_BYTES_MAX + " bytes");
            }
            chunk = Arrays.copyOf(chunk, 2 * chunk.length);
        }
        int count = in.read(chunk, end, chunk.length - end);
        if (count < 0) {
            throw new EOFException("the batch's lines end before line " + (firstTask + line));
        }
        end += count;
    }
}
