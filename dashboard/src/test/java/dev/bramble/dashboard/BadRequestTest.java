package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.RunningDashboard.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BadRequestTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private static String detail(Answer answer) {
        return answer.json().get("detail").asString();
    }

    private static List<String> places(Answer answer) {
        List<String> places = new ArrayList<>();
        for (JsonNode error : answer.json().path("errors")) {
            places.add(error.get("place").asString());
        }
        return places;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "", "{\"reason\": }", "{\"reason\": \"a\"} {}", "\u0000", "[[[", "{\"a\": 1, \"a\": 2}"})
    void bodyThatIsNoJsonIsUnreadable(String body) {
        Answer answer = dashboard.json("PUT", "olga", "/nodes/pi01/cordon", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asString()).isEqualTo("invalid");
    }

    @Test
    void badUtf8IsUnreadable() {
        byte[] bytes = "{\"reason\": \"x\"}".getBytes(StandardCharsets.UTF_8);
        bytes[12] = (byte) 0xff;
        Answer answer = dashboard.send(
                "PUT",
                "olga",
                "/nodes/pi01/cordon",
                BodyPublishers.ofByteArray(bytes),
                "Content-Type",
                "application/json");

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void deepNestingIsUnreadable() {
        String body = "[".repeat(100_000);

        assertThat(dashboard.json("POST", "ada", "/jobs", body).status()).isEqualTo(400);
        assertThat(dashboard
                        .json("PUT", "olga", "/nodes/pi01/cordon", body.substring(0, 50_000))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void everyWrongFieldIsReportedAtOnce() {
        Answer answer = dashboard.json(
                "POST",
                "root",
                "/tokens",
                "{\"purpose\": \"api\", \"role\": \"king\", \"validForSeconds\": 0, \"color\": \"red\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(places(answer)).containsExactlyInAnyOrder("role", "validForSeconds", "color", "role");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"purpose": "join-agent", "user": "ada"}                              | user
            {"purpose": "join-head", "role": "admin"}                             | role
            {"purpose": "setup"}                                                  | purpose
            {"purpose": "api", "user": "a\\u0007b", "role": "viewer"}             | user
            {"purpose": "api", "user": 7, "role": "viewer"}                       | user
            {"purpose": "api", "user": "a", "role": "viewer", "validForSeconds": 1e99} | validForSeconds
            {"purpose": null, "user": "a", "role": "viewer"}                      | purpose
            """)
    void tokenThatMakesNoSenseIsRefused(String body, String place) {
        Answer answer = dashboard.json("POST", "root", "/tokens", body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(places(answer)).contains(place);
        assertThat(dashboard.control.acted).isEmpty();
    }

    @Test
    void bodyThatIsNoObjectIsRefused() {
        assertThat(dashboard.json("PUT", "olga", "/nodes/pi01/cordon", "[1]").status())
                .isEqualTo(422);
    }

    @Test
    void jobWithSeveralMistakesReportsAllOfThemWithPlaces() {
        Answer answer = dashboard.json(
                "POST",
                "ada",
                "/jobs",
                "{\"comand\": [\"true\"], \"tasks\": {\"count\": 0}, \"timeout\": \"soon\", \"env\": {\"A B\": \"1\"},"
                        + " \"ship\": [{\"name\": \"../x\", \"sha256\": \"12\", \"sizeBytes\": -1}]}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(places(answer))
                .anySatisfy(place -> assertThat(place).startsWith("comand"))
                .anySatisfy(place -> assertThat(place).startsWith("tasks.count"))
                .anySatisfy(place -> assertThat(place).startsWith("timeout"))
                .anySatisfy(place -> assertThat(place).startsWith("env"))
                .anySatisfy(place -> assertThat(place).startsWith("ship[0].name"))
                .anySatisfy(place -> assertThat(place).startsWith("ship[0].sha256"))
                .anySatisfy(place -> assertThat(place).startsWith("ship[0].sizeBytes"));
        assertThat(dashboard.control.acted).isEmpty();
    }

    @Test
    void jobOfFarTooManyValuesIsTooLargeForTheHeap() {
        String ones = "1,".repeat(200_000) + "1";
        String job = "{\"command\": [\"true\"], \"tasks\": {\"grid\": {\"a\": [" + ones + "]}}}";
        Answer answer = dashboard.json("POST", "ada", "/jobs", job);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(detail(answer)).contains("150000 values and names");
    }

    @Test
    void jobOfAsManyFilesAsAreAllowedIsRead() {
        String file = "{\"name\": \"f%d\", \"sha256\": \"" + "a".repeat(64) + "\", \"sizeBytes\": 1}";
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            files.add(String.format(file, i));
        }
        String job = "{\"command\": [\"true\"], \"ship\": [" + String.join(",", files) + "]}";
        Answer answer = dashboard.json("POST", "ada", "/jobs?dryRun=true", job);

        assertThat(detail(answer)).contains("files of this job are not uploaded");
    }

    @Test
    void instantAsDeadlineIsRefusedWhileThereIsNoCalendar() {
        String job = "{\"command\": [\"true\"], \"deadline\": \"2026-11-22T12:15:30Z\"}";
        assertThat(dashboard.json("POST", "ada", "/jobs", job).status()).isEqualTo(201);
        dashboard.bramble.calendar = java.util.Optional.empty();

        Answer answer = dashboard.json("POST", "ada", "/jobs", job);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(detail(answer)).contains("calendar");
    }

    @Test
    void bodyBeyondTheLimitIsTooLarge() {
        String reason = "{\"reason\": \"" + "x".repeat(70_000) + "\"}";
        Answer small = dashboard.json("PUT", "olga", "/nodes/pi01/cordon", reason);
        Answer large = dashboard.json("POST", "ada", "/jobs", "{\"name\": \"" + "x".repeat(5_000_000) + "\"}");

        assertThat(small.status()).isEqualTo(413);
        assertThat(large.status()).isEqualTo(413);
        assertThat(detail(large)).contains("4194304 bytes");
    }

    @Test
    void bodyOfUnknownLengthBeyondTheLimitIsTooLarge() {
        InputStream endless = new java.io.ByteArrayInputStream(new byte[200_000]);
        Answer answer = dashboard.send(
                "PUT",
                "olga",
                "/nodes/pi01/cordon",
                BodyPublishers.ofInputStream(() -> endless),
                "Content-Type",
                "application/json");

        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""})
    void otherContentTypeIsRefusedWithTheOneThatIsRead(String type) {
        Answer answer = type.isEmpty()
                ? dashboard.send("POST", "ada", "/jobs", BodyPublishers.ofString("{}"))
                : dashboard.send("POST", "ada", "/jobs", BodyPublishers.ofString("{}"), "Content-Type", type);

        assertThat(answer.status()).isEqualTo(415);
        assertThat(detail(answer)).contains("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "/nodes?limit=0, limit",
        "/nodes?limit=1001, limit",
        "/nodes?limit=ten, limit",
        "/nodes?limt=5, limt",
        "/nodes?limit=5&limit=6, limit",
        "/jobs?phase=done, phase",
        "/jobs?cursor=x, cursor",
        "/jobs?after=-1, after",
        "/jobs?after=99999999999999999999, after",
        "/jobs/x, job",
        "/jobs/0, job",
        "/jobs/-1, job",
        "/jobs/99999999999999999999, job",
        "/whoami?after=1, after",
    })
    void parameterThatCannotBeReadIsNamed(String path, String place) {
        Answer answer = dashboard.get("vera", path);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(places(answer)).contains(place);
    }

    @Test
    void taskThatIsNoTaskIsRefused() {
        long job = dashboard.submit("ada", 2, "");
        String tasks = "/jobs/" + job + "/tasks/";

        assertThat(dashboard.get("ada", tasks + "x").status()).isEqualTo(400);
        assertThat(dashboard.get("ada", tasks + "-1").status()).isEqualTo(400);
        assertThat(dashboard.get("ada", tasks + "9999999999").status()).isEqualTo(400);
        assertThat(dashboard.get("ada", tasks + "2").status()).isEqualTo(404);
        assertThat(detail(dashboard.get("ada", tasks + "reduce"))).contains("has no reduce");
        assertThat(detail(dashboard.get("ada", tasks + "0/stdout"))).contains("no recorded result yet");
        assertThat(dashboard
                        .get("ada", tasks + "0/log?stream=stdin&limit=2000000")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsNotThereIsNotFoundInTheCallersForm() {
        for (String path : List.of("/nodes/pi99", "/jobs/77", "/nothing", "/jobs/77/tasks")) {
            Answer answer = dashboard.get("ada", path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().get("code").asString()).isEqualTo("not-found");
            assertThat(answer.json().get("requestId").asString()).isEqualTo(answer.header("Request-Id"));
        }
    }

    @Test
    void otherMethodsAreRefused() {
        assertThat(dashboard
                        .send("PATCH", "ada", "/jobs", BodyPublishers.noBody())
                        .status())
                .isEqualTo(405);
        assertThat(dashboard.send("HEAD", "", "/jobs", BodyPublishers.noBody()).status())
                .isEqualTo(405);
        assertThat(dashboard
                        .send("TRACE", "ada", "/jobs", BodyPublishers.noBody())
                        .status())
                .isIn(404, 405);
    }

    @Test
    void stateThatDoesNotAllowItIsConflict() {
        long job = dashboard.submit("ada", 2, "");

        assertThat(dashboard.delete("ada", "/jobs/" + job).status()).isEqualTo(409);
        assertThat(dashboard.post("ada", "/jobs/" + job + "/retry").status()).isEqualTo(409);
    }

    @Test
    void withoutLeaderWritesAreUnavailableAndReadsGoOn() {
        long job = dashboard.submit("ada", 2, "");
        dashboard.control.leaderless = true;
        Answer write = dashboard.post("ada", "/jobs/" + job + "/cancel");

        assertThat(write.status()).isEqualTo(503);
        assertThat(write.header("Retry-After")).isEqualTo("1");
        assertThat(dashboard.get("ada", "/jobs/" + job + "/tasks?state=running").status())
                .isEqualTo(503);
        JsonNode tasks = dashboard.get("ada", "/jobs/" + job + "/tasks").json();
        assertThat(tasks.get("items").size()).isEqualTo(2);
        assertThat(tasks.get("runningKnown").asBoolean()).isFalse();
    }

    @Test
    void headWithoutNewsIsNotReadyAndSaysSo() {
        dashboard.bramble.behindMillis = -1;
        assertThat(dashboard.get("", "/readyz").status()).isEqualTo(503);
        dashboard.bramble.behindMillis = 60_000;
        assertThat(dashboard.get("", "/readyz").status()).isEqualTo(503);
        dashboard.bramble.behindMillis = 10;
        dashboard.bramble.leader = java.util.Optional.empty();
        assertThat(dashboard.get("", "/readyz").status()).isEqualTo(503);
        assertThat(dashboard.get("", "/healthz").status()).isEqualTo(200);
    }

    @Test
    void readAfterWriteThatThisHeadHasNotSeenIsUnavailable() {
        long revision = dashboard.bramble.revision + 5;

        assertThat(dashboard.get("vera", "/jobs?after=" + revision).status()).isEqualTo(503);
        assertThat(dashboard
                        .get("vera", "/jobs", "Bramble-Revision", "" + revision)
                        .status())
                .isEqualTo(503);
        dashboard.bramble.revision = revision;
        Answer answer = dashboard.get("vera", "/jobs?after=" + revision);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Bramble-Revision")).isEqualTo("" + revision);
    }

    @Test
    void answerSaysHowOldWhatItSaysIs() {
        assertThat(dashboard.get("vera", "/jobs").header("Bramble-Behind-Millis"))
                .isEqualTo("" + dashboard.bramble.behindMillis);
        dashboard.bramble.behindMillis = -1;
        assertThat(dashboard.get("vera", "/nodes").header("Bramble-Behind-Millis"))
                .isEqualTo("unknown");
    }

    @Test
    void sameIdempotencyKeyGivesTheSameJobAndAnotherBodyIsRefused() {
        String job = "{\"command\": [\"true\"]}";
        Answer first = dashboard.json("POST", "ada", "/jobs", job, "Idempotency-Key", "k-1");
        Answer again = dashboard.json("POST", "ada", "/jobs", job, "Idempotency-Key", "k-1");
        Answer other = dashboard.json("POST", "ada", "/jobs", "{\"command\": [\"no\"]}", "Idempotency-Key", "k-1");
        Answer wrong = dashboard.json("POST", "ada", "/jobs", job, "Idempotency-Key", "x".repeat(129));

        assertThat(again.json().get("job")).isEqualTo(first.json().get("job"));
        assertThat(again.header("Location"))
                .isEqualTo("/api/v1/jobs/" + first.json().get("job").asLong());
        assertThat(other.status()).isEqualTo(409);
        assertThat(wrong.status()).isEqualTo(400);
    }

    @Test
    void faultInTheHeadShowsNothingOfTheInside() {
        dashboard.control.fault = new IllegalStateException("password=hunter2 at dev.bramble.Secret");
        Answer answer = dashboard.get("vera", "/jobs");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().get("code").asString()).isEqualTo("internal");
        assertThat(answer.text())
                .doesNotContain("hunter2")
                .doesNotContain("IllegalState")
                .doesNotContain("\tat ");
        assertThat(detail(answer)).contains(answer.header("Request-Id"));
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        for (Answer answer :
                List.of(dashboard.get("vera", "/nodes"), dashboard.get("", "/nodes"), dashboard.get("", "/nothing"))) {
            assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("same-origin");
            assertThat(answer.header("Server")).isEmpty();
            assertThat(answer.header("Request-Id")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/nodes/%2e%2e%2fx HTTP/1.1",
                "GET /api/v1/nodes/%zz HTTP/1.1",
                "GET /api/v1/nodes/%00 HTTP/1.1",
                "GET /api/v1/\\nodes HTTP/1.1",
                "NONSENSE",
            })
    void requestThatIsNoHttpIsRefusedWithAProblem(String line) throws IOException {
        String answer = exchange(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("\"code\":\"invalid\"");
        assertThat(answer).doesNotContain("jetty").doesNotContain("Exception");
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws IOException {
        String answer = exchange("GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 431");
        assertThat(answer).doesNotContain("jetty").doesNotContain("Exception");
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", dashboard.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
