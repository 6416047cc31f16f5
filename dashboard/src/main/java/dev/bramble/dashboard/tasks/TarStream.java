package dev.bramble.dashboard.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes an archive that every tar reads (POSIX pax), file by file as they come. For one thread. */
final class TarStream {
    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES_MAX = 100;
    /** Of the eleven octal digits of the plain header. */
    private static final long SIZE_MAX = (1L << 33) - 1;

    private static final int PIECE_BYTES = 32 * 1024;

    private final OutputStream out;

    TarStream(OutputStream out) {
        this.out = out;
    }

    /** @throws IOException also when the file has not as many bytes as was said: then the archive is broken */
    void file(String name, long sizeBytes, boolean isProgram, InputStream bytes) throws IOException {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length > NAME_BYTES_MAX || path.length != name.length() || sizeBytes > SIZE_MAX) {
            byte[] records =
                    (record("path", name) + record("size", Long.toString(sizeBytes))).getBytes(StandardCharsets.UTF_8);
            header("pax".getBytes(StandardCharsets.UTF_8), records.length, false, 'x');
            out.write(records);
            pad(records.length);
        }
        header(Arrays.copyOf(path, Math.min(path.length, NAME_BYTES_MAX)), sizeBytes, isProgram, '0');
        byte[] piece = new byte[PIECE_BYTES];
        long left = sizeBytes;
        while (left > 0) {
            int got = bytes.read(piece, 0, (int) Math.min(left, piece.length));
            if (got < 0) {
                throw new IOException("the file ended " + left + " bytes early");
            }
            out.write(piece, 0, got);
            left -= got;
        }
        pad(sizeBytes);
    }

    /** Its length stands before it, and counts itself. */
    private static String record(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int bytes = rest.getBytes(StandardCharsets.UTF_8).length;
        int length = bytes + 1;
        while (length != bytes + Integer.toString(length).length()) {
            length = bytes + Integer.toString(length).length();
        }
        return length + rest;
    }

    private void header(byte[] name, long sizeBytes, boolean isProgram, char kind) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        System.arraycopy(name, 0, block, 0, name.length);
        put(block, 100, isProgram ? "0000755\0" : "0000644\0");
        put(block, 108, "0000000\0");
        put(block, 116, "0000000\0");
        put(block, 124, String.format("%011o\0", Math.min(sizeBytes, SIZE_MAX)));
        put(block, 136, "00000000000\0");
        put(block, 148, "        ");
        block[156] = (byte) kind;
        put(block, 257, "ustar\00000");
        int sum = 0;
        for (byte each : block) {
            sum += each & 0xff;
        }
        put(block, 148, String.format("%06o\0 ", sum));
        out.write(block);
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private void pad(long bytes) throws IOException {
        int over = (int) (bytes % BLOCK_BYTES);
        if (over > 0) {
            out.write(new byte[BLOCK_BYTES - over]);
        }
    }

    /** Two empty blocks. */
    void end() throws IOException {
        out.write(new byte[2 * BLOCK_BYTES]);
        out.flush();
    }
}
