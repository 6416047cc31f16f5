package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A job submitted with the wish to wait for its end. */
class SubmitAndWaitTest {
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @AfterEach
    void stop() {
        dashboard.control.end.complete(null);
        clients.shutdownNow();
    }

    private RunningDashboard.Answer submit(int tasks, String... headers) {
        return dashboard.json("POST", "ada", "/jobs", body(tasks), headers);
    }

    private static String body(int tasks) {
        return "{\"command\":[\"true\"],\"tasks\":{\"count\":" + tasks + "}}";
    }

    /** Sends the request and returns once it waits for the job's end. */
    private Future<RunningDashboard.Answer> waiting(int tasks, String... headers) throws Exception {
        dashboard.control.end = new CompletableFuture<>();
        Future<RunningDashboard.Answer> answer = clients.submit(() -> submit(tasks, headers));
        assertThat(dashboard.control.endAwaited.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
        return answer;
    }

    private void succeed(long job, int tasks) {
        JobId id = new JobId(job);
        for (int task = 0; task < tasks; task++) {
            byte[] printed = ("hello " + task + "\n").getBytes(StandardCharsets.UTF_8);
            dashboard.bramble.succeed(id, task, new Output.Inline(printed), List.of());
        }
        dashboard.bramble.jobs.put(
                id, dashboard.bramble.jobView(id, "job", "ada", JobPhase.SUCCEEDED, tasks, tasks, 0, false));
        dashboard.control.end.complete(null);
    }

    @Test
    void oneRequestBringsTheEndAndTheResults() throws Exception {
        Future<RunningDashboard.Answer> answer = waiting(2, "Prefer", "wait=7");
        assertThat(answer).isNotDone();
        succeed(1, 2);
        RunningDashboard.Answer ended = answer.get(1, TimeUnit.MINUTES);
        assertThat(ended.status()).isEqualTo(201);
        assertThat(ended.header("Preference-Applied")).isEqualTo("wait=7");
        assertThat(ended.header("Location")).isEqualTo("/api/v1/jobs/1");
        JsonNode json = ended.json();
        assertThat(json.path("job").asLong()).isEqualTo(1);
        assertThat(json.path("status").path("phase").asString()).isEqualTo("succeeded");
        assertThat(json.path("results")).hasSize(2);
        assertThat(json.path("results").path(1).path("lastLine").asString()).isEqualTo("hello 1");
    }

    @Test
    void aJobThatIsNotOverByThenIsAcceptedAllTheSame() throws Exception {
        Future<RunningDashboard.Answer> answer = waiting(1, "Prefer", "wait=1");
        dashboard.control.end.complete(null); // as the control port does when the time has passed
        JsonNode json = answer.get(1, TimeUnit.MINUTES).json();
        assertThat(json.path("status").path("phase").asString()).isEqualTo("queued");
        assertThat(json.path("results").isNull()).isTrue();
    }

    @Test
    void rowsOfAJobWithManyTasksAreAskedForApart() throws Exception {
        Future<RunningDashboard.Answer> answer = waiting(17, "Prefer", "wait=1");
        succeed(1, 17);
        JsonNode json = answer.get(1, TimeUnit.MINUTES).json();
        assertThat(json.path("status").path("succeeded").asInt()).isEqualTo(17);
        assertThat(json.path("results").isNull()).isTrue();
    }

    @Test
    void aHeadThatLosesTouchWhileItWaitsStillSaysThatTheJobIsAccepted() throws Exception {
        Future<RunningDashboard.Answer> answer = waiting(1, "Prefer", "wait=1");
        dashboard.control.end.completeExceptionally(
                new RefusedException(Refusal.Kind.UNAVAILABLE, "this head is behind"));
        RunningDashboard.Answer accepted = answer.get(1, TimeUnit.MINUTES);
        assertThat(accepted.status()).isEqualTo(201);
        assertThat(accepted.json().path("job").asLong()).isEqualTo(1);
        assertThat(accepted.json().path("status").isNull()).isTrue();
    }

    @Test
    void withoutTheWishNobodyWaits() {
        dashboard.control.end = new CompletableFuture<>();
        for (RunningDashboard.Answer answer : List.of(
                submit(1),
                submit(1, "Prefer", "wait=0"),
                submit(1, "Prefer", "respond-async, wait-for=3, return=minimal"))) {
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.json().has("status")).isFalse();
            assertThat(answer.header("Preference-Applied")).isEmpty();
        }
        assertThat(dashboard
                        .json("POST", "ada", "/jobs?dryRun=true", body(1), "Prefer", "wait=9")
                        .status())
                .isEqualTo(200);
        assertThat(dashboard.control.endAwaited.availablePermits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=", "wait=soon", "wait=-1", "wait=1.5", "wait=\"3", "wait=9999999999"})
    void aWaitThatIsNoNumberIsRefusedAndNothingIsSubmitted(String preference) {
        RunningDashboard.Answer answer = submit(1, "Prefer", preference);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("give wait=SECONDS");
        assertThat(dashboard.control.acted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=3600", "WAIT = \"3600\"", "return=minimal, wait=3600;x=y, wait=1"})
    void aLongWaitIsCutToWhatProxiesEndure(String preference) throws Exception {
        Future<RunningDashboard.Answer> answer = waiting(1, "Prefer", preference);
        dashboard.control.end.complete(null);
        assertThat(answer.get(1, TimeUnit.MINUTES).header("Preference-Applied")).isEqualTo("wait=10");
    }

    @Test
    void theSameKeyAgainWaitsForTheSameJob() throws Exception {
        submit(1, "Idempotency-Key", "k");
        Future<RunningDashboard.Answer> again = waiting(1, "Idempotency-Key", "k", "Prefer", "wait=5");
        succeed(1, 1);
        JsonNode json = again.get(1, TimeUnit.MINUTES).json();
        assertThat(json.path("job").asLong()).isEqualTo(1);
        assertThat(json.path("results")).hasSize(1);
    }

    @Test
    void aClientThatGoesAwayWhileItWaitsHarmsNobody() throws Exception {
        dashboard.control.end = new CompletableFuture<>();
        String body = body(1);
        try (Socket client = new Socket("127.0.0.1", dashboard.port())) {
            client.getOutputStream()
                    .write(("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\n"
                                    + "Authorization: Bearer ada-token\r\nPrefer: wait=10\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(dashboard.control.endAwaited.tryAcquire(1, TimeUnit.MINUTES))
                    .isTrue();
        }
        succeed(1, 1);
        assertThat(dashboard.get("ada", "/jobs/1").json().path("phase").asString())
                .isEqualTo("succeeded");
    }
}
