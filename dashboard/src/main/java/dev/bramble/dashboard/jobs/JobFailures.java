package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.failures.FailedTry;
import dev.bramble.dashboard.failures.FailureGroups;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.JobId;
import dev.bramble.model.Output;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Why tasks of a job failed.
 *
 * @param grouped the failed attempts of failed tasks, by cause
 * @param scope of how many tasks that is; empty when of all
 */
public record JobFailures(FailureGroups.Grouped grouped, String scope) {
    /** Failed tasks that are looked at: milliseconds of the head's event loop, and enough to see a pattern. */
    static final int TASKS_MAX = 500;
    /** Tasks that went well that are looked at, for the names of their nodes. */
    static final int WELL_MAX = 200;

    static JobFailures of(Views views, Views.JobView job, boolean isOwners) {
        if (job.failed() == 0) {
            return new JobFailures(FailureGroups.of(List.of(), Set.of()), "");
        }
        List<FailedTry> tries = new ArrayList<>();
        List<Views.TaskView> failed = views.tasks(job.job(), 0, TASKS_MAX, Optional.of(Views.TaskState.FAILED));
        for (Views.TaskView task : failed) {
            String words = isOwners ? lastWords(views, job.job(), task.task()) : "";
            tries.addAll(of(job.job(), task, words));
        }
        Set<String> well = new HashSet<>();
        views.tasks(job.job(), 0, WELL_MAX, Optional.of(Views.TaskState.SUCCEEDED))
                .forEach(task -> task.node().ifPresent(well::add));
        String scope = failed.size() < TASKS_MAX ? "" : "Of the first " + Shown.count(TASKS_MAX) + " failed tasks.";
        return new JobFailures(FailureGroups.of(tries, well), scope);
    }

    /**
     * Only the last attempt's words are kept; an earlier one that ended the same way is taken to have said the same.
     */
    static List<FailedTry> of(JobId job, Views.TaskView task, String lastWords) {
        List<FailedTry> tries = new ArrayList<>();
        long charged = task.history().stream().filter(JobFailures::isCharged).count();
        if (charged < task.attempts()) {
            // Of a command the history has the last try as well.
            tries.add(new FailedTry(job, task.task(), task.node().orElse(""), task.reason(), lastWords));
        }
        for (Views.AttemptView attempt : task.history()) {
            if (isCharged(attempt)) {
                String words = attempt.reason().equals(task.reason()) ? lastWords : "";
                tries.add(new FailedTry(job, task.task(), attempt.node(), attempt.reason(), words));
            }
        }
        return tries;
    }

    /** Whether it cost its task a try. */
    static boolean isCharged(Views.AttemptView attempt) {
        return attempt.end()
                .filter(end -> end == AttemptEnd.FAILED || end == AttemptEnd.TIMED_OUT)
                .isPresent();
    }

    private static String lastWords(Views views, JobId job, int task) {
        return views.result(job, task)
                .map(Views.ResultView::stderr)
                .map(Output::lastLine)
                .orElse("");
    }
}
