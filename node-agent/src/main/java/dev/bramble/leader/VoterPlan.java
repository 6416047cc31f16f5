package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who should keep the ledger, one step at a time: pure, the same situation gives the same step. {@link VoterDuty} does
 * the step, and asks again when it is done.
 *
 * <p>A vote is added only while every voter votes, and removed only while a majority of those who stay does: then no
 * step can stop the ledger. What cannot be done now is said in words.
 */
final class VoterPlan {
    /** Nodes from which on three voters are kept, and five. DESIGN section 5. */
    static final int NODES_FOR_THREE = 3;

    static final int NODES_FOR_FIVE = 9;

    /** More than it takes to move five votes, with a preparation and a transfer each: it ends, whatever the numbers. */
    private static final int STEPS_MAX = 40;

    /**
     * An agent that was admitted, as far as votes are concerned.
     *
     * @param setAside whether it is quarantined outside of a drain: it is suspected, and goes on voting meanwhile
     * @param up whether it is in the view
     * @param reported whether it answers the leader: it has to, to get a vote
     * @param gone whether it has not voted for so long that it counts as gone for good
     * @param passedOver whether it was asked in vain, or a step with it failed, a moment ago
     * @param power label of its power supply; empty when none is given
     * @param flaps how often it was lost lately: its score, rounded
     * @param copy what it says of its copy of the ledger; empty when it says nothing, or has none
     */
    record Board(
            NodeId node,
            String name,
            NodeStanding standing,
            boolean setAside,
            boolean up,
            boolean reported,
            boolean gone,
            boolean passedOver,
            String power,
            int flaps,
            Moment admittedAt,
            Optional<Copy> copy) {
        private Board draining() {
            return with(NodeStanding.DRAINING, false, reported, passedOver, copy);
        }

        private Board prepared() {
            return with(standing, setAside, reported, passedOver, Optional.of(new Copy("fresh", "", true)));
        }

        /** As if it had answered, if it is there. */
        private Board answering() {
            return with(standing, setAside, reported || up, passedOver && !up, copy);
        }

        private Board with(
                NodeStanding other, boolean aside, boolean answers, boolean inVain, Optional<Copy> ledgerCopy) {
            return new Board(node, name, other, aside, up, answers, gone, inVain, power, flaps, admittedAt, ledgerCopy);
        }
    }

    /** @param sound whether nothing ails it */
    record Copy(String storage, String address, boolean sound) {}

    /** An operator wants this vote elsewhere. */
    record Move(NodeId from, NodeId to) {}

    /**
     * @param leader who asks
     * @param voters the committed membership
     * @param boards every agent that was admitted and not forgotten
     * @param votersMax 1, 3 or 5
     * @param shutsDown whether a shutdown was ordered: boards that power off one by one are not to be replaced
     * @param early whether the leader's first lease is not over: who is silent may just not have found it yet
     */
    record Situation(
            NodeId leader,
            List<Ledger.Peer> voters,
            SortedMap<NodeId, Board> boards,
            int votersMax,
            Optional<Move> move,
            boolean shutsDown,
            boolean early) {}

    /** What is to be done now. */
    sealed interface Step {
        /** For people. */
        String why();

        /** @param why what is waited for; empty when all is as it should be */
        record Nothing(String why) implements Step {}

        /** The leadership goes to another voter, which goes on. */
        record Transfer(NodeId to, String why) implements Step {}

        record Add(Ledger.Peer peer, String why) implements Step {}

        record Remove(NodeId node, String why) implements Step {}

        /** The node opens an empty copy and tells of it. */
        record Prepare(NodeId node, String why) implements Step {}

        /** @param done whether the vote is where it was wanted */
        record EndMove(boolean done, String why) implements Step {}
    }

    private final Situation situation;
    /** The first thing that could not be done. */
    private String waitsFor = "";

    private VoterPlan(Situation situation) {
        this.situation = situation;
    }

    /** The one step that is due now. */
    static Step next(Situation situation) {
        return new VoterPlan(situation).next();
    }

    /**
     * What becomes of the votes of nodes that are drained.
     *
     * @param refusal why they cannot all be drained: in the end one of them would still hold a vote that nobody can
     *     take over
     * @param ended those whose vote nobody takes over
     * @param votersLeft how many keep the ledger afterwards
     */
    record Outlook(Optional<String> refusal, Set<NodeId> ended, int votersLeft) {}

