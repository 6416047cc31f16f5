package dev.bramble.ledger;

import dev.bramble.model.EventKind;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.Optional;

/** How a node's standing changes, and where it lives: pure. What does not fit the node as it is changes nothing. */
final class Standings {
    private Standings() {}

    /** The node as it is afterwards, and what people are told. */
    record Change(NodeRecord node, Happening what) {}

    /** Cordoned, uncordoned or set aside, outside of any drain or as the end of one. */
    static Optional<Change> set(NodeRecord node, Command.SetStanding set, Moment now) {
        NodeStanding next = set.standing();
        boolean isSame = node.standing() == next && node.standingReason().equals(set.reason());
        boolean isSettable = switch (next) {
            case READY, CORDONED, QUARANTINED -> true;
            case DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING -> false;
        };
        if (isSame || !isSettable || set.by().equals(Happening.BRAMBLE) && !isForBramble(node, next)) {
            return Optional.empty();
        }
        NodeRecord changed = node.standing(next, set.reason(), set.by(), now);
        if (node.drain().isPresent()) {
            DrainRecord drain = node.drain().get();
            if (next == NodeStanding.READY) {
                if (!DrainSteps.isEndedByUncordon(drain.hasBegun(), node.standing())) {
                    return Optional.empty();
                }
                changed = changed.drain(Optional.empty());
            } else if (drain.hasBegun()) {
                return Optional.empty();
            } else {
                changed = changed.drain(
                        Optional.of(drain.before(new DrainRecord.Before(next, set.reason(), set.by(), now))));
            }
        }
        EventKind kind = switch (next) {
            case READY -> EventKind.NODE_UNCORDONED;
            case QUARANTINED -> EventKind.NODE_QUARANTINED;
            case CORDONED, DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING -> EventKind.NODE_CORDONED;
        };
        String deed = switch (next) {
            case READY -> "let " + node.name() + " take work again";
            case QUARANTINED -> "set " + node.name() + " aside";
            case CORDONED, DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING -> "cordoned " + node.name();
        };
        return change(changed, kind, set.by(), deed + because(set.reason()));
    }

    /** The reason for which the bramble cordoned it is gone. */
    static Optional<Change> lift(NodeRecord node, Command.LiftCordon lift, Moment now) {
        return isCordonedByBramble(node)
                ? change(
                        node.standing(NodeStanding.READY, lift.reason(), Happening.BRAMBLE, now),
                        EventKind.NODE_UNCORDONED,
                        Happening.BRAMBLE,
                        "let " + node.name() + " take work again" + because(lift.reason()))
                : Optional.empty();
    }

    private static boolean isCordonedByBramble(NodeRecord node) {
        return node.standing() == NodeStanding.CORDONED
                && node.standingBy().equals(Happening.BRAMBLE)
                && node.drain().isEmpty();
    }

    /** What somebody decided while the bramble's own step was on its way stands. */
    private static boolean isForBramble(NodeRecord node, NodeStanding next) {
        boolean isAside =
                node.standing() == NodeStanding.QUARANTINED && node.standingBy().equals(Happening.BRAMBLE);
        return node.drain().isEmpty() && (next == NodeStanding.READY ? isAside : node.standing() == NodeStanding.READY);
    }

    /** Its card sits in another board, and may. */
    static Optional<Change> adopt(NodeRecord node, Command.AdoptBoard adopt) {
        return node.boardSerial().equals(adopt.boardSerial())
                ? Optional.empty()
                : change(
                        node.onBoard(adopt.boardSerial()),
                        EventKind.NODE_ADOPTED,
                        adopt.by(),
                        node.name() + " lives on board " + adopt.boardSerial() + " now, no longer on board "
                                + node.boardSerial());
    }

    /** A drain is ordered; it waits for its turn. */
    static Optional<Change> order(NodeRecord node, Command.OrderDrain order, long number, Moment now) {
        if (node.role() != NodeRole.AGENT || node.drain().isPresent()) {
            return Optional.empty();
        }
        DrainRecord.Before before =
                new DrainRecord.Before(node.standing(), node.standingReason(), node.standingBy(), node.standingSince());
        DrainRecord drain = new DrainRecord(
                number,
                order.number(),
                order.spec(),
                order.reason(),
                order.by(),
                now,
                Optional.empty(),
                before,
                false,
                Optional.empty());
        return change(
                node.drain(Optional.of(drain)),
                EventKind.DRAIN_ORDERED,
                order.by(),
                "ordered a drain of " + node.name() + because(order.reason()));
    }

