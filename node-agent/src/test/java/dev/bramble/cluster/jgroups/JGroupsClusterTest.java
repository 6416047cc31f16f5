package dev.bramble.cluster.jgroups;

import static dev.bramble.cluster.jgroups.Eventually.assertThatSoon;
import static dev.bramble.cluster.jgroups.TestBramble.assertTogether;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.protocols.BaseBundler;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.ProtocolStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Members of one bramble, on loopback with the real stack. */
@Execution(ExecutionMode.CONCURRENT)
class JGroupsClusterTest {
    private final TestBramble bramble = new TestBramble();

    @AfterEach
    void closeMembers() {
        bramble.close();
    }

    @Test
    void membersSeeWhatEachSaysOfItself() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b", builder -> builder.role = NodeRole.HEAD);
        TestNode c = bramble.join("c", builder -> builder.serial = "0000000012345678");
        assertTogether(a, b, c);
        for (TestNode node : List.of(a, b, c)) {
            assertThat(node.cluster.view().members()).containsExactly(a.self, b.self, c.self);
        }
        assertThat(a.views).extracting(View::number).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aNodeThatKnowsNobodyIsUpByItself() throws Exception {
        TestNode a = bramble.join("a");
        assertTogether(a);
        assertThat(a.cluster.roundTripTimes()).isEmpty();
        a.send("a", 1);
        a.cluster.sendToAll(new Message.Request(2, new byte[0]));
        a.send("nobody", 3);
        a.send("a", 4);
        assertThatSoon(() -> assertThat(a.received).containsExactly(1L, 4L));
    }

    @Test
    void whoFoundsWaitsForNobodyAndIsFoundByThoseWhoComeLater() throws Exception {
        AtomicLong waitMillis = new AtomicLong();
        int later = TestNode.freePort();
        TestNode a = bramble.join("a", builder -> {
            builder.founding = true;
            builder.hosts = List.of(later);
            builder.prepare = channel -> waitMillis.set(
                    channel.getProtocolStack().<GMS>findProtocol(GMS.class).getJoinTimeout());
        });
        assertThat(waitMillis).hasValue(1);
        assertTogether(a, bramble.join("b", builder -> builder.port = later));
    }