    /**
     * What draining all these nodes would do. Who is up is taken to answer when asked. It is not refused when all nodes
     * of the bramble are named: then nobody is left whose majority it could be.
     */
    static Outlook ofDrain(Situation now, Collection<NodeId> nodes) {
        int voters = now.voters().size();
        if (nodes.containsAll(now.boards().keySet())) {
            return new Outlook(Optional.empty(), Set.of(), voters);
        }
        SortedMap<NodeId, Board> boards = new TreeMap<>(now.boards());
        boards.replaceAll((id, board) -> nodes.contains(id) ? board.answering().draining() : board.answering());
        Situation then =
                new Situation(now.leader(), now.voters(), boards, now.votersMax(), Optional.empty(), false, false);
        Set<NodeId> ended = new TreeSet<>();
        int heirs = 0;
        for (int i = 0; i < STEPS_MAX; i++) {
            Step step = next(then);
            if (step instanceof Step.Add) {
                heirs++;
            } else if (step instanceof Step.Remove remove && nodes.contains(remove.node()) && --heirs < 0) {
                heirs = 0;
                ended.add(remove.node());
            }
            if (step instanceof Step.Nothing) {
                List<String> left = then.voters().stream()
                        .filter(voter -> nodes.contains(voter.node()))
                        .map(voter -> name(now, voter.node()))
                        .toList();
                Optional<String> refusal = left.isEmpty()
                        ? Optional.empty()
                        : Optional.of("draining would cost the voters their majority: the vote of "
                                + String.join(", ", left) + " cannot move"
                                + (step.why().isEmpty() ? "" : ", since " + step.why()));
                return new Outlook(refusal, ended, then.voters().size());
            }
            then = after(then, step);
        }
        return new Outlook(Optional.empty(), ended, then.voters().size());
    }

    /** As if the step had succeeded. */
    private static Situation after(Situation now, Step step) {
        NodeId leader = now.leader();
        List<Ledger.Peer> voters = new ArrayList<>(now.voters());
        SortedMap<NodeId, Board> boards = new TreeMap<>(now.boards());
        Optional<Move> move = now.move();
        switch (step) {
            case Step.Nothing nothing -> {}
            case Step.Transfer transfer -> leader = transfer.to();
            case Step.Add add -> voters.add(add.peer());
            case Step.Remove remove -> voters.removeIf(voter -> voter.node().equals(remove.node()));
            case Step.Prepare prepare -> boards.computeIfPresent(prepare.node(), (id, board) -> board.prepared());
            case Step.EndMove end -> move = Optional.empty();
        }
        return new Situation(leader, voters, boards, now.votersMax(), move, false, false);
    }

    private Step next() {
        if (situation.shutsDown()) {
            return new Step.Nothing("");
        }
        return endOfMove()
                .or(this::askSilent)
                .or(this::removeLost)
                .or(this::leaveLeader)
                .or(this::leaveOthers)
                .or(this::grow)
                .orElseGet(() -> new Step.Nothing(waitsFor));
    }

    private Optional<Step> endOfMove() {
        if (situation.move().isEmpty()) {
            return Optional.empty();
        }
        Move move = situation.move().get();
        String names = name(move.from()) + " to " + name(move.to());
        if (!hasVote(move.from())) {
            return Optional.of(
                    hasVote(move.to())
                            ? new Step.EndMove(true, "the vote moved from " + names)
                            : new Step.EndMove(
                                    false,
                                    "the vote does not move from " + names + ": " + name(move.from())
                                            + " has none any more"));
        }
        Optional<Board> to = board(move.to());
        boolean takesWork = to.filter(board -> board.standing().takesWork()).isPresent();
        return takesWork || hasVote(move.to()) && to.isPresent()
                ? Optional.empty()
                : Optional.of(new Step.EndMove(
                        false,
                        "the vote does not move from " + names + ": " + name(move.to())
                                + to.map(board -> " is " + word(board.standing()))
                                        .orElse(" is no node any more")));
    }

    /** One whose folder was deleted opens none by itself: asked, it has a new one, and is found to be lost. */
    private Optional<Step> askSilent() {
        return situation.voters().stream()
                .filter(voter -> !isLeader(voter))
                .flatMap(voter -> board(voter.node()).stream())
                .filter(board -> board.reported() && board.copy().isEmpty() && !board.passedOver())
                .findFirst()
                .map(board -> new Step.Prepare(board.node(), "it says nothing of its copy of the ledger"));
    }

