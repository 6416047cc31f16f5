package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.DrainPreview;
import dev.bramble.control.DrainWish;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.DrainSteps;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes operators' orders about drains, and refuses what makes no sense. Event loop of the leader. */
final class DrainDesk {
    private final Leader leader;
    private final VoterDuty voters;
    private final DrainDuty drains;
    private long nextDrain;
    /** The term in which an order is on its way into the ledger: the next one has to see what it names. */
    private long orderingTerm = -1;

    DrainDesk(Leader leader, VoterDuty voters, DrainDuty drains) {
        this.leader = leader;
        this.voters = voters;
        this.drains = drains;
    }

    /** @throws RefusedException with everything that is wrong */
    CompletionStage<Control.Done> order(String by, Action.OrderDrain order) {
        List<NodeId> nodes = List.copyOf(new LinkedHashSet<>(order.nodes()));
        checkSpec(nodes, order);
        List<NodeRecord> known = nodes.stream().map(this::require).toList();
        if (known.stream().allMatch(node -> isOrdered(node, by, order))) {
            return CompletableFuture.completedFuture(done(leader.appliedIndex()));
        }
        if (leader.leads(orderingTerm)) {
            throw refused(Refusal.Kind.UNAVAILABLE, "another drain is being ordered at this moment: try again");
        }
        List<String> refusals = refusals(known);
        if (!refusals.isEmpty()) {
            throw refused(Refusal.Kind.CONFLICT, String.join("; ", refusals));
        }
        long term = leader.term();
        orderingTerm = term;
        return leader.append(new Command.OrderDrain(takeNumbers(nodes.size()), nodes, order.spec(), order.reason(), by))
                .whenComplete((index, failure) -> orderingTerm = orderingTerm == term ? -1 : orderingTerm)
                .thenApply(index -> {
                    drains.check();
                    return done(index);
                });
    }

    /**
     * The first of so many numbers for drains, or for a shutdown. They are not given again, also while the command that
     * has them is still on its way: the ledger passes over one with a number that was used.
     */
    long takeNumbers(int count) {
        long number = Math.max(nextDrain, leader.state().nextDrain());
        nextDrain = number + count;
        return number;
    }

    /** A client that did not get its answer asks again. */
    private static boolean isOrdered(NodeRecord node, String by, Action.OrderDrain order) {
        return node.drain()
                .filter(drain -> drain.spec().equals(order.spec())
                        && drain.reason().equals(order.reason())
                        && drain.by().equals(by))
                .isPresent();
    }

