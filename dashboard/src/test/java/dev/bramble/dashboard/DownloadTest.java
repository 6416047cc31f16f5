package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DownloadTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private static Output.Inline inline(String text) {
        return new Output.Inline(text.getBytes(StandardCharsets.UTF_8));
    }

    private Output.Stored stored(byte[] bytes) {
        return new Output.Stored(dashboard.bramble.keep(bytes), bytes.length, List.of(new NodeId("n1")), "");
    }

    private static byte[] noise(int count) {
        byte[] bytes = new byte[count];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private String jobWithFile(String name, Output content) {
        long job = dashboard.submit("ada", 2, "");
        dashboard.bramble.succeed(new JobId(job), 0, inline("done"), List.of(new Views.FileView(name, content, false)));
        return "/jobs/" + job + "/tasks/0";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.bin",
                "plots/a b.png",
                "100%.txt",
                "a;b=c.txt",
                "ü/ß ✓.txt",
                "a?b#c&d.txt",
                "a+b.txt",
                "%41.txt",
                "quote\".html",
                "..dots../x",
                "files/files/x"
            })
    void fileIsFoundByItsNameWhateverCharactersItHas(String name) {
        byte[] bytes = noise(70_000);
        String task = jobWithFile(name, stored(bytes));
        String address = String.join(
                "/",
                Arrays.stream(name.split("/"))
                        .map(part ->
                                URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                        .toList());

        Answer answer = dashboard.get("ada", task + "/files/" + address);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.bytes()).isEqualTo(bytes);
        assertThat(answer.header("Content-Length")).isEqualTo("70000");
    }

    @Test
    void answersOfAFilterComeInOrderFromTheLineAskedFor() {
        long job = dashboard.submit("ada", 3, "");
        dashboard.bramble.answer(new JobId(job), List.of("one", "", "three"));

        Answer answer = dashboard.get("ada", "/jobs/" + job + "/answers?cursor=1");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("\nthree\n");
        assertThat(dashboard.get("bob", "/jobs/" + job + "/answers").status()).isEqualTo(403);
    }

    @Test
    void jobThatIsNoFilterHasNoAnswers() {
        long job = dashboard.submit("ada", 3, "");
        Answer answer = dashboard.get("ada", "/jobs/" + job + "/answers");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text()).contains("is no filter");
    }

    @Test
    void nothingThatATaskMadeIsRendered() {
        String task = jobWithFile("page.html", inline("<script>alert(1)</script>"));
        for (String path : List.of("/files/page.html", "/stdout", "/stderr")) {
            Answer answer = dashboard.get("ada", task + path);
            assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
            assertThat(answer.header("Content-Disposition")).startsWith("attachment; filename=");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    @Test
    void partOfASegmentIsDownloadedAlone() {
        byte[] segment = noise(30_000);
        Output.Slice slice = new Output.Slice(stored(segment), 10_000, 7_000, "");
        String task = jobWithFile("part.bin", slice);

        byte[] part = Arrays.copyOfRange(segment, 10_000, 17_000);
        assertThat(dashboard.get("ada", task + "/files/part.bin").bytes()).isEqualTo(part);
        JsonNode file =
                dashboard.get("ada", task + "/files").json().get("items").get(0);
        assertThat(file.get("sizeBytes").asLong()).isEqualTo(7_000);
        assertThat(file.hasNonNull("sha256")).as("the hash of another file").isFalse();
    }

    @Test
    void nameOfADownloadCannotLeaveItsHeader() {
        String task = jobWithFile("d/a\"; b=\u00fc.txt", inline("x"));
        Answer answer = dashboard.get("ada", task + "/files/d/a%22%3B%20b%3D%C3%BC.txt");

        assertThat(answer.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"a__ b__.txt\"; filename*=UTF-8''a%22%3B%20b%3D%C3%BC.txt");
    }

    @Test
    void downloadWhoseNodeBreaksOffIsNotTakenForWhole() {
        String task = jobWithFile("big.bin", stored(noise(2_000_000)));
        dashboard.control.blobBreaksAfterBytes = 1_000_000;

        assertThatThrownBy(() -> dashboard.get("ada", task + "/files/big.bin"))
                .isInstanceOf(UncheckedIOException.class);
        dashboard.control.blobBreaksAfterBytes = -1;
        assertThat(dashboard.get("ada", task + "/files/big.bin").bytes()).hasSize(2_000_000);
    }

    @Test
    void nodeThatBreaksOffBeforeTheFirstByteIsUnavailable() {
        String task = jobWithFile("big.bin", stored(noise(2_000_000)));
        dashboard.control.blobBreaksAfterBytes = 0;

        Answer answer = dashboard.get("ada", task + "/files/big.bin");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Content-Disposition")).isEmpty();
    }

    @Test
    void tableThatBreaksOffIsNotTakenForWhole() {
        long job = dashboard.submit("ada", 1203, "");
        dashboard.control.faultAfterReads = 5;

        assertThatThrownBy(() -> dashboard.get("ada", "/jobs/" + job + "/results"))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void clientThatLeavesADownloadIsNoFault() throws Exception {
        String task = jobWithFile("big.bin", stored(noise(20_000_000)));
        try (LogRecords log = new LogRecords()) {
            try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
                socket.setReceiveBufferSize(4096);
                String head = "GET /api/v1" + task + "/files/big.bin HTTP/1.1\r\nHost: x\r\n"
                        + "Authorization: Bearer ada-token\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(10_000)).hasSize(10_000);
                socket.setSoLinger(true, 0);
            }
            UploadTest.awaitTrue(() -> dashboard.control.blobsOpen.get() == 0);
            assertThat(dashboard.get("ada", task).status()).isEqualTo(200);
            assertThat(log.loud()).isEmpty();
        }
    }

    @Test
    void fileThatNoNodeHasIsUnavailableUntilItIsKnownToBeLost() {
        Output gone = new Output.Stored(InMemoryControl.blobOf(new byte[] {9}), 1, List.of(), "");
        String task = jobWithFile("gone.bin", gone);

        assertThat(dashboard.get("ada", task + "/files/gone.bin").status()).isEqualTo(503);
        dashboard.bramble.lost.add(InMemoryControl.blobOf(new byte[] {9}));
        var lost = dashboard.get("ada", task + "/files/gone.bin");
        assertThat(lost.status()).as("nobody is to try again for ever").isEqualTo(404);
        assertThat(lost.text()).contains("is lost", "run the job again");
        assertThat(dashboard.get("ada", task + "/files/other.bin").status()).isEqualTo(404);
        assertThat(dashboard.get("ada", task + "/files/").status()).isEqualTo(404);
    }

    @Test
    void logIsReadPieceByPieceAndFromItsEnd() {
        String task = jobWithFile("x", inline("x"));
        dashboard.bramble.logs.put(Control.LogStream.STDERR, "0123456789".getBytes(StandardCharsets.US_ASCII));

        Answer piece = dashboard.get("ada", task + "/log?stream=stderr&offset=2&limit=3");
        Answer tail = dashboard.get("ada", task + "/log?stream=stderr&offset=-4");

        assertThat(piece.text()).isEqualTo("234");
        assertThat(piece.header("Bramble-Log-Offset")).isEqualTo("2");
        assertThat(piece.header("Bramble-Log-Size")).isEqualTo("10");
        assertThat(piece.header("Bramble-Log-Ended")).isEqualTo("true");
        assertThat(piece.header("Bramble-Log-Tail-Only")).isEqualTo("false");
        assertThat(tail.text()).isEqualTo("6789");
        assertThat(tail.header("Bramble-Log-Offset")).isEqualTo("6");
    }

    @Test
    void bytesArriveAsTheyWerePrinted() {
        byte[] odd = {0, (byte) 0xff, 27, '[', '2', 'J', '\r', '\n', (byte) 0xc3};
        String task = jobWithFile("x", new Output.Inline(odd));
        dashboard.bramble.logs.put(Control.LogStream.STDOUT, odd);

        assertThat(dashboard
                        .get("ada", task + "/log", "Accept-Encoding", "gzip")
                        .bytes())
                .isEqualTo(odd);
        assertThat(dashboard
                        .get("ada", task + "/files/x", "Accept-Encoding", "gzip")
                        .bytes())
                .isEqualTo(odd);
    }

    @Test
    void tableHasARowForEachTaskAlsoBeyondOnePage() {
        long job = dashboard.submit("ada", 1203, ", \"reduce\": [\"true\"]");
        dashboard.bramble.succeed(new JobId(job), 1, inline("loss, \"0.25\""), List.of());
        dashboard.bramble.running.put(
                new JobId(job), List.of(new Control.RunningTask(1100, new NodeId("n1"), 2, true, 5)));

        List<JsonNode> rows = dashboard
                .get("ada", "/jobs/" + job + "/results")
                .text()
                .lines()
                .map(RunningDashboard.JSON::readTree)
                .toList();
        List<Integer> tasks = rows.stream().map(row -> row.get("task").asInt()).toList();

        assertThat(tasks).isEqualTo(IntStream.rangeClosed(0, 1203).boxed().toList());
        assertThat(rows.get(1).get("seconds").asDouble()).isEqualTo(1.25);
        assertThat(rows.get(0).get("seconds").isNull()).isTrue();
        assertThat(rows.get(1100).get("state").asString()).isEqualTo("running");
        assertThat(rows.get(1203).get("reduce").asBoolean()).isTrue();
        assertThat(dashboard
                        .get("ada", "/jobs/" + job + "/results?cursor=1200")
                        .text()
                        .lines())
                .hasSize(4);
    }

    @Test
    void tableAsCsvQuotesWhatNeedsIt() {
        long job = dashboard.submit("ada", 2, ", \"reduce\": [\"true\"]");
        dashboard.bramble.succeed(new JobId(job), 1, inline("loss, \"0.25\""), List.of());

        String csv =
                dashboard.get("ada", "/jobs/" + job + "/results?format=csv").text();

        assertThat(csv)
                .isEqualTo("task,index,state,node,exitCode,attempts,seconds,lastLine,reason\r\n"
                        + "0,0,waiting,,,0,,,\r\n"
                        + "1,1,succeeded,pi01,0,3,1.25,\"loss, \"\"0.25\"\"\",\r\n"
                        + "reduce,,waiting,,,0,,,\r\n");
    }

    @Test
    void pagesOfAListTogetherHoldEachItemOnce() {
        long job = dashboard.submit("ada", 25, "");
        IntStream.range(0, 6).forEach(i -> dashboard.submit("ada", 1, ""));
        IntStream.range(0, 5).forEach(i -> dashboard.bramble.addNode("x" + i, "node-" + i, false));

        assertThat(all("/jobs/" + job + "/tasks", "task")).hasSize(25).doesNotHaveDuplicates();
        assertThat(all("/jobs", "job")).hasSize(7).doesNotHaveDuplicates();
        assertThat(all("/nodes", "node")).hasSize(7).doesNotHaveDuplicates();
    }

    private List<String> all(String path, String key) {
        List<String> keys = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = dashboard.get("ada", path + "?limit=4" + cursor).json();
            assertThat(page.get("items").size()).isBetween(1, 4);
            page.get("items").forEach(item -> keys.add(item.get(key).asString()));
            cursor = page.get("next").isNull()
                    ? ""
                    : "&cursor=" + page.get("next").asString();
        } while (!cursor.isEmpty());
        return keys;
    }

    @Test
    void runningTasksShowTheirNodeAndLeaveTheListOfWaitingOnes() {
        long job = dashboard.submit("ada", 6, "");
        dashboard.bramble.running.put(
                new JobId(job),
                List.of(
                        new Control.RunningTask(2, new NodeId("n2"), 1, true, 1_500),
                        new Control.RunningTask(3, new NodeId("n2"), 1, false, 0)));
        String path = "/jobs/" + job + "/tasks";

        JsonNode running = dashboard.get("vera", path + "?state=running").json().get("items");
        JsonNode waiting = dashboard.get("vera", path + "?state=waiting").json().get("items");

        assertThat(running.size()).isEqualTo(1);
        assertThat(running.get(0).at("/current/node").asString()).isEqualTo("pi02");
        assertThat(waiting.size()).isEqualTo(5);
        assertThat(waiting.get(2).at("/current/running").asBoolean()).isFalse();
        assertThat(dashboard.get("vera", path + "/2").json().get("state").asString())
                .isEqualTo("running");
    }
}
