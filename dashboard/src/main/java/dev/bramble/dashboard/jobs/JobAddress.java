package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.model.JobId;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;

/** The job that the address of a page names. */
public final class JobAddress {
    /** Numbers of jobs are far below. */
    private static final int DIGITS_MAX = 15;

    private JobAddress() {}

    /** The number in an address. */
    public static JobId job(ScreenRequest request) {
        String text = request.place("job");
        if (!text.matches("[1-9][0-9]{0," + (DIGITS_MAX - 1) + "}")) {
            throw ScreenRequest.missing("there is no job '" + text + "': the list of jobs has those that exist");
        }
        return new JobId(Long.parseLong(text));
    }

    /** The job. For use in a question. */
    public static Views.JobView find(Views views, JobId job) {
        return views.job(job).orElseThrow(() -> ProblemException.of(Refusal.noJob(job)));
    }

    /** The same for its owner and for operators alone. */
    public static Views.JobView findOwn(Views views, JobId id, Views.Principal visitor) {
        Views.JobView job = find(views, id);
        if (!owns(visitor, job)) {
            throw ProblemException.notYours(job);
        }
        return job;
    }

    /** Whether the visitor may do with a job, or see of it, what its owner may. */
    public static boolean owns(Views.Principal visitor, Views.JobView job) {
        return job.owner().equals(visitor.user()) && visitor.may(UserRole.SUBMITTER) || visitor.may(UserRole.OPERATOR);
    }
}
