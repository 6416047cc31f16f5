package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.console.Screen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Watches a job until it is final. */
final class JobWatch {
    /** The bar shows soon that something happens; the head answers earlier when the job is over. */
    private static final Duration WAIT_MIN = Duration.ofMillis(100);
    /** Often enough for a bar that moves, rare enough for a head with a hundred watchers. */
    private static final Duration WAIT_MAX = Duration.ofMillis(900);
    /** Between answers, also those of a head that cannot wait because too many ask it to. */
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Enough to see what kind of mistake it is. */
    private static final int FAILURES_SHOWN = 5;

    private final Conversation bramble;
    private final ProgressLine line;
    private final Pace pace;

    JobWatch(Conversation bramble, ProgressLine line, Pace pace) {
        this.bramble = bramble;
        this.line = line;
        this.pace = pace;
    }

    /** Shows progress until the job is final, and returns it as it is then. A Ctrl-C meanwhile harms nothing. */
    JsonNode untilFinal(String job, Screen err) {
        Thread farewell = new Thread(() -> {
            line.clear();
            err.line("job " + job + " goes on without you: 'bramble wait " + job
                    + "' watches it again, 'bramble cancel " + job + "' stops it");
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        try {
            return untilFinal(job);
        } finally {
            endFarewell(farewell);
        }
    }

    /** The same for a job that ends when this process is stopped. */
    JsonNode untilFinal(String job) {
        try {
            Duration wait = WAIT_MIN;
            while (true) {
                JsonNode state = bramble.get("/jobs/" + job + "?waitMillis=" + wait.toMillis());
                if (JobText.isFinal(state)) {
                    return state;
                }
                line.show(share(state), parts(state), news(state), pace.nanos());
                pace.pause(PAUSE);
                Duration longer = wait.multipliedBy(3).dividedBy(2);
                wait = longer.compareTo(WAIT_MAX) < 0 ? longer : WAIT_MAX;
            }
        } finally {
            line.clear();
        }
    }

    private static void endFarewell(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException alreadyEnding) {
            // Ctrl-C came at this very moment: the hook says its sentence, which is true.
        }
    }

    private static double share(JsonNode job) {
        double tasks = Math.max(1, job.path("tasks").asLong());
        return (job.path("succeeded").asLong() + job.path("failed").asLong()) / tasks;
    }

    private static List<String> parts(JsonNode job) {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "%3.0f%% %s", Math.floor(share(job) * 100), doneOf(job))
                .strip());
        if (job.path("failed").asLong() > 0) {
            parts.add(job.path("failed").asLong() + " failed");
        }
        String waiting = CleanText.line(job.path("waitingBecause").asString(""));
        if (job.path("phase").asString("").equals("reducing")) {
            parts.add("reduce runs");
        } else if (waiting.isEmpty()) {
            parts.add(job.path("running").asLong() + " running");
        } else if (job.path("running").asLong() > 0) {
            parts.add(job.path("running").asLong() + " running, not all can: " + waiting);
        } else {
            parts.add("waits: " + waiting);
        }
        if (job.path("late").asBoolean(false)) {
            parts.add("LATE");
        }
        if (job.path("tasksPerSecond").asDouble(0) > 0) {
            parts.add(Human.rate(job.path("tasksPerSecond").asDouble()));
        }
        if (job.path("etaMillis").isNumber()) {
            parts.add(Human.duration(job.path("etaMillis").asLong()) + " left");
        }
        return parts;
    }

    private static String doneOf(JsonNode job) {
        return job.path("succeeded").asLong() + "/" + job.path("tasks").asLong() + " done";
    }

    private static String news(JsonNode job) {
        return doneOf(job)
                + job.path("failed")
                + job.path("running")
                + job.path("phase")
                + job.path("late")
                + job.path("waitingBecause");
    }

    /** Says how a final job ended, and shows the first of what failed. */
    ExitCode conclude(JsonNode job, Screen out, Screen err) {
        String phase = job.path("phase").asString("");
        String took = JobText.duration(job.path("elapsedMillis"));
        String number = job.path("job").asString("");
        out.line(JobText.title(job) + " " + out.styled(JobText.phase(job).style(), phaseInWords(phase)) + ": "
                + job.path("succeeded").asLong() + " of "
                + Human.count(job.path("tasks").asLong(), "task") + " in " + took
                + (job.path("late").asBoolean(false) ? ", LATE" : ""));
        if (phase.equals("succeeded")) {
            return ExitCode.DONE;
        }
        String because = CleanText.line(job.path("endedBecause").asString(""));
        if (!because.isEmpty()) {
            err.line(because);
        }
        if (phase.equals("failed")) {
            bramble.list("/jobs/" + number + "/tasks?state=failed", FAILURES_SHOWN, task -> {
                String reason = CleanText.line(task.path("reason").asString(""));
                err.line("  task " + JobText.task(task) + " on " + JobText.orDash(task.path("node")) + ": "
                        + (reason.isEmpty() ? "exit " + JobText.orDash(task.path("exitCode")) : reason)
                        + "   (bramble logs " + number + " " + JobText.task(task) + " --stderr)");
            });
            err.line("all of them: bramble tasks " + number + " --state failed; again: bramble retry " + number);
        }
        return ExitCode.JOB_FAILED;
    }

    private static String phaseInWords(String phase) {
        return phase.equals("cancelled") ? "was cancelled" : phase;
    }
}
