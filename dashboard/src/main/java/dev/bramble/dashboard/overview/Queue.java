package dev.bramble.dashboard.overview;

import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What there is to do, by where it is. Held back is a job of which nothing runs since something else than room is
 * missing; its tasks wait for that, and not for a free place.
 *
 * @param said all of it in words
 * @param running and the others: tasks, written out
 * @param runningShare of all in percent, as a number for an SVG attribute; likewise the others
 * @param heldJobs the oldest first
 */
public record Queue(
        String said,
        boolean hasTasks,
        String running,
        String waiting,
        String held,
        String runningShare,
        String heldShare,
        String heldFrom,
        List<Held> heldJobs) {
    /** Jobs that are named; the page of jobs has all. */
    static final int HELD_MAX = 3;

    /** A job of which nothing runs, and why. */
    public record Held(String job, String name, String tasks, String because) {}

    static Queue of(List<Views.JobView> active, Views.Summary summary) {
        List<Views.JobView> heldBack = active.stream()
                .filter(job -> job.running() == 0 && !job.waitingBecause().isEmpty())
                .toList();
        long left = summary.tasksWaiting();
        long held = Math.min(left, heldBack.stream().mapToLong(Queue::open).sum());
        long running = summary.tasksRunning();
        long waiting = left - held;
        double all = Math.max(1, running + left);
        return new Queue(
                said(running, waiting, held, heldBack.size()),
                running + left > 0,
                Shown.count(running),
                Shown.count(waiting),
                Shown.count(held),
                number(100 * running / all),
                number(100 * held / all),
                number(100 - 100 * held / all),
                heldBack.stream()
                        .limit(HELD_MAX)
                        .map(job -> new Held(
                                job.job().toString(),
                                job.name(),
                                Shown.counted(open(job), "task", "tasks"),
                                Shown.sentence(job.waitingBecause())))
                        .toList());
    }

    private static long open(Views.JobView job) {
        return Math.max(0, job.tasks() - job.succeeded() - job.failed());
    }

    private static String number(double percent) {
        return String.format(Locale.ROOT, "%.2f", Math.clamp(percent, 0, 100));
    }

    private static String said(long running, long waiting, long held, int heldJobs) {
        if (running + waiting + held == 0) {
            return "Nothing is to be done.";
        }
        List<String> parts = new ArrayList<>();
        parts.add(Shown.counted(running, "task runs", "tasks run"));
        parts.add(
                waiting == 0
                        ? "none waits for a free place"
                        : Shown.count(waiting) + (waiting == 1 ? " waits" : " wait") + " for a free place");
        if (heldJobs > 0) {
            parts.add(Shown.count(held) + " of " + Shown.counted(heldJobs, "job", "jobs") + (held == 1 ? " is" : " are")
                    + " held back");
        }
        return String.join(", ", parts) + ".";
    }
}
