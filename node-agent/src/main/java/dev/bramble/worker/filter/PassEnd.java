package dev.bramble.worker.filter;

/** What ended a pass. Answers that had come until then count, unless the batch is to blame. */
public sealed interface PassEnd {
    /** Every line of the pass has its answer. */
    record Answered() implements PassEnd {}

    /**
     * The process ended, or closed its stdout.
     *
     * @param exitCode 128 + n for a signal; −1 when it had not ended by itself
     * @param how a half sentence: "the program …"
     */
    record Died(int exitCode, String how) implements PassEnd {}

    /** The oldest line owed had no answer within its timeout. */
    record TimedOut() implements PassEnd {}

    /** One answer was longer than a line may be. */
    record TooLong() implements PassEnd {}

    /** It printed what answers no line: whose answers the others are is unknown, too. */
    record Broke(String sentence) implements PassEnd {}

    /** The program cannot be started. */
    record NotStarted(String sentence) implements PassEnd {}

    /** Something of the node's, not of the program's, or we stopped it. */
    record Halted(String sentence) implements PassEnd {}
}
