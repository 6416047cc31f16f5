package dev.bramble.ledger;

import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;

/**
 * Somebody who may log in. Never removed: the audit trail speaks of them.
 *
 * @param name as they log in
 * @param role the most that they may do now, whatever a token of theirs says
 * @param passwordHash Argon2id in PHC form
 * @param disabled whether nothing of theirs opens anything
 * @param by who made the account
 * @param changedBy who changed it last
 */
public record UserRecord(
        String name,
        UserRole role,
        String passwordHash,
        boolean disabled,
        String by,
        Moment createdAt,
        String changedBy,
        Moment changedAt) {

    /** A new account. */
    public static UserRecord fresh(String name, UserRole role, String passwordHash, String by, Moment now) {
        return new UserRecord(name, role, passwordHash, false, by, now, by, now);
    }

    boolean isAdmin() {
        return role == UserRole.ADMIN && !disabled;
    }

    @Override
    public String toString() {
        return "user " + name + " (" + role + (disabled ? ", disabled)" : ")");
    }
}
