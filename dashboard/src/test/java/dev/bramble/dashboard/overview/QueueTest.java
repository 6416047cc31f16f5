package dev.bramble.dashboard.overview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueueTest {
    private static Views.JobView job(int number, int tasks, int running, String waitingBecause) {
        return new Views.JobView(
                new JobId(number),
                "sweep",
                "ada",
                running > 0 ? JobPhase.RUNNING : JobPhase.QUEUED,
                tasks,
                0,
                0,
                running,
                false,
                false,
                0,
                -1,
                0,
                Optional.empty(),
                0,
                Optional.empty(),
                false,
                Optional.empty(),
                waitingBecause,
                "",
                0,
                List.of());
    }

    private static Views.Summary summary(long waiting, long running) {
        return new Views.Summary(
                "home",
                "l",
                1,
                0,
                Optional.empty(),
                Optional.empty(),
                1,
                1,
                1,
                2,
                waiting,
                running,
                0,
                new Views.Files(0, 0, 0, 0, 0, 0),
                List.of());
    }

    @Test
    void tasksOfAJobThatWaitsForSomethingElseThanRoomAreHeldBack() {
        Queue queue = Queue.of(
                List.of(job(1, 30, 10, ""), job(2, 60, 0, "it comes after job 1"), job(3, 20, 5, "no node has room")),
                summary(95, 15));

        assertThat(queue.said()).isEqualTo("15 tasks run, 35 wait for a free place, 60 of 1 job are held back.");
        assertThat(queue.heldJobs()).containsExactly(new Queue.Held("2", "sweep", "60 tasks", "It comes after job 1."));
        assertThat(Double.parseDouble(queue.heldShare())).isBetween(54.5, 54.6);
    }

    @Test
    void emptyQueueSaysSo() {
        Queue queue = Queue.of(List.of(), summary(0, 0));

        assertThat(queue.said()).isEqualTo("Nothing is to be done.");
        assertThat(queue.hasTasks()).isFalse();
    }
}
