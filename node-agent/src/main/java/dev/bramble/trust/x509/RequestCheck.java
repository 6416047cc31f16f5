package dev.bramble.trust.x509;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Authority;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/** The authority's look at what strangers send: a public key, and the proof that they have the private one. */
final class RequestCheck {
    private RequestCheck() {}

    /** The key in a request that was signed with it. */
    static PublicKey check(byte[] request) {
        if (request.length > Authority.REQUEST_BYTES_MAX) {
            throw refused("is larger than " + Authority.REQUEST_BYTES_MAX + " bytes");
        }
        try {
            PKCS10CertificationRequest parsed = new PKCS10CertificationRequest(request);
            SubjectPublicKeyInfo key = parsed.getSubjectPublicKeyInfo();
            if (!key.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                    || !SECObjectIdentifiers.secp256r1.equals(key.getAlgorithm().getParameters())) {
                throw refused("has a key of another kind than P-256");
            }
            PublicKey publicKey = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.getEncoded()));
            if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(publicKey))) {
                throw refused("is not signed with the key in it");
            }
            return publicKey;
        } catch (RefusedException refused) {
            throw refused;
        } catch (IOException
                | PKCSException
                | OperatorCreationException
                | GeneralSecurityException
                | RuntimeException malformed) {
            // What BouncyCastle throws on hostile bytes is not a closed set.
            throw refused("cannot be read");
        }
    }

    private static RefusedException refused(String what) {
        return new RefusedException(
                Refusal.Kind.INVALID,
                "the certificate request " + what + ": it must be a PKCS#10 request for a P-256 key, in DER");
    }
}
