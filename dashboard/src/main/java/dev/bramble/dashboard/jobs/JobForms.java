package dev.bramble.dashboard.jobs;

import dev.bramble.control.Action;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.function.Function;

/** What a job's owner does with it. The leader knows the job and its owner best, so it alone decides. */
public final class JobForms {
    private JobForms() {}

    public static List<FormScreen> all() {
        return List.of(
                form("cancel", Action.CancelJob::new, "/jobs/%s", "Job %s is cancelled: what ran is being stopped."),
                form("retry", Action.RetryJob::new, "/jobs/%s", "Job %s goes on: what failed is tried again."),
                form("remove", Action.RemoveJob::new, "/jobs", "Job %s and its results are removed."));
    }

    /**
     * @param then where its owner sees what came of it
     * @param done what to say there
     */
    private static FormScreen form(String verb, Function<JobId, Action> action, String then, String done) {
        return new FormScreen("/jobs/{job}/" + verb, Section.JOBS, UserRole.SUBMITTER, request -> {
            JobId job = JobAddress.job(request.request());
            // This head shows the page that follows with it.
            request.readAfter(request.act(action.apply(job)), views -> views.revision());
            return new FormScreen.Outcome.Go(then.formatted(job), done.formatted(job));
        });
    }
}
