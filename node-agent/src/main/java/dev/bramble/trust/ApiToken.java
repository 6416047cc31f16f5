package dev.bramble.trust;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user or a program shows to the REST API, as text {@code bramble_<id>_<43 characters of base64url>}. The prefix
 * lets people and scanners of leaked secrets recognise it.
 *
 * @param id public part, under which the ledger knows it
 */
public record ApiToken(String id, TokenSecret secret) {
    private static final Pattern FORM = Pattern.compile("bramble_([a-z0-9]{4,16})_([A-Za-z0-9_-]{43})");

    public ApiToken {
        if (!TokenIds.isTokenId(id)) {
            throw new IllegalArgumentException("not a token id: '" + id + "'");
        }
    }

    /** @param random a {@link java.security.SecureRandom}, except in a simulation */
    public static ApiToken random(RandomGenerator random) {
        return new ApiToken(TokenIds.random(random), TokenSecret.random(random));
    }

    /**
     * Reads the text form. The refusal never repeats what was given: it may be most of a secret.
     *
     * @throws RefusedException UNAUTHENTICATED, when it is no API token
     */
    public static ApiToken parse(String text) {
        String trimmed = text.strip();
        if (trimmed.startsWith(JoinToken.PREFIX)) {
            throw refused(
                    "this is a join token, which lets nodes in; the API wants a token from `bramble token create`");
        }
        Matcher matcher = FORM.matcher(trimmed);
        if (!matcher.matches()) {
            throw refused("this is not an API token: it looks like bramble_ID_ and 43 more characters; copy it again");
        }
        try {
            return new ApiToken(
                    matcher.group(1), new TokenSecret(Base64.getUrlDecoder().decode(matcher.group(2))));
        } catch (IllegalArgumentException damaged) {
            throw refused("this API token is mistyped near its end: copy it again");
        }
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Refusal.Kind.UNAUTHENTICATED, sentence);
    }

    /** The text to give to its user, once. */
    public String text() {
        return "bramble_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret.bytes());
    }
}
