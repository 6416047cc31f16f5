package dev.bramble.trust;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;

/**
 * The six digits that a person compares: a short authentication string over everything that both sides must agree on,
 * with the node's nonce committed before the bramble's is known (the shape of Vaudenay 2005 and of ZRTP, RFC 6189).
 */
public final class EnrolmentCode {
    /** 256 bits each: nobody finds another nonce for a commitment. */
    public static final int NONCE_BYTES = 32;
    /** Length of a commitment. */
    public static final int COMMITMENT_BYTES = 32;

    private static final byte[] PURPOSE = "bramble enrolment code 1".getBytes(StandardCharsets.US_ASCII);
    private static final int CODES = 1_000_000;

    private EnrolmentCode() {}

    /** @param random a {@link java.security.SecureRandom}, except in a simulation */
    public static byte[] nonce(RandomGenerator random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    /** What the node sends in place of its nonce until it has the bramble's. */
    public static byte[] commitment(byte[] nodeNonce) {
        return Fingerprints.sha256(nodeNonce);
    }

    static boolean opens(byte[] nodeNonce, byte[] commitment) {
        return nodeNonce.length == NONCE_BYTES && MessageDigest.isEqual(commitment(nodeNonce), commitment);
    }

    /** Six digits, zeros included. */
    public static String of(
            Applicant applicant,
            byte[] certificateRequest,
            Authorities authorities,
            byte[] nodeNonce,
            byte[] brambleNonce) {
        MessageDigest digest = Fingerprints.sha256();
        part(digest, PURPOSE);
        part(digest, text(applicant.role().name()));
        part(digest, text(applicant.name()));
        part(digest, text(applicant.boardSerial()));
        part(digest, certificateRequest);
        part(digest, NodeCertificate.encoded(authorities.current()));
        part(digest, authorities.next().map(NodeCertificate::encoded).orElse(new byte[0]));
        part(digest, nodeNonce);
        part(digest, brambleNonce);
        // 64 bits modulo a million: no code is likelier than another by more than one part in 10^13.
        long number = ByteBuffer.wrap(digest.digest()).getLong();
        return String.format(java.util.Locale.ROOT, "%06d", Long.remainderUnsigned(number, CODES));
    }

    // Each part carries its length, so that no byte can move from one part to its neighbour.
    private static void part(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