    private static void checkSpec(List<NodeId> nodes, Action.OrderDrain order) {
        DrainSpec spec = order.spec();
        List<Problem> problems = new ArrayList<>();
        if (nodes.isEmpty()) {
            problems.add(new Problem("nodes", "name at least one node"));
        }
        DrainWish.mistakeInReason(order.reason()).ifPresent(mistake -> problems.add(new Problem("reason", mistake)));
        problems.addAll(DrainWish.mistakesInTimes(spec.deadline(), spec.grace()));
        if (spec.maxOut() < 1) {
            problems.add(new Problem("max_out", "at least one node has to be out at a time"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    new Refusal(Refusal.Kind.INVALID, "the drain cannot be ordered as it is", problems));
        }
    }

    /** Why these nodes cannot be drained, a sentence each; empty when they can. */
    List<String> refusals(List<NodeRecord> nodes) {
        List<String> refusals = new ArrayList<>();
        leader.state()
                .shutdown()
                .ifPresent(shutdown -> refusals.add("the bramble is being shut down by " + shutdown.by()
                        + ": nodes can be drained again after the next start"));
        for (NodeRecord node : nodes) {
            if (node.role() != NodeRole.AGENT) {
                refusals.add(node.name() + " is a head: it does no work and holds no data, so just switch it off");
            }
            node.drain()
                    .ifPresent(drain -> refusals.add(node.name()
                            + (node.standing() == NodeStanding.DRAINED
                                    ? " is drained already, by "
                                    : " is being drained already, by ")
                            + drain.by() + " (" + drain.reason() + "): "
                            + whatEndsIt(node)));
        }
        Set<NodeId> leaving = leavingWith(nodes);
        List<NodeId> agents = leader.state().nodes().values().stream()
                .filter(node -> node.role() == NodeRole.AGENT && !node.forgotten())
                .map(NodeRecord::node)
                .toList();
        if (agents.size() > 1 && leaving.containsAll(agents)) {
            refusals.add(
                    "no node would be left to take over the work and the data: `bramble shutdown` stops all nodes");
        } else if (agents.size() > 1) {
            voters.ofDrain(leaving).refusal().ifPresent(refusals::add);
        }
        return refusals;
    }

    private static String whatEndsIt(NodeRecord node) {
        return node.standing() == NodeStanding.DRAINED
                ? "`bramble uncordon " + node.name() + "` brings it back"
                : "cancel that drain first, or wait for it";
    }

    /** What draining these nodes would do. */
    DrainPreview preview(List<NodeRecord> nodes, DrainSpec spec) {
        Set<NodeId> leaving = leavingWith(nodes);
        VoteOutlook votes = voters.ofDrain(leaving);
        if (spec.then().comesBack()) {
            List<NodeId> turns = nodes.stream().map(NodeRecord::node).toList();
            turns.forEach(leaving::remove);
            votes = voters.ofRound(leaving, turns, spec.maxOut());
        }
        return new DrainLoads(leader).preview(nodes, spec, refusals(nodes), votes);
    }

    /** These, and those that are out already or are ordered to be. */
    private Set<NodeId> leavingWith(List<NodeRecord> nodes) {
        Set<NodeId> leaving = new TreeSet<>();
        nodes.forEach(node -> leaving.add(node.node()));
        leader.state().nodes().values().stream()
                .filter(node -> node.role() == NodeRole.AGENT && !node.forgotten())
                .filter(node -> node.isLeaving() || node.drain().isPresent())
                .forEach(node -> leaving.add(node.node()));
        return leaving;
    }

    CompletionStage<Control.Done> cancel(String by, NodeId id) {
        NodeRecord node = require(id);
        DrainRecord drain = node.drain()
                .orElseThrow(() -> refused(
                        Refusal.Kind.CONFLICT,
                        node.name() + " is not being drained"
                                + (node.standing() == NodeStanding.READY
                                        ? ""
                                        : ": it is " + node.standing() + ", and `bramble uncordon " + node.name()
                                                + "` lets it work again")));
        if (!DrainSteps.isCancellable(drain.hasBegun(), node.standing())) {
            throw tooLate(node);
        }
        if (isDone(node, drain)) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    node.name() + " is drained already: "
                            + (leader.cluster().view().has(id) ? "" : "it is off or out of reach: switch it on, then ")
                            + whatEndsIt(node));
        }
        return leader.append(new Command.CancelDrain(id, drain.number(), by)).thenApply(index -> {
            drains.check();
            requireCancelled(id, drain.number());
            return done(index);
        });
    }

    /** Drained, and nothing follows, or what follows has begun: there is nothing left to cancel. */
    private static boolean isDone(NodeRecord node, DrainRecord drain) {
        boolean isLast = drain.spec().then() == AfterDrain.STAY || drain.told().isPresent();
        return drain.hasBegun() && node.standing() == NodeStanding.DRAINED && isLast;
    }

    /** Its board may have been told to go down by a command that came first. */
    private void requireCancelled(NodeId id, long number) {
        NodeRecord node = require(id);
        if (node.drain().filter(drain -> drain.number() == number).isPresent()) {
            throw tooLate(node);
        }
    }

    private static RefusedException tooLate(NodeRecord node) {
        return refused(
                Refusal.Kind.CONFLICT,
                node.name() + " is drained and its board was told to go down (" + node.standing()
                        + "): uncordon it when it is back");
    }

    /** @throws RefusedException when a cordon or its end makes no sense beside the node's drain */
    void checkStanding(NodeRecord node, NodeStanding next) {
        boolean isSettable = switch (next) {
            case READY, CORDONED -> true;
            case QUARANTINED, DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING -> false;
        };
        if (!isSettable) {
            throw refused(
                    Refusal.Kind.INVALID,
                    "a node is cordoned, uncordoned or drained; it becomes " + next + " by itself");
        }
        Optional<DrainRecord> drain = node.drain();
        if (next == NodeStanding.READY && drain.isPresent() && node.standing() == NodeStanding.MAINTENANCE) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    node.name() + " is about to go down, or is down: " + node.standingReason()
                            + "; uncordon it when it is back, or when it is known that its board stays on");
        }
        boolean isEnded = drain.filter(each -> DrainSteps.isEndedByUncordon(each.hasBegun(), node.standing()))
                .isPresent();
        if (drain.isPresent() && next == NodeStanding.READY && !isEnded) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    node.name() + " is being drained, by "
                            + drain.get().by() + " (" + drain.get().reason() + "): `bramble drain --cancel "
                            + node.name() + "` ends that");
        }
        if (next == NodeStanding.CORDONED && drain.filter(DrainRecord::hasBegun).isPresent()) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    node.name() + " takes no work already: it is " + node.standing() + " in a drain");
        }
    }

    private NodeRecord require(NodeId id) {
        return leader.state().node(id).orElseThrow(() -> refused(Refusal.Kind.NOT_FOUND, "there is no node " + id));
    }

    private static Control.Done done(long index) {
        return new Control.Done(index, Optional.empty(), Optional.empty());
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }
}
