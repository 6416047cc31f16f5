package dev.bramble.door;

import dev.bramble.trust.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Speaks to a door byte by byte, as well or as badly as a test wants. */
final class RawClient implements AutoCloseable {
    private static final int WAIT_MILLIS = 20_000;

    private final SSLSocket tls;

    RawClient(int port, SSLContext context) throws IOException {
        Socket raw = new Socket();
        raw.connect(new InetSocketAddress("127.0.0.1", port), WAIT_MILLIS);
        raw.setSoTimeout(WAIT_MILLIS);
        tls = (SSLSocket) context.getSocketFactory().createSocket(raw, "127.0.0.1", port, true);
        tls.setSSLParameters(Tls.parameters());
        tls.startHandshake();
    }

    /** Without a certificate, and without a look at the door's. */
    static RawClient stranger(int port) throws IOException {
        return new RawClient(port, Tls.context(null, new StrangerTrust(anybody -> {})));
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        tls.getOutputStream().write(bytes);
    }

    int read() throws IOException {
        return tls.getInputStream().read();
    }

    /** Everything until the door closes, whichever way it does. */
    String readToEnd() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int next; (next = read()) >= 0; ) {
                all.write(next);
            }
        } catch (java.net.SocketTimeoutException still) {
            throw new AssertionError("the door neither answered nor closed: " + all);
        } catch (IOException cut) {
            // Closed without a goodbye; what came before counts.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Everything until {@code text} has come. */
    String readUntil(String text) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.indexOf(text) < 0) {
            int next = read();
            if (next < 0) {
                throw new IOException("the door closed after: " + all);
            }
            all.append((char) next);
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        tls.close();
    }
}
