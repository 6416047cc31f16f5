package dev.bramble.dashboard.maintenance;

import dev.bramble.control.DrainWords;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.Units;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;

/**
 * How far the drain of a node is. Pure.
 *
 * @param state the node's standing: word, icon and colour
 * @param standing how it stands in its drain, as a sentence
 * @param plug whether its board may be unplugged, in as few words as can be read at arm's length
 * @param mood of {@code plug}: well, attention or trouble
 * @param next what the person before the rack does now
 * @param order who ordered it, when and why
 * @param how it was ordered
 * @param left of its deadline; empty when that matters no more, or not yet
 * @param passedPercent of it; −1 with {@code left} empty
 * @param waitsFor what is still missing, a sentence each
 * @param proof what was attested, a sentence each
 * @param mayCancel whether this visitor may call it off
 * @param mayReturn whether this visitor may let the node take work again
 */
public record Progress(
        String name,
        String link,
        String state,
        String standing,
        String plug,
        String mood,
        String next,
        String order,
        String how,
        String acknowledged,
        String left,
        int passedPercent,
        String eta,
        List<String> waitsFor,
        List<String> proof,
        boolean mayCancel,
        boolean mayReturn) {
    /** Less is as good as nothing to whoever reads it. */
    private static final Duration ETA_SHOWN_MIN = Duration.ofSeconds(1);

    /** Of a node that has a drain. */
    static Progress of(Views.NodeView node, Views.DrainView drain, Views.Principal visitor) {
        boolean hasBegun = drain.deadlineInMillis().isPresent();
        Plug plug = Plug.of(node, drain);
        boolean isOver = switch (node.standing()) {
            case DRAINED, MAINTENANCE, RETURNING -> true;
            case READY, CORDONED, DRAINING, EXPIRED, QUARANTINED -> false;
        };
        boolean shows = hasBegun && !isOver;
        boolean mayOperate = visitor.may(UserRole.OPERATOR);
        boolean isStuck = node.standing() == NodeStanding.EXPIRED || node.standing() == NodeStanding.QUARANTINED;
        return new Progress(
                node.name(),
                NodeWords.link(node.name()),
                Words.of(node.standing()),
                node.name() + " " + standing(node, drain, hasBegun) + ".",
                plug.words(),
                plug.mood(),
                plug.next(),
                Shown.sentence("ordered by " + drain.by() + " " + Shown.time(drain.orderedMillisAgo()) + " ago: "
                        + drain.reason()),
                how(drain),
                drain.acknowledged()
                        ? "No new task can start here."
                        : hasBegun ? "New work may still start here, until its agent has acknowledged the order." : "",
                shows ? left(drain.deadlineInMillis().get()) : "",
                shows ? passedPercent(drain) : -1,
                !isOver && !isStuck && drain.etaMillis() >= ETA_SHOWN_MIN.toMillis()
                        ? Shown.about(drain.etaMillis()) + " left"
                        : "",
                drain.waitsFor().stream().map(Shown::sentence).toList(),
                DrainWords.proof(drain).stream().map(Shown::sentence).toList(),
                mayOperate && !isOver && !isStuck,
                mayOperate
                        && (node.standing() == NodeStanding.DRAINED
                                || isStuck
                                || node.standing() == NodeStanding.CORDONED && hasBegun));
    }

    private static String standing(Views.NodeView node, Views.DrainView drain, boolean hasBegun) {
        boolean isStillOn = node.standing() == NodeStanding.DRAINED
                && drain.then() == AfterDrain.POWEROFF
                && drain.told()
                && node.link() == Views.Link.UP;
        boolean isOff = node.standing() == NodeStanding.DRAINED
                && drain.then() == AfterDrain.POWEROFF
                && node.link() == Views.Link.DOWN;
        if (isStillOn) {
            return "is drained, and its board is still on";
        }
        if (isOff) {
            return "is drained and powered off";
        }
        return switch (node.standing()) {
            case EXPIRED -> "is not drained in time: it stays out, and copying goes on";
            case QUARANTINED -> "is set aside, and not drained";
            case READY, CORDONED, DRAINING, DRAINED, MAINTENANCE, RETURNING ->
                DrainWords.standing(node.standing(), drain.then(), hasBegun).replace("CORDONED", "stays out");
        };
    }

    private static String how(Views.DrainView drain) {
        return switch (drain.mode()) {
                    case FINISH -> "Running tasks may finish";
                    case CHECKPOINT -> "Tasks with checkpoints move, others may finish";
                    case MOVE -> "Running tasks move";
                }
                + "; deadline " + written(drain.deadlineMillis()) + ", grace " + written(drain.graceMillis())
                + "; then "
                + switch (drain.then()) {
                    case STAY -> "it stays out.";
                    case RESUME -> "it returns.";
                    case REBOOT -> "it reboots.";
                    case POWEROFF -> "it powers off.";
                };
    }

    private static String written(long millis) {
        return Units.written(Duration.ofMillis(millis));
    }

    private static String left(long millis) {
        return millis < 0
                ? "deadline passed " + Shown.time(millis) + " ago"
                : Shown.time(millis) + " until the deadline";
    }

    private static int passedPercent(Views.DrainView drain) {
        long passed = drain.deadlineMillis() - drain.deadlineInMillis().orElse(drain.deadlineMillis());
        return Math.clamp(100 * passed / Math.max(1, drain.deadlineMillis()), 0, 100);
    }

    /** In which order boards stand on a list: who stands before the rack wants those first that are ready for them. */
    int rank() {
        return switch (mood) {
            case "well" -> 0;
            case "trouble" -> 1;
            default -> state.equals("draining") ? 2 : 3;
        };
    }

    /** Of its element. */
    public String id() {
        return "out-" + name;
    }

    /** May its board be unplugged? */
    private record Plug(String words, String mood, String next) {
        static final String NOT_SAFE = "NOT safe to unplug";
        private static final String NOT_YET = "Not safe to unplug yet";

        static Plug of(Views.NodeView node, Views.DrainView drain) {
            return switch (node.standing()) {
                case DRAINED -> ofDrained(node, drain);
                case DRAINING -> new Plug(NOT_YET, "attention", "Wait: this page follows it.");
                case READY, CORDONED ->
                    drain.deadlineInMillis().isPresent()
                            ? new Plug(
                                    NOT_SAFE,
                                    "trouble",
                                    "It did not come back well from its reboot: look at the board.")
                            : new Plug(NOT_YET, "attention", "It waits for its turn.");
                case EXPIRED ->
                    new Plug(
                            NOT_SAFE,
                            "trouble",
                            "Wait until what is missing has been copied, or return it to service and try again later.");
                case QUARANTINED -> new Plug(NOT_SAFE, "trouble", "See what is missing.");
                case MAINTENANCE ->
                    drain.then() == AfterDrain.REBOOT
                            ? new Plug("Leave it plugged in", "attention", "It reboots.")
                            : new Plug(NOT_YET, "attention", "It powers off: wait until its green light is out.");
                case RETURNING -> new Plug("Leave it plugged in", "attention", "It is coming back.");
            };
        }

        private static Plug ofDrained(Views.NodeView node, Views.DrainView drain) {
            if (drain.stoppedInPlace()) {
                return new Plug("Safe to power off", "well", "Do not remove its card: it holds the only copy.");
            }
            if (!node.isSafeToUnplug()) {
                return new Plug(
                        NOT_SAFE + " now", "trouble", "Something has become missing since it was drained: wait.");
            }
            return switch (drain.then()) {
                case STAY -> new Plug("Safe to unplug", "well", "When its board is back, return it to service.");
                case RESUME -> new Plug("Leave it plugged in", "attention", "It takes work again soon.");
                case REBOOT -> new Plug("Leave it plugged in", "attention", "Its board is to reboot.");
                case POWEROFF ->
                    node.link() == Views.Link.UP
                            ? new Plug(
                                    "Safe to unplug",
                                    "well",
                                    drain.told()
                                            ? "It was told to power off and is still on."
                                            : "Its board is about to power off.")
                            : new Plug("Safe to unplug", "well", "When its board is back, return it to service.");
            };
        }
    }
}
