package dev.bramble.model;

import java.util.List;
import java.util.Optional;

/**
 * Why a request was not done, for a person and for a program.
 *
 * @param kind what a program can act on
 * @param sentence what, where, and what to do
 * @param problems each mistake when there are several; may be empty
 * @param retryAfterSeconds when it is of use to try again; empty where that is not known
 */
public record Refusal(Kind kind, String sentence, List<Problem> problems, Optional<Integer> retryAfterSeconds) {
    public Refusal(Kind kind, String sentence) {
        this(kind, sentence, List.of());
    }

    public Refusal(Kind kind, String sentence, List<Problem> problems) {
        this(kind, sentence, problems, Optional.empty());
    }

    /** The same for a job that never was and for one that who asks may know nothing of. */
    public static Refusal noJob(JobId job) {
        return new Refusal(
                Kind.NOT_FOUND,
                "there is no job " + job + ": it was never submitted, or was removed; the list of jobs has those that"
                        + " exist");
    }

    /** What may be tried again then. */
    public static Refusal until(String sentence, int retryAfterSeconds) {
        return new Refusal(Kind.LIMIT, sentence, List.of(), Optional.of(retryAfterSeconds));
    }

    /** The sorts of refusal; each maps to one HTTP status and one exit code. */
    public enum Kind {
        /** The request itself is wrong. */
        INVALID,
        /** No credential, or one that is unknown or expired. */
        UNAUTHENTICATED,
        /** The credential's role is too low, or the thing is another user's. */
        FORBIDDEN,
        /** No such thing. */
        NOT_FOUND,
        /** It exists but is not in a state that allows this. */
        CONFLICT,
        /** A limit is reached. */
        LIMIT,
        /** Nobody can answer now: no leader, no majority, a node that is gone. Trying again may help. */
        UNAVAILABLE
    }
}
