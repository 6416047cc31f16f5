package dev.bramble.control;

import dev.bramble.ledger.AttemptRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.RecordedResult;
import java.util.Optional;

/** How many of its tries a task was charged: losses and drains cost none, though attempts have numbers of their own. */
final class ChargedTries {
    private ChargedTries() {}

    /** Of a task with an outcome the try that gave it is one of them. */
    static int of(JobRecord job, int task) {
        Optional<RecordedResult> result = job.result(task);
        return result.isEmpty()
                ? job.triesSpent(task) - job.lostOn(task).size()
                : result.get().number() - losses(job, task, result.get().number());
    }

    /** Losses up to the attempt with that number. Numbers begin anew when a job is tried again. */
    private static int losses(JobRecord job, int task, int number) {
        int losses = 0;
        int later = number;
        for (AttemptRecord attempt : job.history(task).reversed()) {
            if (attempt.number() > later) {
                break;
            }
            later = attempt.number();
            // The loss with that very number made the outcome, of a task that was put aside as poison.
            boolean isOfIt = later < number || job.hasFailed(task);
            losses += attempt.end().isEmpty() && isOfIt ? 1 : 0;
        }
        return losses;
    }
}
