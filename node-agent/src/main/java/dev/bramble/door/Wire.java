package dev.bramble.door;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** The bytes of one connection. One thread may read while another writes. */
final class Wire implements AutoCloseable {
    /** Lines are read from it byte by byte; a TLS record has up to 16 kB, more would not help. */
    private static final int BUFFER_BYTES = 8 << 10;

    private final Socket raw;
    private final InputStream in;
    private final OutputStream out;
    private final Watchdog watchdog;
    private final Patience reading;
    private final Patience writing;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    /** @param raw the TCP connection beneath, which can be closed without asking TLS */
    Wire(Socket raw, SSLSocket tls, Watchdog watchdog, Patience reading, Patience writing) throws IOException {
        this.raw = raw;
        this.in = tls.getInputStream();
        this.out = tls.getOutputStream();
        this.watchdog = watchdog;
        this.reading = reading;
        this.writing = writing;
    }

    Patience reading() {
        return reading;
    }

    Patience writing() {
        return writing;
    }

    /** At least one byte, or −1 at the end. */
    int read(byte[] target, int offset, int length) throws IOException {
        if (position == limit && length >= BUFFER_BYTES) {
            return receive(target, offset, length);
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    /** Waits for at least one byte; false at the end of the connection. */
    boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        int count = receive(buffer, 0, BUFFER_BYTES);
        position = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
        reading.begin();
        int count = 0;
        try {
            count = in.read(target, offset, length);
            return count;
        } finally {
            reading.end(count);
        }
    }

    /**
     * A line without its CR LF, as ISO 8859-1.
     *
     * @throws MalformedException when it is longer than {@code bytesMax} or ends otherwise
     */
    String readLine(int bytesMax) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (!fill()) {
                throw new EOFException("the connection ended in the middle of a line");
            }
            char next = (char) (buffer[position++] & 0xff);
            if (next == '\n') {
                int end = line.length() - 1;
                if (end < 0 || line.charAt(end) != '\r') {
                    throw new MalformedException("lines end with CR LF");
                }
                line.setLength(end);
                return line.toString();
            }
            if (line.length() > bytesMax) {
                throw new MalformedException("the head of the request is too long");
            }
            line.append(next);
        }
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        // In pieces, so that a peer that takes some of it has made progress.
        for (int at = 0; at < length; ) {
            int count = Math.min(length - at, Patience.PROGRESS_BYTES);
            writing.begin();
            try {
                out.write(bytes, offset + at, count);
            } finally {
                writing.end(count);
            }
            at += count;
        }
    }

    void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        write(bytes, 0, bytes.length);
    }

    /** Any thread; whoever reads or writes is interrupted by an IOException. */
    @Override
    public void close() {
        watchdog.forget(reading);
        watchdog.forget(writing);
        Watchdog.closeQuietly(raw);
    }

    /** The peer does not speak HTTP as we do. */
    static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedException(String sentence) {
            super(sentence);
        }
    }
}
