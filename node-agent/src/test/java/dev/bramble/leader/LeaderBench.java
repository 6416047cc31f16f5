package dev.bramble.leader;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Replica;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Reading;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A leader on virtual time with a ledger of one voter, and nodes that say what the test says. */
final class LeaderBench {
    static final NodeId SELF = new NodeId("head");

    final SimTime time = new SimTime();
    final List<Sent> sent = new ArrayList<>();
    final Leader leader;
    final VoterDuty voters;
    private final SimTime.SimLoop loop = time.newLoop();
    private final TreeMap<NodeId, Member> members = new TreeMap<>();
    private final SimConsensus consensus;
    private final Replica replica;
    private final List<Consumer<View>> watching = new ArrayList<>();
    private final TreeMap<String, BoardHealth> boards = new TreeMap<>();
    private Map<NodeId, Departure> left = Map.of();
    private long jobs;

    record Sent(NodeId to, Message message) {}

    LeaderBench(SimConsensus.Habits habits) {
        this(habits, ledger -> ledger);
    }

    /** @param around what the leader sees in place of its ledger */
    LeaderBench(SimConsensus.Habits habits, UnaryOperator<Ledger> around) {
        this(habits, around, Optional.of(Language.OWN));
    }

    /** @param language of the release that founded the ledger, as in {@link Command.Found} */
    LeaderBench(SimConsensus.Habits habits, UnaryOperator<Ledger> around, Optional<Integer> language) {
        CborCodec codec = new CborCodec();
        consensus = new SimConsensus(
                time,
                new SplittableRandom(1),
                habits,
                List.of(new Ledger.Peer(SELF, "storage", "address")),
                (from, to) -> true);
        replica = new Replica(codec, new Observed());
        Ledger ledger = around.apply(consensus.join(SELF, loop, replica));
        leader = new Leader(SELF, loop, new Recording(), replica, ledger, codec);
        voters = new VoterDuty(SELF, leader, ledger, 3, Optional::empty);
        leader.whenUnknown(voters::unknown);
        // It leads by then, and a pulse does not come just between what a test does.
        pass(Duration.ofMillis(3_900));
        append(new Command.Found(new LedgerId("bench"), "bench", "", language));
    }

    LeaderBench() {
        this(SimConsensus.Habits.CALM);
    }

    SimTime.SimLoop loop() {
        return loop;
    }

