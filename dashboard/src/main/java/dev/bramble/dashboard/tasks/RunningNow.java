package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.JobId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * What runs of a job, asked of the leader once for all who look within a second: it has better things to do. Safe for
 * many threads.
 */
final class RunningNow {
    /** More than a hundred boards run at once. */
    static final int RUNNING_MAX = 2000;
    /** Jobs that are looked at just now: each is an answer of a few kilobytes. */
    static final int JOBS_MAX = 64;
    /** A little less than the second after which a page asks again. */
    static final long FRESH_NANOS = 900_000_000;

    private record Asked(long atNanos, CompletionStage<Control.RunningTasks> answer) {}

    private final LongSupplier nanos;
    /** The one that was asked for last is the last one. */
    private final LinkedHashMap<JobId, Asked> asked = new LinkedHashMap<>();

    /** @param nanos a clock that only runs forward */
    RunningNow(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Empty while the leader cannot be asked. */
    Optional<Control.RunningTasks> of(Control control, JobId job) {
        try {
            return Optional.of(Waiting.await(ask(control, job)));
        } catch (ProblemException silent) {
            return Optional.empty();
        }
    }

    private synchronized CompletionStage<Control.RunningTasks> ask(Control control, JobId job) {
        long now = nanos.getAsLong();
        Asked before = asked.get(job);
        if (before != null && now - before.atNanos() < FRESH_NANOS) {
            return before.answer();
        }
        Asked fresh = new Asked(now, control.running(job, 0, RUNNING_MAX));
        asked.putLast(job, fresh);
        for (Iterator<Asked> oldest = asked.values().iterator(); asked.size() > JOBS_MAX; ) {
            oldest.next();
            oldest.remove();
        }
        return fresh.answer();
    }
}
