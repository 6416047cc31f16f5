package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Control;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StreamTest {
    private static final JobId JOB = new JobId(1);

    private RunningDashboard dashboard;

    @BeforeEach
    void start() throws Exception {
        dashboard = new RunningDashboard();
        dashboard.bramble.addNode("n1", "pi01", true);
        dashboard.bramble.addNode("n2", "pi02", false);
        dashboard.submit("ada", 6, "");
        dashboard.bramble.stream.end(JOB, 0, "n1", 40_000, 3_000, End.SUCCEEDED);
        dashboard.bramble.stream.end(JOB, 1, "n1", 80_000, 4_200, End.FAILED);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private void runs(int task, String node, long millis) {
        dashboard.bramble.running.put(JOB, List.of(new Control.RunningTask(task, new NodeId(node), 2, true, millis)));
    }

    private JsonNode stream(String query) {
        return dashboard.get("vera", "/jobs/1/attempts" + query).json();
    }

    @Test
    void attemptsAreColumnsOfWhichOnlyNewOnesAreSentAgain() {
        JsonNode all = stream("");
        assertThat(all.get("ended").get("task").toString()).isEqualTo("[0,1]");
        assertThat(all.get("ended").get("end").toString()).isEqualTo("[0,1]");
        assertThat(all.get("ended").get("beganMillis").toString()).isEqualTo("[37000,75800]");
        assertThat(all.get("totals").get("failed").asInt()).isEqualTo(1);

        assertThat(stream("?since=1").get("ended").get("task").toString()).isEqualTo("[1]");
        assertThat(stream("?since=2").get("ended").get("task").toString()).isEqualTo("[]");
    }

    @Test
    void whatRunsHasAPlaceOnANodeOfWhichNothingHasEnded() {
        runs(2, "n2", 5_000);

        JsonNode seen = stream("");
        assertThat(seen.get("nodes").get(1).get("name").asString()).isEqualTo("pi02");
        assertThat(seen.get("running").toString())
                .isEqualTo("{\"task\":[2],\"attempt\":[2],\"node\":[1],\"lane\":[0],\"beganMillis\":[85000]}");
    }

    @Test
    void attemptThatBeganBeforeTheLastOneEndedIsBesideIt() {
        runs(2, "n1", 15_000);

        // In the first place of pi01 something ended at second 80, five seconds after it began.
        assertThat(stream("").get("running").get("lane").toString()).isEqualTo("[1]");
    }

    @Test
    void attemptThatBeganWhenTheLastOneEndedFollowsIt() {
        runs(2, "n1", 10_000);

        assertThat(stream("").get("running").get("lane").toString()).isEqualTo("[0]");
    }

    @Test
    void withoutLeaderTheStreamSaysThatItDoesNotKnowWhatRuns() {
        dashboard.control.leaderless = true;

        assertThat(stream("").get("runningKnown").asBoolean()).isFalse();
    }

    @Test
    void activityCountsWhatRunsAsBusy() {
        runs(2, "n1", 40_000);

        JsonNode activity = dashboard.get("vera", "/jobs/1/activity").json();
        assertThat(activity.get("stepMillis").asLong()).isEqualTo(60_000);
        // 7.2 s of what ended, 10 s of what runs; then 30 s of that.
        assertThat(activity.get("nodes").get(0).get("busyMillis").toString()).isEqualTo("[17200,30000]");
    }
}
