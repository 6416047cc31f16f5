package dev.bramble.ledger;

import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the hard state knows of the voters beside their committed membership: a vote that is ordered to move, which
 * language all of them know, and whether the ledger goes on from one voter's copy.
 */
public final class Electorate {
    private Optional<VoteMove> move = Optional.empty();
    private Optional<Recovery> recovery = Optional.empty();
    /** Before a ledger is founded there is nobody who would not know it. */
    private int language = Language.OWN;

    /**
     * The ledger goes on from the copy of one voter, since a majority of the others was gone for good.
     *
     * @param id random name of the ledger's course since then: entries of another course do not follow on it
     * @param node whose copy it was
     * @param by who decided
     */
    public record Recovery(String id, NodeId node, String by, Moment at) {}

    /**
     * What a snapshot holds.
     *
     * @param language empty in snapshots of releases that knew the first only
     */
    public record Image(Optional<VoteMove> move, Optional<Recovery> recovery, Optional<Integer> language) {}

    /** The {@link Language} that all voters know. */
    public int language() {
        return language;
    }

    void found(Optional<Integer> founded) {
        language = founded.orElse(Language.FIRST);
    }

    /** A language is never taken back: entries in it are there. */
    Optional<String> raise(Command.RaiseLanguage raise) {
        if (raise.language() <= language) {
            return Optional.empty();
        }
        language = raise.language();
        return Optional.of("raised the ledger's language to " + language + ": all voters know it");
    }

    /** The vote that is ordered to move, if one is. */
    public Optional<VoteMove> move() {
        return move;
    }

    /** The newest recovery; empty while there was none. */
    public Optional<Recovery> recovery() {
        return recovery;
    }

    /**
     * One vote moves at a time: a second order changes nothing.
     *
     * @param names of nodes, for people
     */
    Optional<String> order(Command.MoveVote order, Moment now, Function<NodeId, String> names) {
        if (move.isPresent()) {
            return Optional.empty();
        }
        move = Optional.of(new VoteMove(order.from(), order.to(), order.by(), now));
        return Optional.of(
                "ordered the vote of " + names.apply(order.from()) + " to move to " + names.apply(order.to()));
    }

    Optional<Happening> end(Command.EndMoveVote end) {
        boolean isIt = move.filter(
                        known -> known.from().equals(end.from()) && known.to().equals(end.to()))
                .isPresent();
        if (!isIt) {
            return Optional.empty();
        }
        move = Optional.empty();
        EventKind kind = end.done() ? EventKind.VOTER_ADDED : EventKind.VOTER_TROUBLE;
        return Optional.of(Happening.ofNode(kind, end.to(), Happening.BRAMBLE, end.why()));
    }

    /** Whatever was ordered of voters that are gone is void. */
    Happening recover(Command.RecoverLedger recover, Moment now) {
        recovery = Optional.of(new Recovery(recover.recovery(), recover.node(), recover.by(), now));
        move = Optional.empty();
        return Happening.ofNode(EventKind.LEDGER_RECOVERED, recover.node(), recover.by(), recover.why());
    }

    Image image() {
        return new Image(move, recovery, Optional.of(language));
    }

    /** @param image empty in snapshots of releases that had no such thing */
    void restore(Optional<Image> image) {
        move = image.flatMap(Image::move);
        recovery = image.flatMap(Image::recovery);
        language = image.flatMap(Image::language).orElse(Language.FIRST);
    }
}
