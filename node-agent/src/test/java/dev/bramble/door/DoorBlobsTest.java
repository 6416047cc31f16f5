package dev.bramble.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.store.BlobStore;
import dev.bramble.store.SimBlobStore;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorBlobsTest {
    private static final NodeId SERVER = new NodeId("server");

    @TempDir
    private Path folder;

    private OpenDoor open;
    private DoorPeerBlobs peers;

    @BeforeEach
    void openDoor() throws IOException {
        open = OpenDoor.withFiles(folder, DoorLimits.DEFAULT);
        peers = new DoorPeerBlobs(open.client, DoorLimits.DEFAULT);
    }

    @AfterEach
    void closeDoor() {
        peers.close();
        open.close();
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private BlobStore.Stored push(byte[] content) throws IOException {
        return peers.push(SERVER, open.address, new ByteArrayInputStream(content));
    }

    private byte[] pull(BlobId blob, long offset) throws IOException {
        try (InputStream bytes = peers.open(SERVER, open.address, blob, offset)) {
            return bytes.readAllBytes();
        }
    }

    private List<String> incoming() throws IOException {
        try (var files = Files.list(folder.resolve("incoming"))) {
            return files.map(Path::toString).toList();
        }
    }

    @Test
    void whatIsPushedIsFlushedThereAndComesBack() throws IOException {
        for (int length : new int[] {0, 1, 4096, 65_536, 65_537, 3_000_000}) {
            byte[] content = random(length, length);
            BlobStore.Stored stored = push(content);
            assertThat(stored.sizeBytes()).isEqualTo(length);
            assertThat(open.blobs.path(stored.blob())).isPresent();
            assertThat(pull(stored.blob(), 0)).isEqualTo(content);
        }
        assertThat(open.door.connections())
                .as("all of it through one connection that was kept")
                .isEqualTo(1);
    }

    @Test
    void aTransferIsResumedFromAnyOffset() throws IOException {
        byte[] content = random(100_000, 1);
        BlobId blob = push(content).blob();
        for (int offset : new int[] {1, 50_000, 99_999, 100_000}) {
            assertThat(pull(blob, offset)).isEqualTo(Arrays.copyOfRange(content, offset, content.length));
        }
        assertThatThrownBy(() -> pull(blob, 100_001)).hasMessageContaining("has 100000 bytes, none at 100001");
    }

    @Test
    void rangesAreAnsweredAsHttpWantsThem() throws IOException {
        BlobId blob = push("hello world".getBytes(StandardCharsets.UTF_8)).blob();
        assertThat(get(blob, "Range: bytes=6-\r\n"))
                .startsWith("HTTP/1.1 206")
                .contains("Content-Range: bytes 6-10/11")
                .endsWith("\r\n\r\nworld");
        assertThat(get(blob, "Range: bytes=0-4\r\n"))
                .contains("Content-Range: bytes 0-4/11")
                .endsWith("\r\n\r\nhello");
        assertThat(get(blob, "Range: bytes=6-999\r\n"))
                .contains("bytes 6-10/11")
                .endsWith("world");
        assertThat(get(blob, "Range: bytes=11-\r\n")).startsWith("HTTP/1.1 416").contains("Content-Range: bytes */11");
        assertThat(get(blob, "Range: bytes=4-2\r\n")).startsWith("HTTP/1.1 416");
        assertThat(get(blob, "Range: bytes=0-1,3-4\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("bytes=N-");
        assertThat(get(blob, "")).startsWith("HTTP/1.1 200").endsWith("hello world");
    }

    private String get(BlobId blob, String headers) throws IOException {
        try (RawClient client = new RawClient(open.door.port(), open.client.sslContext())) {
            client.send("GET /v1/blobs/" + blob + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
            return client.readToEnd();
        }
    }

    @Test
    void aConnectionThatBreaksInTheMiddleIsResumedWithoutTheReaderNoticing() throws IOException {
        byte[] content = random(16_000_000, 2);
        BlobId blob = push(content).blob();
        byte[] got = new byte[content.length];
        try (InputStream bytes = peers.open(SERVER, open.address, blob, 0)) {
            int have = bytes.readNBytes(got, 0, 1_000_000);
            open.door.cutConnections();
            have += bytes.readNBytes(got, have, 7_000_000);
            open.door.cutConnections();
            have += bytes.readNBytes(got, have, content.length - have);
            assertThat(have).isEqualTo(content.length);
            assertThat(bytes.read()).isEqualTo(-1);
        }
        assertThat(got).isEqualTo(content);
    }

    @Test
    void aTransferThatBreaksForGoodEndsInASentence() throws IOException {
        BlobId blob = push(random(16_000_000, 3)).blob();
        try (InputStream bytes = peers.open(SERVER, open.address, blob, 0)) {
            bytes.readNBytes(1_000_000);
            open.close();
            assertThatThrownBy(bytes::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the door at " + open.address + " cannot be reached");
        }
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException {
        InputStream breaking = new InputStream() {
            private int given;

            @Override
            public int read() throws IOException {
                if (++given > 500_000) {
                    throw new IOException("the card came out");
                }
                return given & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                target[offset] = (byte) read();
                given += length - 1;
                return length;
            }
        };
        assertThatThrownBy(() -> peers.push(SERVER, open.address, breaking)).hasMessage("the card came out");
        OpenDoor.await("the door to give up the upload", () -> open.door.connections() == 0);
        assertThat(incoming()).isEmpty();
        assertThat(open.blobs.list()).isEmpty();
    }

    @Test
    void anUploadCutOnTheWireLeavesNothing() throws IOException {
        for (String head : List.of("Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e7\r\n")) {
            try (RawClient client = new RawClient(open.door.port(), open.client.sslContext())) {
                client.send("PUT /v1/blobs HTTP/1.1\r\n" + head);
                client.send(new byte[999]);
            }
            OpenDoor.await("the door to give up the upload", () -> open.door.connections() == 0);
            assertThat(incoming()).isEmpty();
            assertThat(open.blobs.list()).isEmpty();
        }
    }

    @Test
    void aBlobThatIsNotThereIsSaidToBeNotThere() {
        BlobId none = new BlobId("00".repeat(32));
        assertThatThrownBy(() -> pull(none, 0))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("node server has no copy of blob " + none);
    }

    private void damage(BlobId blob) throws IOException {
        Path file = open.blobs.path(blob).orElseThrow();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            int old = bytes.read();
            bytes.seek(0);
            bytes.write(old ^ 1);
        }
    }

    @Test
    void aDamagedBlobNeverArrives() throws IOException {
        for (int length : new int[] {10, 2_000_000}) {
            BlobId blob = push(random(length, 4)).blob();
            damage(blob);
            assertThatThrownBy(() -> pull(blob, 0))
                    .isInstanceOf(FileNotFoundException.class)
                    .hasMessageContaining("no copy of blob " + blob);
            assertThat(open.blobs.list()).isEmpty();
        }
    }

    @Test
    void aFullDiskIsToldToTheSenderInTheMiddleOfAnUpload() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return length;
            }
        };
        SimBlobStore small = new SimBlobStore();
        small.limit(1_000_000);
        try (OpenDoor full = OpenDoor.inMemory(small);
                DoorPeerBlobs sender = new DoorPeerBlobs(full.client, DoorLimits.DEFAULT)) {
            assertThatThrownBy(() -> sender.push(SERVER, full.address, endless))
                    .isInstanceOf(IOException.class)
                    .hasMessage("node server did not keep the blob: the simulated disk is full");
        }
    }

    @Test
    void aBlobLargerThanTheLimitIsRefusedBeforeItIsSent() throws IOException {
        try (RawClient client = new RawClient(open.door.port(), open.client.sslContext())) {
            client.send("PUT /v1/blobs HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 999999999999999\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 400").contains("a blob has at most");
        }
    }

    @Test
    void anotherNodeBehindTheSameAddressIsRefused() {
        NodeId expected = new NodeId("pi-9");
        assertThatThrownBy(() -> peers.push(expected, open.address, new ByteArrayInputStream(new byte[1])))
                .hasMessageContaining("answers node server, not pi-9");
        assertThatThrownBy(() -> peers.open(expected, open.address, new BlobId("00".repeat(32)), 0))
                .hasMessageContaining("answers node server, not pi-9");
    }

    @Test
    void aConnectionThatTheDoorClosedMeanwhileIsReplacedUnseen() throws IOException {
        push(new byte[] {1});
        open.door.cutConnections();
        OpenDoor.await("the door to let go", () -> open.door.connections() == 0);
        assertThat(push(new byte[] {2}).sizeBytes()).isEqualTo(1);
        assertThat(pull(push(new byte[] {3}).blob(), 0)).containsExactly(3);
    }
}
