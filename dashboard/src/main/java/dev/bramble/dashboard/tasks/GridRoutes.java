package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.JobId;
import dev.bramble.model.UserRole;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Where the tasks of a job are, a byte each: what the picture of a million tasks is made of. */
public final class GridRoutes {
    /** A mebibyte: two such answers are held at once for each request that is served. */
    static final int TASKS_MAX = 1 << 20;
    /** Asked of the leader: more than a hundred boards run at once. */
    static final int RUNNING_MAX = 2000;

    /** Says whether the leader could be asked what runs. */
    static final String RUNNING_KNOWN = "Bramble-Running-Known";

    /** What a byte says: its number here. */
    enum Mark {
        WAITING,
        ON_A_NODE,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        byte code() {
            return (byte) ordinal();
        }
    }

    private GridRoutes() {}

    public static List<Route> routes() {
        return List.of(Route.get("/jobs/{job}/grid", UserRole.VIEWER, GridRoutes::grid, "from", Page.LIMIT));
    }

    private record Seen(Views.JobView job, byte[] bytes) {}

    private static void grid(ApiRequest request) {
        JobId job = request.job();
        int from = (int) request.number("from", 0, Integer.MAX_VALUE, 0);
        int limit = (int) request.number(Page.LIMIT, 1, TASKS_MAX, TASKS_MAX);
        Seen seen = request.read(views -> {
            Views.JobView view = request.anyJob(views, job);
            byte open = (view.phase().isFinal() ? Mark.CANCELLED : Mark.WAITING).code();
            byte[] bytes = views.outcomes(job, from, limit, open, Mark.SUCCEEDED.code(), Mark.FAILED.code());
            return new Seen(view, bytes);
        });
        boolean isKnown = seen.job().phase().isFinal() || markRunning(request, job, from, seen.bytes());
        String etag = etag(seen.bytes(), isKnown);
        request.context().header("ETag", etag).header(RUNNING_KNOWN, Boolean.toString(isKnown));
        if (etag.equals(request.context().header("If-None-Match"))) {
            request.context().status(304);
            return;
        }
        request.context().contentType(Downloads.CONTENT_TYPE).result(seen.bytes());
    }

    /** An outcome that is recorded wins over a running attempt, since the leader's word may be older. */
    private static boolean markRunning(ApiRequest request, JobId job, int from, byte[] bytes) {
        Optional<Control.RunningTasks> running = ask(request, job, from);
        running.map(Control.RunningTasks::tasks).orElse(List.of()).forEach(task -> {
            int at = task.task() - from;
            if (at < bytes.length && bytes[at] == Mark.WAITING.code()) {
                bytes[at] = (task.running() ? Mark.RUNNING : Mark.ON_A_NODE).code();
            }
        });
        return running.isPresent();
    }

    private static Optional<Control.RunningTasks> ask(ApiRequest request, JobId job, int from) {
        try {
            return Optional.of(Waiting.await(request.control().running(job, from, RUNNING_MAX)));
        } catch (ProblemException silent) {
            return Optional.empty();
        }
    }

    /** Weak, since it is the same for the bytes as they are and packed. */
    private static String etag(byte[] bytes, boolean isKnown) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "W/\"" + HexFormat.of().formatHex(hash, 0, 8) + (isKnown ? "" : "-") + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
