package dev.bramble.leader;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.cluster.View;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The leader's duties: hear what nodes hold, record what their attempts came to, give lost work back, and grant.
 *
 * <p>Owned by the event loop of the node that leads; idle on others. Everything here is soft state: a new leader knows
 * it again once the nodes of its view have reported. Until then it accepts jobs but grants nothing.
 */
public final class Leader {
    /** Orders not seen by then are taken for lost; several round trips on a loaded network. */
    static final Duration ORDERS_LOST_AFTER = Duration.ofSeconds(3);

    private enum Mode {
        /** Another node leads, or none. */
        IDLE,
        /** Leads, and waits for the nodes' reports. */
        LEARNING,
        /** Leads and grants. */
        GRANTING
    }

    private final NodeId self;
    private final EventLoop loop;
    private final Cluster cluster;
    private final Replica replica;
    private final Ledger ledger;
    private final Scribe scribe;
    private final Planning planning;
    private final Tails tails = new Tails();
    private final Locating locating = new Locating();
    private final CordonedNodes cordoned = new CordonedNodes();
    private final TreeMap<NodeId, NodeBook> books = new TreeMap<>();
    private final TreeMap<JobId, JobQueue> queues = new TreeMap<>();
    private final Recording recording = new Recording(this);
    private final HeldBooks heldBooks = new HeldBooks(this);
    private final HeardTime heard;
    private final Holdings holdings = new Holdings(this);
    private final Exclusives exclusives = new Exclusives(this);
    private final LossCharges charges = new LossCharges(this);
    private final Suspects suspects = new Suspects(this, charges);
    private final Legacy legacy = new Legacy(this, charges, suspects);
    private Mode mode = Mode.IDLE;
    private long term;
    private long sequence;
    private long ordersNumber;
    private long leadingSinceNanos;
    private Moment leadingSince = Moment.FOUNDING;
    private boolean planPosted;
    private long nextExpiryCheckNanos;
    private Runnable pulsed = () -> {};
    private Consumer<Happening> noted = what -> {};

    public Leader(NodeId self, EventLoop loop, Cluster cluster, Replica replica, Ledger ledger, EntryCodec codec) {
        this.self = self;
        this.loop = loop;
        this.cluster = cluster;
        this.replica = replica;
        this.ledger = ledger;
        this.heard = new HeardTime(loop);
        this.scribe = new Scribe(new Appender(ledger, codec, this::now), replica, ledger, codec.language());
        this.planning = new Planning(this);
    }

    /** Also does {@code duty} with every pulse while this node leads. */
    public void withEveryPulse(Runnable duty) {
        Runnable before = pulsed;
        pulsed = () -> {
            before.run();
            duty.run();
        };
    }

    /** Who writes down what this leader sees happen. */
    void whenNoted(Consumer<Happening> writer) {
        noted = writer;
    }

    /** Something happened that people may want to know of. */
    void note(Happening what) {
        noted.accept(what);
    }

    /** What people call the node. */
    String name(NodeId node) {
        return state().node(node).map(NodeRecord::name).orElse(node.value());
    }

    /** Bramble time: only meaningful while leading. */
    public Moment now() {
        return leadingSince.plus(Duration.ofNanos(loop.nanos() - leadingSinceNanos));
    }

    public boolean isLeading() {
        return mode != Mode.IDLE;
    }

    public long term() {
        return term;
    }

    public LedgerState state() {
        return replica.state();
    }

    /** Whether the nodes have told this leader what they hold. */
    boolean knowsNodes() {
        return mode == Mode.GRANTING;
    }

    /** Incarnations of all agents that are up. */
    List<String> livesOfAgents() {
        return books.values().stream().map(book -> book.member().incarnation()).toList();
    }

    /** Index of the newest entry applied here. */
    public long appliedIndex() {
        return replica.index();
    }

    /** By the ledger's committed membership. */
    List<NodeId> voters() {
        return ledger.status().voters().stream().map(Ledger.Peer::node).toList();
    }

    /** Whether the node is in the ledger's committed membership. */
    boolean isVoter(NodeId node) {
        return ledger.status().voters().stream().anyMatch(peer -> peer.node().equals(node));
    }

    /**
     * Appends a command in the leader's name; completes when it is applied here. Refused while some voter may not know
     * what it says.
     */
    public CompletionStage<Long> append(Command command) {
        return scribe.append(command);
    }

    /** Who writes. */
    Scribe scribe() {
        return scribe;
    }

