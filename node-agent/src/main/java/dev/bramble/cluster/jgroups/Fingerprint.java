package dev.bramble.cluster.jgroups;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Names a certificate by its contents. */
final class Fingerprint {
    private Fingerprint() {}

    static String sha256(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("a certificate that was parsed has no encoding", broken);
        }
    }
}
