package dev.bramble.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import dev.bramble.store.SimBlobStore;
import dev.bramble.trust.Form;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Peers that mean harm, or are broken. Mostly waits, so it may run beside others. */
@Execution(ExecutionMode.CONCURRENT)
class DoorHostileTest {
    private static final Duration PATIENCE = Duration.ofMillis(800);
    private static final DoorLimits IMPATIENT = OpenDoor.impatient(PATIENCE);

    private static String ask(OpenDoor open, String text) throws IOException {
        try (RawClient client = RawClient.stranger(open.door.port())) {
            client.send(text);
            return client.readToEnd();
        }
    }

    private static void awaitAllCut(OpenDoor open) {
        OpenDoor.await("the door to cut the connection", () -> open.door.connections() == 0);
    }

    @Test
    void whatIsNoRequestIsRefused() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(DoorLimits.DEFAULT)) {
            for (String malformed : List.of(
                    "hello\r\n\r\n",
                    "GET  /v1/join HTTP/1.1\r\n\r\n",
                    "GET /v1/join HTTP/2.0\r\n\r\n",
                    "GET /v1/join HTTP/1.1\n\n",
                    "GET /" + "x".repeat(600) + " HTTP/1.1\r\n\r\n",
                    "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                    "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
                    "GET / HTTP/1.1\r\nName : x\r\n\r\n",
                    "GET / HTTP/1.1\r\nA: \0\r\n\r\n",
                    "GET / HTTP/1.1\r\nA: 1\r\na: 2\r\n\r\n",
                    "GET / HTTP/1.1\r\n" + "X: ".repeat(1000) + "\r\n\r\n",
                    "GET / HTTP/1.1\r\n" + headers(Heads.HEADERS_MAX + 1) + "\r\n",
                    "PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                    "PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n")) {
                assertThat(ask(open, malformed)).as(malformed).startsWith("HTTP/1.1 400");
            }
            assertThat(ask(open, "GET / HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 404")
                    .contains("people want the dashboard");
            assertThat(ask(open, "GET /v1/join HTTP/1.1\r\n\r\n")).contains("this path wants POST, not GET");
            assertThat(ask(open, "GET /v1/enrolments/../../etc HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 404");
        }
    }

    private static String headers(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("H").append(i).append(": x\r\n");
        }
        return lines.toString();
    }

    @Test
    void plainHttpIsNotAnswered() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(DoorLimits.DEFAULT);
                Socket plain = new Socket("127.0.0.1", open.door.port())) {
            plain.setSoTimeout((int) OpenDoor.WAIT.toMillis());
            plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP");
            awaitAllCut(open);
        }
    }

    @Test
    void aFormThatIsTooLargeOrNoneIsRefusedInWords() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(DoorLimits.DEFAULT)) {
            for (String path : List.of("/v1/join", "/v1/enrolments", "/v1/enrolments/ab/reveal")) {
                assertThat(ask(open, post(path, "x".repeat(Form.BYTES_MAX + 1))))
                        .startsWith("HTTP/1.1 400")
                        .contains("a form has at most " + Form.BYTES_MAX + " bytes");
                assertThat(ask(open, post(path, "hello"))).contains("line 1 of the form is not key=value");
                assertThat(ask(open, post(path, ""))).contains("the form lacks");
                assertThat(ask(open, "POST " + path + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                        .doesNotContain("200 OK");
            }
        }
    }

    @Test
    void aFormWithoutAnEndIsNotReadForEver() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(IMPATIENT);
                RawClient client = RawClient.stranger(open.door.port())) {
            client.send("POST /v1/join HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n");
            assertThatThrownBy(() -> {
                        byte[] more = new byte[16 << 10];
                        for (int i = 0; i < 1_000_000; i++) {
                            client.send(more);
                        }
                    })
                    .isInstanceOf(IOException.class);
            awaitAllCut(open);
        }
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void whoSaysNothingAfterConnectingIsCutOff() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(OpenDoor.impatientWithHandshakes(PATIENCE));
                Socket silent = new Socket("127.0.0.1", open.door.port())) {
            silent.setSoTimeout((int) OpenDoor.WAIT.toMillis());
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            awaitAllCut(open);
        }
    }

    @Test
    void whoSaysNothingAfterTheHandshakeIsCutOff() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(IMPATIENT);
                RawClient client = RawClient.stranger(open.door.port())) {
            assertThat(client.readToEnd()).isEmpty();
            awaitAllCut(open);
        }
    }

    @Test
    void whoSendsAByteNowAndThenIsCutOff() throws IOException {
        for (String slow : List.of(
                "GET /v1/enrolments/ab HTTP/1.1\r\nX: ",
                "POST /v1/join HTTP/1.1\r\n" + "Content-Length: 10000\r\n\r\n")) {
            try (OpenDoor open = OpenDoor.inMemory(IMPATIENT);
                    RawClient client = RawClient.stranger(open.door.port())) {
                client.send(slow);
                assertThatThrownBy(() -> drip(client)).isInstanceOf(IOException.class);
                awaitAllCut(open);
            }
        }
    }

    /** A byte whenever the scheduler comes round, slowly, until the other side has had enough. */
    private static void drip(RawClient client) throws IOException {
        long stop = System.nanoTime() + OpenDoor.WAIT.toNanos();
        while (System.nanoTime() < stop) {
            client.send("x");
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void aMemberThatDripsAnUploadIsCutOffAndLeavesNothing() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(IMPATIENT);
                RawClient client = new RawClient(open.door.port(), open.client.sslContext())) {
            client.send("PUT /v1/blobs HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
            assertThatThrownBy(() -> drip(client)).isInstanceOf(IOException.class);
            awaitAllCut(open);
            assertThat(open.blobs.list()).isEmpty();
        }
    }

    @Test
    void aMemberThatDoesNotReadItsDownloadIsCutOff() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(OpenDoor.impatientWithTransfers(PATIENCE))) {
            byte[] moreThanSocketsHold = new byte[32 << 20];
            BlobId blob = open.blobs
                    .put(new ByteArrayInputStream(moreThanSocketsHold), moreThanSocketsHold.length)
                    .blob();
            try (RawClient client = new RawClient(open.door.port(), open.client.sslContext())) {
                client.send("GET /v1/blobs/" + blob + " HTTP/1.1\r\n\r\n");
                client.readUntil("HTTP/1.1 200");
                awaitAllCut(open);
            }
        }
    }

    @Test
    void aMemberThatIsBusyWithItsDiskIsNotCutOff() throws IOException {
        // A store that takes longer over each piece than the peer's whole patience.
        SimBlobStore slowDisk = new SimBlobStore();
        try (OpenDoor open = OpenDoor.withSlowStore(
                        slowDisk, OpenDoor.impatientWithTransfers(PATIENCE), PATIENCE.plusMillis(300));
                DoorPeerBlobs peers = new DoorPeerBlobs(open.client, DoorLimits.DEFAULT)) {
            byte[] content = new byte[200_000];
            new Random(1).nextBytes(content);
            var stored = peers.push(open.server.node(), open.address, new ByteArrayInputStream(content));
            assertThat(stored.sizeBytes()).isEqualTo(content.length);
        }
    }

    @Test
    void oneAddressCannotHoldAllConnections() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(OpenDoor.few(100, 3, 100, 8, 16, 64))) {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(new Socket("127.0.0.1", open.door.port()));
            }
            OpenDoor.await("three connections", () -> open.door.connections() == 3);
            try (Socket fourth = new Socket("127.0.0.1", open.door.port())) {
                fourth.setSoTimeout((int) OpenDoor.WAIT.toMillis());
                assertThat(ended(fourth.getInputStream())).isTrue();
            }
            try (Socket elsewhere = new Socket()) {
                elsewhere.bind(new InetSocketAddress("127.0.0.2", 0));
                elsewhere.connect(new InetSocketAddress("127.0.0.1", open.door.port()));
                OpenDoor.await("a fourth from elsewhere", () -> open.door.connections() == 4);
            }
            for (Socket each : held) {
                each.close();
            }
            awaitAllCut(open);
            assertThat(ask(open, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
        }
    }

    private static boolean ended(InputStream stream) {
        try {
            return stream.read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void strangersCannotShutMembersOut() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(OpenDoor.few(100, 100, 2, 8, 16, 64));
                DoorPeerBlobs member = new DoorPeerBlobs(open.client, DoorLimits.DEFAULT)) {
            try (RawClient one = RawClient.stranger(open.door.port());
                    RawClient two = RawClient.stranger(open.door.port());
                    RawClient three = RawClient.stranger(open.door.port())) {
                OpenDoor.await("one of them to be turned away", () -> open.door.connections() == 2);
                member.push(open.server.node(), open.address, InputStream.nullInputStream());
                // Which of them is turned away is the scheduler's choice.
                assertThat(Stream.of(one, two, three).map(DoorHostileTest::tryAsk))
                        .containsExactlyInAnyOrder("", "HTTP/1.1 404 Not Found", "HTTP/1.1 404 Not Found");
            }
            OpenDoor.await("the strangers to be gone", () -> open.door.connections() == 1);
            assertThat(ask(open, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
        }
    }

    /** The answer's first line; empty when there was none. */
    private static String tryAsk(RawClient client) {
        try {
            client.send("GET / HTTP/1.1\r\n\r\n");
        } catch (IOException turnedAway) {
            return "";
        }
        return client.readToEnd().lines().findFirst().orElse("");
    }

    @Test
    void aStrangerWhoAsksTooOftenIsToldToWait() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(OpenDoor.few(100, 100, 100, 8, 0, 3))) {
            String question = "GET /v1/enrolments/ab HTTP/1.1\r\n\r\n";
            for (int i = 0; i < 3; i++) {
                assertThat(ask(open, question)).startsWith("HTTP/1.1 404");
            }
            assertThat(ask(open, question)).startsWith("HTTP/1.1 429").contains("too many requests from 127.0.0.1");
        }
    }

    @Test
    void aBucketFillsAgainAndAddressesAreForgottenInTime() {
        StrangerRates rates = new StrangerRates(2, 3);
        long second = 1_000_000_000L;
        assertThat(List.of(rates.allow("a", 0), rates.allow("a", 0), rates.allow("a", 0), rates.allow("a", 0)))
                .containsExactly(true, true, true, false);
        assertThat(rates.allow("b", 0)).isTrue();
        assertThat(rates.allow("a", second / 2)).isTrue();
        assertThat(rates.allow("a", second / 2)).isFalse();
        for (int i = 0; i < 5000; i++) {
            assertThat(rates.allow("host-" + i, second / 2)).isTrue();
        }
        assertThat(rates.allow("a", second / 2)).as("forgotten").isTrue();
    }

    @Test
    void addressesThatAHostTakesAsItLikesCountAsOne() throws IOException {
        assertThat(address("192.168.1.7")).isEqualTo("192.168.1.7");
        assertThat(address("2001:db8:1:2:aaaa::1")).isEqualTo(address("2001:db8:1:2:bbbb::2"));
        assertThat(address("2001:db8:1:2::1")).isNotEqualTo(address("2001:db8:1:3::1"));
        assertThat(address("fe80::1")).isNotEqualTo(address("fe80::2"));
    }

    private static String address(String literal) throws IOException {
        return Door.address(InetAddress.getByName(literal));
    }

    @Test
    void aTakenPortIsToldInWords() throws IOException {
        try (OpenDoor open = OpenDoor.inMemory(DoorLimits.DEFAULT)) {
            assertThatThrownBy(() -> Door.open(
                            new InetSocketAddress("127.0.0.1", open.door.port()),
                            open.server,
                            open.blobs,
                            open.desk,
                            DoorLimits.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the door cannot open at 127.0.0.1:" + open.door.port())
                    .hasMessageContaining("another agent");
        }
    }
}
