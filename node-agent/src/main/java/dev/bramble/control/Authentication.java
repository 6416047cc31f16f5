package dev.bramble.control;

import dev.bramble.ledger.Accounts;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.ledger.UserRecord;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import java.util.Optional;

/**
 * Whom a credential speaks for, and how far: never further than its own scope and than its user may go now. The leader
 * and the heads ask the same rule.
 */
public final class Authentication {
    private Authentication() {}

    /** @throws RefusedException UNAUTHENTICATED with a sentence, when it opens nothing */
    public static Views.Principal principal(Accounts accounts, String credential, Moment now) {
        ApiToken token = ApiToken.parse(credential);
        TokenRecord record = accounts.tokens().get(token.id());
        if (record == null || !token.secret().opens(record.secretSha256())) {
            throw unknown();
        }
        Optional<UserRecord> user = accounts.user(record.user());
        UserRole role = switch (record.purpose()) {
            case API -> record.role().map(own -> least(own, user)).orElseThrow(Authentication::unknown);
            case SESSION ->
                record.role()
                        .map(own -> least(own, user))
                        .or(() -> user.map(UserRecord::role))
                        .orElseThrow(Authentication::unknown);
            case JOIN_AGENT, JOIN_HEAD, SETUP -> throw unknown();
        };
        if (user.filter(UserRecord::disabled).isPresent()) {
            throw refused("the account of " + record.user() + " is disabled: an admin can enable it again");
        }
        if (accounts.end(record).filter(end -> !now.isBefore(end)).isPresent()) {
            throw refused(
                    switch (record.purpose()) {
                        case SESSION -> "this session is over: log in again";
                        case API, JOIN_AGENT, JOIN_HEAD, SETUP -> "this token has expired: ask an admin for a new one";
                    });
        }
        boolean ownJobsOnly = record.ownJobsOnly();
        return new Views.Principal(
                record.user(), ownJobsOnly ? least(role, UserRole.SUBMITTER) : role, record.id(), ownJobsOnly);
    }

    private static UserRole least(UserRole own, Optional<UserRecord> user) {
        return user.map(now -> least(own, now.role())).orElse(own);
    }

    private static UserRole least(UserRole one, UserRole other) {
        return one.includes(other) ? other : one;
    }

    private static RefusedException unknown() {
        return refused("this token is unknown here: it was revoked, or belongs to another bramble");
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Refusal.Kind.UNAUTHENTICATED, sentence);
    }

    /** @throws RefusedException FORBIDDEN with a sentence that names the role it takes */
    public static void require(Views.Principal user, UserRole needed) {
        if (!user.may(needed)) {
            throw new RefusedException(
                    Refusal.Kind.FORBIDDEN,
                    "this takes the role " + needed + "; the token of " + user.user() + " has the role " + user.role());
        }
    }
}
