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
 * @param role of an API token
 * @param expires when it ends, in bramble time; empty for never
 * @param by who made it
 */
public record TokenRecord(
        String id,
        String secretSha256,
        String user,
        TokenPurpose purpose,
        Optional<UserRole> role,
        Optional<Moment> expires,
        String by,
        Moment createdAt) {}
