package dev.bramble.dashboard.jobs;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.tasks.ResultRow;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** The operations about jobs. */
public final class JobRoutes {
    /** Many times the size of a job that a person wrote. */
    static final int LARGE_JOB_BYTES = 64 * 1024;
    /** One takes some 20 MB for a moment, of a heap of some 64 MB. */
    static final int LARGE_JOBS_AT_ONCE_MAX = 2;

    private final Semaphore largeJobs = new Semaphore(LARGE_JOBS_AT_ONCE_MAX);

    public List<Route> routes() {
        return List.of(
                Route.get("/jobs", UserRole.VIEWER, JobRoutes::list, "phase", "owner", Page.LIMIT, Page.CURSOR),
                Route.post("/jobs", UserRole.SUBMITTER, this::submit, "dryRun"),
                Route.get("/jobs/{job}", UserRole.VIEWER, JobRoutes::one, Route.WAIT_MILLIS),
                Route.delete("/jobs/{job}", UserRole.SUBMITTER, request -> write(request, Action.RemoveJob::new)),
                Route.get("/jobs/{job}/spec", UserRole.SUBMITTER, JobRoutes::spec),
                Route.post("/jobs/{job}/cancel", UserRole.SUBMITTER, request -> write(request, Action.CancelJob::new)),
                Route.post("/jobs/{job}/retry", UserRole.SUBMITTER, request -> write(request, Action.RetryJob::new)));
    }

    private static void list(ApiRequest request) {
        Page.Wanted wanted = request.page();
        Optional<JobId> before = before(request, wanted.cursor());
        Optional<JobPhase> phase = request.word("phase", JobPhase.class);
        Optional<String> owner = request.principal().ownJobsOnly()
                ? Optional.of(request.principal().user())
                : request.query("owner");
        List<Views.JobView> jobs = request.read(views -> views.jobs(before, wanted.limit() + 1, phase, owner));
        boolean more = jobs.size() > wanted.limit();
        List<Views.JobView> items = more ? jobs.subList(0, wanted.limit()) : jobs;
        String next = more ? items.getLast().job().toString() : null;
        request.json(new Page<>(items, next).map(job -> JobJson.of(job, request.owns(job))));
    }

    private static Optional<JobId> before(ApiRequest request, String cursor) {
        if (cursor.isEmpty()) {
            return Optional.empty();
        }
        if (!cursor.matches("[0-9]{1,18}")) {
            request.wrong(Page.CURSOR, "is not one of this list: send the 'next' of the page before");
            return Optional.empty();
        }
        return Optional.of(new JobId(Long.parseLong(cursor)));
    }

    private static void one(ApiRequest request) {
        JobId job = request.job();
        request.awaitEnd(job);
        Views.JobView view = request.read(views -> request.anyJob(views, job));
        request.json(JobJson.of(view, request.owns(view)));
    }

    private record Received(JobSpec spec, String bodySha256) {}

    /** A large body has its turn before it is read, since it and what is made of it fill much of the heap. */
    private Received receive(ApiRequest request) {
        long announcedBytes = request.context().req().getContentLengthLong();
        boolean large = announcedBytes < 0 || announcedBytes > LARGE_JOB_BYTES;
        if (large && !largeJobs.tryAcquire()) {
            throw ProblemException.of(
                    Refusal.Kind.LIMIT,
                    "this head is reading " + LARGE_JOBS_AT_ONCE_MAX + " large jobs already: try again in a moment");
        }
        try {
            byte[] body = request.body(JobLimits.JOB_JSON_BYTES_MAX);
            return new Received(JobDocument.read(body, () -> request.read(Views::deadlineCalendar)), sha256(body));
        } finally {
            if (large) {
                largeJobs.release();
            }
        }
    }

    private record Submitted(long job, long revision) {}

    /**
     * @param status the job as it was when the answer was made; null when this head does not know it
     * @param results null while it is not final, and when it has too many
     */
    private record Awaited(long job, long revision, JobJson status, List<ResultRow> results) {}

    private void submit(ApiRequest request) {
        boolean dryRun = request.flag("dryRun");
        String key = request.idempotencyKey();
        Duration wait = request.preferredWait();
        request.check();
        Bodies.requireType(request.context(), Json.CONTENT_TYPE);
        Received received = receive(request);
        JobSpec spec = received.spec();
        if (dryRun) {
            checkFiles(request, spec);
            request.context().contentType(Json.CONTENT_TYPE).result(JobDocument.write(spec));
            return;
        }
        Control.Done done = request.act(new Action.SubmitJob(spec, key, received.bodySha256()));
        JobId job = done.job().orElseThrow(() -> new IllegalStateException("the leader took a job without a number"));
        request.context().header("Location", Route.ROOT + "/jobs/" + job);
        request.json(
                201,
                wait.isZero() ? new Submitted(job.number(), done.index()) : awaited(request, job, done.index(), wait));
    }

    /** The job is in the ledger: when nothing can be said about its end, the answer still is that it was accepted. */
    private static Awaited awaited(ApiRequest request, JobId job, long revision, Duration wait) {
        return request.readAtEnd(revision, job, wait, views -> {
                    Optional<Views.JobView> view = views.job(job);
                    return new Awaited(
                            job.number(),
                            revision,
                            view.map(known -> JobJson.of(known, request.owns(known)))
                                    .orElse(null),
                            view.filter(request::owns)
                                    .flatMap(known -> ResultRow.along(views, known))
                                    .orElse(null));
                })
                .orElseGet(() -> new Awaited(job.number(), revision, null, null));
    }

    /**
     * For a dry run only: the leader checks the files of a job that is submitted, and it knows of uploads that this
     * head has not heard of yet.
     */
    private static void checkFiles(ApiRequest request, JobSpec spec) {
        List<Problem> missing = request.read(views -> JobDocument.files(spec).stream()
                .filter(file -> !views.has(request.principal(), file.blob()))
                .limit(Problems.PROBLEMS_MAX)
                .map(file -> new Problem(
                        file.name(), "its file (" + file.blob() + ") is not here, or not yours: upload it first"))
                .toList());
        if (!missing.isEmpty()) {
            throw ProblemException.wrong("files of this job are not uploaded, see errors", missing);
        }
    }

    private static void spec(ApiRequest request) {
        JobId job = request.job();
        JobSpec spec = request.read(views -> {
            request.ownJob(views, job);
            return views.spec(job)
                    .orElseThrow(() -> ProblemException.of(
                            Refusal.Kind.NOT_FOUND, "what job " + job + " was submitted with is not kept any more"));
        });
        request.context().contentType(Json.CONTENT_TYPE).result(JobDocument.write(spec));
    }

    /** The leader knows the job and its owner better than this head may, so it alone decides. */
    private static void write(ApiRequest request, Function<JobId, Action> action) {
        request.write(action.apply(request.job()));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
