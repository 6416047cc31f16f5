package dev.bramble.cluster.jgroups;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Signatures by the keys of nodes. */
final class Signed {
    private static final String ALGORITHM = "SHA256withECDSA";

    private Signed() {}

    static byte[] sign(PrivateKey key, byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    static boolean isBy(X509Certificate certificate, byte[] content, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(certificate.getPublicKey());
            signature.update(content);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherKindOfKey) {
            return false;
        }
    }
}
