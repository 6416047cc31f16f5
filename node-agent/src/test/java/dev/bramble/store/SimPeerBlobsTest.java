package dev.bramble.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class SimPeerBlobsTest {
    private static final NodeId HERE = new NodeId("here");
    private static final NodeId THERE = new NodeId("there");

    private final SimPeerBlobs network = new SimPeerBlobs();
    private final SimBlobStore remote = new SimBlobStore();
    private final PeerBlobs peers = network.from(HERE);

    SimPeerBlobsTest() {
        network.up(THERE, "there:1", remote);
    }

    @Test
    void aPushedBlobCanBeOpened() throws IOException {
        var stored = peers.push(THERE, "there:1", new ByteArrayInputStream(new byte[] {1, 2, 3}));
        try (InputStream back = peers.open(THERE, "there:1", stored.blob(), 0)) {
            assertThat(back.readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aNodeThatIsNotTheHolderIsRefused() throws IOException {
        assertThatThrownBy(() -> peers.push(new NodeId("other"), "there:1", InputStream.nullInputStream()))
                .hasMessageContaining("answers node there, not other");
        assertThat(remote.list()).isEmpty();
    }

    @Test
    void aSplitBreaksATransferHalfWayAndLeavesNothing() {
        InputStream splitting = new InputStream() {
            private int given;

            @Override
            public int read() {
                if (++given == 3) {
                    network.connected((from, to) -> false);
                }
                return 7;
            }
        };
        assertThatThrownBy(() -> peers.push(THERE, "there:1", splitting)).hasMessageContaining("nothing answers");
        assertThat(remote.list()).isEmpty();
    }

    @Test
    void nothingAnswersAtADoorThatIsDown() {
        network.down("there:1");
        assertThatThrownBy(() -> peers.push(THERE, "there:1", InputStream.nullInputStream()))
                .hasMessageContaining("nothing answers at there:1");
    }
}
