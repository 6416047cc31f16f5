package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.Priority;
import dev.bramble.model.TaskSource;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OutcomeBytesTest {
    private static final int TASKS = 300_000;

    private static JobRecord job() {
        JobSpec spec = new JobSpec(
                "many",
                List.of("true"),
                Optional.empty(),
                List.of(),
                new TaskSource.Count(TASKS),
                new LinkedHashMap<>(),
                new Needs(1000, 1 << 20, 1 << 20, new TreeMap<>(), List.of()),
                Optional.empty(),
                false,
                Duration.ofHours(1),
                4,
                Integer.MAX_VALUE,
                List.of(),
                Optional.of(new JobSpec.Reduce(List.of("true"), List.of())),
                List.of(),
                Priority.NORMAL,
                Duration.ofDays(1),
                Optional.empty());
        JobRecord job = new JobRecord(new JobId(1), spec, "ada", Moment.FOUNDING);
        job.succeeded.add(0L, 70_000L);
        job.succeeded.add(200_000L, (long) TASKS);
        job.failed.add(70_000, 70_001, TASKS);
        return job;
    }

    @Test
    void everyTaskHasTheByteOfItsOutcomeWhereverTheWindowBegins() {
        JobRecord job = job();
        for (int from : new int[] {0, 1, 65_535, 69_999, 131_072, 199_999, 299_998}) {
            byte[] bytes = OutcomeBytes.of(job, from, 100_000, (byte) 7, (byte) 3, (byte) 4);
            assertThat(bytes).hasSize(Math.min(100_000, TASKS + 1 - from));
            for (int i = 0; i < bytes.length; i++) {
                int task = from + i;
                int expected = job.hasSucceeded(task) ? 3 : job.hasFailed(task) ? 4 : 7;
                if (bytes[i] != expected) {
                    assertThat(bytes[i]).as("task %d from %d", task, from).isEqualTo((byte) expected);
                }
            }
        }
    }

    @Test
    void windowBeyondTheLastTaskIsEmpty() {
        assertThat(OutcomeBytes.of(job(), TASKS + 1, 10, (byte) 0, (byte) 3, (byte) 4))
                .isEmpty();
        assertThat(OutcomeBytes.of(job(), Integer.MAX_VALUE, 10, (byte) 0, (byte) 3, (byte) 4))
                .isEmpty();
    }
}
