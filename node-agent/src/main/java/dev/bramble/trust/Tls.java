package dev.bramble.trust;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** How every connection of a bramble is encrypted. */
public final class Tls {
    // One second more than the longest life that RFC 8446 gives a ticket: beyond it the JDK neither hands tickets out
    // nor keeps any. Without tickets no session is resumed, and a resumed session would skip the check of the peer.
    private static final int NO_RESUMPTION_SECONDS = 604_800 + 1;

    private Tls() {}

    /** TLS 1.3 only. */
    public static String[] protocols() {
        return new String[] {"TLSv1.3"};
    }

    /** A Pi 4 has no AES instructions: ChaCha20 is several times faster there, and fast everywhere. */
    public static String[] cipherSuites() {
        return new String[] {"TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"};
    }

    /** Protocol, ciphers, and that our order of them counts. Give it to every socket and engine. */
    public static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters(cipherSuites(), protocols());
        parameters.setUseCipherSuitesOrder(true);
        return parameters;
    }

    /** A context whose every handshake is a full one. */
    public static SSLContext context(KeyManager[] keys, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, new TrustManager[] {trust}, null);
            context.getServerSessionContext().setSessionTimeout(NO_RESUMPTION_SECONDS);
            context.getClientSessionContext().setSessionTimeout(NO_RESUMPTION_SECONDS);
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java cannot speak TLS 1.3: " + broken.getMessage(), broken);
        }
    }
}
