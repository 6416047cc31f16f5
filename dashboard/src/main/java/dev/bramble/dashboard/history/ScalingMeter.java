package dev.bramble.dashboard.history;

import dev.bramble.control.Views;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.JobId;
import java.util.HashMap;
import java.util.Map;

/**
 * Gathers what {@link Scaling} compares: of the newest job that could be measured, and of the one before it until the
 * newest has something to show. For one thread at a time.
 */
final class ScalingMeter {
    private JobId job;
    private Map<Integer, Scaling.Measured> byNodes = new HashMap<>();
    private Scaling before = Scaling.NOTHING;

    /** A second in which {@code rate} tasks ended; NaN when unknown. */
    void add(Seen seen, int atWork, double rate) {
        if (seen.summary().jobsActive() != 1 || seen.activeJobs().isEmpty() || !Double.isFinite(rate)) {
            return;
        }
        Views.JobView only = seen.activeJobs().getFirst();
        if (seen.summary().tasksWaiting() == 0 || atWork == 0) {
            return;
        }
        if (!only.job().equals(job)) {
            before = measured();
            job = only.job();
            byNodes = new HashMap<>();
        }
        // At most as many keys as a bramble has nodes.
        byNodes.merge(atWork, new Scaling.Measured(1, rate), (sofar, second) -> sofar.plus(second.tasks()));
    }

    Scaling measured() {
        Scaling now = job == null ? Scaling.NOTHING : Scaling.of(job.number(), byNodes);
        return now.points().isEmpty()
                        || now.efficiency().isEmpty() && before.efficiency().isPresent()
                ? before
                : now;
    }
}
