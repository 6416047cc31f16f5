package dev.bramble.trust;

import dev.bramble.model.Password;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The code with which the first admin is made, once: four groups of four letters and digits, 76 random bits. Only its
 * hash is in the ledger; tries are slowed down like those at passwords.
 */
public final class SetupCode {
    private static final int GROUPS = 4;
    private static final int GROUP_CHARS = 4;

    private SetupCode() {}

    /** @param random a {@link java.security.SecureRandom}, except in a simulation */
    public static String random(RandomGenerator random) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            code.append(i == 0 ? "" : "-").append(TokenIds.word(random, GROUP_CHARS));
        }
        return code.toString();
    }

    /** What the ledger keeps of it, or is asked for; however somebody typed its groups. */
    public static TokenSecret secret(Password code) {
        String bare = code.text().toLowerCase(Locale.ROOT).replaceAll("[\\s-]", "");
        return new TokenSecret(Fingerprints.sha256(bare.getBytes(StandardCharsets.UTF_8)));
    }
}