    /** One that can never vote again goes first: nobody can be added while it does not answer. */
    private Optional<Step> removeLost() {
        for (Ledger.Peer voter : situation.voters()) {
            Optional<String> why = lost(voter);
            if (why.isPresent() && !isLeader(voter)) {
                Optional<Step> removal = remove(voter, why.get());
                if (removal.isPresent()) {
                    return removal;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> lost(Ledger.Peer voter) {
        Optional<Board> board = board(voter.node());
        if (board.isEmpty()) {
            return Optional.of("it was forgotten");
        }
        Optional<Copy> copy = board.get().copy();
        if (copy.isPresent() && !copy.get().storage().equals(voter.storage())) {
            return Optional.of("its copy of the ledger is gone: it has a new, empty one");
        }
        // Without anybody to take its place it may as well come back.
        return board.get().gone() && !candidates().isEmpty()
                ? Optional.of("it has not voted for too long")
                : Optional.empty();
    }

    /** The leadership leaves first, so that the others decide what becomes of the vote. */
    private Optional<Step> leaveLeader() {
        Optional<Ledger.Peer> leader =
                situation.voters().stream().filter(this::isLeader).findFirst();
        Optional<String> why = leader.flatMap(this::leaves);
        if (why.isEmpty()) {
            return Optional.empty();
        }
        Optional<Ledger.Peer> heir = staying().stream()
                .filter(voter -> !isLeader(voter) && votes(voter))
                .min(Comparator.comparing(voter -> board(voter.node()).orElseThrow(), order(List.of())));
        if (heir.isPresent()) {
            return Optional.of(new Step.Transfer(heir.get().node(), why.get()));
        }
        Optional<Step> another = replace(leader.get(), why.get());
        if (another.isEmpty()) {
            wait("there is no other node that could lead");
        }
        return another;
    }

    private Optional<Step> leaveOthers() {
        for (Ledger.Peer voter : situation.voters()) {
            Optional<String> why = leaves(voter);
            if (why.isEmpty() || isLeader(voter)) {
                continue;
            }
            boolean moves = isMovedFrom(voter);
            boolean lacksOne = moves ? !hasVote(movesTo()) : staying().size() < wantedOf(agents());
            // One that does not vote goes without a replacement: nobody can be added while it does not answer.
            Optional<Step> step = lacksOne && votes(voter) ? replace(voter, why.get()) : Optional.empty();
            if (step.isEmpty() && !(lacksOne && (moves || waitsForHeir(voter)))) {
                step = remove(voter, why.get());
            }
            if (step.isPresent()) {
                return step;
            }
        }
        return Optional.empty();
    }

    /**
     * Whether the vote stays where it is although nobody can take it over just now: somebody soon may. A copy of the
     * ledger is given up only when there is no other place for it.
     */
    private boolean waitsForHeir(Ledger.Peer leaving) {
        boolean othersVote = situation.voters().stream().allMatch(voter -> voter.equals(leaving) || votes(voter));
        if (board(leaving.node()).filter(Board::setAside).isPresent()) {
            return votes(leaving) || !othersVote || candidates().isEmpty();
        }
        List<Board> heirs = situation.boards().values().stream()
                .filter(board -> board.standing().takesWork() && !hasVote(board.node()))
                .toList();
        if (situation.early() && !heirs.isEmpty()) {
            wait("the leader is new and takes no vote before all nodes had the time to report:"
                    + " who is silent may be up");
            return true;
        }
        if (!othersVote || !votes(leaving)) {
            return false;
        }
        Optional<Board> heir = heirs.stream().filter(Board::up).min(order(List.of()));
        heir.ifPresent(board -> wait(board.name() + " is to take over the vote of " + name(leaving.node())
                + (board.passedOver()
                        ? " and did not get its copy of the ledger ready: it is asked again within a minute"
                        : " and has not answered the leader yet")));
        return heir.isPresent();
    }

    /** Agents of the bramble, also those that are out or down: what is out for a while is not to cost a copy. */
    private int agents() {
        return situation.boards().size();
    }

    private Optional<Step> grow() {
        return lacksVoters()
                        && situation.voters().stream()
                                .noneMatch(voter -> leaves(voter).isPresent())
                ? add(candidates().getFirst(), "for " + target() + " copies of the ledger")
                : Optional.empty();
    }

    private boolean lacksVoters() {
        return staying().size() < target() && !candidates().isEmpty();
    }

    private int target() {
        return wantedOf(staying().size() + candidates().size());
    }

    private int wantedOf(int nodes) {
        int wanted = nodes >= NODES_FOR_FIVE ? 5 : nodes >= NODES_FOR_THREE ? 3 : 1;
        return Math.min(wanted, situation.votersMax());
    }

    private Optional<Step> replace(Ledger.Peer leaving, String why) {
        Optional<Board> next = candidates().stream()
                .filter(board -> !isMovedFrom(leaving) || board.node().equals(movesTo()))
                .findFirst();
        if (next.isEmpty() && isMovedFrom(leaving)) {
            wait(name(movesTo()) + " does not answer yet");
        }
        return next.flatMap(board -> add(board, "in place of " + name(leaving.node()) + ": " + why));
    }

    private Optional<Step> add(Board next, String why) {
        Optional<Ledger.Peer> silent =
                situation.voters().stream().filter(voter -> !votes(voter)).findFirst();
        if (silent.isPresent()) {
            wait("voter " + name(silent.get().node()) + " does not vote: nobody gets a vote until it does");
            return Optional.empty();
        }
        return Optional.of(next.copy()
                .filter(Copy::sound)
                .<Step>map(copy -> new Step.Add(new Ledger.Peer(next.node(), copy.storage(), copy.address()), why))
                .orElseGet(() -> new Step.Prepare(next.node(), why)));
    }

    private Optional<Step> remove(Ledger.Peer leaving, String why) {
        List<Ledger.Peer> after = situation.voters().stream()
                .filter(voter -> !voter.equals(leaving))
                .toList();
        if (isMajority(situation.voters()) && isMajority(after)) {
            return Optional.of(new Step.Remove(leaving.node(), why));
        }
        List<String> silent = after.stream()
                .filter(voter -> !votes(voter))
                .map(voter -> name(voter.node()))
                .toList();
        wait("without " + name(leaving.node()) + " there would be no majority of voters"
                + (silent.isEmpty() ? "" : " while " + String.join(", ", silent) + " does not vote"));
        return Optional.empty();
    }

    private void wait(String sentence) {
        if (waitsFor.isEmpty()) {
            waitsFor = sentence;
        }
    }

    private boolean isMajority(List<Ledger.Peer> voters) {
        return voters.stream().filter(this::votes).count() * 2 > voters.size();
    }

    /** Whether it can be counted on now. */
    private boolean votes(Ledger.Peer voter) {
        return isLeader(voter)
                || board(voter.node())
                        .filter(Board::up)
                        .map(board -> board.copy()
                                .map(copy -> copy.sound() && copy.storage().equals(voter.storage()))
                                .orElse(true))
                        .orElse(false);
    }

    private List<Ledger.Peer> staying() {
        return situation.voters().stream()
                .filter(voter -> leaves(voter).isEmpty() && lost(voter).isEmpty())
                .toList();
    }

    /** Why the vote has to go elsewhere. */
    private Optional<String> leaves(Ledger.Peer voter) {
        if (isMovedFrom(voter)) {
            return Optional.of("its vote moves to " + name(movesTo()) + ", as ordered");
        }
        return board(voter.node())
                .map(Board::standing)
                .filter(standing -> !keepsVote(standing))
                .map(standing -> "its node is " + word(standing));
    }

    private boolean isMovedFrom(Ledger.Peer voter) {
        return situation.move().filter(move -> move.from().equals(voter.node())).isPresent();
    }

    private NodeId movesTo() {
        return situation.move().orElseThrow().to();
    }

    private static String word(NodeStanding standing) {
        return standing.name().toLowerCase(Locale.ROOT);
    }

    /** Whether a node in this standing goes on voting. */
    static boolean keepsVote(NodeStanding standing) {
        return switch (standing) {
            // A cordoned node is well. One that returns has no vote, unless it could not be moved.
            case READY, CORDONED, RETURNING -> true;
            case DRAINING, DRAINED, EXPIRED, QUARANTINED, MAINTENANCE -> false;
        };
    }

    /** Who could get a vote, the best first. */
    private List<Board> candidates() {
        List<String> supplies = situation.voters().stream()
                .filter(voter -> leaves(voter).isEmpty())
                .flatMap(voter -> board(voter.node()).stream())
                .map(Board::power)
                .toList();
        return situation.boards().values().stream()
                .filter(board -> board.up() && board.reported() && !board.gone() && !board.passedOver())
                .filter(board -> board.standing().takesWork() && !hasVote(board.node()))
                .sorted(order(supplies))
                .toList();
    }

    /** The one a vote was ordered to; then another power supply, then steady nodes, then those that joined first. */
    private Comparator<Board> order(List<String> supplies) {
        Set<NodeId> wanted = new HashSet<>();
        situation.move().ifPresent(move -> wanted.add(move.to()));
        return Comparator.<Board, Boolean>comparing(board -> !wanted.contains(board.node()))
                .thenComparing(board -> supplies.stream()
                        .filter(supply -> !supply.isEmpty() && supply.equals(board.power()))
                        .count())
                .thenComparing(Board::flaps)
                .thenComparing(Board::admittedAt)
                .thenComparing(Board::node);
    }

    private boolean isLeader(Ledger.Peer voter) {
        return voter.node().equals(situation.leader());
    }

    private boolean hasVote(NodeId node) {
        return situation.voters().stream().anyMatch(voter -> voter.node().equals(node));
    }

    private Optional<Board> board(NodeId node) {
        return Optional.ofNullable(situation.boards().get(node));
    }

    private String name(NodeId node) {
        return name(situation, node);
    }

    private static String name(Situation situation, NodeId node) {
        Board board = situation.boards().get(node);
        return board == null ? node.value() : board.name();
    }
}
