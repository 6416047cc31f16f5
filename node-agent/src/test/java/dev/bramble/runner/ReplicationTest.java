package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.SimNetwork;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.store.SimBlobStore;
import dev.bramble.store.SimPeerBlobs;
import dev.bramble.time.SimTime;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReplicationTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final SimTime time = new SimTime();
    private final SimNetwork network = new SimNetwork(time, new SplittableRandom(1), SimNetwork.Options.CALM);
    private final SimPeerBlobs doors = new SimPeerBlobs();
    private final TreeMap<NodeId, SimBlobStore> disks = new TreeMap<>();
    private final Replication replication;

    ReplicationTest() {
        SimTime.SimLoop loop = time.newLoop();
        var cluster = network.join(member(A), loop, new Silent());
        List.of(B, C).forEach(node -> network.join(member(node), time.newLoop(), new Silent()));
        List.of(A, B, C).forEach(node -> {
            disks.put(node, new SimBlobStore());
            doors.up(node, node + ":1", disks.get(node));
        });
        replication = new Replication(A, new Offload(loop, loop::execute), cluster, disks.get(A), doors.from(A));
        pass();
    }

    private static final class Silent implements Cluster.Listener {
        @Override
        public void viewChanged(View view) {}

        @Override
        public void received(Member from, Message message) {}

        @Override
        public void refused(String sentence) {}
    }

    private static Member member(NodeId node) {
        return new Member(node, node.value(), NodeRole.AGENT, node + ":1", "", node.value(), "first");
    }

    private void pass() {
        boolean[] over = {false};
        time.after(Duration.ofSeconds(30), () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    /** Who has the second copies of so many blobs. */
    private Set<NodeId> seconds(int blobs) {
        Set<NodeId> seconds = new TreeSet<>();
        for (int i = 0; i < blobs; i++) {
            byte[] bytes = ("blob " + i).getBytes(StandardCharsets.US_ASCII);
            replication
                    .put(() -> new ByteArrayInputStream(bytes), bytes.length)
                    .thenCompose(replication::replicate)
                    .thenAccept(stored -> seconds.addAll(
                            stored.holders().subList(1, stored.holders().size())));
        }
        pass();
        return seconds;
    }

    @Test
    void copiesSpreadOverTheOthers() {
        assertThat(seconds(20)).containsExactly(B, C);
    }

    @Test
    void nodeThatTakesNoWorkGetsNoCopyWhileAnotherTakesIt() {
        replication.cordoned(Set.of(B));
        assertThat(seconds(20)).containsExactly(C);
    }

    @Test
    void copyOnNodeThatTakesNoWorkIsBetterThanNone() {
        replication.cordoned(Set.of(B));
        disks.get(C).limit(0);
        assertThat(seconds(20)).containsExactly(B);
    }
}
