package dev.bramble.control;

import dev.bramble.model.AfterDrain;
import dev.bramble.model.CountText;
import dev.bramble.model.DrainMode;
import dev.bramble.model.NodeStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Drains and shutdowns in words: said once for the command line and for pages. Pure. */
public final class DrainWords {
    /** What comes before the sentences that the ledger keeps of a drained node, as one text. */
    private static final String ATTESTED = "safe to unplug: ";

    private DrainWords() {}

    /**
     * How a node stands in its drain.
     *
     * @param hasBegun whether its turn has come
     */
    public static String standing(NodeStanding standing, AfterDrain then, boolean hasBegun) {
        return switch (standing) {
            case READY -> "works on until its turn comes";
            case CORDONED -> hasBegun ? cordoned(then) : "takes no new work, waits for its turn";
            case DRAINING -> "is draining";
            case DRAINED ->
                switch (then) {
                    case STAY -> "is drained";
                    case RESUME -> "is drained, takes work again soon";
                    case REBOOT -> "is drained, its board is to reboot";
                    case POWEROFF -> "is drained, its board is to power off";
                };
            case EXPIRED -> "EXPIRED";
            case QUARANTINED -> "QUARANTINED";
            case MAINTENANCE -> then == AfterDrain.REBOOT ? "reboots" : "powers off";
            case RETURNING -> "is back from its reboot, and has to show that it is well";
        };
    }

    /** Its drain went wrong after all was attested: how, its sentences say. */
    private static String cordoned(AfterDrain then) {
        return then == AfterDrain.POWEROFF ? "CORDONED, it was to power off" : "CORDONED, it was to reboot";
    }

    /**
     * What may be done to the board of a drained node.
     *
     * @param missing what has become missing since
     */
    public static String board(boolean stoppedInPlace, List<String> missing) {
        if (stoppedInPlace) {
            return "safe to power off; do not remove its card";
        }
        return missing.isEmpty() ? "safe to unplug" : "NOT safe to unplug now: " + String.join("; ", missing);
    }

    /** What was attested of a node, a sentence each. */
    public static List<String> proof(Views.DrainView drain) {
        return drain.proof().stream()
                .flatMap(attested -> Stream.of(
                        (attested.startsWith(ATTESTED) ? attested.substring(ATTESTED.length()) : attested).split("; ")))
                .toList();
    }

    /** Whether somebody loses something by it: work that is done twice, or a deadline. */
    public static boolean costsSomebody(DrainPreview preview) {
        return !preview.deadlinesAtRisk().isEmpty()
                || preview.nodes().stream().anyMatch(node -> node.restarting() > 0 || node.redoneMillis() > 0);
    }

    /** How far a shutdown is. */
    public static String shutdown(boolean poweringOff) {
        return poweringOff ? "boards power off" : "no job is accepted";
    }

    /**
     * What a shutdown would do, a sentence each.
     *
     * @param deadline as the caller writes times
     * @param boards names of the nodes that would power off
     */
    public static List<String> shutdownPreview(
            DrainMode mode, String deadline, long running, long jobs, long waiting, List<String> boards) {
        List<String> said = new ArrayList<>();
        said.add("no more jobs are accepted, and nothing new is started");
        said.add(
                running == 0
                        ? "no task runs"
                        : CountText.of(running, "running task") + " "
                                + switch (mode) {
                                    case FINISH -> "may end within " + deadline;
                                    case CHECKPOINT ->
                                        "may end within " + deadline + ", those that keep checkpoints stop at once";
                                    case MOVE -> "stopped at once";
                                }
                                + "; what is stopped starts again, or goes on from its checkpoint, after the start");
        said.add(
                CountText.of(jobs, "job") + " and " + CountText.of(waiting, "waiting task") + " go on after the start");
        said.add("then " + CountText.of(boards.size(), "board") + " power off: " + String.join(", ", boards));
        return said;
    }
}
