package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.dashboard.alerts.AlertSettings;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class UploadTest {
    private static final long UPLOAD_BYTES_MAX = 3_000_000;

    private final byte[] bytes = bytes(1_000_000);
    private final String sha256 = InMemoryControl.blobOf(bytes).sha256();

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard(new DashboardSettings(
            DashboardSettings.plainOnLoopback(0).port(),
            UPLOAD_BYTES_MAX,
            AlertSettings.NONE,
            Optional.empty(),
            Optional.empty()));

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private void assertNothingIsKept() {
        assertThat(dashboard.bramble.blobs).isEmpty();
        assertThat(dashboard.bramble.holders).isEmpty();
        assertThat(dashboard.control.acted).isEmpty();
    }

    @Test
    void uploadedBytesArriveAndBelongToTheirSender() {
        Answer answer = dashboard.upload("ada", "", bytes);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().get("sha256").asString()).isEqualTo(sha256);
        assertThat(answer.json().get("sizeBytes").asLong()).isEqualTo(bytes.length);
        assertThat(dashboard.bramble.blobs.get(InMemoryControl.blobOf(bytes))).isEqualTo(bytes);
        assertThat(dashboard.control.acted).singleElement().isInstanceOf(Action.HoldBlob.class);
    }

    /** Neither the answer nor a shorter way tells that somebody else has the same file. */
    @Test
    void bytesThatAnotherUserHasAreTakenInLikeAnyOthers() {
        Answer first = dashboard.upload("ada", "", bytes);
        assertThat(dashboard
                        .send("HEAD", "bob", "/blobs/" + sha256, BodyPublishers.noBody())
                        .status())
                .isEqualTo(404);
        Answer second = dashboard.upload("bob", "", bytes);

        assertThat(second.status()).isEqualTo(first.status());
        assertThat(second.json().propertyNames()).isEqualTo(first.json().propertyNames());
        assertThat(dashboard.control.uploadsBegun).hasValue(2);
        assertThat(dashboard
                        .send("HEAD", "bob", "/blobs/" + sha256, BodyPublishers.noBody())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void uploadOfUnknownLengthArrives() {
        Answer answer = dashboard.send(
                "POST",
                "ada",
                "/blobs?sha256=" + sha256,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
                "Content-Type",
                "application/octet-stream");

        assertThat(answer.status()).isEqualTo(201);
    }

    @Test
    void emptyFileArrives() {
        assertThat(dashboard.upload("ada", "", new byte[0]).status()).isEqualTo(201);
    }

    @Test
    void announcedHashThatFitsIsAccepted() {
        String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));

        Answer answer = dashboard.upload("ada", "", bytes, "Repr-Digest", "md5=:AAAA:, sha-256=:" + digest + ":");

        assertThat(answer.status()).isEqualTo(201);
    }

    @Test
    void otherHashThanAnnouncedLeavesNothing() {
        String other = "0".repeat(64);
        String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(other));

        Answer byQuery = dashboard.upload("ada", "?sha256=" + other, bytes);
        Answer byHeader = dashboard.upload("ada", "", bytes, "Repr-Digest", "sha-256=:" + digest + ":");

        assertThat(byQuery.status()).isEqualTo(422);
        assertThat(byQuery.json().get("detail").asString()).contains(sha256).contains("nothing of it is kept");
        assertThat(byHeader.status()).isEqualTo(422);
        assertNothingIsKept();
    }

    @Test
    void announcementsThatCannotBeReadAreRefusedBeforeAnyByteIs() {
        assertThat(dashboard.upload("ada", "?sha256=abc", bytes).status()).isEqualTo(400);
        assertThat(dashboard
                        .upload("ada", "", bytes, "Repr-Digest", "sha-256=abc")
                        .status())
                .isEqualTo(400);
        String digest = Base64.getEncoder().encodeToString(new byte[32]);
        assertThat(dashboard
                        .upload("ada", "?sha256=" + sha256, bytes, "Repr-Digest", "sha-256=:" + digest + ":")
                        .status())
                .isEqualTo(400);
        assertThat(dashboard.control.uploadsBegun).hasValue(0);
    }

    @Test
    void fileBeyondTheLimitLeavesNothing() {
        byte[] large = new byte[(int) UPLOAD_BYTES_MAX + 1];
        Answer announced = dashboard.upload("ada", "", large);
        InputStream stream = new ByteArrayInputStream(large);
        Answer streamed = dashboard.send(
                "POST",
                "ada",
                "/blobs",
                BodyPublishers.ofInputStream(() -> stream),
                "Content-Type",
                "application/octet-stream");

        assertThat(announced.status()).isEqualTo(413);
        assertThat(streamed.status()).isEqualTo(413);
        assertThat(streamed.json().get("detail").asString()).contains("3000000 bytes");
        assertNothingIsKept();
    }

    @Test
    void whatAUserMayNotLeaveHereAnyMoreIsRefusedBeforeItIsReadOrWhileItIs() {
        byte[] bytes = new byte[100_000];
        dashboard.bramble.uploadBytesLeft = 99_999;
        Answer announced = dashboard.upload("ada", "", bytes);
        assertThat(announced.status()).isEqualTo(429);
        assertThat(announced.json().get("detail").asString()).contains("remove old jobs");
        assertThat(dashboard.control.uploadsBegun).hasValue(0);

        InputStream stream = new ByteArrayInputStream(bytes);
        Answer streamed = dashboard.send(
                "POST",
                "ada",
                "/blobs",
                BodyPublishers.ofInputStream(() -> stream),
                "Content-Type",
                "application/octet-stream");
        assertThat(streamed.status()).isEqualTo(429);
        assertThat(dashboard.control.uploadsBegun).hasValue(1);
        assertNothingIsKept();
    }

    @Test
    void whoWaitsToBeAskedForAFileIsToldOfARefusalInstead() throws IOException {
        dashboard.bramble.uploadBytesLeft = 99_999;
        assertThat(firstLine(100_000)).startsWith("HTTP/1.1 429");
        assertThat(firstLine(99_999)).startsWith("HTTP/1.1 100");
    }

    /** What answers the head of an upload, before anything of the file was sent. */
    private String firstLine(int bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST /api/v1/blobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ada-token\r\n"
                                    + "Content-Type: application/octet-stream\r\nExpect: 100-continue\r\n"
                                    + "Content-Length: " + bytes + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    @Test
    void otherContentTypeIsRefusedBeforeAnyByteIsRead() {
        Answer form = dashboard.send(
                "POST",
                "ada",
                "/blobs",
                BodyPublishers.ofByteArray(bytes),
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(form.status()).isEqualTo(415);
        assertThat(dashboard.control.uploadsBegun).hasValue(0);
    }

    @Test
    void uploadCutHalfWayLeavesNothingAndIsNeverAnswered201() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            sendHalf(socket);
            awaitTrue(() -> dashboard.control.uploadsBegun.get() == 1);
            // The rest of the process dies here: no orderly end of the connection.
            socket.setSoLinger(true, 0);
        }
        awaitTrue(() -> dashboard.control.uploadsFailed.get() == 1);

        assertNothingIsKept();
        assertThat(dashboard.upload("ada", "", bytes).status()).isEqualTo(201);
    }

    @Test
    void uploadThatEndsEarlyIsToldSo() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            sendHalf(socket);
            socket.shutdownOutput();
            socket.setSoTimeout(10_000);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").contains("cut after 500000 bytes");
        }
        assertNothingIsKept();
    }

    private void sendHalf(Socket socket) throws IOException {
        String head = "POST /api/v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada-token\r\n"
                + "Content-Type: application/octet-stream\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes, 0, bytes.length / 2);
        socket.getOutputStream().flush();
    }

    @Test
    void chunkedUploadCutHalfWayLeavesNothing() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            String head = "POST /api/v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada-token\r\n"
                    + "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            awaitTrue(() -> dashboard.control.uploadsBegun.get() == 1);
        }
        awaitTrue(() -> dashboard.control.uploadsFailed.get() == 1);

        assertNothingIsKept();
    }

    @Test
    void uploadThatNoNodeTakesIsUnavailable() {
        dashboard.control.leaderless = true;

        assertThat(dashboard.upload("ada", "", bytes).status()).isEqualTo(503);
        assertNothingIsKept();
    }

    @Test
    void clientThatWaitsForPermissionIsNotAskedForBytesThatAreNotWanted() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            String head = "POST /api/v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer vera-token\r\n"
                    + "Content-Type: application/octet-stream\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.setSoTimeout(10_000);
            byte[] start = socket.getInputStream().readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
    }

    /** Polls, since the server sees the end of a connection in its own time. */
    static void awaitTrue(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("this did not become true within 20 s");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
