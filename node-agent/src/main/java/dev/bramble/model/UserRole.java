package dev.bramble.model;

/** What a user may do; each role includes those before it. */
public enum UserRole {
    /** Reads. */
    VIEWER,
    /** Submits jobs; cancels, and reads logs and results of, their own. */
    SUBMITTER,
    /** All jobs and nodes. */
    OPERATOR,
    /** Users, tokens, settings. */
    ADMIN;

    public boolean includes(UserRole needed) {
        return compareTo(needed) >= 0;
    }
}
