package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Electorate;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.NotLeadingException;
import dev.bramble.ledger.VoteMove;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Authority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Keeps the ledger on enough voters, and votes off nodes that leave: does what {@link VoterPlan} says, one step at a
 * time. A step that fails is tried again after a pause, and said in words. Event loop of the leader; everything here is
 * soft state, and begins anew with each term.
 */
public final class VoterDuty {
    /** A voter that does not vote for this long is replaced. DESIGN section 5. */
    static final Duration GONE_AFTER = Duration.ofMinutes(10);
    /** A candidate that does not open its ledger in this time is passed over: a slow card takes some seconds. */
    static final Duration PREPARE_LIMIT = Duration.ofSeconds(30);
    /** For so long another candidate is preferred to one that was asked in vain. */
    static final Duration PASSED_OVER = Duration.ofMinutes(1);
    /** After a failed step; doubled each time, so that what cannot succeed costs little. */
    static final Duration PAUSE_MIN = Duration.ofSeconds(5);

    static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    /** Several elections, and the catching up of whoever is to lead. */
    private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(15);
    /**
     * A vote that is on its way for so long gets an entry, and another one each time: where the answer to the first
     * entries was lost in a stall of the new voter, the engine finds out by the next one, and otherwise not at all.
     */
    static final Duration ENTRY_EVERY = Duration.ofSeconds(10);
    /** An ordered move that is not over by then is given up: whoever ordered it should look why. */
    static final Duration MOVE_LIMIT = Duration.ofMinutes(10);
    /** The label that names a node's power supply. */
    private static final String POWER_LABEL = "power";

    private final NodeId self;
    private final Leader leader;
    private final Ledger ledger;
    private final int votersMax;
    private final Supplier<Optional<Authority>> authority;
    private final Map<NodeId, Said> said = new HashMap<>();
    private final Map<NodeId, Long> askedNanos = new HashMap<>();
    private final Map<NodeId, Long> silentSinceNanos = new HashMap<>();
    private final Map<NodeId, Integer> failures = new HashMap<>();
    private long term = -1;
    private long termSinceNanos;
    private boolean changing;
    private int takenAway;
    /** Who gets a vote by the step under way. */
    private Optional<NodeId> adding = Optional.empty();

    private long newestEntryNanos;
    private long pauseEndsNanos;
    private Duration pause = PAUSE_MIN;
    private String concern = "";

    /** What a node last told of its copy of the ledger, in which life of its agent. */
    private record Said(String incarnation, Message.VoterState state) {}

    /** @param votersMax 1, 3 or 5 from the configuration */
    public VoterDuty(
            NodeId self, Leader leader, Ledger ledger, int votersMax, Supplier<Optional<Authority>> authority) {
        this.self = self;
        this.leader = leader;
        this.ledger = ledger;
        this.votersMax = votersMax;
        this.authority = authority;
    }

    /** A node says what ledger storage it has open. */
    public void received(Member from, Message.VoterState state) {
        said.put(from.node(), new Said(from.incarnation(), state));
        if (leader.isLeading() && !state.course().equals(course())) {
            // A voter from before a recovery is back: with others of its kind it would go on as if there had been none.
            prepare(from.node());
        }
    }

    /** The voters, with what they say of themselves. */
    List<Message.VoterSoft> voters() {
        return ledger.status().voters().stream()
                .map(voter -> new Message.VoterSoft(voter.node(), voter.storage(), voter.address(), trouble(voter)))
                .toList();
    }

    private String trouble(Ledger.Peer voter) {
        Optional<Message.VoterState> state = state(voter.node());
        if (state.isEmpty()) {
            return "has not opened its copy of the ledger yet";
        }
        if (!state.get().storage().isEmpty() && !state.get().storage().equals(voter.storage())) {
            return "has a new, empty copy of the ledger: it is made a voter anew by itself";
        }
        return state.get().trouble().isEmpty()
                ? ""
                : "stands aside: " + state.get().trouble() + "; when that is mended, it votes again by itself";
    }

    /** What keeps the voters from being as they should be, a sentence; empty when nothing does. */
    Optional<String> concern() {
        return Optional.of(concern).filter(sentence -> !sentence.isEmpty());
    }

    /** Whether a vote is on its way to the node: it may have it any moment. */
    boolean isAdding(NodeId node) {
        return leader.isLeading()
                && leader.term() == term
                && adding.filter(node::equals).isPresent();
    }