    void pass(Duration duration) {
        long end = time.nanos() + duration.toNanos();
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0] && time.nanos() <= end) {
            time.step();
        }
    }

    /** Another leader of a later term is elected, which is this node again. */
    void leadAnew() {
        leader.leading(leader.term() + 1);
        settle();
    }

    /** Enough for an entry to be agreed and what follows from it to be sent. */
    void settle() {
        pass(Duration.ofMillis(100));
    }

    void append(Command command) {
        leader.append(command);
        settle();
    }

    JobId submit(SampleJob job) {
        JobId id = new JobId(++jobs);
        append(new Command.SubmitJob(id, job.spec(), "ada", "", ""));
        return id;
    }

    JobRecord job(JobId id) {
        return leader.state().job(id).orElseThrow();
    }

    LedgerState state() {
        return leader.state();
    }

    /** An agent joins under this incarnation; it is admitted the first time. */
    void join(String name, int incarnation) {
        NodeId id = new NodeId(name);
        if (state().node(id).isEmpty()) {
            append(new Command.AdmitNode(
                    NodeRecord.admitted(id, name, NodeRole.AGENT, name, "key of " + name, "root", Moment.FOUNDING)));
        }
        members.put(id, new Member(id, name, NodeRole.AGENT, name + ":1", "", name, name + incarnation));
        viewChanged();
        settle();
    }

    /** Leaves so that this is seen. */
    void leave(String name, Departure how) {
        left = Map.of(new NodeId(name), how);
        leave(name);
        left = Map.of();
    }

    /** The node reports its board in this life from now on. */
    void boot(String name, String bootId) {
        Reading none = Reading.unknown("not measured");
        boards.put(
                name,
                new BoardHealth("board", bootId, none, none, none, none, none, none, none, none, none, none, none));
    }

    /** All of them in one view. */
    void leave(String... names) {
        for (String name : names) {
            members.remove(new NodeId(name));
        }
        viewChanged();
        settle();
    }

    /** Joins and reports that it holds nothing. */
    void ready(String... names) {
        for (String name : names) {
            join(name, 1);
            report(name);
        }
    }

    private void viewChanged() {
        leader.viewChanged(view());
        watching.forEach(watcher -> watcher.accept(view()));
    }

    /** Told of every view, as voters tell those who are not the leader. */
    void whenViewChanges(Consumer<View> watcher) {
        watching.add(watcher);
        watcher.accept(view());
    }

    private View view() {
        return new View(1, List.copyOf(members.values()), left);
    }

    /** Does what a pulse does not, with this bench's leader. */
    BlobDuty blobDuty() {
        BlobDuty duty = new BlobDuty(leader);
        leader.withEveryPulse(duty::check);
        return duty;
    }

    /** The node says something of its disk. */
    void tell(BlobDuty duty, String name, Message.CopyNews news) {
        duty.received(members.get(new NodeId(name)), news);
        settle();
    }

    /** The node reports what it holds, having seen every order, and what ended. */
    void report(String name, List<Message.Held> held, AttemptOutcome... outcomes) {
        report(name, Long.MAX_VALUE, held, outcomes);
    }

    void report(String name) {
        report(name, List.of());
    }

    void report(String name, long ordersSeen, List<Message.Held> held, AttemptOutcome... outcomes) {
        reportAtOnce(name, ordersSeen, held, outcomes);
        settle();
    }

    /** Nodes report every second, each that it is at rest, on a board that is well and has booted as this. */
    void rest(Duration duration, String bootId, String... names) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            for (String name : names) {
                Optional<Message.Rest> rest = Optional.of(new Message.Rest(0, 0, 0, 0));
                reportAtOnce(name, Long.MAX_VALUE, Optional.of(well(bootId)), rest, List.of(), List.of());
            }
            pass(Duration.ofSeconds(1));
        }
    }

    private static BoardHealth well(String bootId) {
        Reading none = Reading.unknown("simulated");
        return new BoardHealth(
                "simulated board", bootId, none, none, none, none, none, none, none, none, none, none, none);
    }

    /** The node's agent of this incarnation asks for the lease of an attempt. */
    void askLease(String name, int incarnation, long stampNanos, AttemptId attempt) {
        Member agent = new Member(new NodeId(name), name, NodeRole.AGENT, name + ":1", "", name, name + incarnation);
        leader.received(agent, new Message.AskLease(leader.term(), stampNanos, List.of(attempt)));
        pass(Exclusives.PROOF_PAUSE.multipliedBy(2));
    }

    /** It holds nothing, and its board is like this. */
    void report(String name, Optional<BoardHealth> health) {
        reportAtOnce(name, Long.MAX_VALUE, health, Optional.empty(), List.of(), List.of());
        settle();
    }

    /** A batch ended. */
    void report(String name, List<Message.Held> held, BatchOutcome batch) {
        reportAtOnce(name, Long.MAX_VALUE, Optional.empty(), Optional.empty(), held, List.of(batch));
        settle();
    }

    /** What comes next comes before the ledger has answered. */
    void reportAtOnce(String name, long ordersSeen, List<Message.Held> held, AttemptOutcome... outcomes) {
        reportAtOnce(name, ordersSeen, Optional.empty(), Optional.empty(), held, List.of(), outcomes);
    }

    private void reportAtOnce(
            String name,
            long ordersSeen,
            Optional<BoardHealth> health,
            Optional<Message.Rest> rest,
            List<Message.Held> held,
            List<BatchOutcome> batches,
            AttemptOutcome... outcomes) {
        NodeCapacity capacity = new NodeCapacity(2000, 1L << 30, new TreeMap<>(), "simulated");
        leader.received(
                members.get(new NodeId(name)),
                new Message.Status(
                        leader.term(),
                        ordersSeen,
                        capacity,
                        health.or(() -> Optional.ofNullable(boards.get(name))),
                        held,
                        Arrays.asList(outcomes),
                        batches,
                        false,
                        rest));
    }

    static Message.Held running(WorkOrder order) {
        return new Message.Held(order.attempt(), order.task(), order.count(), order.retryEpoch(), true, 10);
    }

    static Message.Held waiting(WorkOrder order) {
        return new Message.Held(order.attempt(), order.task(), order.count(), order.retryEpoch(), false, 0);
    }

    static AttemptOutcome ended(WorkOrder order, AttemptEnd end) {
        return SampleJob.outcome(order.attempt(), order.task(), order.retryEpoch(), end, "by " + order.attempt());
    }

    /** Attempts that the node was ordered to run, in order. */
    List<WorkOrder> orders(String name) {
        return messages(name, Message.Orders.class).stream()
                .flatMap(orders -> orders.attempts().stream())
                .toList();
    }

    <M extends Message> List<M> messages(String name, Class<M> kind) {
        return sent.stream()
                .filter(each -> each.to().equals(new NodeId(name)))
                .map(Sent::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private final class Recording implements Cluster {
        @Override
        public View view() {
            return LeaderBench.this.view();
        }

        @Override
        public void send(NodeId to, Message message) {
            sent.add(new Sent(to, message));
        }

        @Override
        public void sendToAll(Message message) {
            members.keySet().forEach(node -> send(node, message));
        }

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private final class Observed implements Replica.Observer {
        @Override
        public void applied(long index, LedgerState.Applied effects) {
            leader.applied(effects);
        }

        @Override
        public void restored() {}

        @Override
        public void leading(long term) {
            leader.leading(term);
        }

        @Override
        public void following(long term, Optional<NodeId> newLeader) {
            leader.following();
        }

        @Override
        public void votersChanged(List<Ledger.Peer> voters) {}

        @Override
        public void steppedAside(String trouble) {}
    }
}
