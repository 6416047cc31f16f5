package dev.bramble.dashboard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.TaskStreamView;
import dev.bramble.control.TaskStreamView.Attempt;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.control.Views;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamSheetTest {
    private static final NodeId NODE = new NodeId("n1");

    private static Views.JobView job(JobPhase phase) {
        return new Views.JobView(
                new JobId(7),
                "sweep",
                "ada",
                phase,
                100,
                2,
                0,
                phase.isFinal() ? 0 : 3,
                true,
                false,
                0,
                -1,
                90_000,
                Optional.empty(),
                90_000,
                Optional.empty(),
                false,
                Optional.empty(),
                "",
                "",
                0,
                List.of());
    }

    private static Attempt attempt(long number, int task, long endedMillis, End end) {
        return new Attempt(number, task, 1, NODE, 0, endedMillis - 500, endedMillis, 500, end);
    }

    private static StreamSheet sheet(JobPhase phase, long seenFrom, long oldest, Attempt... attempts) {
        long last = attempts.length == 0 ? 0 : attempts[attempts.length - 1].number();
        return StreamSheet.of(
                new TaskStreamView(
                        90_000,
                        seenFrom,
                        oldest,
                        last,
                        new TaskStreamView.Totals(last, 0, 0, 0, 0),
                        List.of(attempts),
                        List.of(new TaskStreamView.OnNode(NODE, "pi01", 4, List.of(90_000L)))),
                job(phase));
    }

    @Test
    void summaryCountsTheLastMinuteAlone() {
        StreamSheet sheet = sheet(
                JobPhase.RUNNING,
                0,
                1,
                attempt(1, 0, 20_000, End.SUCCEEDED),
                attempt(2, 1, 40_000, End.SUCCEEDED),
                attempt(3, 2, 80_000, End.FAILED));

        assertThat(sheet.summary())
                .isEqualTo("In the last minute 2 attempts ended on 1 node: 1 succeeded, 1 failed. 3 tasks run now.");
        assertThat(sheet.reach()).isEmpty();
    }

    @Test
    void tableHasTheNewestFirstAndNamesTheReduce() {
        StreamSheet sheet = sheet(
                JobPhase.SUCCEEDED, 0, 1, attempt(1, 5, 40_000, End.LOST), attempt(2, 100, 88_000, End.SUCCEEDED));

        assertThat(sheet.newest())
                .containsExactly(
                        new StreamSheet.Row(
                                "pi01",
                                "reduce",
                                "/jobs/7/tasks/reduce",
                                "succeeded",
                                "succeeded",
                                "500 ms",
                                "2 s before its end"),
                        new StreamSheet.Row(
                                "pi01",
                                "5",
                                "/jobs/7/tasks/5",
                                "attention",
                                "lost with its node",
                                "500 ms",
                                "50 s before its end"));
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(sheet(JobPhase.RUNNING, 60_000, 1).reach())
                .isEqualTo("This head has watched the job for 30 s; what ended before is in the table of tasks.");
        assertThat(sheet(JobPhase.RUNNING, 0, 101, attempt(8_292, 1, 89_000, End.SUCCEEDED))
                        .reach())
                .startsWith("Of 8,292 attempts the newest 8,192 have a bar each; the whole job shows the"
                        + " others summed up.");
    }

    @Test
    void nothingThatEndedIsSaidAsWell() {
        assertThat(sheet(JobPhase.RUNNING, 0, 1).summary())
                .isEqualTo("In the last minute no attempt ended. 3 tasks run now.");
    }
}
