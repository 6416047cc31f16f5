package dev.bramble.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.store.BlobStore;
import dev.bramble.trust.Identity;
import dev.bramble.trust.Tls;
import dev.bramble.trust.x509.FoundedBramble;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may move blobs, and how many at once. */
class DoorMembersTest {
    private static final NodeId SERVER = new NodeId("server");

    private OpenDoor open;
    private DoorPeerBlobs peers;

    @BeforeEach
    void openDoor() throws IOException {
        open = OpenDoor.inMemory(DoorLimits.DEFAULT);
        peers = new DoorPeerBlobs(open.client, DoorLimits.DEFAULT);
    }

    @AfterEach
    void closeDoor() {
        peers.close();
        open.close();
    }

    private BlobStore.Stored push(DoorPeerBlobs from, int content) throws IOException {
        return from.push(SERVER, open.address, new ByteArrayInputStream(new byte[] {(byte) content}));
    }

    @Test
    void headsMayToo() throws IOException {
        Identity head = open.bramble.identity("head-1", NodeRole.HEAD);
        try (DoorPeerBlobs fromHead = new DoorPeerBlobs(head, DoorLimits.DEFAULT)) {
            BlobStore.Stored stored = push(fromHead, 1);
            assertThat(open.blobs.list()).containsExactly(stored.blob());
        }
    }

    @Test
    void strangersGetNoBlobs() throws IOException {
        BlobId blob = push(peers, 1).blob();
        for (String request : List.of("GET /v1/blobs/" + blob, "PUT /v1/blobs")) {
            try (RawClient client = RawClient.stranger(open.door.port())) {
                client.send(request + " HTTP/1.1\r\n\r\n");
                assertThat(client.readToEnd())
                        .startsWith("HTTP/1.1 401")
                        .contains("refusal=UNAUTHENTICATED")
                        .contains("show a node's certificate");
            }
        }
    }

    @Test
    void aNodeOfAnotherBrambleDoesNotGetAsFarAsARequest() {
        Identity foreign = new FoundedBramble().agent("client");
        try (DoorPeerBlobs other = new DoorPeerBlobs(foreign, DoorLimits.DEFAULT)) {
            assertThatThrownBy(() -> push(other, 1))
                    .hasMessageContaining("is not trusted")
                    .hasMessageContaining("not issued by this bramble's authority");
        }
        // Nor when it does not care whom it talks to.
        SSLContext careless = Tls.context(new KeyManager[] {foreign.keyManager()}, new StrangerTrust(anybody -> {}));
        assertThatThrownBy(() -> {
                    try (RawClient client = new RawClient(open.door.port(), careless)) {
                        client.send("PUT /v1/blobs HTTP/1.1\r\n\r\n");
                        client.readUntil("HTTP");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void aNodeForgottenWhileConnectedIsRefusedAtItsNextRequestAndToldSo() throws IOException {
        push(peers, 1);
        assertThat(open.door.connections()).isEqualTo(1);
        open.server.revoke(peer -> peer.node().equals(open.client.node()));
        assertThatThrownBy(() -> push(peers, 2)).hasMessageContaining("node client was forgotten by this bramble");
        assertThat(open.blobs.list()).hasSize(1);
        open.server.revoke(peer -> false);
        push(peers, 2);
    }

    @Test
    void aForgottenHolderIsNotAsked() throws IOException {
        push(peers, 1);
        open.client.revoke(peer -> peer.node().equals(SERVER));
        assertThatThrownBy(() -> push(peers, 2)).hasMessageContaining("node server was forgotten");
    }

    @Test
    void noMoreTransfersRunAtOnceThanTheLimit() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch sending = new CountDownLatch(2);
        try (OpenDoor narrow = OpenDoor.inMemory(OpenDoor.few(64, 64, 64, 2, 16, 64));
                DoorPeerBlobs senders = new DoorPeerBlobs(narrow.client, DoorLimits.DEFAULT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<BlobStore.Stored>> slow = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                InputStream held = heldBack(sending, release);
                slow.add(threads.submit(() -> senders.push(SERVER, narrow.address, held)));
            }
            assertThat(sending.await(OpenDoor.WAIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThatThrownBy(() -> senders.push(SERVER, narrow.address, new ByteArrayInputStream(new byte[1])))
                    .hasMessageContaining("this door moves 2 blobs already");
            release.countDown();
            for (Future<BlobStore.Stored> each : slow) {
                each.get(OpenDoor.WAIT.toSeconds(), TimeUnit.SECONDS);
            }
            senders.push(SERVER, narrow.address, new ByteArrayInputStream(new byte[1]));
        }
    }

    private static InputStream heldBack(CountDownLatch sending, CountDownLatch release) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                sending.countDown();
                try {
                    if (!release.await(OpenDoor.WAIT.toSeconds(), TimeUnit.SECONDS)) {
                        throw new IOException("never released");
                    }
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
                return -1;
            }
        };
    }

    @Test
    void aHolderThatStopsAnsweringIsGivenUp() throws IOException {
        DoorLimits limits = OpenDoor.impatientWithHandshakes(Duration.ofMillis(500));
        try (ServerSocket silent = new ServerSocket(0);
                DoorPeerBlobs caller = new DoorPeerBlobs(open.client, limits)) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            assertThatThrownBy(() -> caller.push(SERVER, address, new ByteArrayInputStream(new byte[1])))
                    .hasMessageContaining("the door at " + address + " took too long to answer");
        }
    }

    @Test
    void aDoorThatClosesDuringTheHandshakeIsNotTakenForOneThatDistrustsUs() throws Exception {
        try (ServerSocket closing = new ServerSocket(0);
                DoorPeerBlobs caller = new DoorPeerBlobs(open.client, DoorLimits.DEFAULT)) {
            Thread server = Thread.ofVirtual().start(() -> {
                try (Socket accepted = closing.accept()) {
                    accepted.getInputStream().read();
                } catch (IOException unexpected) {
                    throw new UncheckedIOException(unexpected);
                }
            });
            String address = "127.0.0.1:" + closing.getLocalPort();
            assertThatThrownBy(() -> caller.push(SERVER, address, new ByteArrayInputStream(new byte[1])))
                    .hasMessageContaining("the door at " + address + " cannot be reached")
                    .hasMessageNotContaining("certificate");
            assertThat(server.join(OpenDoor.WAIT)).isTrue();
        }
    }

    @Test
    void aClosedPeerBlobsKeepsNothingOpen() throws IOException {
        push(peers, 1);
        peers.close();
        OpenDoor.await("the door to see it go", () -> open.door.connections() == 0);
    }
}