    /** Whether all voters know what the command says. */
    boolean mayWrite(Command command) {
        return scribe.mayWrite(command);
    }

    /** Who says why voters do not know yet what was to be written. */
    void whenUnknown(Supplier<RefusedException> teller) {
        scribe.whenUnknown(teller);
    }

    /** The pulse of another leader, or an own one. */
    public void heard(Message.Pulse pulse) {
        heard.hear(pulse);
    }

    /** This node leads {@code newTerm} and its state is complete. */
    public void leading(long newTerm) {
        forgetAll();
        term = newTerm;
        sequence = 0;
        ordersNumber = 0;
        leadingSince = state().now().orLater(heard.now());
        leadingSinceNanos = loop.nanos();
        nextExpiryCheckNanos = loop.nanos();
        mode = Mode.LEARNING;
        state().activeJobs().forEach(job -> queues.put(job.id(), new JobQueue(job)));
        exclusives.follow();
        heldBooks.begin(cluster.view());
        legacy.begin();
        viewChanged(cluster.view());
        pulse(newTerm);
    }

    /** Another node leads, or none. */
    public void following() {
        if (mode != Mode.IDLE) {
            legacy.keep();
        }
        mode = Mode.IDLE;
        scribe.stop();
        forgetAll();
    }

    private void forgetAll() {
        books.clear();
        queues.clear();
        recording.clear();
        heldBooks.clear();
        exclusives.clear();
        charges.clear();
        legacy.clear();
        tails.clear();
        cordoned.clear();
        locating.clear();
    }

    private void pulse(long ofTerm) {
        if (mode == Mode.IDLE || ofTerm != term) {
            return;
        }
        // First, so that no duty that goes wrong below ends the pulses of a leader that goes on leading.
        loop.after(Timing.PULSE, () -> pulse(ofTerm));
        cordoned.update(state(), replica.index());
        Message pulse = newPulse();
        cluster.sendToAll(pulse);
        cluster.send(self, pulse);
        if (mode == Mode.LEARNING) {
            endLearning();
        }
        expire();
        heldBooks.end(cluster.view(), holdings::lose);
        exclusives.check();
        charges.check();
        legacy.settle(cluster.view());
        legacy.tell(true);
        planning.watchJobs();
        pulsed.run();
        requestPlan();
    }

    /** Boards that are looked for. */
    Locating locating() {
        return locating;
    }

    private Message newPulse() {
        return new Message.Pulse(
                term,
                self,
                now(),
                replica.index(),
                voters(),
                Optional.of(cordoned.nodes()),
                Optional.of(locating.at(now())),
                Optional.of(locating.signs()),
                state().settings().healthLimits().unlessStandard());
    }

    /** A node whose standing has changed is told at once: no task starts there, or it is wanted for work again. */
    private void tellStandings() {
        Set<NodeId> changed = cordoned.update(state(), replica.index());
        if (!changed.isEmpty()) {
            Message pulse = newPulse();
            changed.forEach(node -> cluster.send(node, pulse));
        }
    }

    /** What the node's agent says is left of its work, if it has heard of its present cordon from this leader. */
    Optional<Message.Rest> restOf(NodeId node) {
        Optional<Long> since = cordoned.since(node);
        return Optional.ofNullable(books.get(node))
                .map(NodeBook::status)
                .flatMap(Message.Status::rest)
                .filter(rest -> since.isPresent() && rest.ledgerIndex() >= since.get());
    }

    private void endLearning() {
        boolean leasePassed = loop.nanos() - heldBooks.missedUntilNanos() > Timing.LEASE.toNanos();
        boolean allReported = books.values().stream().allMatch(NodeBook::hasReported);
        if (mode == Mode.LEARNING && !heldBooks.isAnyMissing() && (leasePassed || allReported)) {
            mode = Mode.GRANTING;
            requestPlan();
        }
    }

    private void expire() {
        if (loop.nanos() - nextExpiryCheckNanos < 0) {
            return;
        }
        nextExpiryCheckNanos = loop.nanos() + Duration.ofSeconds(30).toNanos();
        Optional<Moment> due = state().nextExpiry();
        if (due.isPresent() && !now().isBefore(due.get())) {
            append(new Command.Expire());
        }
    }