    /** Begins no step before {@code change} is done, which takes away a node that might be chosen for a vote. */
    <T> CompletionStage<T> whileNoVoteMoves(Supplier<CompletionStage<T>> change) {
        takenAway++;
        return change.get().whenComplete((done, failure) -> takenAway--);
    }

    /** Does one step if one is due; called with every pulse. */
    public void check() {
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            begin(leader.term());
        }
        if (adding.isPresent() && leader.loop().nanos() - newestEntryNanos >= ENTRY_EVERY.toNanos()) {
            newestEntryNanos = leader.loop().nanos();
            leader.append(new Command.ProveLeading());
        }
        if (changing || takenAway > 0) {
            return;
        }
        Optional<VoteMove> overdue = leader.state()
                .electorate()
                .move()
                .filter(move -> leader.now().since(move.orderedAt()).compareTo(MOVE_LIMIT) > 0);
        VoterPlan.Step step = VoterPlan.next(situation());
        if (overdue.isPresent() && !(step instanceof VoterPlan.Step.EndMove)) {
            endMove(
                    false,
                    "the vote of " + name(overdue.get().from()) + " did not move to "
                            + name(overdue.get().to()) + " within " + MOVE_LIMIT.toMinutes() + " minutes"
                            + (concern.isEmpty() ? "" : ": " + concern));
        } else if (leader.loop().nanos() >= pauseEndsNanos) {
            concern = "";
            begin(step);
        }
    }

    private void begin(long newTerm) {
        term = newTerm;
        termSinceNanos = leader.loop().nanos();
        said.clear();
        askedNanos.clear();
        silentSinceNanos.clear();
        failures.clear();
        changing = false;
        adding = Optional.empty();
        pauseEndsNanos = leader.loop().nanos();
        pause = PAUSE_MIN;
        concern = "";
    }

    private void begin(VoterPlan.Step step) {
        switch (step) {
            case VoterPlan.Step.Nothing nothing -> concern = nothing.why();
            case VoterPlan.Step.Prepare prepare -> prepare(prepare.node());
            case VoterPlan.Step.Transfer transfer ->
                change(
                        transfer.to(),
                        "handing the leadership to " + name(transfer.to()),
                        ledger.transferLeadership(transfer.to(), TRANSFER_LIMIT),
                        () -> {});
            case VoterPlan.Step.Add add -> {
                askedNanos.remove(add.peer().node());
                adding = Optional.of(add.peer().node());
                newestEntryNanos = leader.loop().nanos();
                change(
                        add.peer().node(),
                        "giving " + name(add.peer().node()) + " a vote",
                        ledger.addVoter(add.peer()),
                        () -> note(
                                EventKind.VOTER_ADDED,
                                add.peer().node(),
                                name(add.peer().node()) + " keeps the ledger and has a vote, " + add.why()));
            }
            case VoterPlan.Step.Remove remove ->
                change(
                        remove.node(),
                        "taking the vote of " + name(remove.node()),
                        ledger.removeVoter(remove.node()),
                        () -> note(
                                EventKind.VOTER_REMOVED,
                                remove.node(),
                                name(remove.node()) + " has no vote any more: " + remove.why()));
            case VoterPlan.Step.EndMove end -> endMove(end.done(), end.why());
            case VoterPlan.Step.Raise raise ->
                change(
                        self,
                        "raising the language of the ledger",
                        leader.append(new Command.RaiseLanguage(raise.language())),
                        () -> {});
        }
    }

    private void endMove(boolean done, String why) {
        VoteMove move = leader.state().electorate().move().orElseThrow();
        change(
                move.to(),
                "ending an ordered move",
                leader.append(new Command.EndMoveVote(move.from(), move.to(), done, why)),
                () -> {});
    }

    private void note(EventKind kind, NodeId node, String text) {
        leader.append(new Command.NoteEvents(List.of(Happening.ofNode(kind, node, Happening.BRAMBLE, text))));
    }

    private Optional<String> course() {
        return leader.state().electorate().recovery().map(Electorate.Recovery::id);
    }

    private void prepare(NodeId node) {
        askedNanos.putIfAbsent(node, leader.loop().nanos());
        authority
                .get()
                .ifPresent(signer ->
                        leader.cluster().send(node, new Message.AuthorityKey(leader.term(), signer.export())));
        leader.cluster().send(node, new Message.PrepareVoter(leader.term(), course()));
    }

    private void change(NodeId node, String what, CompletionStage<?> step, Runnable then) {
        long ofTerm = term;
        changing = true;
        step.whenComplete((done, failure) -> {
            if (!leader.leads(ofTerm) || term != ofTerm) {
                return;
            }
            changing = false;
            adding = Optional.empty();
            if (failure == null) {
                failures.remove(node);
                pause = PAUSE_MIN;
                then.run();
            } else {
                failed(node, what, failure);
            }
        });
    }

    private void failed(NodeId node, String what, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof NotLeadingException) {
            return;
        }
        if (failures.merge(node, 1, Integer::sum) > 1) {
            failures.remove(node);
            askedNanos.put(node, leader.loop().nanos() - PREPARE_LIMIT.toNanos());
        }
        pauseEndsNanos = leader.loop().nanos() + pause.toNanos();
        concern =
                what + " failed: " + (cause.getMessage() == null ? cause : cause.getMessage()) + "; it is tried again";
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
    }

    /** Everything that the plan looks at, as it is now. */
    VoterPlan.Situation situation() {
        List<Ledger.Peer> voters = ledger.status().voters();
        TreeMap<NodeId, VoterPlan.Board> boards = new TreeMap<>();
        for (NodeRecord node : leader.state().nodes().values()) {
            if (!node.forgotten() && node.role() == NodeRole.AGENT) {
                boards.put(node.node(), board(node, voters));
            }
        }
        return new VoterPlan.Situation(
                self,
                voters,
                boards,
                votersMax,
                leader.state().electorate().move().map(move -> new VoterPlan.Move(move.from(), move.to())),
                leader.state().shutdown().isPresent(),
                leader.loop().nanos() - termSinceNanos < Timing.LEASE.toNanos(),
                leader.state().electorate().language());
    }

    private VoterPlan.Board board(NodeRecord node, List<Ledger.Peer> voters) {
        NodeId id = node.node();
        Optional<NodeBook> book = Optional.ofNullable(leader.books().get(id)).filter(NodeBook::hasReported);
        Optional<Message.VoterState> state = state(id);
        Optional<Ledger.Peer> vote =
                voters.stream().filter(voter -> voter.node().equals(id)).findFirst();
        boolean isUp = leader.cluster().view().has(id);
        boolean isSilent = vote.isPresent()
                && (!isUp || state.filter(known -> !known.trouble().isEmpty()).isPresent());
        return new VoterPlan.Board(
                id,
                node.name(),
                node.standing(),
                node.standing() == NodeStanding.QUARANTINED && !node.isLeaving(),
                isUp,
                book.isPresent(),
                isGone(id, isSilent && !id.equals(self)),
                isPassedOver(id),
                book.map(known -> BlobDuty.isWritable(known) && !BlobDuty.isFull(known))
                        .orElse(true),
                power(id, book),
                leader.state()
                        .presence(id)
                        .map(presence -> (int) Math.round(presence.score(leader.now())))
                        .orElse(0),
                node.admittedAt(),
                state.map(known -> new VoterPlan.Copy(
                        known.storage(),
                        known.address(),
                        known.trouble().isEmpty() && known.course().equals(course()),
                        known.language().orElse(Language.FIRST))));
    }

    /** What an operator wrote down of all boards counts more than what a node's own configuration says. */
    private String power(NodeId id, Optional<NodeBook> book) {
        return Optional.ofNullable(
                        leader.state().racks().layout().supplyOfNode().get(id))
                .or(() -> book.map(known -> known.status().capacity().labels().get(POWER_LABEL)))
                .orElse("");
    }

    /** What the node says of its copy in this life of its agent. */
    private Optional<Message.VoterState> state(NodeId node) {
        return Optional.ofNullable(said.get(node))
                .filter(word -> leader.cluster()
                        .view()
                        .member(node)
                        .filter(member -> member.incarnation().equals(word.incarnation()))
                        .isPresent())
                .map(Said::state);
    }

    private boolean isGone(NodeId node, boolean isSilent) {
        if (!isSilent) {
            silentSinceNanos.remove(node);
            return false;
        }
        long now = leader.loop().nanos();
        return now - silentSinceNanos.computeIfAbsent(node, id -> now) > GONE_AFTER.toNanos();
    }

    /** Asked in vain, or adding it failed twice: another one is tried first. */
    private boolean isPassedOver(NodeId node) {
        Long asked = askedNanos.get(node);
        if (asked == null) {
            return false;
        }
        long waitedNanos = leader.loop().nanos() - asked - PREPARE_LIMIT.toNanos();
        if (waitedNanos >= PASSED_OVER.toNanos()) {
            askedNanos.remove(node);
            return false;
        }
        return waitedNanos >= 0;
    }

    /** What becomes of the votes when these nodes are drained, and why that cannot be. */
    VoteOutlook ofDrain(Collection<NodeId> nodes) {
        return VoteOutlook.ofDrain(situation(), nodes);
    }

    /** What becomes of the votes while these nodes take turns in being out, besides those that are out anyway. */
    VoteOutlook ofRound(Collection<NodeId> out, List<NodeId> turns, int maxOut) {
        return VoteOutlook.ofRound(situation(), out, turns, maxOut);
    }

    /** Why what a release newer than some voter's would write is not written yet. */
    RefusedException unknown() {
        LanguagePlan.Unknowing unknowing = LanguagePlan.unknowing(situation());
        List<String> sentences = new ArrayList<>();
        if (!unknowing.older().isEmpty()) {
            sentences.add(names(unknowing.older(), " keeps", " keep") + " the ledger with an older release of Bramble,"
                    + " which does not know this: upgrade " + (unknowing.older().size() == 1 ? "it" : "them"));
        }
        if (!unknowing.silent().isEmpty()) {
            sentences.add(names(unknowing.silent(), " keeps", " keep") + " the ledger and "
                    + (unknowing.silent().size() == 1 ? "has" : "have")
                    + " not said yet whether what was upgraded knows this: see that it is up");
        }
        return sentences.isEmpty()
                ? new RefusedException(
                        Refusal.Kind.UNAVAILABLE, "the ledger is about to learn what this release knows: try again")
                : new RefusedException(Refusal.Kind.CONFLICT, String.join("; ", sentences));
    }

    private static String names(List<String> names, String one, String several) {
        return String.join(", ", names) + (names.size() == 1 ? one : several);
    }

    /** Said to operators while voters of an older release hold the others back. */
    Optional<String> heldBack() {
        boolean isBehind = leader.state().electorate().language() < Language.OWN;
        return Optional.of(LanguagePlan.unknowing(situation()))
                .filter(unknowing -> isBehind && !unknowing.isNobody())
                .map(unknowing -> unknown().getMessage()
                        + "; until then nothing that needs the newer release is written into the ledger");
    }

    /** Why the vote cannot be ordered to move; all reasons, as sentences. */
    List<String> refusalsOfMove(NodeId from, NodeId to) {
        List<String> reasons = new ArrayList<>();
        VoterPlan.Situation now = situation();
        if (now.shutsDown()) {
            reasons.add("a shutdown is ordered: no vote moves until the bramble is back from it, or"
                    + " `bramble shutdown --cancel`");
        }
        leader.state()
                .electorate()
                .move()
                .ifPresent(move -> reasons.add("the vote of " + name(move.from()) + " moves to " + name(move.to())
                        + " just now: wait until that is over"));
        if (!leader.isVoter(from)) {
            List<String> voters =
                    now.voters().stream().map(voter -> name(voter.node())).toList();
            reasons.add(name(from) + " has no vote: the voters are " + String.join(", ", voters));
        }
        VoterPlan.Board target = now.boards().get(to);
        if (leader.isVoter(to)) {
            reasons.add(name(to) + " has a vote already");
        } else if (target == null) {
            reasons.add(name(to) + " is no agent of this bramble: only agents keep the ledger");
        } else if (!target.up() || !target.reported()) {
            reasons.add(name(to) + " is down: start it first");
        } else if (!target.standing().takesWork()) {
            reasons.add(name(to) + " does not take work (" + target.standing() + "): uncordon it first");
        } else if (!target.hasRoom()) {
            reasons.add(name(to) + " cannot keep the ledger: its disk is full or takes no writes");
        } else if (target.copy()
                .filter(copy -> copy.language() < now.language())
                .isPresent()) {
            reasons.add(name(to) + " runs an older release of Bramble: upgrade it first");
        }
        return reasons;
    }

    private String name(NodeId node) {
        return leader.state().node(node).map(NodeRecord::name).orElse(node.value());
    }
}
