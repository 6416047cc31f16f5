package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.control.Action;
import dev.bramble.control.Question;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Origin;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.ButtonPress;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Does what somebody pressed at a board. Whoever can press its button can pull its plug: no credential is asked for,
 * the node's own certificate says which board it was, and a press reaches that board's node alone. Event loop of the
 * leader.
 */
final class ButtonDesk {
    /**
     * Somebody stands there and waits: what keeps checkpoints stops at once, all else has a third of the usual time.
     */
    static final DrainSpec SPEC =
            new DrainSpec(DrainMode.CHECKPOINT, Duration.ofMinutes(5), DrainSpec.GRACE_STANDARD, AfterDrain.STAY, 1);

    static final String REASON = "its button was pressed";

    private final Leader leader;
    private final DrainDesk drains;
    private final RefusalTally refusals;
    /** The newest press at each board. */
    private final Map<NodeId, Long> done = new TreeMap<>();

    ButtonDesk(Leader leader, DrainDesk drains, RefusalTally refusals) {
        this.leader = leader;
        this.drains = drains;
        this.refusals = refusals;
    }

    /** Completes with what was done, a sentence; fails with {@link RefusedException}. */
    CompletionStage<String> pressed(NodeId from, Question.Pressed pressed) {
        ButtonPress press = pressed.press();
        NodeRecord node = leader.state()
                .node(from)
                .filter(known -> !known.forgotten() && known.role() == NodeRole.AGENT)
                .orElseThrow(
                        () -> new RefusedException(Refusal.Kind.FORBIDDEN, "only a node's own board has a button"));
        if (Long.valueOf(pressed.id()).equals(done.put(from, pressed.id()))) {
            return CompletableFuture.completedFuture("that press was seen already");
        }
        Origin origin = new Origin(by(node), "", node.name(), "", verb(press), "node " + node.name());
        CompletionStage<String> acted;
        try {
            acted = leader.scribe().as(origin, () -> switch (press) {
                case SHORT -> leader.locating().at(leader.now()).isEmpty() ? drain(node) : found(node, origin);
                case DOUBLE -> locate(node, origin);
                case LONG -> back(node);
            });
        } catch (RefusedException refusal) {
            acted = CompletableFuture.failedFuture(refusal);
        }
        return acted.whenComplete((good, failure) -> note(origin, failure));
    }

    /** In whose name it is done. */
    static String by(NodeRecord node) {
        return "the button on " + node.name();
    }

    private static String verb(ButtonPress press) {
        return switch (press) {
            case SHORT -> "press-button";
            case DOUBLE -> "press-button-twice";
            case LONG -> "press-button-long";
        };
    }

    private CompletionStage<String> drain(NodeRecord node) {
        if (node.drain().isPresent()) {
            return CompletableFuture.completedFuture(node.name() + " is being drained, or is drained, already");
        }
        return drains.order(by(node), new Action.OrderDrain(List.of(node.node()), SPEC, REASON))
                .thenApply(done -> node.name() + " is being drained");
    }

    /** Whoever looks for a board stands at the rack: no press there is meant for a drain. */
    private CompletionStage<String> found(NodeRecord node, Origin origin) {
        List<Message.Located> looked = leader.locating().at(leader.now());
        looked.forEach(each -> leader.locating().end(each.node()));
        String names = looked.stream().map(each -> leader.name(each.node())).collect(Collectors.joining(", "));
        return noted(origin, "found " + names);
    }

    private CompletionStage<String> locate(NodeRecord node, Origin origin) {
        leader.locating().begin(node.node(), leader.now().plus(Action.Locate.LENGTH), by(node));
        return noted(origin, "has " + node.name() + " show where it is");
    }

    private CompletionStage<String> noted(Origin origin, String what) {
        return leader.append(new Command.NoteAction(origin, what)).thenApply(index -> what);
    }

    private CompletionStage<String> back(NodeRecord node) {
        boolean isOut = node.standing() == NodeStanding.DRAINED
                && node.drain()
                        .filter(drain -> drain.spec().then() == AfterDrain.STAY
                                || drain.told().isPresent())
                        .isPresent();
        if (node.drain().isPresent() && !isOut) {
            return drains.cancel(by(node), node.node())
                    .thenApply(done -> "the drain of " + node.name() + " is cancelled");
        }
        if (node.standing() == NodeStanding.READY) {
            throw new RefusedException(Refusal.Kind.CONFLICT, node.name() + " takes work: nothing to cancel");
        }
        drains.checkStanding(node, NodeStanding.READY);
        return leader.append(new Command.SetStanding(node.node(), NodeStanding.READY, REASON + " long", by(node)))
                .thenApply(index -> node.name() + " takes work again");
    }

    private void note(Origin origin, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused && refused.refusal().kind() != Refusal.Kind.UNAVAILABLE) {
            refusals.add(origin, refused.refusal().sentence());
        }
    }
}