    /** Members came or went. */
    public void viewChanged(View view) {
        legacy.seen(view);
        if (mode == Mode.IDLE) {
            return;
        }
        heldBooks.returned(view).forEach(book -> books.put(book.member().node(), book));
        List<NodeBook> gone = new ArrayList<>();
        for (NodeBook book : List.copyOf(books.values())) {
            Optional<Member> member = view.member(book.member().node());
            if (member.isEmpty()) {
                gone.add(book);
            } else if (!member.get().incarnation().equals(book.member().incarnation())) {
                charges.restarted(book, book.workMillisByJob(), holdings.lose(book));
            }
        }
        int there = books.size() - gone.size();
        List<NodeBook> unexplained =
                gone.stream().filter(book -> !suspects.explain(book)).toList();
        List<NodeBook> held = heldBooks.take(unexplained, view, there);
        held.forEach(book -> books.remove(book.member().node()));
        gone.removeAll(held);
        gone.forEach(book -> charges.left(book, view, book.workMillisByJob(), holdings.lose(book)));
        heldBooks.end(view, holdings::lose);
        legacy.settle(view);
        for (Member member : view.members()) {
            if (member.role() == NodeRole.AGENT && !books.containsKey(member.node()) && isAdmitted(member.node())) {
                books.put(member.node(), new NodeBook(member));
            }
        }
        if (mode == Mode.LEARNING) {
            endLearning();
        }
        requestPlan();
    }

    private boolean isAdmitted(NodeId node) {
        return state().node(node).isPresent();
    }

    /** What became of an attempt that is not held any more. */
    enum Left {
        /** It ended here or was never begun. */
        ENDED,
        /** It ended, its node was lost, and its outcome is on its way into the ledger. */
        RECORDING,
        /** Its node was lost. */
        LOST
    }

    /** The attempt is not held any more; its open tasks go back to the queue unless another attempt has them. */
    void released(NodeBook.Held held, Left left) {
        Optional<JobQueue> queue = queueOf(held.task.job(), held.retryEpoch);
        if (queue.isEmpty()) {
            return;
        }
        if (held.running) {
            queue.get().countRunning(-1);
        }
        boolean isOver = exclusives.isOver(held);
        switch (isOver ? left : Left.RECORDING) {
            case ENDED -> queue.get().giveBack(held.tasks());
            case RECORDING -> queue.get().settle(held.tasks());
            case LOST -> queue.get().giveBackLost(held.tasks());
        }
    }

    /** Attempts of an earlier epoch are on their way out and hold nothing. */
    Optional<JobQueue> queueOf(JobId job, int retryEpoch) {
        return Optional.ofNullable(queues.get(job))
                .filter(queue -> queue.job().retryEpoch() == retryEpoch && queue.isCurrent());
    }

    /** A node's report: what it holds and what ended. */
    public void received(Member from, Message.Status status) {
        NodeBook book = books.get(from.node());
        if (mode == Mode.IDLE || book == null || status.term() != term) {
            return;
        }
        book.heard(status, loop.nanos());
        holdings.adopt(book, status.held());
        record(book, status.outcomes(), status.batches());
        exclusives.heard(from, status);
        holdings.dropVanished(book, status);
        exclusives.reopenEnded();
        legacy.heard(from.node());
        endLearning();
        requestPlan();
    }

    /** What is new on a node. Of one that has not reported yet, all of it comes soon. */
    public void received(Member from, Message.Progress progress) {
        NodeBook book = books.get(from.node());
        if (mode == Mode.IDLE || book == null || !book.hasReported() || progress.term() != term) {
            return;
        }
        book.heard(loop.nanos());
        holdings.adopt(book, progress.running());
        record(book, progress.outcomes(), progress.batches());
        legacy.heard(from.node());
        requestPlan();
    }

    private void record(NodeBook book, List<AttemptOutcome> outcomes, List<BatchOutcome> batches) {
        List<AttemptId> settled = new ArrayList<>();
        exclusives.ended(book.member(), outcomes);
        recording.record(book, outcomes, settled);
        recording.recordBatches(book, batches, settled);
        exclusives.reopenEnded();
        if (!settled.isEmpty()) {
            cluster.send(book.member().node(), new Message.Settled(term, settled));
        }
    }

    /** A node asks how long attempts at tasks of exclusive jobs may run. */
    public void received(Member from, Message.AskLease ask) {
        if (mode != Mode.IDLE && ask.term() == term) {
            exclusives.received(from, ask);
        }
    }

    /** The last of what a running attempt printed. */
    public void received(Member from, Message.Tail tail) {
        NodeBook book = books.get(from.node());
        if (mode != Mode.IDLE && book != null && book.held(tail.attempt()) != null) {
            tails.keep(tail);
        }
    }

