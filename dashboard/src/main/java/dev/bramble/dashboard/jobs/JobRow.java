package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import java.util.List;
import java.util.Optional;

/**
 * A job in the list.
 *
 * @param deadline what is known of it, in words; empty without one
 * @param note why it waits or ended; may be empty
 * @param wentWrong whether there is something to explain
 */
public record JobRow(
        String job,
        String name,
        String owner,
        String phase,
        Progress progress,
        String submitted,
        String deadline,
        List<Attention> attention,
        String note,
        boolean wentWrong) {

    public static JobRow of(Views.JobView job) {
        return new JobRow(
                job.job().toString(),
                job.name(),
                job.owner(),
                Words.of(job.phase()),
                Progress.of(job),
                Shown.time(job.submittedMillisAgo()) + " ago",
                deadline(job),
                Attention.of(job),
                note(job),
                job.failed() > 0 || !job.endedBecause().isEmpty());
    }

    static String note(Views.JobView job) {
        return Shown.sentence(
                job.waitingBecause().isEmpty() ? job.endedBecause() : "It waits: " + because(job.waitingBecause()));
    }

    /** The reason goes on after "It waits:". */
    private static String because(String reason) {
        return reason.startsWith("it waits for ") ? reason.substring("it waits ".length()) : reason;
    }

    /** How a job stands against its deadline; empty without one. */
    static String deadline(Views.JobView job) {
        if (job.late()) {
            return "late: its deadline has passed";
        }
        Optional<Long> left = job.deadlineInMillis();
        if (left.isEmpty()) {
            return "";
        }
        String due = "due in " + Shown.time(left.get());
        return due
                + job.slackMillis()
                        .map(slack -> slack >= 0
                                ? ", " + Shown.time(slack) + " to spare"
                                : ", " + Shown.time(slack) + " too late as it goes")
                        .orElse(", slack not known yet");
    }
}
