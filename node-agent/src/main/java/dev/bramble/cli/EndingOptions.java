package dev.bramble.cli;

import dev.bramble.control.DrainWish;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How running work ends: the same for a drain and for a shutdown. */
final class EndingOptions {
    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "How long work may go on; what runs then is stopped (default: 15m).")
    String deadline;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            completionCandidates = DrainOptions.Modes.class,
            description = {
                "What becomes of running tasks (default: finish).",
                "finish: they may end until the deadline. checkpoint: those of jobs that keep checkpoints stop at once"
                        + " and go on from there later. move: all stop at once."
            })
    String mode;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description = "Between telling a task to stop and killing it (default: 30s).")
    String grace;

    boolean isAnySaid() {
        return deadline != null || mode != null || grace != null;
    }

    /** Together with what only a drain has. */
    DrainWish wish(String then, String maxOut) {
        return new DrainWish(
                Optional.ofNullable(mode),
                Optional.ofNullable(deadline),
                Optional.ofNullable(grace),
                Optional.ofNullable(then),
                Optional.ofNullable(maxOut));
    }
}
