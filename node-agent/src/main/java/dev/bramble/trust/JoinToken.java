package dev.bramble.trust;

import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a node needs to join without a person's help: where the bramble is, how to know that it is the right one, and a
 * secret that says somebody wanted this node. When it ends is the ledger's business.
 *
 * <p>As text {@code bramble-join-<base64url>}, some 170 characters that survive being wrapped by a terminal: of a
 * version, the role, the id, the secret, the authority's fingerprint, the doors, and a CRC-32 against typing mistakes.
 *
 * @param id public part, under which the ledger knows it
 * @param role what it makes of a node
 * @param authoritySha256 of the authority's certificate, 64 hexadecimal digits
 * @param doors host:port of one to three doors to try, in order
 */
public record JoinToken(String id, TokenSecret secret, NodeRole role, String authoritySha256, List<String> doors) {
    /** How every join token begins. */
    public static final String PREFIX = "bramble-join-";
    /** One may be off or gone; more than three make the text long for nothing. */
    public static final int DOORS_MAX = 3;
    /** Longest text read: three names of 255 characters, and the rest, in base64. */
    public static final int TEXT_CHARACTERS_MAX = 2048;

    private static final byte VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;
    private static final Pattern DOOR =
            Pattern.compile("(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]):([0-9]{1,5})");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public JoinToken {
        doors = List.copyOf(doors);
        if (!TokenIds.isTokenId(id)) {
            throw new IllegalArgumentException("not a token id: '" + id + "'");
        }
        if (!SHA256.matcher(authoritySha256).matches()) {
            throw new IllegalArgumentException("not a SHA-256 fingerprint: '" + authoritySha256 + "'");
        }
        if (doors.isEmpty() || doors.size() > DOORS_MAX) {
            throw new IllegalArgumentException("a join token has 1 to " + DOORS_MAX + " doors, not " + doors.size());
        }
        for (String door : doors) {
            if (!isDoor(door)) {
                throw new IllegalArgumentException("not the address of a door (host:port): '" + door + "'");
            }
        }
    }

    /**
     * A new token.
     *
     * @param random a {@link java.security.SecureRandom}, except in a simulation
     * @param authorities of which the current one's fingerprint goes in
     */
    public static JoinToken random(RandomGenerator random, NodeRole role, Authorities authorities, List<String> doors) {
        String fingerprint = HexFormat.of().formatHex(Authorities.sha256(authorities.current()));
        return new JoinToken(TokenIds.random(random), TokenSecret.random(random), role, fingerprint, doors);
    }

    /** Whether this is host:port, [IPv6 address]:port included. */
    public static boolean isDoor(String text) {
        var matcher = DOOR.matcher(text);
        return matcher.matches()
                && Integer.parseInt(matcher.group(1)) >= 1
                && Integer.parseInt(matcher.group(1)) <= 65_535;
    }

    /** The text to paste into a node's configuration. Secret. */
    public String text() {
        ByteBuffer body = ByteBuffer.allocate(TEXT_CHARACTERS_MAX);
        body.put(VERSION).put((byte) (role == NodeRole.HEAD ? 'h' : 'a'));
        putText(body, id);
        body.put(secret.bytes()).put(HexFormat.of().parseHex(authoritySha256));
        body.put((byte) doors.size());
        for (String door : doors) {
            putText(body, door);
        }
        body.putInt(checksum(body.array(), body.position()));
        byte[] bytes = new byte[body.position()];
        body.flip().get(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void putText(ByteBuffer body, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        body.putShort((short) bytes.length).put(bytes);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Reads the text form; blanks and line ends inside it do no harm. The refusal never repeats what was given: it may
     * be most of a secret.
     *
     * @throws RefusedException INVALID, with a sentence that says what is wrong with it
     */
    public static JoinToken parse(String text) {
        String joined = text.replaceAll("\\s", "");
        if (joined.isEmpty()) {
            throw refused("there is no join token here: make one with `bramble token join`");
        }
        if (!joined.startsWith(PREFIX)) {
            throw refused(
                    joined.startsWith("bramble_")
                            ? "this is an API token; a node joins with a join token, from `bramble token join`"
                            : "this is not a join token: it begins with " + PREFIX
                                    + "; make one with `bramble token join`");
        }
        if (joined.length() > TEXT_CHARACTERS_MAX) {
            throw refused("this join token is too long: it seems to be pasted more than once");
        }
        return fromBytes(decode(joined.substring(PREFIX.length())));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException damaged) {
            throw mistyped();
        }
    }

    private static JoinToken fromBytes(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] > VERSION) {
            throw refused("this join token was made by a newer release of Bramble: update this node first");
        }
        int bodyLength = bytes.length - CHECKSUM_BYTES;
        if (bodyLength <= 0 || ByteBuffer.wrap(bytes).getInt(bodyLength) != checksum(bytes, bodyLength)) {
            throw mistyped();
        }
        try {
            ByteBuffer body = ByteBuffer.wrap(bytes, 1, bodyLength - 1);
            NodeRole role = role(body.get());
            String id = takeText(body);
            TokenSecret secret = new TokenSecret(take(body, TokenSecret.BYTES));
            String fingerprint = HexFormat.of().formatHex(take(body, 32));
            List<String> doors = new ArrayList<>();
            for (int left = body.get(); left > 0; left--) {
                doors.add(takeText(body));
            }
            return new JoinToken(id, secret, role, fingerprint, doors);
        } catch (BufferUnderflowException | IllegalArgumentException inconsistent) {
            throw refused("this join token makes no sense, though it is not mistyped: make a new one");
        }
    }

    private static NodeRole role(byte letter) {
        if (letter != 'a' && letter != 'h') {
            throw new IllegalArgumentException("no role is called " + (char) letter);
        }
        return letter == 'h' ? NodeRole.HEAD : NodeRole.AGENT;
    }

    private static byte[] take(ByteBuffer body, int length) {
        if (length < 0 || length > body.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    private static String takeText(ByteBuffer body) {
        return new String(take(body, body.getShort()), StandardCharsets.US_ASCII);
    }

    private static RefusedException mistyped() {
        return refused(
                "this join token is mistyped or cut short: copy it again, from " + PREFIX + " to its last character");
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Refusal.Kind.INVALID, sentence);
    }
}
