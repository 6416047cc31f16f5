package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Control;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GridTest {
    private static final JobId JOB = new JobId(1);

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @BeforeEach
    void start() {
        dashboard.submit("ada", 6, "");
    }

    @Test
    void everyTaskIsOneByteAndAnOutcomeWinsOverARunningAttempt() {
        dashboard.bramble.succeed(JOB, 0, new Output.Inline("x".getBytes(StandardCharsets.UTF_8)), List.of());
        dashboard.bramble.fail(JOB, 1, "pi01", "exit code 1", "");
        NodeId node = new NodeId("n1");
        dashboard.bramble.running.put(
                JOB,
                List.of(
                        new Control.RunningTask(0, node, 1, true, 5),
                        new Control.RunningTask(2, node, 1, true, 5),
                        new Control.RunningTask(3, node, 1, false, 0)));

        assertThat(dashboard.get("vera", "/jobs/1/grid").bytes()).containsExactly(3, 4, 2, 1, 0, 0);
        assertThat(dashboard.get("vera", "/jobs/1/grid?from=1&limit=2").bytes()).containsExactly(4, 2);
        assertThat(dashboard.get("vera", "/jobs/1/grid?from=7").bytes()).isEmpty();
    }

    @Test
    void sameGridIsNotSentTwice() {
        String etag = dashboard.get("vera", "/jobs/1/grid").header("ETag");
        RunningDashboard.Answer again = dashboard.get("vera", "/jobs/1/grid", "If-None-Match", etag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.bytes()).isEmpty();

        dashboard.bramble.fail(JOB, 1, "pi01", "exit code 1", "");
        assertThat(dashboard.get("vera", "/jobs/1/grid", "If-None-Match", etag).status())
                .isEqualTo(200);
    }

    @Test
    void gridWithoutLeaderSaysThatItDoesNotKnowWhatRuns() {
        dashboard.control.leaderless = true;
        RunningDashboard.Answer answer = dashboard.get("vera", "/jobs/1/grid");

        assertThat(answer.header("Bramble-Running-Known")).isEqualTo("false");
        assertThat(answer.bytes()).containsExactly(0, 0, 0, 0, 0, 0);
    }

    @Test
    void tasksOfACancelledJobAreCancelled() {
        dashboard.post("ada", "/jobs/1/cancel");

        assertThat(dashboard.get("vera", "/jobs/1/grid").bytes()).containsOnly(5);
    }

    @Test
    void gridIsPackedForWhoCanUnpack() {
        dashboard.submit("ada", 5000, "");

        assertThat(dashboard.get("vera", "/jobs/2/grid", "Accept-Encoding", "gzip"))
                .satisfies(answer -> {
                    assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
                    assertThat(answer.bytes().length).isLessThan(200);
                });
    }
}
