package dev.bramble.dashboard;

import dev.bramble.control.Views;
import dev.bramble.model.Setting;
import java.util.List;
import java.util.Optional;

/** What a bramble in memory knows because it knows the rest. */
interface DerivedViews extends Views {
    private List<JobView> allJobs() {
        return jobs(Optional.empty(), Integer.MAX_VALUE, Optional.empty(), Optional.empty());
    }

    @Override
    default List<JobView> activeJobs(int limit) {
        return allJobs().reversed().stream()
                .filter(job -> !job.phase().isFinal())
                .limit(limit)
                .toList();
    }

    @Override
    default long tasksEnded() {
        return allJobs().stream()
                .mapToLong(job -> job.succeeded() + job.failed())
                .sum();
    }

    @Override
    default long setting(Setting setting) {
        return setting.standard();
    }
}
