package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivitySumsTest {
    private static final NodeId NODE = new NodeId("n1");
    private static final TaskActivityView.Step ONE = new TaskActivityView.Step(0, 1, 0, 0);

    private final ActivitySums sums = new ActivitySums();

    private long busyMillis() {
        return sums.of(NODE).stream()
                .mapToLong(TaskActivityView.Step::busyMillis)
                .sum();
    }

    @Test
    void runTimeIsSpreadOverTheStepsInWhichItWas() {
        sums.add(NODE, 2_500, 2_000, ONE);

        assertThat(sums.of(NODE))
                .containsExactly(
                        new TaskActivityView.Step(500, 0, 0, 0),
                        new TaskActivityView.Step(1_000, 0, 0, 0),
                        new TaskActivityView.Step(500, 1, 0, 0));
    }

    @Test
    void longJobHasLongerStepsAndLosesNothing() {
        for (int second = 1; second <= 10_000; second++) {
            sums.add(NODE, second * 1_000L, 700, ONE);
        }

        List<TaskActivityView.Step> steps = sums.of(NODE);
        assertThat(steps).hasSizeLessThanOrEqualTo(ActivitySums.STEPS_MAX);
        assertThat(sums.stepMillis()).isEqualTo(128_000);
        assertThat(steps.stream().mapToInt(TaskActivityView.Step::succeeded).sum())
                .isEqualTo(10_000);
        assertThat(busyMillis()).isEqualTo(7_000_000);
    }

    @Test
    void stepsReachUpToNowWhileNothingHasEnded() {
        sums.reach(10_000_000);

        assertThat(10_000_000 / sums.stepMillis()).isLessThan(ActivitySums.STEPS_MAX);
    }

    @Test
    void whatRanBeforeTheJobDoesNotCount() {
        sums.add(NODE, 300, 900, ONE);

        assertThat(busyMillis()).isEqualTo(300);
    }
}