    @Test
    void messagesToAMemberArriveInOrderWhetherSentToItOrToAll() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        TestNode c = bramble.join("c");
        assertTogether(a, b, c);
        for (long i = 0; i < 2_000; i += 2) {
            a.send("b", i);
            a.cluster.sendToAll(new Message.Request(i + 1, new byte[0]));
        }
        assertThatSoon(() -> assertThat(b.received)
                .isEqualTo(LongStream.range(0, 2_000).boxed().toList()));
        assertThatSoon(() -> assertThat(c.received).hasSize(1_000));
        assertThat(b.senders).containsOnly(new NodeId("a"));
        assertThat(a.received).as("to all others").isEmpty();
        assertThat(a.cluster.losses()).isEqualTo(new JGroupsCluster.Losses(0, 0, 0));
    }

    @Test
    void aMessageOfTheLargestSizeArrivesAndALargerOneIsRefused() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        assertTogether(a, b);
        int header = 8;
        a.cluster.send(new NodeId("b"), new Message.Request(1, new byte[Cluster.MESSAGE_BYTES_MAX - header]));
        assertThatSoon(() -> assertThat(b.received).containsExactly(1L));
        Message larger = new Message.Request(2, new byte[Cluster.MESSAGE_BYTES_MAX - header + 1]);
        assertThatThrownBy(() -> a.cluster.send(new NodeId("b"), larger))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a Request of 1048577 bytes is larger than a message may be (1048576)");
    }

    @Test
    void whoClosesIsGoneFromEveryView() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        TestNode c = bramble.join("c");
        assertTogether(a, b, c);
        a.close();
        assertTogether(b, c);
        int views = a.views.size();
        b.send("a", 1);
        c.close();
        assertTogether(b);
        assertThat(a.views).as("nothing is said after close").hasSize(views);
    }

    @Test
    void roundTripsAreMeasured() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        assertTogether(a, b);
        assertThatSoon(() -> assertThat(a.cluster.roundTripTimes()).containsOnlyKeys(new NodeId("b")));
        assertThat(a.cluster.roundTripTimes().get(new NodeId("b"))).isPositive();
    }

    @Test
    void aSlowListenerLosesMessagesAndStillLearnsOfViews() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        assertTogether(a, b);
        CountDownLatch stuck = new CountDownLatch(1);
        b.loop.execute(() -> await(stuck));
        long sent = 0;
        while (b.cluster.losses().undelivered() == 0) {
            a.send("b", sent++);
            if (sent % 500 == 0) {
                Thread.onSpinWait();
            }
        }
        TestNode c = bramble.join("c");
        stuck.countDown();
        assertTogether(a, b, c);
        assertThat(b.received).hasSizeLessThan((int) sent);
    }

    /** JGroups' ring buffer gets stuck for ever in one of forty floods or so: hence the look at what is used. */
    @Test
    void floodsThatFillEveryQueueLeaveTheConnectionAlive() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        assertTogether(a, b);
        var bundler =
                (BaseBundler) a.channel().getProtocolStack().getTransport().getBundler();
        assertThat(bundler.useRingBuffer()).isFalse();
        long sent = 0;
        for (int flood = 0; flood < 8; flood++) {
            for (int i = 0; i < 20_000; i++) {
                a.send("b", sent++);
            }
            long last = sent;
            assertThatSoon(() -> {
                a.send("b", last);
                assertThat(b.received).contains(last);
            });
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPortInUseIsOneSentence() throws Exception {
        TestNode a = bramble.join("a");
        assertThatThrownBy(() -> bramble.join("b", builder -> builder.port = a.port))
                .isInstanceOf(IOException.class)
                .hasMessage("the cluster cannot listen on 127.0.0.1:" + a.port + ": the port is in use, or the address"
                        + " is not this board's; stop what uses it or configure another");
    }

    @Test
    void twoHalvesOfASplitSeeThemselvesAndMergeAfterwards() throws Exception {
        List<DISCARD> cuts = Stream.generate(DISCARD::new).limit(4).toList();
        TestNode a = bramble.join("a", builder -> builder.prepare = cut(cuts.get(0)));
        TestNode b = bramble.join("b", builder -> builder.prepare = cut(cuts.get(1)));
        TestNode c = bramble.join("c", builder -> builder.prepare = cut(cuts.get(2)));
        TestNode d = bramble.join("d", builder -> builder.prepare = cut(cuts.get(3)));
        assertTogether(a, b, c, d);
        for (int i = 0; i < 4; i++) {
            List<TestNode> otherHalf = i < 2 ? List.of(c, d) : List.of(a, b);
            cuts.get(i)
                    .addIgnoredMembers(otherHalf.stream()
                            .map(node -> node.channel().getAddress())
                            .toArray(Address[]::new));
        }
        assertTogether(a, b);
        assertTogether(c, d);
        a.send("c", 1);
        cuts.forEach(DISCARD::resetIgnoredMembers);
        assertTogether(a, b, c, d);
        assertThat(a.cluster.view())
                .extracting(View::members)
                .isEqualTo(c.cluster.view().members());
        a.send("c", 2);
        assertThatSoon(() -> assertThat(c.received).containsExactly(2L));
    }

    private static java.util.function.Consumer<JChannel> cut(DISCARD discard) {
        return channel -> {
            try {
                channel.getProtocolStack().insertProtocol(discard, ProtocolStack.Position.ABOVE, TP.class);
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        };
    }

    @Test
    void membersOnceSeenAreFoundAgainWithoutConfiguredHosts(@TempDir Path folder) throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b", builder -> builder.folder = folder);
        assertTogether(a, b);
        assertThatSoon(
                () -> assertThat(Files.readString(folder.resolve("peers"))).isEqualTo("a 127.0.0.1:" + a.port + "\n"));
        b.close();
        TestNode again = bramble.join("b", builder -> {
            builder.folder = folder;
            builder.hosts = List.of();
            builder.credentials = bramble.credentials("b", NodeRole.AGENT);
        });
        assertTogether(a, again);
    }

    @Test
    void membersOfALocalNetworkFindEachOther() throws Exception {
        TestNode a = bramble.join("a", builder -> builder.multicast = true);
        TestNode b = bramble.join("b", builder -> {
            builder.multicast = true;
            builder.hosts = List.of();
        });
        assertTogether(a, b);
    }
}
