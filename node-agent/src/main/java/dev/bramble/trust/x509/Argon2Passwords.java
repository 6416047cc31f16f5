package dev.bramble.trust.x509;

import dev.bramble.model.Password;
import dev.bramble.trust.PasswordHashing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id (RFC 9106) by Bouncy Castle. Safe for many threads; each call takes {@value #MEMORY_KIB} KiB of heap. */
public final class Argon2Passwords implements PasswordHashing {
    /** What OWASP's cheat sheet on storing passwords names first for servers with little memory. */
    static final int MEMORY_KIB = 19_456;

    static final int PASSES = 2;
    static final int LANES = 1;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** A hash in the ledger that asks for more is none of ours: it would take the agent's heap. */
    private static final int MEMORY_KIB_MAX = 64 << 10;

    private static final int PASSES_MAX = 8;

    private static final Pattern PHC = Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([1-4])"
            + "\\$([A-Za-z0-9+/]{11,64})\\$([A-Za-z0-9+/]{22,88})");

    private final SecureRandom random = new SecureRandom();
    private final String decoy = phc(bytes(SALT_BYTES), bytes(HASH_BYTES));

    private record Cost(int memoryKib, int passes, int lanes) {}

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public String hash(Password password) {
        byte[] salt = bytes(SALT_BYTES);
        return phc(salt, hash(password, salt, HASH_BYTES, new Cost(MEMORY_KIB, PASSES, LANES)));
    }

    private static String phc(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }

    private static byte[] hash(Password password, byte[] salt, int length, Cost cost) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] hash = new byte[length];
        generator.generateBytes(password.text().getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    @Override
    public boolean matches(Password password, String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) {
            return false;
        }
        Cost cost = new Cost(number(parts, 1), number(parts, 2), number(parts, 3));
        boolean isBearable = cost.memoryKib() <= MEMORY_KIB_MAX
                && cost.memoryKib() >= 8 * cost.lanes()
                && cost.passes() >= 1
                && cost.passes() <= PASSES_MAX;
        if (!isBearable) {
            return false;
        }
        try {
            byte[] expected = Base64.getDecoder().decode(parts.group(5));
            byte[] actual = hash(password, Base64.getDecoder().decode(parts.group(4)), expected.length, cost);
            return MessageDigest.isEqual(expected, actual);
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    @Override
    public String decoy() {
        return decoy;
    }
}
