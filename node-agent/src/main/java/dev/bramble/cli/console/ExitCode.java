package dev.bramble.cli.console;

/** How a command ended, for scripts. The numbers are a promise. */
public enum ExitCode {
    DONE(0, "done"),
    JOB_FAILED(1, "the job failed or was cancelled"),
    USAGE(2, "wrong usage, or a job file with mistakes"),
    UNREACHABLE(3, "the bramble cannot be reached, or nobody there can answer now"),
    REFUSED(4, "refused: the token does not allow it, or the head's certificate is not the pinned one"),
    NOT_FOUND(5, "there is no such job, task, node …"),
    CONFLICT(6, "not possible in its present state, or a limit is reached"),
    EXPIRED(7, "the drain's time is over and something is still missing: not safe to unplug"),
    INTERNAL(70, "a fault in Bramble itself; --debug shows more");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }
}
