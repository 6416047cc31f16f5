package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

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

    /**
     * An agent that was admitted, as far as votes are concerned.
     *
     * @param setAside whether it is quarantined outside of a drain: it is suspected, and goes on voting meanwhile
     * @param up whether it is in the view
     * @param reported whether it answers the leader: it has to, to get a vote
     * @param gone whether it has not voted for so long that it counts as gone for good
     * @param passedOver whether it was asked in vain, or a step with it failed, a moment ago
     * @param hasRoom whether its disk takes writes and is not full: it has to be, to get a vote
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
            boolean hasRoom,
            String power,
            int flaps,
            Moment admittedAt,
            Optional<Copy> copy) {
        Board draining() {
            return with(NodeStanding.DRAINING, false, reported, passedOver, copy);
        }

        Board prepared() {
            Copy fresh = new Copy("fresh", "", true, Integer.MAX_VALUE);
            return with(standing, setAside, reported, passedOver, Optional.of(fresh));
        }

        /** As if it had answered, if it is there. */
        Board answering() {
            return with(standing, setAside, reported || up, passedOver && !up, copy);
        }

        private Board with(
                NodeStanding other, boolean aside, boolean answers, boolean inVain, Optional<Copy> ledgerCopy) {
            return new Board(
                    node, name, other, aside, up, answers, gone, inVain, hasRoom, power, flaps, admittedAt, ledgerCopy);
        }
    }

    /**
     * @param storage its name; empty when none could be opened
     * @param sound whether nothing ails it
     * @param language the newest that its node's release knows
     */
    record Copy(String storage, String address, boolean sound, int language) {}

    /** An operator wants this vote elsewhere. */
    record Move(NodeId from, NodeId to) {}

    /**
     * @param leader who asks
     * @param voters the committed membership
     * @param boards every agent that was admitted and not forgotten
     * @param votersMax 1, 3 or 5
     * @param shutsDown whether a shutdown was ordered: boards that power off one by one are not to be replaced
     * @param early whether the leader's first lease is not over: who is silent may just not have found it yet
     * @param language of the ledger: what all voters know
     */
    record Situation(
            NodeId leader,
            List<Ledger.Peer> voters,
            SortedMap<NodeId, Board> boards,
            int votersMax,
            Optional<Move> move,
            boolean shutsDown,
            boolean early,
            int language) {}

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

        /** All voters know more than the ledger says: from now on it may. */
        record Raise(int language, String why) implements Step {}
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

    private Step next() {
        if (situation.shutsDown()) {
            return new Step.Nothing("");
        }
        return endOfMove()
                .or(() -> LanguagePlan.next(situation))
                .or(this::askSilent)
                .or(this::removeLost)
                .or(this::leaveLeader)
                .or(this::leaveOthers)
                .or(this::grow)
                .or(this::shrink)
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
        if (to.filter(this::isOlder).isPresent()) {
            return Optional.of(
                    new Step.EndMove(false, "the vote does not move from " + names + ": " + older(move.to())));
        }
        boolean takesWork = to.filter(board -> board.standing().takesWork()).isPresent();
        return takesWork || hasVote(move.to()) && to.isPresent()
                ? Optional.empty()
                : Optional.of(new Step.EndMove(
                        false,
                        "the vote does not move from " + names + ": " + name(move.to())
                                + to.map(board -> " is " + word(board.standing()))
                                        .orElse(" is no node any more")));
    }

    /** Whether its release does not know what is in the ledger. */
    private boolean isOlder(Board board) {
        return board.copy()
                .filter(copy -> copy.language() < situation.language())
                .isPresent();
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
        boolean isOpened = copy.filter(known -> !known.storage().isEmpty()).isPresent();
        if (isOpened && !copy.get().storage().equals(voter.storage())) {
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
            // What comes and goes is back soon as a rule, and until another one votes, the next loss would be one too
            // many: one that is silent loses its vote as any other, when it has been gone for long.
            return true;
        }
        List<Board> heirs = situation.boards().values().stream()
                .filter(board -> board.standing().takesWork() && !hasVote(board.node()) && board.hasRoom())
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

    private String older(NodeId node) {
        return name(node) + " runs an older release of Bramble, which does not know what the ledger says by now:"
                + " upgrade it";
    }

    private Optional<Step> grow() {
        if (candidates().isEmpty() && staying().size() < wantedOf(agents())) {
            situation.boards().values().stream()
                    .filter(board -> board.up() && !hasVote(board.node()) && isOlder(board))
                    .findFirst()
                    .ifPresent(board -> wait(older(board.node())));
        }
        return lacksVoters()
                        && situation.voters().stream()
                                .noneMatch(voter -> leaves(voter).isPresent())
                ? add(candidates().getFirst(), "for " + target() + " copies of the ledger")
                : Optional.empty();
    }

    /**
     * A bramble that became smaller needs fewer voters, and an even number bears no more losses than one less. Three
     * stay, or what is left of them: a copy of the ledger is worth more than an odd number.
     */
    private Optional<Step> shrink() {
        int enough = Math.max(NODES_FOR_THREE, sizedFor(agents()));
        boolean isCalm = situation.voters().stream()
                .allMatch(voter ->
                        votes(voter) && leaves(voter).isEmpty() && lost(voter).isEmpty());
        if (situation.voters().size() <= enough || !isCalm) {
            return Optional.empty();
        }
        return situation.voters().stream()
                .filter(voter -> !isLeader(voter))
                .flatMap(voter -> board(voter.node()).stream())
                .max(Comparator.comparing(this::sharesPower).thenComparing(order(List.of())))
                .flatMap(worst -> situation.voters().stream()
                        .filter(voter -> voter.node().equals(worst.node()))
                        .findFirst())
                .flatMap(
                        voter -> remove(voter, enough + " copies of the ledger are enough for " + agents() + " nodes"));
    }

    /** Whether another voter loses its power with it. */
    private boolean sharesPower(Board board) {
        return !board.power().isEmpty()
                && situation.voters().stream()
                        .filter(voter -> !voter.node().equals(board.node()))
                        .flatMap(voter -> board(voter.node()).stream())
                        .anyMatch(other -> other.power().equals(board.power()));
    }

    private boolean lacksVoters() {
        return staying().size() < target() && !candidates().isEmpty();
    }

    private int target() {
        return wantedOf(staying().size() + candidates().size());
    }

    private int wantedOf(int nodes) {
        return Math.min(sizedFor(nodes), situation.votersMax());
    }

    private static int sizedFor(int nodes) {
        return nodes >= NODES_FOR_FIVE ? 5 : nodes >= NODES_FOR_THREE ? 3 : 1;
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

    private boolean votes(Ledger.Peer voter) {
        return votes(situation, voter);
    }

    /** Whether it can be counted on now. */
    static boolean votes(Situation situation, Ledger.Peer voter) {
        return voter.node().equals(situation.leader())
                || Optional.ofNullable(situation.boards().get(voter.node()))
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
                .filter(Board::hasRoom)
                .filter(board -> board.standing().takesWork() && !hasVote(board.node()) && !isOlder(board))
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

    static String name(Situation situation, NodeId node) {
        Board board = situation.boards().get(node);
        return board == null ? node.value() : board.name();
    }
}
