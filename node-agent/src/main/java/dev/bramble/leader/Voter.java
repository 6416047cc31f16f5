package dev.bramble.leader;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Replica;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.time.CalendarClock;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import dev.bramble.trust.Authority;
import dev.bramble.trust.PasswordHashing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything that a node does because it keeps a copy of the ledger: it applies, feeds heads, and leads when it is
 * elected. Owned by the event loop. Made before its ledger is opened, since the engine applies while it opens; complete
 * once {@link #attach} was called.
 */
public final class Voter implements Replica.Observer {
    /** A calendar that moved by less is not worth an entry. */
    private static final Duration CALENDAR_TOLERANCE = Duration.ofSeconds(1);

    /**
     * @param random a {@link java.security.SecureRandom}, except in a simulation
     * @param authority the bramble's, once this voter has its key
     * @param votersMax 1, 3 or 5 from the configuration
     * @param blocking runs what takes long
     * @param feedPartBytes of a snapshot that heads fetch, see {@link FeedServer}
     */
    public record Parts(
            NodeId self,
            EventLoop loop,
            Cluster cluster,
            EntryCodec codec,
            RandomGenerator random,
            Supplier<Optional<Authority>> authority,
            int votersMax,
            CalendarClock calendar,
            PasswordHashing passwords,
            Executor blocking,
            int feedPartBytes) {}

    private final Parts parts;
    private final Replica replica;
    private final FeedServer feed;
    private Ledger ledger;
    private Leader leader;
    private Answers answers;
    private VoterDuty voters;
    private BlobDuty blobs;
    private HealthDuty health;
    private StrangeBoards strange;
    private Presences presences;
    private Chronicle chronicle;
    private AfterDrainDuty powers;
    private ShutdownDuty shutdown;
    private Succession succession;
    /** Who leads, as far as this voter's ledger knows. */
    private Optional<NodeId> followed = Optional.empty();

    /** Since when the calendar that this leader tells first holds: all may have been off until it began. */
    private Optional<Moment> calendarFrom = Optional.empty();

    /** Whether the ledger's calendar is what this leader's own clock, synchronised, showed while it led. */
    private boolean isCalendarSeen;

    private Optional<Long> leadingTerm = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private Consumer<String> onAside = sentence -> {};

    public Voter(Parts parts) {
        this.parts = parts;
        this.replica = new Replica(parts.codec(), this);
        this.feed = new FeedServer(parts.loop(), parts.cluster(), replica, parts.feedPartBytes());
    }

    /** What the ledger's engine drives. */
    public Replica replica() {
        return replica;
    }

    public LedgerState state() {
        return replica.state();
    }

    /** Its ledger is open. */
    public void attach(Ledger opened) {
        ledger = opened;
        succession = new Succession(
                parts.self(), parts.loop(), opened, parts.cluster().view());
        succession.following(followed);
        leader = new Leader(parts.self(), parts.loop(), parts.cluster(), replica, opened, parts.codec());
        Admissions admissions = new Admissions(leader, parts.authority(), parts.random());
        strange = new StrangeBoards(leader);
        voters = new VoterDuty(parts.self(), leader, opened, parts.votersMax(), parts.authority());
        blobs = new BlobDuty(leader);
        presences = new Presences(leader);
        chronicle = new Chronicle(leader, voters);
        leader.whenNoted(chronicle::note);
        leader.whenUnknown(voters::unknown);
        RoundDuty rounds = new RoundDuty(leader, new DrainLoads(leader));
        DrainDuty drains = new DrainDuty(leader, blobs, rounds, voters);
        DrainDesk drainDesk = new DrainDesk(leader, voters, drains);
        health = new HealthDuty(leader, drainDesk);
        powers = new AfterDrainDuty(leader, blobs);
        shutdown = new ShutdownDuty(leader, powers);
        PowerDesk power = new PowerDesk(leader, drainDesk, shutdown);
        RefusalTally refusals = new RefusalTally(parts.loop().nanos());
        AccountDesk accounts = new AccountDesk(
                leader,
                admissions,
                new PasswordDesk(parts.loop(), parts.blocking(), parts.passwords()),
                refusals,
                parts.random());
        UserDesk desk =
                new UserDesk(leader, parts.codec(), admissions, voters, strange, drainDesk, power, accounts, refusals);
        ButtonDesk button = new ButtonDesk(leader, drainDesk, refusals);
        answers = new Answers(leader, desk, admissions, button);
        leader.locating().whenSigned(new Signs(leader, drains)::list);
        Report report = new Report(leader, voters, admissions, blobs, strange, presences, drains, shutdown);
        report.alsoWarns(health::warnings);
        report.asksOfCalendar(this::noCalendar);
        leader.withEveryPulse(shutdown::check);
        leader.withEveryPulse(whileOpen(voters::check));
        leader.withEveryPulse(whileOpen(powers::check));
        leader.withEveryPulse(new Revocations(leader)::check);
        leader.withEveryPulse(this::mapCalendar);
        leader.withEveryPulse(whileOpen(blobs::check));
        leader.withEveryPulse(presences::check);
        leader.withEveryPulse(chronicle::check);
        leader.withEveryPulse(() -> write(refusals));
        leader.withEveryPulse(whileOpen(health::check));
        leader.withEveryPulse(whileOpen(drains::check));
        leader.withEveryPulse(report::send);
        presences.viewChanged(parts.cluster().view());
        leadingTerm.ifPresent(leader::leading);
    }

    /** A bramble that shuts down copies nothing and moves no vote: what is on its disks is there after the start. */
    private Runnable whileOpen(Runnable duty) {
        return () -> {
            if (state().shutdown().isEmpty()) {
                duty.run();
            }
        };
    }

    /** The leader's duties, once the ledger is open. */
    public Optional<Leader> leader() {
        return Optional.ofNullable(leader);
    }

    /** Told once, with the reason, when this voter can go on only with its ledger opened anew, and another voter. */
    public void whenAside(Consumer<String> told) {
        onAside = told;
    }

    /** Why this voter stands aside, if it does. */
    public Optional<String> trouble() {
        return trouble.or(
                () -> Optional.ofNullable(ledger).flatMap(open -> open.status().trouble()));
    }

    /** What keeps this leader's voters from being as they should be, a sentence; empty when nothing does. */
    public Optional<String> concern() {
        return Optional.ofNullable(voters).flatMap(VoterDuty::concern);
    }

    /** Which boards suffer without that anything is done about it any more, a sentence each. */
    public List<String> boardWarnings() {
        return Optional.ofNullable(health).map(HealthDuty::warnings).orElse(List.of());
    }

    private void write(RefusalTally refusals) {
        List<Command.Refused> due = refusals.due(parts.loop().nanos());
        Command noted = new Command.NoteRefusals(due);
        if (!due.isEmpty() && leader.mayWrite(noted)) {
            leader.append(noted);
        }
    }

    /**
     * Why no deadline can go by the calendar, a clause; "" when it can. While all was off, nobody knows for how long:
     * what an earlier leader said of the calendar may be days late.
     */
    public String noCalendar() {
        return isCalendarSeen ? "" : "the clock of " + leader.name(parts.self()) + ", which leads, is not synchronised";
    }

    private void mapCalendar() {
        parts.calendar().now().ifPresent(now -> {
            long offset = now.toEpochMilli() - leader.now().millis();
            boolean moved = state().calendar()
                    .offsetMillis()
                    .map(known -> Math.abs(known - offset) > CALENDAR_TOLERANCE.toMillis())
                    .orElse(true);
            if (moved) {
                Command dated = new Command.MapCalendar(offset, calendarFrom);
                leader.append(leader.mayWrite(dated) ? dated : new Command.MapCalendar(offset, Optional.empty()));
                calendarFrom = Optional.empty();
            }
            isCalendarSeen |= !moved;
        });
    }

    /** Why a node with a valid certificate must stay outside, as far as the ledger knows. */
    public Optional<String> refusal(NodeId node, String boardSerial) {
        NodeRecord known = state().nodes().get(node);
        if (known == null) {
            return Optional.empty();
        }
        if (!known.boardSerial().equals(boardSerial)) {
            tellSeen(node, boardSerial);
        }
        return refusal(known, boardSerial, leader != null && leader.isLeading());
    }

    /**
     * The same by what is known of the node. Who is sent away ends for good, so only what cannot have changed since
     * counts: a voter that has not read its whole log yet, or is cut off, may know a board that was left long ago.
     *
     * @param isCurrent whether no newer entry can be in the ledger: this voter leads
     */
    static Optional<String> refusal(NodeRecord known, String boardSerial, boolean isCurrent) {
        if (known.forgotten()) {
            return Optional.of(
                    known.name() + " was forgotten by this bramble: delete its identity folder and " + "enrol it anew");
        }
        if (isCurrent && !known.boardSerial().equals(boardSerial)) {
            return Optional.of(known.name() + " was enrolled on board " + known.boardSerial()
                    + " and now shows board " + boardSerial
                    + ": a card was moved or copied; `bramble node adopt " + known.name()
                    + "` if it was moved, or delete this board's identity folder to enrol it as a new node");
        }
        return Optional.empty();
    }

    /** The leader may not have met it itself. */
    private void tellSeen(NodeId node, String boardSerial) {
        if (strange != null && leader.isLeading()) {
            strange.seen(node, boardSerial);
        } else {
            followed.ifPresent(to -> parts.cluster().send(to, new Message.BoardSeen(node, boardSerial)));
        }
    }

    public void received(Member from, Message.BoardSeen seen) {
        if (strange != null && leader.isLeading()) {
            strange.seen(seen.node(), seen.boardSerial());
        }
    }

    public void received(Member from, Message.Legacy legacy) {
        if (leader != null) {
            leader.legacy().received(legacy);
        }
    }

    public void received(Member from, Message.BoardTrouble trouble) {
        if (powers != null && leader.isLeading()) {
            powers.received(from.node(), trouble);
        }
    }

    public void viewChanged(View view) {
        if (leader != null) {
            leader.viewChanged(view);
            presences.viewChanged(view);
            succession.viewChanged(view);
        }
    }

    public void received(Message.Pulse pulse) {
        if (leader != null) {
            leader.heard(pulse);
        }
    }

    public void received(Member from, Message.Status status) {
        if (leader != null) {
            leader.received(from, status);
        }
    }

    public void received(Member from, Message.Progress progress) {
        if (leader != null) {
            leader.received(from, progress);
        }
    }

    public void received(Member from, Message.AskLease ask) {
        if (leader != null) {
            leader.received(from, ask);
        }
    }

    public void received(Member from, Message.Tail tail) {
        if (leader != null) {
            leader.received(from, tail);
        }
    }

    public void received(Member from, Message.VoterState state) {
        if (voters != null) {
            voters.received(from, state);
        }
    }

    public void received(Member from, Message.CopyNews news) {
        if (blobs != null) {
            blobs.received(from, news);
        }
    }

    public void received(Member from, Message.FeedRequest request) {
        feed.received(from, request);
    }

    /** Never fails: a refusal is an answer, too. */
    public CompletionStage<Answer> answer(NodeId from, Question question) {
        return answers == null
                ? CompletableFuture.completedFuture(new Answer.Refused(
                        new Refusal(Refusal.Kind.UNAVAILABLE, "this voter is still starting: try again")))
                : answers.answer(from, question);
    }

    @Override
    public void applied(long index, LedgerState.Applied effects) {
        feed.applied();
        if (leader != null) {
            leader.applied(effects);
        }
    }

    @Override
    public void restored() {
        feed.applied();
    }

    @Override
    public void leading(long term) {
        followed = Optional.empty();
        isCalendarSeen = false;
        leadingTerm = Optional.of(term);
        // Later than all that was applied before.
        calendarFrom = Optional.of(state().now().plus(Duration.ofMillis(1)));
        if (leader != null) {
            succession.following(Optional.empty());
            leader.leading(term);
        }
    }

    @Override
    public void following(long term, Optional<NodeId> newLeader) {
        followed = newLeader;
        leadingTerm = Optional.empty();
        if (leader != null) {
            leader.following();
            succession.following(newLeader);
            chronicle.following(newLeader);
            newLeader.ifPresent(leader.legacy()::pass);
            shutdown.following();
        }
    }

    @Override
    public void votersChanged(List<Ledger.Peer> peers) {}

    @Override
    public void steppedAside(String sentence) {
        trouble = Optional.of(sentence);
        following(0, Optional.empty());
        onAside.accept(sentence);
    }
}
