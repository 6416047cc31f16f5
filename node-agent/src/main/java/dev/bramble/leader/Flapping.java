package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodePresence;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which nodes come and go so often that they are set aside, and which of those come back: pure. */
final class Flapping {
    /**
     * Weighed losses from which a node is set aside. Four within four minutes weigh as much, since the first has lost a
     * fifth of its weight by then; so does one every five minutes that goes on for long.
     */
    static final double SET_ASIDE_FROM = 3.5;
    /** Below this a node that was set aside comes back: some ten minutes without a loss. */
    static final double BACK_BELOW = 2;
    /** It must have been up for so long: a board that boots again and again does so every minute. */
    static final Duration STEADY = Duration.ofMinutes(2);

    private static final String REASON = "it comes and goes";

    private Flapping() {}

    /**
     * @param steps what to do now
     * @param spared names of nodes that ought to be set aside, were there not too many already
     */
    record Verdict(List<Command.SetStanding> steps, List<String> spared) {}

    static Verdict judge(LedgerState state, Moment now) {
        List<Command.SetStanding> steps = new ArrayList<>();
        List<String> spared = new ArrayList<>();
        List<NodeRecord> agents = OwnActs.agents(state);
        long left = OwnActs.left(agents);
        for (NodeRecord node : agents) {
            if (isBack(node, state.presence(node.node()), now)) {
                steps.add(new Command.SetStanding(
                        node.node(), NodeStanding.READY, "it has been up steadily since", Happening.BRAMBLE));
                left++;
            }
        }
        List<NodeRecord> worstFirst = agents.stream()
                .filter(node -> node.standing() == NodeStanding.READY
                        && node.drain().isEmpty()
                        && score(state, node, now) >= SET_ASIDE_FROM)
                .sorted(Comparator.<NodeRecord>comparingDouble(node -> -score(state, node, now))
                        .thenComparing(NodeRecord::node))
                .toList();
        for (NodeRecord node : worstFirst) {
            if (left > 0) {
                steps.add(new Command.SetStanding(
                        node.node(), NodeStanding.QUARANTINED, reason(score(state, node, now)), Happening.BRAMBLE));
                left--;
            } else {
                spared.add(node.name());
            }
        }
        return new Verdict(steps, spared);
    }

    private static String reason(double score) {
        return REASON + ": lost about " + Math.round(score)
                + " times within the last half hour; look at its power, its cable and its card";
    }

    private static boolean isBack(NodeRecord node, Optional<NodePresence> presence, Moment now) {
        return node.standing() == NodeStanding.QUARANTINED
                && node.standingBy().equals(Happening.BRAMBLE)
                && node.standingReason().startsWith(REASON)
                && node.drain().isEmpty()
                && presence.filter(known -> known.up()
                                && known.score(now) < BACK_BELOW
                                && now.since(known.since()).compareTo(STEADY) >= 0)
                        .isPresent();
    }

    private static double score(LedgerState state, NodeRecord node, Moment now) {
        return state.presence(node.node()).map(known -> known.score(now)).orElse(0.0);
    }
}
