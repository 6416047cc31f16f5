package dev.bramble.dashboard.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.bramble.control.Views;
import dev.bramble.dashboard.failures.FailedTry;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.JobId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobFailuresTest {
    private static Views.AttemptView tried(int number, String node, Optional<AttemptEnd> end, String reason) {
        return new Views.AttemptView(number, node, end, 1, 10, reason);
    }

    private static Views.TaskView failed(int tries, Views.AttemptView... history) {
        return new Views.TaskView(
                3,
                new LinkedHashMap<>(),
                Views.TaskState.FAILED,
                Optional.of("pi04"),
                tries,
                1,
                10,
                "exit code 1",
                "",
                List.of(history));
    }

    @Test
    void everyTryThatCountedIsCountedOnce() {
        Views.AttemptView first = tried(1, "pi01", Optional.of(AttemptEnd.TIMED_OUT), "too long");
        Views.AttemptView lost = tried(2, "pi02", Optional.empty(), "pi02 left");
        Views.AttemptView last = tried(3, "pi04", Optional.of(AttemptEnd.FAILED), "exit code 1");

        assertThat(JobFailures.of(new JobId(7), failed(2, first, lost, last), "words"))
                .extracting(FailedTry::node, FailedTry::lastWords)
                .containsExactly(tuple("pi01", ""), tuple("pi04", "words"));
        assertThat(JobFailures.of(new JobId(7), failed(2, first, lost), "words"))
                .extracting(FailedTry::node)
                .containsExactlyInAnyOrder("pi01", "pi04");
    }
}
