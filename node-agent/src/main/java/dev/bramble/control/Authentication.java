package dev.bramble.control;

import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TokenPurpose;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import java.util.Map;

/** Whom a credential speaks for, by the tokens in the ledger. The leader and the heads ask the same rule. */
public final class Authentication {
    private Authentication() {}

    /** @throws RefusedException UNAUTHENTICATED with a sentence, when it opens nothing */
    public static Views.Principal principal(Map<String, TokenRecord> tokens, String credential, Moment now) {
        ApiToken token = ApiToken.parse(credential);
        TokenRecord record = tokens.get(token.id());
        if (record == null
                || record.purpose() != TokenPurpose.API
                || record.role().isEmpty()
                || !token.secret().opens(record.secretSha256())) {
            throw new RefusedException(
                    Refusal.Kind.UNAUTHENTICATED,
                    "this token is unknown here: it was revoked, or belongs to another bramble");
        }
        if (record.expires().isPresent() && !now.isBefore(record.expires().get())) {
            throw new RefusedException(
                    Refusal.Kind.UNAUTHENTICATED, "this token has expired: ask an admin for a new one");
        }
        return new Views.Principal(record.user(), record.role().get(), record.id());
    }

    /** @throws RefusedException FORBIDDEN with a sentence that names the role it takes */
    public static void require(Views.Principal user, dev.bramble.model.UserRole needed) {
        if (!user.may(needed)) {
            throw new RefusedException(
                    Refusal.Kind.FORBIDDEN,
                    "this takes the role " + needed + "; the token of " + user.user() + " has the role " + user.role());
        }
    }
}
