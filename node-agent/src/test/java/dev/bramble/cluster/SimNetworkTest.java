package dev.bramble.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimTime time = new SimTime();
    private final List<String> trace = new ArrayList<>();
    private SimNetwork network = new SimNetwork(time, new SplittableRandom(1), SimNetwork.Options.CALM);

    /** A simulated process that remembers what it was told. */
    private final class Node implements Cluster.Listener {
        final NodeId id;
        final SimTime.SimLoop loop = time.newLoop();
        final List<Long> received = new ArrayList<>();
        final List<String> refusals = new ArrayList<>();
        final SimCluster cluster;
        View view;

        Node(String id, String incarnation) {
            this.id = new NodeId(id);
            Member self = new Member(this.id, id, NodeRole.AGENT, "", "", "board-" + incarnation, incarnation);
            this.cluster = network.join(self, loop, this);
        }

        Node(String id) {
            this(id, "1");
        }

        void send(Node to, long number) {
            loop.execute(() -> cluster.send(to.id, new Message.Request(number, new byte[0])));
        }

        String sees() {
            return String.join(
                    "",
                    view.members().stream().map(member -> member.node().value()).toList());
        }

        @Override
        public void viewChanged(View changed) {
            view = changed;
            trace.add(time.nanos() + " " + id + " sees " + sees() + " as view " + changed.number());
        }

        @Override
        public void received(Member from, Message message) {
            received.add(((Message.Request) message).id());
            trace.add(time.nanos() + " " + id + " hears " + received.getLast() + " from " + from.node());
        }

        @Override
        public void refused(String sentence) {
            refusals.add(sentence);
        }
    }

    private void run(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    private static Set<NodeId> ids(Node... nodes) {
        Set<NodeId> ids = new TreeSet<>();
        for (Node node : nodes) {
            ids.add(node.id);
        }
        return ids;
    }

    @Test
    void whoJoinsIsFirstAloneAndThenWithTheOthers() {
        Node a = new Node("a");
        run(Duration.ofNanos(1));
        assertThat(a.sees()).isEqualTo("a");
        Node b = new Node("b");
        Node c = new Node("c");
        run(SECOND);
        assertThat(List.of(a, b, c))
                .allSatisfy(node -> assertThat(new TreeSet<>(
                                node.view.members().stream().map(Member::node).toList()))
                        .isEqualTo(ids(a, b, c)));
        assertThat(b.cluster.roundTripTimes()).containsOnlyKeys(a.id, c.id);
    }

    @Test
    void messagesArriveInOrderOnceAndOnlyFromThoseInView() {
        Node a = new Node("a");
        Node b = new Node("b");
        a.send(b, -1);
        run(SECOND);
        LongStream.range(0, 500).forEach(i -> a.send(b, i));
        a.send(a, 500);
        run(SECOND);
        assertThat(b.received).isEqualTo(LongStream.range(0, 500).boxed().toList());
        assertThat(a.received).containsExactly(500L);
    }

    @Test
    void messagesAreLostDoubledAndSwappedOnlyWhenAsked() {
        network = new SimNetwork(time, new SplittableRandom(1), SimNetwork.Options.CALM.withMessages(0.1, 0.1, 0.2));
        Node a = new Node("a");
        Node b = new Node("b");
        run(SECOND);
        LongStream.range(0, 1_000).forEach(i -> a.send(b, i));
        run(SECOND);
        Set<Long> different = new TreeSet<>(b.received);
        assertThat(different.size()).isBetween(850, 950);
        assertThat(b.received.size() - different.size()).isBetween(50, 150);
        assertThat(b.received).isNotEqualTo(b.received.stream().sorted().toList());
    }

    @Test
    void aCrashIsNoticedAfterItsDelayAndARestartIsListedThen() {
        Node a = new Node("a");
        Node b = new Node("b");
        run(SECOND);
        network.crash(b.id);
        Node again = new Node("b", "2");
        run(Duration.ofMillis(500));
        assertThat(a.view.member(b.id)).map(Member::incarnation).contains("1");
        b.send(a, 1);
        run(SECOND);
        assertThat(a.view.member(b.id)).map(Member::incarnation).contains("2");
        assertThat(again.sees()).isEqualTo("ab");
        assertThat(a.received).as("from the dead").isEmpty();
        assertThat(again.refusals).isEmpty();
    }

    @Test
    void aViewSaysHowThoseLeftWhoAreGone() {
        Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c");
        Node d = new Node("d");
        run(SECOND);
        assertThat(a.view.left()).isEmpty();
        network.crash(b.id);
        run(SECOND);
        assertThat(a.view.evidence(b.id))
                .isEqualTo("its node was lost: its connection closed and it did not answer for 0.6 s");
        c.loop.execute(c.cluster::close);
        run(SECOND);
        assertThat(a.view.left()).containsOnlyKeys(c.id);
        assertThat(a.view.evidence(c.id)).isEqualTo("its node was lost: its agent said goodbye");
        network.freeze(d.id, Duration.ofSeconds(20));
        run(Duration.ofSeconds(6));
        assertThat(a.view.evidence(d.id)).isEqualTo("its node was lost: it was silent for 5.5 s");
    }

    @Test
    void aCopiedCardIsRefused() {
        Node a = new Node("a");
        run(SECOND);
        Node copy = new Node("a", "2");
        run(SECOND);
        assertThat(copy.refusals)
                .containsExactly("the node id a is already up (board board-1): this looks like a copied card");
        assertThat(a.sees()).isEqualTo("a");
    }

    @Test
    void whoLeavesOrIsDismissedIsGoneAtOnce() {
        Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c");
        run(SECOND);
        b.cluster.close();
        network.dismiss(c.id, "forgotten");
        run(Duration.ofMillis(10));
        assertThat(a.sees()).isEqualTo("a");
        assertThat(c.refusals).containsExactly("forgotten");
        assertThat(b.refusals).isEmpty();
    }

    @Test
    void theSidesOfASplitGetViewsOfTheirOwnAndOneAgainWhenItHeals() {
        Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c");
        run(SECOND);
        network.split(List.of(ids(a), ids(b, c)));
        a.send(b, 1);
        run(Duration.ofSeconds(5));
        assertThat(a.sees()).as("not noticed yet").hasSize(3);
        assertThat(b.received).isEmpty();
        run(SECOND);
        assertThat(a.sees()).isEqualTo("a");
        assertThat(b.sees()).isEqualTo(c.sees()).hasSize(2).doesNotContain("a");
        b.send(c, 2);
        network.heal();
        run(Duration.ofSeconds(7));
        assertThat(a.sees()).isEqualTo(b.sees()).isEqualTo(c.sees()).hasSize(3);
        a.send(b, 3);
        run(SECOND);
        assertThat(b.received).containsExactly(3L);
        assertThat(c.received).containsExactly(2L);
    }

    @Test
    void aSplitThatEndsBeforeItIsNoticedChangesNoView() {
        Node a = new Node("a");
        Node b = new Node("b");
        run(SECOND);
        long views = a.view.number();
        network.split(List.of(ids(a), ids(b)));
        run(Duration.ofSeconds(3));
        network.heal();
        network.cut(a.id, b.id);
        run(Duration.ofSeconds(4));
        network.heal();
        run(Duration.ofSeconds(20));
        assertThat(a.view.number()).isEqualTo(views);
    }

    @Test
    void aLinkThatIsCutOneWayExcludesWhomTheCoordinatorCannotTalkTo() {
        Node a = new Node("a");
        run(SECOND);
        Node b = new Node("b");
        run(SECOND);
        Node c = new Node("c");
        run(SECOND);
        network.cut(c.id, b.id);
        run(Duration.ofSeconds(7));
        b.send(c, 1);
        c.send(b, 2);
        run(SECOND);
        assertThat(a.sees()).as("the coordinator hears both").isEqualTo("abc");
        assertThat(c.received).containsExactly(1L);
        assertThat(b.received).isEmpty();
        network.cut(c.id, a.id);
        run(Duration.ofSeconds(7));
        assertThat(a.sees()).isEqualTo("ab");
        assertThat(c.sees()).isEqualTo("c");
    }

    @Test
    void aFrozenMemberLeavesAndReturnsWithWhatWasSentToItBefore() {
        Node a = new Node("a");
        run(SECOND);
        Node b = new Node("b");
        run(SECOND);
        network.freeze(b.id, Duration.ofSeconds(20));
        a.send(b, 1);
        run(Duration.ofSeconds(6));
        assertThat(a.sees()).isEqualTo("a");
        assertThat(b.sees()).as("it knows nothing of it").isEqualTo("ab");
        assertThat(b.received).isEmpty();
        run(Duration.ofSeconds(25));
        assertThat(a.sees()).isEqualTo("ab");
        assertThat(b.received).containsExactly(1L);
    }

    @Test
    void oneThatIsFrozenWhileItArrivesAndAgainMeanwhileIsSeenOnceItGoesOn() {
        Node a = new Node("a");
        run(SECOND);
        Node b = new Node("b");
        network.freeze(b.id, Duration.ofSeconds(30));
        run(SECOND);
        network.freeze(b.id, Duration.ofSeconds(2));
        run(Duration.ofSeconds(6));
        assertThat(a.sees()).isEqualTo("a");
        run(Duration.ofSeconds(40));
        assertThat(a.sees()).isEqualTo("ab");
        assertThat(b.sees()).isEqualTo("ab");
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(story(7)).isEqualTo(story(7)).hasSizeGreaterThan(100);
        assertThat(story(7)).isNotEqualTo(story(8));
    }

    private static List<String> story(long seed) {
        SimNetworkTest run = new SimNetworkTest();
        run.network = new SimNetwork(
                run.time, new SplittableRandom(seed), SimNetwork.Options.CALM.withMessages(0.05, 0.05, 0.05));
        Node a = run.new Node("a");
        Node b = run.new Node("b");
        Node c = run.new Node("c");
        run.run(SECOND);
        LongStream.range(0, 50).forEach(i -> a.send(b, i));
        run.network.split(List.of(ids(a, b), ids(c)));
        run.run(Duration.ofSeconds(8));
        run.network.heal();
        run.network.crash(b.id);
        run.run(Duration.ofSeconds(8));
        run.new Node("b", "2");
        run.run(SECOND);
        LongStream.range(0, 50).forEach(i -> a.send(c, i));
        run.run(SECOND);
        return run.trace;
    }
}