    /**
     * The next step of a drain.
     *
     * @param isOnly whether there is no other node that takes work
     */
    static Optional<Change> step(NodeRecord node, Command.StepDrain step, boolean isOnly, Moment now) {
        if (node.drain().filter(drain -> drain.number() == step.drain()).isEmpty()) {
            return Optional.empty();
        }
        DrainRecord drain = node.drain().get();
        if (!DrainSteps.after(drain.hasBegun(), node.standing()).contains(step.next())) {
            return Optional.empty();
        }
        boolean isOurs = step.next() == NodeStanding.EXPIRED || step.next() == NodeStanding.QUARANTINED;
        NodeRecord changed = node.standing(step.next(), step.why(), isOurs ? Happening.BRAMBLE : drain.by(), now);
        changed = switch (step.next()) {
            case DRAINING -> changed.drain(Optional.of(drain.begun(now)));
            case READY -> changed.drain(Optional.empty());
            case DRAINED -> changed.drain(Optional.of(drain.inPlace(isOnly)));
            case CORDONED, EXPIRED, QUARANTINED, MAINTENANCE, RETURNING -> changed;
        };
        return change(
                changed,
                eventOf(node.standing(), step.next()),
                Happening.BRAMBLE,
                node.name() + " is " + step.next() + because(step.why()));
    }

    /** Its board is told to go down. */
    static Optional<Change> maintain(NodeRecord node, Command.BeginMaintenance begin, Moment now) {
        Command.StepDrain step =
                new Command.StepDrain(node.node(), begin.drain(), NodeStanding.MAINTENANCE, begin.why());
        return step(node, step, false, now)
                .map(change -> new Change(
                        change.node().drain(change.node().drain().map(drain -> drain.told(begin.life()))),
                        change.what()));
    }

    private static EventKind eventOf(NodeStanding from, NodeStanding next) {
        return switch (next) {
            case READY -> from == NodeStanding.RETURNING ? EventKind.MAINTENANCE_ENDED : EventKind.NODE_UNCORDONED;
            case CORDONED ->
                from == NodeStanding.MAINTENANCE || from == NodeStanding.RETURNING
                        ? EventKind.MAINTENANCE_FAILED
                        : EventKind.NODE_CORDONED;
            case DRAINING -> EventKind.DRAIN_BEGUN;
            case DRAINED -> EventKind.NODE_DRAINED;
            case EXPIRED -> EventKind.DRAIN_EXPIRED;
            case QUARANTINED -> EventKind.NODE_QUARANTINED;
            case MAINTENANCE -> EventKind.MAINTENANCE_BEGUN;
            case RETURNING -> EventKind.NODE_RETURNED;
        };
    }

    /** The drain is called off: the node is as it was before. */
    static Optional<Change> cancel(NodeRecord node, Command.CancelDrain cancel, Moment now) {
        boolean isThis = node.drain()
                .filter(drain ->
                        drain.number() == cancel.drain() && DrainSteps.isCancellable(drain.hasBegun(), node.standing()))
                .isPresent();
        if (!isThis) {
            return Optional.empty();
        }
        DrainRecord.Before before = node.drain().get().before();
        NodeRecord changed = node.drain(Optional.empty());
        if (before.standing() != NodeStanding.READY) {
            changed = changed.standing(before.standing(), before.reason(), before.by(), before.since());
        } else if (node.standing() != NodeStanding.READY) {
            changed = changed.standing(NodeStanding.READY, "its drain was cancelled", cancel.by(), now);
        }
        return change(
                changed,
                EventKind.DRAIN_CANCELLED,
                cancel.by(),
                "cancelled the drain of " + node.name() + ": its standing is " + before.standing() + " again");
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ": " + reason;
    }

    private static Optional<Change> change(NodeRecord node, EventKind kind, String by, String text) {
        return Optional.of(new Change(node, Happening.ofNode(kind, node.node(), by, text)));
    }
}
