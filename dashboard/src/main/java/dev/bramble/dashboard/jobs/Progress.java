package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.JobPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far a job is.
 *
 * @param succeededShare of its tasks, in percent, as a number for an SVG attribute; likewise the others
 * @param counts what became of its tasks, in words
 * @param time how long it took, takes or will take
 */
public record Progress(
        String succeededShare,
        String failedShare,
        String failedFrom,
        String runningShare,
        String runningFrom,
        String counts,
        String time) {

    static Progress of(Views.JobView job) {
        double all = Math.max(1, job.tasks());
        double succeeded = 100 * job.succeeded() / all;
        double failed = 100 * job.failed() / all;
        double running = Math.min(100 * job.running() / all, Math.max(0, 100 - succeeded - failed));
        return new Progress(
                number(succeeded),
                number(failed),
                number(succeeded),
                number(running),
                number(succeeded + failed),
                counts(job),
                time(job));
    }

    private static String number(double percent) {
        return String.format(Locale.ROOT, "%.2f", Math.clamp(percent, 0, 100));
    }

    private static String counts(Views.JobView job) {
        List<String> parts = new ArrayList<>();
        parts.add(Shown.count(job.succeeded()) + " of " + Shown.counted(job.tasks(), "task", "tasks") + " done");
        if (job.running() > 0 && !job.phase().isFinal()) {
            parts.add(Shown.count(job.running()) + " running");
        }
        if (job.failed() > 0) {
            parts.add(Shown.count(job.failed()) + " failed");
        }
        if (job.phase() == JobPhase.REDUCING) {
            parts.add("reduce to end");
        }
        return String.join(", ", parts);
    }

    private static String time(Views.JobView job) {
        if (job.phase().isFinal()) {
            return "took " + Shown.time(job.elapsedMillis());
        }
        if (job.etaMillis() >= 0) {
            return Shown.about(job.etaMillis()) + " left";
        }
        return "for " + Shown.time(job.elapsedMillis());
    }
}
