package dev.bramble.dashboard;

import dev.bramble.control.TaskActivityView;
import dev.bramble.control.TaskStreamView;
import dev.bramble.control.Views;
import dev.bramble.model.JobId;
import dev.bramble.model.Setting;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
    default Moment now() {
        return Moment.FOUNDING;
    }

    @Override
    default long tasksEnded() {
        return allJobs().stream()
                .mapToLong(job -> job.succeeded() + job.failed())
                .sum();
    }

    @Override
    default long behindMillis() {
        return summary().behindMillis();
    }

    /** Attempts that a test let end. */
    InMemoryStream stream();

    @Override
    default Optional<TaskStreamView> stream(JobId job, long after, int limit) {
        return job(job).map(known -> stream().view(job, after, limit));
    }

    @Override
    default Optional<TaskActivityView> activity(JobId job) {
        return job(job).map(known -> stream().activity(job));
    }

    @Override
    default List<EventView> eventsBefore(long number, int limit, EventFilter filter) {
        List<EventView> older = events(OptionalLong.of(0), Integer.MAX_VALUE, filter).stream()
                .filter(event -> event.number() < number)
                .toList();
        return older.subList(Math.max(0, older.size() - limit), older.size());
    }

    @Override
    default long setting(Setting setting) {
        return setting.standard();
    }
}
