package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The jobs of a bench: each is taken away again, also when the bench fails, runs out of time or is stopped by Ctrl-C.
 */
final class BenchJobs implements AutoCloseable {
    /** Most that the interface waits for the end of a job in one request; short enough for a line that moves. */
    private static final Duration WAIT = Duration.ofMillis(500);
    /** When a head answers sooner than asked without an end: it waits for nobody when too many ask it to. */
    private static final Duration PAUSE = Duration.ofMillis(20);
    /** For processes to stop and the end to be recorded: a grace of 10 s and some. */
    private static final Duration END_MAX = Duration.ofSeconds(30);

    private record Asked(ObjectNode job, String key) {}

    /** Longest that a head waits in one request. */
    private static final Duration ALONG = Duration.ofSeconds(10);

    private final Conversation bramble;
    private final ProgressLine line;
    private final Pace pace;
    private final Duration limit;
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Thread hook = new Thread(this::stop);
    private volatile Asked asked;
    private volatile boolean isStopping;

    /** @param limit longest that one job may take */
    BenchJobs(Conversation bramble, ProgressLine line, Pace pace, Duration limit) {
        this.bramble = bramble;
        this.line = line;
        this.pace = pace;
        this.limit = limit;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A job with a name that tells where it comes from; it goes away by itself if nobody removes it. */
    static ObjectNode job(Measure measure) {
        ObjectNode job = Json.object()
                .put("name", "bench-" + measure.word())
                .put("keep", "1h")
                .put("attempts", 1);
        // Small, so that cores are what there is too little of.
        job.set("needs", Json.object().put("cpus", 1).put("memory", "32M"));
        return job;
    }

    String submit(ObjectNode job) {
        return number(submit(job, Duration.ZERO));
    }

    /** The same, and in one request the end of a job that is over within ten seconds, with its results. */
    JsonNode submitAndWait(ObjectNode job) {
        return submit(job, ALONG);
    }

    private JsonNode submit(ObjectNode job, Duration wait) {
        Asked now = new Asked(job, UUID.randomUUID().toString());
        asked = now;
        JsonNode answer = post(now, wait);
        open.add(number(answer));
        asked = null;
        return answer;
    }

    static String number(JsonNode answer) {
        return answer.path("job").asString();
    }

    private JsonNode post(Asked one, Duration wait) {
        waitIfStopping();
        return wait.isZero()
                ? bramble.writeOnce("POST", "/jobs", one.job(), one.key())
                : bramble.writeOnceAndWait("POST", "/jobs", one.job(), one.key(), wait);
    }

    /** Waits for the end of a job, and refuses any but a success. @param what is being done, for the line */
    void await(String number, String what) {
        long began = pace.nanos();
        while (true) {
            long asking = pace.nanos();
            JsonNode job = get("/jobs/" + number + "?waitMillis=" + WAIT.toMillis());
            String phase = job.path("phase").asString("");
            if (phase.equals("succeeded")) {
                return;
            }
            if (isFinal(phase)) {
                // Ctrl-C cancelled it: that is no failure.
                waitIfStopping();
                throw new Failure(
                        ExitCode.JOB_FAILED,
                        "job " + number + " (" + job.path("name").asString("") + ") " + phase + ": "
                                + job.path("failed").asLong() + " of "
                                + job.path("tasks").asLong() + " tasks failed");
            }
            if (pace.nanos() - began > limit.toNanos()) {
                throw new Failure(
                        ExitCode.JOB_FAILED,
                        "job " + number + " did not end within " + Human.duration(limit.toMillis())
                                + ": it is removed; --limit gives it longer");
            }
            show(what, job);
            if (pace.nanos() - asking < PAUSE.toNanos()) {
                pace.pause(PAUSE);
            }
        }
    }

    private void show(String what, JsonNode job) {
        long done = job.path("succeeded").asLong();
        long tasks = Math.max(1, job.path("tasks").asLong());
        line.show((double) done / tasks, List.of(what, done + "/" + tasks), what + done, pace.nanos());
    }

    private static boolean isFinal(String phase) {
        return phase.equals("succeeded") || phase.equals("failed") || phase.equals("cancelled");
    }

    private JsonNode get(String path) {
        try {
            return bramble.get(path);
        } catch (Failure failure) {
            waitIfStopping();
            throw failure;
        }
    }

    /** Time from the submission until the end is known here; the job is removed after the clock stopped. */
    long nanosToEnd(ObjectNode job, String what) {
        long began = pace.nanos();
        String number = submit(job);
        await(number, what);
        long nanos = pace.nanos() - began;
        remove(number);
        return nanos;
    }

    /** Deletes a job that is over. */
    void remove(String number) {
        bramble.write("DELETE", "/jobs/" + number, null);
        open.remove(number);
    }

    private void end(String number) {
        try {
            bramble.write("POST", "/jobs/" + number + "/cancel", null);
        } catch (Failure overAlready) {
            // Then it can be deleted at once; whether it can is seen there.
        }
        long began = pace.nanos();
        while (!isFinal(bramble.get("/jobs/" + number + "?waitMillis=" + WAIT.toMillis())
                        .path("phase")
                        .asString(""))
                && pace.nanos() - began < END_MAX.toNanos()) {
            pace.pause(PAUSE);
        }
        remove(number);
    }

    /** Ends and deletes what is left; a job that cannot be is the head's to remove when its hour is over. */
    private void endAll() {
        for (String number : List.copyOf(open)) {
            try {
                end(number);
            } catch (Failure gone) {
                open.remove(number);
            }
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyStopping) {
            waitIfStopping();
        }
        endAll();
    }

    /** Ctrl-C. A submission that is under way is asked for again: its key gives the job's number. */
    private void stop() {
        Asked last = asked;
        try {
            if (last != null) {
                open.add(number(post(last, Duration.ZERO)));
            }
        } catch (Failure neverArrived) {
            // Nothing of it to take away.
        }
        isStopping = true;
        line.clear();
        endAll();
    }

    /** While the hook cleans up, nothing new may start and no sentence may come in between. */
    private void waitIfStopping() {
        while (isStopping && Thread.currentThread() != hook) {
            LockSupport.park(hook);
        }
    }
}
