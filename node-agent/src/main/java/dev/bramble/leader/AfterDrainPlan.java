package dev.bramble.leader;

import dev.bramble.ledger.BoardLife;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.PowerAct;
import java.time.Duration;
import java.util.Optional;

/** What follows a drain: work again, a reboot whose return is watched, or power off. Pure. */
final class AfterDrainPlan {
    /** A board that reports so long without a gap has not come up only to go down again. */
    static final Duration STEADY = Duration.ofSeconds(10);

    static final String REBOOTED =
            "its board has rebooted, and it works again once it has reported for " + Words.time(STEADY);

    private AfterDrainPlan() {}

    /** What to do with the node now. */
    sealed interface Deed {
        record Nothing() implements Deed {}

        record Step(NodeStanding next, String why) implements Deed {}

        /** Writes down that its board is told to go down. */
        record Maintain(BoardLife life, String why) implements Deed {}

        /** Tells its board, again and again. */
        record Tell(PowerAct act, String incarnation) implements Deed {}
    }

    private static final Deed NOTHING = new Deed.Nothing();

    /**
     * What is seen of a node.
     *
     * @param life of a node that is up and has reported; empty while it is away or silent
     * @param forNanos how long it has been so: reported without a gap, or been away
     * @param isWritable whether its disk takes writes
     * @param trouble why its board did not do what it was told
     * @param lone files that it holds and no node that is up and stays
     */
    record Seen(Optional<BoardLife> life, long forNanos, boolean isWritable, Optional<String> trouble, int lone) {
        boolean isSteady() {
            return forNanos >= STEADY.toNanos();
        }
    }

    /**
     * @param since how long the node has had its standing
     * @param returnMax how long a reboot may take
     */
    static Deed of(NodeRecord node, Seen seen, Duration since, Duration returnMax) {
        Optional<DrainRecord> drain = node.drain().filter(DrainRecord::hasBegun);
        if (drain.isEmpty()) {
            return NOTHING;
        }
        boolean isLate = since.compareTo(returnMax) > 0;
        return switch (node.standing()) {
            case DRAINED -> drained(drain.get(), seen);
            case MAINTENANCE -> maintenance(drain.get(), seen, isLate, returnMax);
            case RETURNING -> returning(seen, isLate, returnMax);
            case READY, CORDONED, DRAINING, EXPIRED, QUARANTINED -> NOTHING;
        };
    }

    private static Deed drained(DrainRecord drain, Seen seen) {
        boolean isTold = drain.told().isPresent();
        return switch (drain.spec().then()) {
            case STAY -> NOTHING;
            case RESUME -> new Deed.Step(NodeStanding.READY, "its drain is done, and it takes work again");
            case REBOOT -> isTold ? NOTHING : maintain(drain, seen);
            // What was attested may be true no longer: it stays on until it is.
            case POWEROFF -> isTold || seen.lone() > 0 ? NOTHING : maintain(drain, seen);
        };
    }

    private static Deed maintain(DrainRecord drain, Seen seen) {
        if (seen.life().isPresent()) {
            return new Deed.Maintain(
                    seen.life().get(), "its board is told to " + act(drain).word());
        }
        return seen.isSteady() ? new Deed.Maintain(new BoardLife("", ""), "it had left the cluster already") : NOTHING;
    }

    private static PowerAct act(DrainRecord drain) {
        return drain.spec().then() == AfterDrain.POWEROFF ? PowerAct.POWEROFF : PowerAct.REBOOT;
    }

    private static Deed maintenance(DrainRecord drain, Seen seen, boolean isLate, Duration returnMax) {
        PowerAct act = act(drain);
        if (act == PowerAct.POWEROFF && seen.lone() > 0) {
            return lone(seen, isLate);
        }
        BoardLife told = drain.told().orElse(new BoardLife("", ""));
        if (seen.trouble().isPresent()) {
            return stays(
                    act,
                    "its board did not " + act.word() + ": " + seen.trouble().get());
        }
        if (seen.life().isEmpty()) {
            return away(act, seen, isLate, returnMax);
        }
        BoardLife life = seen.life().get();
        if (told.isBefore(life)) {
            return act == PowerAct.REBOOT
                    ? new Deed.Step(NodeStanding.RETURNING, REBOOTED)
                    : new Deed.Step(NodeStanding.DRAINED, "it has left the cluster, and its board has started again");
        }
        if (isLate) {
            return stays(
                    act,
                    "its board was told to " + act.word() + " and was still up " + Words.time(returnMax) + " later");
        }
        return new Deed.Tell(act, life.incarnation());
    }

    /**
     * It was sent files when nobody else could take them, or who had the others is down. They are copied as long as it
     * is on; until then it is not drained again.
     */
    private static Deed lone(Seen seen, boolean isLate) {
        if (!isLate) {
            return NOTHING;
        }
        String files = Words.count(seen.lone(), "file");
        String only = "no node that is up and stays has a copy of " + files + " on its card: ";
        return new Deed.Step(
                NodeStanding.CORDONED,
                only + (seen.life().isPresent() ? "leave it plugged in" : "switch its board on again"));
    }

    private static Deed away(PowerAct act, Seen seen, boolean isLate, Duration returnMax) {
        return switch (act) {
            // For a moment it may be a cut cable; for longer, too, so nobody is told that the board has no power.
            case POWEROFF ->
                seen.isSteady()
                        ? new Deed.Step(NodeStanding.DRAINED, "it was told to power off, and it left the cluster")
                        : NOTHING;
            case REBOOT ->
                isLate
                        ? new Deed.Step(
                                NodeStanding.CORDONED,
                                "it did not come back from its reboot within " + Words.time(returnMax))
                        : NOTHING;
        };
    }

    /** It is drained as before; for a reboot somebody has to look after it. */
    private static Deed stays(PowerAct act, String why) {
        return new Deed.Step(act == PowerAct.REBOOT ? NodeStanding.CORDONED : NodeStanding.DRAINED, why);
    }

    private static Deed returning(Seen seen, boolean isLate, Duration returnMax) {
        boolean isThere = seen.life().isPresent();
        if (isThere && seen.isWritable() && seen.isSteady()) {
            return new Deed.Step(NodeStanding.READY, "it is back from its reboot, and well");
        }
        if (isLate) {
            String what = isThere && !seen.isWritable()
                    ? "its disk takes no writes"
                    : "it has not reported steadily for " + Words.time(STEADY);
            return new Deed.Step(
                    NodeStanding.CORDONED,
                    "it came back from its reboot and was not well within " + Words.time(returnMax) + ": " + what);
        }
        return NOTHING;
    }
}
