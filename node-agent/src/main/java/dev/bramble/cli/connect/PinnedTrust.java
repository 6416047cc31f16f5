package dev.bramble.cli.connect;

import dev.bramble.trust.ChainTrust;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Trusts one certificate, whatever it says about names, dates and authorities: a board has no domain name and no clock,
 * and its owner compared the fingerprint.
 */
final class PinnedTrust extends ChainTrust {
    private final Consumer<Pin> check;

    private PinnedTrust(Consumer<Pin> check) {
        this.check = check;
    }

    /** Accepts {@code pin} alone. */
    static SSLContext only(Pin pin) {
        return context(new PinnedTrust(seen -> {
            if (!seen.equals(pin)) {
                throw new WrongPin(pin, seen);
            }
        }));
    }

    /** Accepts everything and tells what it saw: for asking the user, never for sending anything. */
    static SSLContext looking(Consumer<Pin> seen) {
        return context(new PinnedTrust(seen));
    }

    private static SSLContext context(TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    @Override
    protected void checkServer(X509Certificate[] chain) throws CertificateException {
        try {
            check.accept(Pin.of(chain[0]));
        } catch (WrongPin wrong) {
            throw new CertificateException(wrong.getMessage(), wrong);
        }
    }

    @Override
    protected void checkClient(X509Certificate[] chain) throws CertificateException {
        throw new CertificateException("clients are not checked here");
    }

    /** The head showed another certificate. */
    static final class WrongPin extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Pin seen;

        WrongPin(Pin wanted, Pin seen) {
            super("pinned " + wanted.shown() + ", seen " + seen.shown());
            this.seen = seen;
        }

        Pin seen() {
            return seen;
        }
    }
}
