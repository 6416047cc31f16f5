package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.store.BlobStore;
import dev.bramble.store.PeerBlobs;
import dev.bramble.store.SimBlobStore;
import dev.bramble.store.SimPeerBlobs;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadBlobsTest {
    private static final NodeId HEAD = new NodeId("head");
    private static final byte[] BYTES = new byte[3 << 20];

    static {
        new Random(9).nextBytes(BYTES);
    }

    private final Map<String, SimBlobStore> disks = new LinkedHashMap<>();
    private final List<Member> members = new ArrayList<>();
    private final SimPeerBlobs doors = new SimPeerBlobs();
    private PeerBlobs peers = doors.from(HEAD);

    private final Cluster cluster = new Cluster() {
        @Override
        public View view() {
            return new View(1, List.copyOf(members));
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
    };

    private SimBlobStore node(String name) {
        SimBlobStore disk = new SimBlobStore();
        disks.put(name, disk);
        members.add(new Member(new NodeId(name), name, NodeRole.AGENT, name + ":1", "", name, "first"));
        doors.up(new NodeId(name), name + ":1", disk);
        return disk;
    }

    private Control.UploadedBlob upload(InputStream bytes) throws IOException {
        return new HeadBlobs(cluster, peers, task -> Thread.ofVirtual().start(task)).upload(bytes);
    }

    private static InputStream whole() {
        return new ByteArrayInputStream(BYTES);
    }

    private long wholeCopies(BlobId blob) {
        return disks.values().stream().filter(disk -> disk.isWhole(blob)).count();
    }

    @Test
    void anUploadGoesToTwoNodesAtOnce() throws IOException {
        node("a");
        node("b");
        node("c");
        Control.UploadedBlob uploaded = upload(whole());

        assertThat(uploaded.holders()).hasSize(2).doesNotHaveDuplicates();
        assertThat(wholeCopies(uploaded.blob())).isEqualTo(2);
    }

    @Test
    void anotherNodeIsTriedForEachThatIsFull() throws IOException {
        node("a");
        node("b").limit(0);
        node("c").limit(0);
        node("d");
        HeadBlobs head =
                new HeadBlobs(cluster, peers, task -> Thread.ofVirtual().start(task));
        for (int turn = 0; turn < 4; turn++) {
            assertThat(head.upload(whole()).holders()).containsExactlyInAnyOrder(new NodeId("a"), new NodeId("d"));
        }
    }

    @Test
    void nodeThatTakesNoWorkGetsCopiesOnlyWhenTheOthersDoNotSuffice() throws IOException {
        node("a");
        node("b");
        SimBlobStore last = node("c");
        HeadBlobs head =
                new HeadBlobs(cluster, peers, task -> Thread.ofVirtual().start(task));
        head.cordoned(Set.of(new NodeId("b")));
        for (int turn = 0; turn < 6; turn++) {
            assertThat(head.upload(whole()).holders()).containsExactlyInAnyOrder(new NodeId("a"), new NodeId("c"));
        }
        last.limit(0);
        assertThat(head.upload(new ByteArrayInputStream(new byte[9])).holders())
                .containsExactlyInAnyOrder(new NodeId("a"), new NodeId("b"));
    }

    @Test
    void oneCopyMustDoWhenEverybodyElseIsFull() throws IOException {
        node("a");
        node("b").limit(1 << 20);

        assertThat(upload(whole()).holders()).containsExactly(new NodeId("a"));
    }

    @Test
    void nobodyWithRoomIsOneSentenceAndNothingIsKept() {
        node("a").limit(100);
        node("b").limit(100);

        assertThatThrownBy(() -> upload(whole()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("full, and nothing of the file is kept: remove old jobs with `bramble rm`");
        assertThat(disks.values()).allMatch(disk -> disk.list().isEmpty());
    }

    @Test
    void theUploadGoesOnWhenOneOfTwoNodesGoesOnTheWay() throws IOException {
        node("a");
        node("b");
        InputStream leaving = new FilterInputStream(whole()) {
            private int read;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                read += count;
                if (read > BYTES.length / 2) {
                    doors.down("b:1");
                    members.removeIf(member -> member.name().equals("b"));
                }
                return count;
            }
        };

        assertThat(upload(leaving).holders()).containsExactly(new NodeId("a"));
    }

    @Test
    void anUploadThatBreaksOffLeavesNothingAnywhere() {
        node("a");
        node("b");
        InputStream cut = new FilterInputStream(whole()) {
            private int read;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (read > BYTES.length / 2) {
                    throw new IOException("the client is gone");
                }
                int count = super.read(into, offset, length);
                read += count;
                return count;
            }
        };

        assertThatThrownBy(() -> upload(cut)).hasMessage("the client is gone");
        assertThat(disks.values()).allMatch(disk -> disk.list().isEmpty());
    }

    @Test
    void aDownloadGoesOnFromTheOtherHolder() throws IOException {
        SimBlobStore a = node("a");
        SimBlobStore b = node("b");
        BlobStore.Stored stored = a.put(whole(), Long.MAX_VALUE);
        b.put(whole(), Long.MAX_VALUE);
        try (InputStream bytes = new HeadBlobs(cluster, peers, Runnable::run)
                .open(stored.blob(), stored.sizeBytes(), 0, List.of(new NodeId("a"), new NodeId("b")))
                .orElseThrow()) {
            byte[] half = bytes.readNBytes(BYTES.length / 2);
            doors.down("a:1");
            byte[] rest = bytes.readAllBytes();
            assertThat(half.length + rest.length).isEqualTo(BYTES.length);
        }
    }
}