    /** An entry was applied here. */
    public void applied(LedgerState.Applied effects) {
        if (mode == Mode.IDLE) {
            return;
        }
        tellStandings();
        dropBlobs(effects.dropped());
        for (JobQueue queue : List.copyOf(queues.values())) {
            JobRecord job = queue.job();
            boolean gone = state().job(job.id()).isEmpty();
            if (gone || job.phase().isFinal() || !queue.isCurrent()) {
                queues.remove(job.id());
                books.values().forEach(book -> book.forgetToldOf(job.id()));
                heldBooks.books().forEach(book -> book.forgetToldOf(job.id()));
                holdings.withdrawAll(job.id(), "its job is over: " + job.phase());
            }
        }
        for (JobRecord job : state().activeJobs()) {
            queues.computeIfAbsent(job.id(), id -> new JobQueue(job));
        }
        exclusives.follow();
        viewChanged(cluster.view());
    }

    /** Every agent is told, since any may have fetched a copy to run something. */
    private void dropBlobs(Collection<BlobId> dropped) {
        // What is needed anew since may be a file that somebody has just uploaded again.
        List<BlobId> all =
                dropped.stream().filter(blob -> state().blob(blob).isEmpty()).toList();
        for (int from = 0; from < all.size(); from += DiskAudit.NAMES_MAX) {
            Message drop =
                    new Message.DropBlobs(term, all.subList(from, Math.min(all.size(), from + DiskAudit.NAMES_MAX)));
            books.keySet().forEach(node -> cluster.send(node, drop));
        }
    }

    /** Plans once when the loop has done what is already posted, however often it is asked. */
    void requestPlan() {
        if (mode == Mode.GRANTING && !planPosted) {
            planPosted = true;
            loop.execute(() -> {
                planPosted = false;
                if (mode == Mode.GRANTING) {
                    planning.planAndSend();
                }
            });
        }
    }

    /** Enters the grant of {@code tasks} to {@code book}'s node; the caller sends it. */
    NodeBook.Held grant(NodeBook book, JobQueue queue, TaskRange tasks, long ordersNumber) {
        JobRecord job = queue.job();
        NodeBook.Held held = new NodeBook.Held(
                new AttemptId(term, ++sequence),
                new TaskId(job.id(), tasks.from()),
                tasks.count(),
                job.retryEpoch(),
                job.triesSpent(tasks.from()) + 1,
                ordersNumber,
                job.spec().needs(),
                loop.nanos());
        held.part = queue.isPart(tasks.from());
        book.add(held);
        queue.take(held.tasks());
        return held;
    }

    /**
     * The number of the next orders, to whichever node: a node that left the view and returned remembers the highest
     * number it saw, so they may not begin anew for it.
     */
    long nextOrdersNumber() {
        return ++ordersNumber;
    }

    NodeId self() {
        return self;
    }

    EventLoop loop() {
        return loop;
    }

    Cluster cluster() {
        return cluster;
    }

    Planning planning() {
        return planning;
    }

    Holdings holdings() {
        return holdings;
    }

    Recording recording() {
        return recording;
    }

    /** What a leader leaves to the next. */
    Legacy legacy() {
        return legacy;
    }

    /** Tasks that were lost with a node. */
    Suspects suspects() {
        return suspects;
    }

    Exclusives exclusives() {
        return exclusives;
    }

    /** Books of nodes that vanished with most others and are waited for. */
    HeldBooks heldBooks() {
        return heldBooks;
    }

    /** Whether it is a second attempt beside one that still runs: what becomes of it is held against nobody. */
    boolean isCopy(NodeBook.Held held) {
        return held.copy
                && queueOf(held.task.job(), held.retryEpoch)
                        .filter(queue -> queue.isHeldTwice(held.task.index()))
                        .isPresent();
    }

    SortedMap<NodeId, NodeBook> books() {
        return books;
    }

    SortedMap<JobId, JobQueue> queues() {
        return queues;
    }

    /** Whether this node still leads {@code ofTerm}. */
    boolean leads(long ofTerm) {
        return mode != Mode.IDLE && ofTerm == term;
    }

    Tails tails() {
        return tails;
    }

    /** Jobs that a job waits for and that have not succeeded. */
    Set<JobId> waitsFor(JobRecord job) {
        Set<JobId> open = new TreeSet<>();
        for (JobId after : job.spec().after()) {
            if (state().job(after).map(JobRecord::phase).orElse(JobPhase.CANCELLED) != JobPhase.SUCCEEDED) {
                open.add(after);
            }
        }
        return open;
    }
}
