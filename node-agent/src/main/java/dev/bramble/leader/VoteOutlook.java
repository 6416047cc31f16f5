package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What becomes of the votes of nodes that are drained: {@link VoterPlan} run to its end, pure.
 *
 * @param refusal why they cannot all be drained: in the end one of them would still hold a vote that nobody can take
 *     over
 * @param ended those whose vote nobody takes over
 * @param votersLeft how many keep the ledger afterwards
 */
record VoteOutlook(Optional<String> refusal, Set<NodeId> ended, int votersLeft) {
    /** More than it takes to move five votes, with a preparation and a transfer each: it ends, whatever the numbers. */
    private static final int STEPS_MAX = 40;

    /**
     * What draining all these nodes would do. Who is up is taken to answer when asked. It is not refused when all nodes
     * of the bramble are named: then nobody is left whose majority it could be.
     */
    static VoteOutlook ofDrain(VoterPlan.Situation now, Collection<NodeId> nodes) {
        int voters = now.voters().size();
        if (nodes.containsAll(now.boards().keySet())) {
            return new VoteOutlook(Optional.empty(), Set.of(), voters);
        }
        SortedMap<NodeId, VoterPlan.Board> boards = new TreeMap<>(now.boards());
        boards.replaceAll((id, board) -> nodes.contains(id) ? board.answering().draining() : board.answering());
        VoterPlan.Situation then = new VoterPlan.Situation(
                now.leader(), now.voters(), boards, now.votersMax(), Optional.empty(), false, false, now.language());
        List<NodeId> removed = new ArrayList<>();
        int heirs = 0;
        for (int i = 0; i < STEPS_MAX; i++) {
            VoterPlan.Step step = VoterPlan.next(then);
            if (step instanceof VoterPlan.Step.Add) {
                heirs++;
            } else if (step instanceof VoterPlan.Step.Remove remove && nodes.contains(remove.node())) {
                removed.add(remove.node());
            }
            if (step instanceof VoterPlan.Step.Nothing) {
                List<String> left = then.voters().stream()
                        .filter(voter -> nodes.contains(voter.node()))
                        .map(voter -> VoterPlan.name(now, voter.node()))
                        .toList();
                Optional<String> refusal = left.isEmpty()
                        ? Optional.empty()
                        : Optional.of("draining would cost the voters their majority: the vote of "
                                + String.join(", ", left) + " cannot move"
                                + (step.why().isEmpty() ? "" : ", since " + step.why()));
                return new VoteOutlook(
                        refusal, ended(removed, heirs), then.voters().size());
            }
            then = after(then, step);
        }
        return new VoteOutlook(
                Optional.empty(), ended(removed, heirs), then.voters().size());
    }

    /** A voter that is down goes before its heir comes; so whose votes end shows when all is done. */
    private static Set<NodeId> ended(List<NodeId> removed, int heirs) {
        return new TreeSet<>(removed.subList(Math.min(heirs, removed.size()), removed.size()));
    }

    /** As if the step had succeeded. */
    private static VoterPlan.Situation after(VoterPlan.Situation now, VoterPlan.Step step) {
        NodeId leader = now.leader();
        List<Ledger.Peer> voters = new ArrayList<>(now.voters());
        SortedMap<NodeId, VoterPlan.Board> boards = new TreeMap<>(now.boards());
        Optional<VoterPlan.Move> move = now.move();
        int language = now.language();
        switch (step) {
            case VoterPlan.Step.Nothing nothing -> {}
            case VoterPlan.Step.Transfer transfer -> leader = transfer.to();
            case VoterPlan.Step.Add add -> voters.add(add.peer());
            case VoterPlan.Step.Remove remove ->
                voters.removeIf(voter -> voter.node().equals(remove.node()));
            case VoterPlan.Step.Prepare prepare ->
                boards.computeIfPresent(prepare.node(), (id, board) -> board.prepared());
            case VoterPlan.Step.EndMove end -> move = Optional.empty();
            case VoterPlan.Step.Raise raise -> language = raise.language();
        }
        return new VoterPlan.Situation(leader, voters, boards, now.votersMax(), move, false, false, language);
    }
}
