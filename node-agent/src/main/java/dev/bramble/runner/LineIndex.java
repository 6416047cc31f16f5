package dev.bramble.runner;

import dev.bramble.model.LineFiles;
import dev.bramble.model.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Where the lines of a file begin, so that line ten million is found without reading what is before it a second time.
 * The file does not change. Blocks on the disk; safe for many threads.
 */
final class LineIndex {
    /** Lines between two remembered places: 80 kB of memory for ten million lines, some 10 kB read to find one. */
    private static final int STEP_LINES = 1024;
    /** Read at a time. */
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Path file;
    /** Where line k × {@link #STEP_LINES} begins. */
    private long[] places = new long[16];

    private int placesKnown = 1;
    private long readBytes;
    private long readLines;
    private boolean readAll;

    LineIndex(Path file) {
        this.file = file;
    }

    /**
     * Lines {@code from} to {@code end} − 1, each ended by LF: a missing last one is supplied.
     *
     * @throws IOException also when the file has fewer lines
     */
    InputStream open(int from, int end) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            long begin = place(channel, from);
            long stop = place(channel, end);
            boolean isCut = stop == channel.size() && stop > begin && lastByte(channel, stop) != '\n';
            channel.position(begin);
            return new Lines(channel, stop - begin, isCut);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** One line without its LF. */
    byte[] line(int number) throws IOException {
        try (InputStream in = open(number, number + 1)) {
            byte[] line = in.readNBytes(LineFiles.LINE_BYTES_MAX + 2);
            if (line.length > LineFiles.LINE_BYTES_MAX + 1) {
                throw new IOException(
                        "line " + (number + 1) + " is longer than " + LineFiles.LINE_BYTES_MAX + " bytes");
            }
            return Arrays.copyOf(line, line.length - 1);
        }
    }

    private static byte lastByte(FileChannel channel, long size) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, size - 1);
        return one.get(0);
    }

    /** Where {@code line} begins; for the line after the last: the end of the file. */
    private synchronized long place(FileChannel channel, int line) throws IOException {
        int step = line / STEP_LINES;
        while (placesKnown <= step && !readAll) {
            readOn(channel);
        }
        int nearest = Math.min(step, placesKnown - 1);
        long at = places[nearest];
        int left = line - nearest * STEP_LINES;
        byte[] chunk = new byte[CHUNK_BYTES / 16];
        while (left > 0) {
            int count = channel.read(ByteBuffer.wrap(chunk), at);
            if (count < 0) {
                // The line that the file's end cuts has no LF.
                if (left == 1 && at > 0 && lastByte(channel, at) != '\n') {
                    return at;
                }
                throw new IOException(file.getFileName() + " has no line " + (line + 1));
            }
            int i = 0;
            while (i < count && left > 0) {
                if (chunk[i++] == '\n') {
                    left--;
                }
            }
            at += i;
        }
        return at;
    }

    private void readOn(FileChannel channel) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        int count = channel.read(ByteBuffer.wrap(chunk), readBytes);
        if (count < 0) {
            readAll = true;
            return;
        }
        for (int i = 0; i < count; i++) {
            if (chunk[i] == '\n' && ++readLines % STEP_LINES == 0) {
                if (placesKnown == places.length) {
                    places = Arrays.copyOf(places, 2 * places.length);
                }
                places[placesKnown++] = readBytes + i + 1;
            }
        }
        readBytes += count;
    }

    /** A part of the file, with an LF behind it if the file lacks its last. */
    private static final class Lines extends PieceStream {
        private final FileChannel channel;
        private long leftBytes;
        private boolean lineFeedIsMissing;

        Lines(FileChannel channel, long leftBytes, boolean lineFeedIsMissing) {
            this.channel = channel;
            this.leftBytes = leftBytes;
            this.lineFeedIsMissing = lineFeedIsMissing;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (leftBytes == 0) {
                if (!lineFeedIsMissing) {
                    return -1;
                }
                lineFeedIsMissing = false;
                buffer[offset] = '\n';
                return 1;
            }
            int count = channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, leftBytes)));
            if (count < 0) {
                throw new IOException("the file ended " + leftBytes + " bytes too early");
            }
            leftBytes -= count;
            return count;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
