package dev.bramble.cluster.jgroups;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves between two members that a message is the other's own. TLS proves who is at the other end of a connection, but
 * JGroups lets each member write any sender's address into a message: with the certificate of one node, whoever holds
 * it could give orders as the leader. So each message carries a tag under a key that only sender and receiver have,
 * agreed by X25519 between the exchange keys in their signed introductions.
 */
final class PairSeal {
    /** Half of a SHA-256: nobody guesses 128 bits, and a tag on each message stays small. */
    static final int TAG_BYTES = 16;

    private static final String HMAC = "HmacSHA256";

    private final Mac outgoing;
    private final Mac incoming;

    private PairSeal(Mac outgoing, Mac incoming) {
        this.outgoing = outgoing;
        this.incoming = incoming;
    }

    /** A new exchange key; one per start of a process. */
    static KeyPair exchangeKey() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java lacks X25519: " + broken.getMessage(), broken);
        }
    }

    /**
     * @param self address of this member: each direction has its own key, so that nothing can be sent back as it came
     * @throws GeneralSecurityException when {@code theirs} is no exchange key
     */
    static PairSeal between(PrivateKey own, String self, byte[] theirs, String other, String cluster)
            throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(theirs)), true);
        Mac secret = mac(new SecretKeySpec(agreement.generateSecret(), HMAC));
        return new PairSeal(direction(secret, cluster, self, other), direction(secret, cluster, other, self));
    }

    private static Mac direction(Mac secret, String cluster, String from, String to) throws GeneralSecurityException {
        String context = "bramble message 1\n" + cluster + "\n" + from + "\n" + to;
        return mac(new SecretKeySpec(secret.doFinal(context.getBytes(StandardCharsets.UTF_8)), HMAC));
    }

    private static Mac mac(Key key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(key);
        return mac;
    }

    /** The tag of what is sent to the other. */
    byte[] tag(byte[] bytes, int from, int length) {
        return tag(outgoing, bytes, from, length);
    }

    /** Whether the {@link #TAG_BYTES} at {@code tagAt} are the other's tag of the bytes. */
    boolean isGenuine(byte[] bytes, int from, int length, int tagAt) {
        byte[] expected = tag(incoming, bytes, from, length);
        return MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, tagAt, tagAt + TAG_BYTES));
    }

    private static byte[] tag(Mac key, byte[] bytes, int from, int length) {
        try {
            Mac mac = (Mac) key.clone(); // a Mac serves one thread
            mac.update(bytes, from, length);
            return Arrays.copyOf(mac.doFinal(), TAG_BYTES);
        } catch (CloneNotSupportedException broken) {
            throw new IllegalStateException("this Java's " + HMAC + " cannot be copied", broken);
        }
    }
}
