package dev.bramble.leader;

import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.DrainSteps;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes the bramble takes out of work because of what their boards suffer from, and which come back: pure. What a
 * person decided it leaves alone.
 */
final class HealthActs {
    /** What runs there can keep nothing, or goes on elsewhere with more room: nothing is won by waiting for its end. */
    static final DrainSpec DRAIN =
            new DrainSpec(DrainMode.MOVE, DrainSpec.DEADLINE_STANDARD, DrainSpec.GRACE_STANDARD, AfterDrain.STAY, 1);

    private HealthActs() {}

    /**
     * A board that reports.
     *
     * @param sick what it is known to have suffered from for long enough, with the reasons to act
     * @param well what it is known to have been free of for long enough
     * @param unknown what nobody has known of for as long
     */
    record Case(NodeId node, Map<Ailment, String> sick, Set<Ailment> well, Set<Ailment> unknown) {}

    /** What to do now. */
    sealed interface Deed {
        NodeId node();

        record Cordon(NodeId node, String reason) implements Deed {}

        record Lift(NodeId node, String reason) implements Deed {}

        record Drain(NodeId node, String reason) implements Deed {}

        /** @param drain its number */
        record Cancel(NodeId node, long drain) implements Deed {}
    }

    /**
     * @param deeds what to do now
     * @param spared sentences on nodes that ought to be out of work and are not, or are and nobody knows of what
     */
    record Verdict(List<Deed> deeds, List<String> spared) {}

    /** Who says why a node cannot be drained; empty when it can. */
    interface Refusals {
        Optional<String> of(NodeRecord node);
    }

    /** @param working nodes that get work now */
    static Verdict judge(LedgerState state, List<Case> cases, Set<NodeId> working, Refusals refusals) {
        List<Deed> deeds = new ArrayList<>();
        List<String> spared = new ArrayList<>();
        List<NodeRecord> agents = OwnActs.agents(state);
        long left = OwnActs.left(agents);
        for (Case each : cases) {
            Optional<Deed> back = state.node(each.node()).flatMap(node -> back(node, each));
            left += back.isPresent() ? 1 : 0;
            back.ifPresent(deeds::add);
            state.node(each.node()).flatMap(node -> stranded(node, each)).ifPresent(spared::add);
        }
        Set<NodeId> still = new HashSet<>(working);
        for (Case each : worstFirst(cases)) {
            NodeRecord node = state.node(each.node()).orElse(null);
            if (node == null || !isForBramble(node) || OwnActs.isOverruled(state, node.node())) {
                continue;
            }
            Ailment ailment = worst(each);
            if (ailment == Ailment.HOT && OwnActs.isOut(node)) {
                continue;
            }
            Optional<String> instead = instead(node, ailment, left, still, refusals);
            if (instead.isPresent()) {
                spared.add(node.name() + " still takes work, though " + ailment.mark() + ": " + instead.get());
                continue;
            }
            String reason = each.sick().get(ailment);
            deeds.add(
                    ailment == Ailment.HOT
                            ? new Deed.Cordon(node.node(), reason)
                            : new Deed.Drain(node.node(), reason));
            still.remove(node.node());
            left -= OwnActs.isOut(node) ? 0 : 1;
        }
        return new Verdict(deeds, spared);
    }

    private static boolean isForBramble(NodeRecord node) {
        return !node.forgotten()
                && node.drain().isEmpty()
                && (node.standing() == NodeStanding.READY || OwnActs.isCordoned(node));
    }

    private static List<Case> worstFirst(List<Case> cases) {
        return cases.stream()
                .filter(each -> !each.sick().isEmpty())
                .sorted(Comparator.comparing(HealthActs::worst).thenComparing(Case::node))
                .toList();
    }

    private static Ailment worst(Case of) {
        return of.sick().keySet().stream().min(Comparator.naturalOrder()).orElseThrow();
    }

    /** What waits for a figure that does not come any more waits for a person; nobody else says so. */
    private static Optional<String> stranded(NodeRecord node, Case of) {
        return of.unknown().stream()
                .filter(ailment -> ailment != Ailment.DISK_READ_ONLY && isActedOn(node, ailment))
                .map(ailment -> node.name() + " was taken out of work (" + ailment.mark()
                        + "), and whether that is over nobody knows any more: `bramble node " + node.name()
                        + "` says why, `bramble uncordon " + node.name() + "` lets it work")
                .findFirst();
    }

    /** Why the node goes on working; empty to act. */
    private static Optional<String> instead(
            NodeRecord node, Ailment ailment, long left, Set<NodeId> working, Refusals refusals) {
        if (left <= 0 && !OwnActs.isOut(node)) {
            return Optional.of("as many nodes as may be are out of work already because the bramble decided so");
        }
        if (working.stream().allMatch(node.node()::equals)) {
            return Optional.of("no other node takes work");
        }
        return ailment == Ailment.HOT ? Optional.empty() : refusals.of(node);
    }

    /** Whether the node is out of work because of this, by what the ledger knows. */
    static boolean isActedOn(NodeRecord node, Ailment ailment) {
        return switch (ailment) {
            case HOT -> OwnActs.isCordoned(node) && node.standingReason().startsWith(ailment.mark());
            case DISK_FULL, DISK_READ_ONLY ->
                OwnActs.isDrained(node)
                        && node.drain()
                                .filter(drain -> drain.reason().startsWith(ailment.mark()))
                                .isPresent();
        };
    }

    private static Optional<Deed> back(NodeRecord node, Case of) {
        if (isActedOn(node, Ailment.HOT)) {
            return of.well().contains(Ailment.HOT)
                    ? Optional.of(new Deed.Lift(node.node(), "its processor has cooled down"))
                    : Optional.empty();
        }
        return node.drain()
                .filter(drain -> isActedOn(node, Ailment.DISK_FULL)
                        && of.well().contains(Ailment.DISK_FULL)
                        && of.sick().isEmpty()
                        && DrainSteps.isCancellable(drain.hasBegun(), node.standing()))
                .map(DrainRecord::number)
                .map(number -> new Deed.Cancel(node.node(), number));
    }
}
