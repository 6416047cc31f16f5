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

    /** A bramble after {@link VoterPlan} has nothing left to do, and the votes that ended on the way. */
    private record Ran(VoterPlan.Situation then, String why, Set<NodeId> ended) {}

    /**
     * What draining all these nodes would do. Who is up is taken to answer when asked. It is not refused when all nodes
     * of the bramble are named: then nobody is left whose majority it could be.
     */
    static VoteOutlook ofDrain(VoterPlan.Situation now, Collection<NodeId> nodes) {
        if (nodes.containsAll(now.boards().keySet())) {
            return new VoteOutlook(Optional.empty(), Set.of(), now.voters().size());
        }
        Ran ran = run(now, nodes);
        List<String> left = ran.then.voters().stream()
                .filter(voter -> nodes.contains(voter.node()))
                .map(voter -> VoterPlan.name(now, voter.node()))
                .toList();
        Optional<String> refusal = left.isEmpty()
                ? Optional.empty()
                : Optional.of("draining would cost the voters their majority: the vote of " + String.join(", ", left)
                        + " cannot move" + (ran.why.isEmpty() ? "" : ", since " + ran.why));
        return new VoteOutlook(refusal, ran.ended, ran.then.voters().size());
    }

    /**
     * What becomes of the votes while these nodes are out one after the other, and each is back when the next one goes.
     *
     * @param out nodes that are out all the while
     * @param turns in their order; {@code maxOut} of them are out at a time
     */
    static VoteOutlook ofRound(VoterPlan.Situation now, Collection<NodeId> out, List<NodeId> turns, int maxOut) {
        VoterPlan.Situation then = now;
        Set<NodeId> ended = new TreeSet<>();
        int fewest = now.voters().size();
        for (int first = 0; first < turns.size(); first += maxOut) {
            Set<NodeId> away = new TreeSet<>(out);
            away.addAll(turns.subList(first, Math.min(first + maxOut, turns.size())));
            Ran ran = run(with(now.boards(), then), away);
            ended.addAll(ran.ended);
            fewest = Math.min(fewest, ran.then.voters().size());
            then = ran.then;
        }
        ended.retainAll(turns);
        return new VoteOutlook(Optional.empty(), ended, fewest);
    }

    /** With the boards as they were: who was out is back. */
    private static VoterPlan.Situation with(SortedMap<NodeId, VoterPlan.Board> boards, VoterPlan.Situation then) {
        return new VoterPlan.Situation(
                then.leader(),
                then.voters(),
                boards,
                then.votersMax(),
                Optional.empty(),
                false,
                false,
                then.language());
    }

    private static Ran run(VoterPlan.Situation now, Collection<NodeId> nodes) {
        SortedMap<NodeId, VoterPlan.Board> boards = new TreeMap<>(now.boards());
        boards.replaceAll((id, board) -> nodes.contains(id) ? board.answering().draining() : board.answering());
        VoterPlan.Situation then = with(boards, now);
        List<NodeId> removed = new ArrayList<>();
        int heirs = 0;
        String why = "";
        for (int i = 0; i < STEPS_MAX; i++) {
            VoterPlan.Step step = VoterPlan.next(then);
            if (step instanceof VoterPlan.Step.Nothing) {
                why = step.why();
                break;
            }
            if (step instanceof VoterPlan.Step.Add) {
                heirs++;
            } else if (step instanceof VoterPlan.Step.Remove remove && nodes.contains(remove.node())) {
                removed.add(remove.node());
            }
            then = after(then, step);
        }
        return new Ran(then, why, ended(removed, heirs));
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
