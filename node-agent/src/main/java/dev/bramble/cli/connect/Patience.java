package dev.bramble.cli.connect;

import java.time.Duration;

/**
 * How long a command keeps trying.
 *
 * @param unreachable while no head answers at all; zero: each head is tried once
 * @param unavailable while heads answer that nobody can serve now (no leader, no majority, a head that is behind)
 */
public record Patience(Duration unreachable, Duration unavailable) {
    /**
     * For a person at a prompt: a bramble that is not there is said at once; a change of leader takes some 4 s, and a
     * crowded one three times that.
     */
    public static final Patience PROMPT = new Patience(Duration.ZERO, Duration.ofSeconds(15));
    /** For a command that watches a job: a head that restarts, a board that boots (a minute), a power cut. */
    public static final Patience LONG = new Patience(Duration.ofMinutes(10), Duration.ofMinutes(10));

    public static Patience of(Duration both) {
        return new Patience(both, both);
    }
}
