package dev.bramble.leader;

import dev.bramble.control.SettingText;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.Setting;
import dev.bramble.model.SizeText;
import java.util.Collection;
import java.util.List;

/**
 * How many jobs there may be, and how large. What is on its way into the ledger is not counted yet, so that many
 * submits at one instant may pass a limit by as many.
 */
final class SubmitLimits {
    private static final String REMOVE = "remove old ones with `bramble rm`";

    private SubmitLimits() {}

    /** @throws RefusedException LIMIT, with what to do, when {@code owner} may not have this job here too */
    static void checkNew(LedgerState state, String owner, JobSpec spec) {
        long bytes = spec.heldBytes();
        check(
                state,
                Setting.JOBS_USER_BYTES_MAX,
                state.specBytesOf(owner) + bytes,
                "the descriptions of all jobs that are kept for " + owner + " would come to "
                        + SizeText.rounded(state.specBytesOf(owner) + bytes),
                REMOVE + ", ship what is long as a file");
        check(
                state,
                Setting.JOBS_BYTES_MAX,
                state.specBytes() + bytes,
                "the descriptions of all jobs that are kept would come to "
                        + SizeText.rounded(state.specBytes() + bytes),
                REMOVE + ", ship what is long as a file");
        check(
                state,
                Setting.JOBS_KEPT_MAX,
                state.jobs().size() + 1L,
                "the bramble keeps " + count(state.jobs().size(), "job"),
                REMOVE);
        // What results take is known when they are there; whoever is at the limit begins nothing more.
        check(
                state,
                Setting.BLOBS_USER_MAX,
                state.blobTable().bytesOwnedBy(owner),
                "the files and results of " + owner + " here have "
                        + SizeText.rounded(state.blobTable().bytesOwnedBy(owner)),
                REMOVE);
        checkActive(state, owner, spec.totalTasks());
    }

    /** The same for {@code openTasks} more of a job that was over. */
    static void checkActive(LedgerState state, String owner, int openTasks) {
        Collection<JobRecord> active = state.activeJobs();
        List<JobRecord> own =
                active.stream().filter(job -> job.owner().equals(owner)).toList();
        check(
                state,
                Setting.JOBS_USER_ACTIVE_MAX,
                own.size() + 1L,
                owner + " has " + count(own.size(), "job") + " not done",
                "wait for some to end, put many tasks into one job");
        check(
                state,
                Setting.JOBS_ACTIVE_MAX,
                active.size() + 1L,
                "the bramble has " + count(active.size(), "job") + " not done",
                "wait for some to end");
        long open = own.stream().mapToLong(SubmitLimits::openTasks).sum();
        check(
                state,
                Setting.JOBS_USER_OPEN_TASKS_MAX,
                open + openTasks,
                owner + " has " + count(open, "task") + " not done, and this job has " + openTasks,
                "wait for some to end");
    }

    /** Those of a job that is not over. */
    static int openTasks(JobRecord job) {
        return Math.max(0, job.spec().totalTasks() - job.succeededTasks() - job.failedTasks());
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static void check(LedgerState state, Setting limit, long wanted, String use, String advice) {
        long most = state.settings().get(limit);
        if (wanted > most) {
            throw new RefusedException(
                    Refusal.Kind.LIMIT,
                    use + ", and " + limit.key() + " is " + SettingText.written(limit, most) + ": " + advice
                            + ", or have an admin raise it with `bramble settings " + limit.key() + " VALUE`");
        }
    }
}
