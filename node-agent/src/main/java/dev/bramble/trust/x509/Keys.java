package dev.bramble.trust.x509;

import dev.bramble.trust.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Keys on the curve P-256: every TLS stack has it, and a Pi signs with it in milliseconds. */
final class Keys {
    /** How the JDK calls P-256. */
    static final String CURVE = "secp256r1";

    static final String SIGNATURE = "SHA256withECDSA";

    private Keys() {}

    static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java has no P-256 keys: " + broken.getMessage(), broken);
        }
    }

    static String pem(PrivateKey key) {
        return Pem.encode(Pem.PRIVATE_KEY, key.getEncoded());
    }

    /** @throws IOException whose message goes on where the file's name ended ("holds no private key") */
    static PrivateKey privateKey(String pem) throws IOException {
        List<byte[]> blocks = Pem.decode(Pem.PRIVATE_KEY, pem);
        if (blocks.size() != 1) {
            throw new IOException("holds no private key");
        }
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(blocks.getFirst()));
        } catch (GeneralSecurityException damaged) {
            throw new IOException("holds a private key that cannot be read", damaged);
        }
    }

    /** Whether what the one signs the other confirms. */
    static boolean isPair(KeyPair pair) {
        byte[] probe = {'p', 'a', 'i', 'r'};
        try {
            Signature signing = Signature.getInstance(SIGNATURE);
            signing.initSign(pair.getPrivate());
            signing.update(probe);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(SIGNATURE);
            checking.initVerify(pair.getPublic());
            checking.update(probe);
            return checking.verify(signature);
        } catch (GeneralSecurityException unusable) {
            return false;
        }
    }

    /** Whether the certificate carries a signature of its own key over all of it: then not a bit of it is wrong. */
    static boolean isSelfSigned(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException other) {
            return false;
        }
    }
}
