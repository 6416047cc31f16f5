package dev.bramble.ledger;

import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.util.Optional;

/**
 * A token as the ledger knows it: never the secret, only its hash.
 *
 * @param id public part of the token
 * @param secretSha256 hash of the secret part (256 random bits, so one round of SHA-256 is enough)
 * @param user whom it speaks for; empty for a join token
 * @param purpose what it opens
 * @param role of an API token, and of a session that was begun with one; of others it is their user's
 * @param expires when it ends, in bramble time; empty for never
 * @param by who made it
 * @param details empty for a token that has neither scope nor note, and in records of older releases
 */
public record TokenRecord(
        String id,
        String secretSha256,
        String user,
        TokenPurpose purpose,
        Optional<UserRole> role,
        Optional<Moment> expires,
        String by,
        Moment createdAt,
        Optional<Details> details) {

    /**
     * What else is known of it.
     *
     * @param ownJobsOnly whether it reaches the jobs of its user alone, whatever the role
     * @param note what it is for; of a session, from which browser it was begun
     * @param from address from which it was made; empty where nobody knows
     * @param token of a session that was begun with one: it ends with it
     */
    public record Details(boolean ownJobsOnly, String note, String from, Optional<String> token) {}

    /** One without scope or note. */
    public TokenRecord(
            String id,
            String secretSha256,
            String user,
            TokenPurpose purpose,
            Optional<UserRole> role,
            Optional<Moment> expires,
            String by,
            Moment createdAt) {
        this(id, secretSha256, user, purpose, role, expires, by, createdAt, Optional.empty());
    }

    public boolean ownJobsOnly() {
        return details.filter(Details::ownJobsOnly).isPresent();
    }
}
