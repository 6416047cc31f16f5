package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a head shows of nodes that are not well, and of what happened. */
class SickNodesViewTest {
    private static final NodeId ONE = new NodeId("n1");
    private static final Reading NONE = Reading.unknown("test");

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private final CborCodec codec = new CborCodec();
    private final Member member = new Member(ONE, "pi01", NodeRole.AGENT, "n1:1", "n1:2", "serial", "first");
    private List<Member> members = List.of(member);
    private final Cluster cluster = new Alone();
    private final HeadControl head = new HeadControl(
            new HeadControl.Parts(loop, cluster, new Requests(loop, cluster), codec, codec, null, Runnable::run));
    private Moment now = Moment.FOUNDING;
    private long index;

    /** A view, and nobody to talk to. */
    private final class Alone implements Cluster {
        @Override
        public View view() {
            return new View(1, members);
        }

        @Override
        public void send(NodeId to, Message message) {}

        @Override
        public void sendToAll(Message message) {}

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    SickNodesViewTest() {
        pulse();
        apply(new Command.AdmitNode(NodeRecord.admitted(ONE, "pi01", NodeRole.AGENT, "serial", "key", "root", now)));
    }

    private void settle() {
        pass(Duration.ofMillis(10));
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    private void pulse() {
        pulse(1);
    }

    private void pulse(long term) {
        loop.execute(
                () -> head.received(member, new Message.Pulse(term, ONE, now, index, List.of(ONE), Optional.empty())));
        settle();
    }

    private void apply(Command... commands) {
        byte[] entry = codec.encodeEntry(new Entry(now, List.of(commands)));
        String ledger = head.state().ledger().value();
        long at = index++;
        loop.execute(() -> head.received(
                member, new Message.FeedEntries(ledger, at, at + 1, List.of(new Message.FeedEntry(at + 1, 1, entry)))));
        settle();
    }

    private void report(long heardMillisAgo, double celsius) {
        BoardHealth health = new BoardHealth(
                "board", "boot", Reading.known(celsius), NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
        Message.NodeSoft node = new Message.NodeSoft(
                ONE,
                new NodeCapacity(4000, 1L << 30, new TreeMap<>(), "simulated"),
                Optional.of(health),
                0,
                0,
                0,
                heardMillisAgo,
                0.5);
        loop.execute(() -> head.received(member, soft(List.of(node))));
        settle();
    }

    private Message.SoftState soft(List<Message.NodeSoft> nodes) {
        return new Message.SoftState(
                1,
                now,
                nodes,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private <T> T read(Function<Views, T> question) {
        CompletableFuture<T> answer = head.read(0, question).toCompletableFuture();
        settle();
        assertThat(answer).isDone();
        return answer.join();
    }

    private Views.NodeView node() {
        return read(views -> views.node("pi01")).orElseThrow();
    }

    @Test
    void aNodeInTheViewThatIsSilentForThreeHeartbeatsIsSuspect() {
        report(3_000, 40);
        assertThat(node().link()).isEqualTo(Views.Link.UP);
        report(3_001, 40);
        assertThat(node().link()).isEqualTo(Views.Link.SUSPECT);
        members = List.of();
        assertThat(node().link()).isEqualTo(Views.Link.DOWN);
    }

    @Test
    void aNodeThatIsDownWasLastHeardWhenItWas() {
        report(1_000, 40);
        members = List.of();
        loop.execute(() -> head.received(member, soft(List.of())));
        pass(Duration.ofSeconds(7));
        assertThat(node().link()).isEqualTo(Views.Link.DOWN);
        assertThat(node().heardMillisAgo()).isBetween(8_000L, 8_100L);
    }

    @Test
    void whatAHeadNeverHeardItselfWasLastHeardWhenTheLedgerSaysThatItWasLost() {
        assertThat(node().heardMillisAgo()).isEqualTo(-1);
        apply(new Command.NodeArrived(ONE, "first"));
        assertThat(node().heardMillisAgo()).as("it is there").isEqualTo(-1);
        apply(new Command.NodeLost(ONE, "first", "its connection closed", true));
        now = now.plus(Duration.ofMinutes(10));
        pulse();
        assertThat(node().heardMillisAgo()).isBetween(600_000L, 600_100L);
    }

    @Test
    void aBoardsFiguresGrowOldWhileNobodyTellsNewOnes() {
        report(1_500, 40);
        Reading celsius = node().health().orElseThrow().temperatureCelsius();
        assertThat(celsius.ageMillis()).as("the node has been silent since").isBetween(1_500L, 1_600L);
        pass(Duration.ofMinutes(1));
        celsius = node().health().orElseThrow().temperatureCelsius();
        assertThat(celsius.value()).isEqualTo(40);
        assertThat(celsius.ageMillis()).as("no leader speaks").isBetween(61_500L, 61_700L);
    }

    @Test
    void aHotBoardStaysFlaggedUntilItIsCool() {
        report(0, 79);
        assertThat(node().flags()).isEmpty();
        report(0, 80);
        report(0, 76);
        assertThat(node().flags()).containsExactly(Views.HealthFlag.HOT);
        report(0, 74);
        assertThat(node().flags()).isEmpty();
    }

    @Test
    void aNodesLossesAreShownAsTheyWeighNow() {
        apply(new Command.NodeArrived(ONE, "first"), new Command.NodeLost(ONE, "first", "its connection closed", true));
        assertThat(node().flapping()).isBetween(0.999, 1.0);
        now = now.plus(Duration.ofMinutes(10));
        pulse();
        assertThat(node().flapping()).isBetween(0.49, 0.51);
    }

    private void drained() {
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        apply(
                new Command.AdmitNode(
                        NodeRecord.admitted(new NodeId("n2"), "pi02", NodeRole.AGENT, "other", "key2", "root", now)),
                new Command.OrderDrain(1, List.of(ONE), spec, "fan", "ann"),
                new Command.StepDrain(ONE, 1, NodeStanding.DRAINING, ""),
                new Command.StepDrain(ONE, 1, NodeStanding.DRAINED, "safe to unplug: it holds no file"));
        assertThat(node().standing()).isEqualTo(NodeStanding.DRAINED);
    }

    private void tellOfDrain(long term, NodeStanding standing, String... missing) {
        Message.DrainSoft drain =
                new Message.DrainSoft(ONE, 1, Optional.of(standing), true, 0, 0, 0, 0, -1, List.of(missing), List.of());
        Message.SoftState soft = new Message.SoftState(
                term,
                now,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(List.of(drain)),
                Optional.empty(),
                Optional.empty());
        loop.execute(() -> head.received(member, soft));
        settle();
    }

    private String missing() {
        return String.join("; ", node().drain().orElseThrow().waitsFor());
    }

    @Test
    void aDrainedBoardIsSafeToUnplugByTheWordOfWhoLeadsNow() {
        drained();
        tellOfDrain(1, NodeStanding.DRAINED);
        assertThat(node().isSafeToUnplug()).isTrue();
        assertThat(node().drain().orElseThrow().proof()).containsExactly("safe to unplug: it holds no file");
        tellOfDrain(1, NodeStanding.DRAINED, "leave it plugged in");
        assertThat(node().isSafeToUnplug()).isFalse();
        assertThat(missing()).isEqualTo("leave it plugged in");
    }

    @Test
    void aDrainedBoardOfWhichNoLeaderHasSpokenIsNotKnownToBeSafe() {
        drained();
        assertThat(node().isSafeToUnplug()).isFalse();
        assertThat(missing()).startsWith("the leader has not said yet");
        assertThat(node().drain().orElseThrow().proof()).isEmpty();
        tellOfDrain(1, NodeStanding.DRAINING);
        assertThat(node().isSafeToUnplug()).as("of the step before").isFalse();
    }

    @Test
    void whatALeaderSaidThatIsGoneMakesNoBoardSafeToUnplug() {
        drained();
        tellOfDrain(1, NodeStanding.DRAINED);
        pass(LeaderWord.SILENT_AFTER.plusSeconds(1));
        assertThat(node().isSafeToUnplug()).isFalse();
        assertThat(missing()).startsWith("this head hears no leader");
        pulse(2);
        assertThat(missing()).startsWith("the leader has not said yet");
        tellOfDrain(1, NodeStanding.DRAINED);
        assertThat(node().isSafeToUnplug()).as("a late word of the last leader").isFalse();
        tellOfDrain(2, NodeStanding.DRAINED);
        assertThat(node().isSafeToUnplug()).isTrue();
    }

    @Test
    void onlyAHeadThatHasAllItsLeaderHadKnowsThatWhatItHasNotIsGone() {
        assertThat(read(Views::isRecovered)).as("never recovered").isFalse();
        apply(new Command.RecoverLedger("course", ONE, "two of three are gone", "ann"));
        pulse();
        assertThat(read(Views::isRecovered)).isTrue();
        index++;
        pulse();
        index--;
        assertThat(read(Views::isRecovered)).as("an entry is still to come").isFalse();
        pulse();
        pass(LeaderWord.SILENT_AFTER.plusSeconds(1));
        assertThat(read(Views::isRecovered))
                .as("nobody says how far the ledger is")
                .isFalse();
    }

    private void happen(EventKind kind, int job) {
        apply(new Command.NoteEvents(
                List.of(Happening.ofJob(kind, new JobId(job), Happening.BRAMBLE, kind + " of " + job))));
    }

    private List<Long> numbers(OptionalLong after, int limit, Views.EventFilter filter) {
        return read(views -> views.events(after, limit, filter)).stream()
                .map(Views.EventView::number)
                .toList();
    }

    @Test
    void ofTokensOnlyAdminsAreToldWhatOthersDid() {
        for (String by : List.of("root", "vera")) {
            apply(new Command.NoteEvents(List.of(Happening.of(EventKind.TOKEN_CREATED, by, "a token was made"))));
        }
        assertThat(numbers(OptionalLong.of(0), 9, Views.EventFilter.ALL)).contains(2L, 3L);
        assertThat(numbers(OptionalLong.of(0), 9, Views.EventFilter.ALL.withTokensOf("vera")))
                .contains(1L, 3L)
                .doesNotContain(2L);
        List<Views.EventView> older =
                read(views -> views.eventsBefore(3, 1, Views.EventFilter.ALL.withTokensOf("vera")));
        assertThat(older)
                .as("what is left out leaves room for others")
                .extracting(Views.EventView::number)
                .containsExactly(1L);
    }

    @Test
    void eventsComeInPagesOldestFirstAndOnlyTheOnesThatAreWanted() {
        happen(EventKind.JOB_LATE, 1);
        happen(EventKind.FILE_LOST, 1);
        happen(EventKind.JOB_LATE, 2);
        happen(EventKind.FILE_LOST, 2);
        Views.EventFilter all = Views.EventFilter.ALL;
        assertThat(numbers(OptionalLong.empty(), 3, all)).as("the newest").containsExactly(3L, 4L, 5L);
        assertThat(numbers(OptionalLong.of(1), 2, all)).as("those after").containsExactly(2L, 3L);
        assertThat(numbers(OptionalLong.of(3), 2, all)).containsExactly(4L, 5L);
        assertThat(numbers(OptionalLong.of(5), 2, all)).isEmpty();
        Views.EventFilter late =
                new Views.EventFilter(Optional.empty(), Optional.empty(), Optional.of(EventKind.JOB_LATE), false);
        assertThat(numbers(OptionalLong.of(0), 9, late)).containsExactly(2L, 4L);
        assertThat(numbers(OptionalLong.empty(), 1, late)).containsExactly(4L);
        Views.EventFilter ofTwo =
                new Views.EventFilter(Optional.empty(), Optional.of(new JobId(2)), Optional.empty(), false);
        assertThat(numbers(OptionalLong.of(0), 9, ofTwo)).containsExactly(4L, 5L);
        Views.EventFilter ofNode = new Views.EventFilter(Optional.of(ONE), Optional.empty(), Optional.empty(), false);
        assertThat(numbers(OptionalLong.of(0), 9, ofNode)).containsExactly(1L);
        Views.EventFilter warnings = new Views.EventFilter(Optional.empty(), Optional.empty(), Optional.empty(), true);
        assertThat(numbers(OptionalLong.of(0), 9, warnings))
                .as("whatever counts as a warning, and a node that was let in does not")
                .contains(3L, 5L)
                .doesNotContain(1L);
    }
}
