package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Waiting for the end of a job. */
class JobEndTest {
    /** More than the requests that are answered at once. */
    private static final int MANY = 40;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @AfterEach
    void stop() {
        dashboard.control.end.complete(null);
        clients.shutdownNow();
    }

    @Test
    void whoeverWaitsIsAnsweredAtTheEndAndKeepsNobodyElseWaiting() throws Exception {
        dashboard.control.end = new CompletableFuture<>();
        long job = dashboard.submit("ada", 1, "");
        List<Future<RunningDashboard.Answer>> waiting = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            waiting.add(clients.submit(() -> dashboard.get("ada", "/jobs/" + job + "?waitMillis=10000")));
        }
        assertThat(dashboard.control.endAwaited.tryAcquire(MANY, 1, TimeUnit.MINUTES))
                .isTrue();
        assertThat(dashboard.get("ada", "/jobs/" + job).status()).isEqualTo(200);
        assertThat(waiting).noneMatch(Future::isDone);
        dashboard.control.end.complete(null);
        for (Future<RunningDashboard.Answer> each : waiting) {
            assertThat(each.get(1, TimeUnit.MINUTES).json().get("job").asLong()).isEqualTo(job);
        }
    }

    @Test
    void resultsCanBeAwaitedByWhomTheyAreFor() {
        long job = dashboard.submit("ada", 1, "");
        assertThat(dashboard
                        .get("ada", "/jobs/" + job + "/results?waitMillis=10000")
                        .status())
                .isEqualTo(200);
        assertThat(dashboard.control.endAwaited.availablePermits()).isEqualTo(1);
        assertThat(dashboard
                        .get("bob", "/jobs/" + job + "/results?waitMillis=10000")
                        .status())
                .isEqualTo(403);
        assertThat(dashboard.control.endAwaited.availablePermits()).isEqualTo(1);
    }

    @Test
    void withoutAnythingToWaitForNobodyWaits() {
        dashboard.control.end = new CompletableFuture<>();
        long job = dashboard.submit("ada", 1, "");
        assertThat(dashboard.get("ada", "/jobs/" + job + "?waitMillis=0").status())
                .isEqualTo(200);
        assertThat(dashboard.get("ada", "/jobs/" + job + "?waitMillis=10001").status())
                .isEqualTo(400);
        assertThat(dashboard.control.endAwaited.availablePermits()).isZero();
    }
}
