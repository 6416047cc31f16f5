package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;

/** Looks at the certificate that a head shows. */
public final class Certificates {
    /** A head on the same network answers in milliseconds; one far away in a second. */
    private static final int ANSWER_MILLIS_MAX = 5000;

    private static final int HTTPS_PORT = 443;

    private Certificates() {}

    /** The fingerprint that the head at {@code url} shows now. Nothing is sent to it. */
    public static Pin shownBy(URI url) {
        AtomicReference<Pin> seen = new AtomicReference<>();
        int port = url.getPort() < 0 ? HTTPS_PORT : url.getPort();
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), ANSWER_MILLIS_MAX);
            plain.setSoTimeout(ANSWER_MILLIS_MAX);
            try (SSLSocket tls = (SSLSocket)
                    PinnedTrust.looking(seen::set).getSocketFactory().createSocket(plain, host, port, true)) {
                tls.startHandshake();
            }
        } catch (IOException e) {
            if (seen.get() == null) {
                throw new Failure(ExitCode.UNREACHABLE, "cannot reach " + url + ": " + Unreachable.reason(e), e);
            }
        }
        return seen.get();
    }
}
