package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.leader.FeedServer;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A voter feeds a head over a wire with little room: what does not fit is dropped. */
class FeedTest {
    private static final JobId JOB = new JobId(1);
    /** As much as waits for one member, in {@code cluster.jgroups}. */
    private static final long ROOM_BYTES = 4 << 20;

    private static final Duration DELAY = Duration.ofMillis(2);

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private final CborCodec codec = new CborCodec();
    private final Member voter = member("pi01", NodeRole.AGENT);
    private final Member reader = member("head", NodeRole.HEAD);
    private final Replica source = new Replica(codec, new Nobody());
    private final Replica copy = new Replica(codec, new Nobody());
    private final FeedServer server = new FeedServer(loop, new Wire(), source, FeedServer.PART_BYTES);
    private final FeedFollower follower = new FeedFollower(loop, new Wire(), copy);
    private long bytesOnTheWay;
    private int dropped;
    /** Every so many parts of a snapshot one is lost. */
    private int losesEvery = Integer.MAX_VALUE;

    private int sentParts;
    private final Set<NodeId> asked = new TreeSet<>();

    private static Member member(String name, NodeRole role) {
        return new Member(new NodeId(name), name, role, name + ":1", name + ":2", "serial", "first");
    }

    private final class Wire implements Cluster {
        @Override
        public View view() {
            return new View(1, List.of(voter, reader));
        }

        @Override
        public void send(NodeId to, Message message) {
            long length = codec.encodeMessage(message).length;
            assertThat(length).isLessThanOrEqualTo(MESSAGE_BYTES_MAX);
            if (message instanceof Message.FeedRequest) {
                asked.add(to);
            }
            boolean isPart = message instanceof Message.FeedSnapshot;
            if (bytesOnTheWay + length > ROOM_BYTES || isPart && ++sentParts % losesEvery == 0) {
                dropped++;
                return;
            }
            bytesOnTheWay += length;
            loop.after(DELAY, () -> {
                bytesOnTheWay -= length;
                deliver(message);
            });
        }

        @Override
        public void sendToAll(Message message) {}

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private void deliver(Message message) {
        if (message instanceof Message.FeedRequest request) {
            server.received(reader, request);
        } else if (message instanceof Message.FeedSnapshot part) {
            follower.received(voter.node(), part);
        } else if (message instanceof Message.FeedEntries entries) {
            follower.received(entries);
        }
    }

    private static final class Nobody implements Replica.Observer {
        @Override
        public void applied(long index, LedgerState.Applied effects) {}

        @Override
        public void restored() {}

        @Override
        public void leading(long term) {}

        @Override
        public void following(long term, Optional<NodeId> leader) {}

        @Override
        public void votersChanged(List<Ledger.Peer> voters) {}

        @Override
        public void steppedAside(String trouble) {}
    }

    private void apply(Command... commands) {
        source.apply(source.index() + 1, 1, codec.encodeEntry(new Entry(Moment.FOUNDING, List.of(commands))));
        server.applied();
    }

    /** So many results of four kilobytes that nothing shortens. */
    private void fill(int results) {
        apply(new Command.Found(new LedgerId("l"), "kitchen", "", Optional.of(Language.OWN)));
        apply(new Command.SubmitJob(JOB, SampleJob.of(100_000).spec(), "ada", "", ""));
        for (int task = 0; task < results; task++) {
            finish(task);
        }
    }

    private void finish(int task) {
        byte[] printed = new byte[4000];
        new Random(task).nextBytes(printed);
        apply(new Command.RecordOutcomes(
                voter.node(),
                List.of(new AttemptOutcome(
                        new AttemptId(1, task + 1),
                        new TaskId(JOB, task),
                        0,
                        AttemptEnd.SUCCEEDED,
                        0,
                        "",
                        1,
                        new Output.Inline(printed),
                        Output.Inline.EMPTY,
                        false,
                        List.of(),
                        Optional.empty()))));
    }

    private void run(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    private void follow() {
        follower.received(
                new Message.Pulse(1, voter.node(), Moment.FOUNDING, 0, List.of(voter.node()), Optional.empty()));
        follower.start();
    }

    private void requireEqual() {
        assertThat(copy.index()).isEqualTo(source.index());
        assertThat(copy.snapshot()).isEqualTo(source.snapshot());
    }

    @Test
    void aHeadThatKnowsNothingGetsAStateOfManyTimesTheRoomOnTheWay() {
        fill(5000);
        assertThat((long) source.snapshot().length).isGreaterThan(4 * ROOM_BYTES);
        follow();
        run(Duration.ofSeconds(10));
        requireEqual();
        assertThat(dropped).isZero();
    }

    @Test
    void whatIsRecordedWhileItIsFetchedFollows() {
        fill(5000);
        follow();
        for (int task = 5000; task < 5300; task++) {
            run(Duration.ofMillis(3));
            finish(task);
        }
        run(Duration.ofSeconds(5));
        requireEqual();
        finish(6000);
        run(DELAY.multipliedBy(3));
        requireEqual();
    }

    @Test
    void aLostPartIsAskedForAgain() {
        losesEvery = 7;
        fill(2500);
        follow();
        run(Duration.ofSeconds(60));
        assertThat(dropped).isPositive();
        requireEqual();
    }

    @Test
    void aPartThatAnotherVoterSentLateHoldsNothingUp() {
        fill(100);
        follow();
        run(Duration.ofSeconds(1));
        follower.received(new NodeId("pi02"), part(source.index() + 50));
        goesOn();
    }

    @Test
    void aPartOfWhatIsNotThereAnyMoreHoldsNothingUp() {
        fill(100);
        follow();
        run(Duration.ofSeconds(1));
        follower.received(voter.node(), part(source.index() + 50));
        goesOn();
    }

    private Message.FeedSnapshot part(long index) {
        return new Message.FeedSnapshot(source.course(), index, 1, 0, 2, new byte[8]);
    }

    private void goesOn() {
        for (int task = 100; task < 110; task++) {
            run(Duration.ofMillis(500));
            finish(task);
        }
        run(Duration.ofSeconds(1));
        requireEqual();
    }

    @Test
    void aLeaderThatIsAskedJustBeforeTheNextTurnHasItsTimeToAnswer() {
        fill(100);
        follower.start();
        run(Duration.ofMillis(4_999));
        follower.received(new Message.Pulse(
                1, voter.node(), Moment.FOUNDING, 0, List.of(voter.node(), new NodeId("pi02")), Optional.empty()));
        run(Duration.ofMillis(4));
        assertThat(asked).containsExactly(voter.node());
    }
}
