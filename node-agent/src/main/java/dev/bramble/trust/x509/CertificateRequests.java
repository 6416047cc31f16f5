package dev.bramble.trust.x509;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.HexFormat;

/**
 * Makes PKCS#10 requests (RFC 2986): a public key, and the proof that whoever asks has the private one.
 *
 * <p>By hand, in the few bytes that they are, since every node makes one: BouncyCastle would cost each of them 12 MB of
 * memory for it (seen). Reading what strangers send is another matter, and the authority's.
 */
public final class CertificateRequests {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int ATTRIBUTES = 0xa0;

    /** 2.5.4.3, commonName, with tag and length. */
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
    /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256, with tag and length. */
    private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("06082a8648ce3d040302");

    private CertificateRequests() {}

    /** Asks for nothing but a certificate: who the node will be is the bramble's to say. */
    public static byte[] create(KeyPair key) {
        byte[] subject = der(
                SEQUENCE,
                der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, "node".getBytes(StandardCharsets.US_ASCII)))));
        byte[] version = der(INTEGER, new byte[] {0});
        byte[] wanted = der(SEQUENCE, version, subject, key.getPublic().getEncoded(), der(ATTRIBUTES));
        try {
            Signature signature = Signature.getInstance(Keys.SIGNATURE);
            signature.initSign(key.getPrivate());
            signature.update(wanted);
            byte[] noUnusedBits = {0};
            return der(
                    SEQUENCE,
                    wanted,
                    der(SEQUENCE, ECDSA_WITH_SHA256),
                    der(BIT_STRING, noUnusedBits, signature.sign()));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this key cannot sign a request: " + broken.getMessage(), broken);
        }
    }

    /** Tag, length and contents, as X.690 has them; up to 65,535 bytes of contents. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            contents.writeBytes(part);
        }
        int length = contents.size();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        if (length >= 0x100) {
            whole.write(0x82);
            whole.write(length >> 8);
        } else if (length >= 0x80) {
            whole.write(0x81);
        }
        whole.write(length);
        whole.writeBytes(contents.toByteArray());
        return whole.toByteArray();
    }
}
