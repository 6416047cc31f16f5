package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Small jobs one after the other: how long one takes from its submission until its result is here. */
final class RoundTrip {
    /** What a JVM compiles and connects at first use is not what a person waits for in the middle of a day. */
    private static final int WARM_UP_ROUNDS_MAX = 50;
    /** Most that the interface waits for the end of a job in one request. */
    private static final int WAIT_MILLIS_MAX = 10_000;

    private final Conversation bramble;
    private final BenchJobs jobs;
    private final ProgressLine line;
    private final Pace pace;

    RoundTrip(Conversation bramble, BenchJobs jobs, ProgressLine line, Pace pace) {
        this.bramble = bramble;
        this.jobs = jobs;
        this.line = line;
        this.pace = pace;
    }

    /** @param runMillis the process's own time, as its node measured it */
    private record Round(double millis, double runMillis) {}

    List<Figure> take(int rounds) {
        double[] all = new double[rounds];
        double[] own = new double[rounds];
        for (int i = 0; i < Math.min(rounds, WARM_UP_ROUNDS_MAX); i++) {
            round();
        }
        for (int i = 0; i < rounds; i++) {
            Round round = round();
            all[i] = round.millis();
            own[i] = Math.max(0, round.millis() - round.runMillis());
            line.show((i + 1.0) / rounds, List.of("round " + (i + 1) + " of " + rounds), "", pace.nanos());
        }
        return List.of(
                figure("round trip, p50", all, 50, "one command, submitted until its result is here: half are faster"),
                figure("round trip, p99", all, 99, "99 of 100 are faster; of " + rounds + " rounds"),
                figure("  without the process", own, 50, "the median without the process's own time"));
    }

    private static Figure figure(String what, double[] millis, int percent, String meaning) {
        return Figure.of(Measure.ROUND_TRIP, what, Statistics.percentile(millis, percent), Figure.Unit.MILLIS, meaning);
    }

    /** One job of one task: submitted, awaited, its result read, compared, and removed after the clock stopped. */
    private Round round() {
        String word = UUID.randomUUID().toString();
        ObjectNode job = BenchJobs.job(Measure.ROUND_TRIP);
        job.set("command", Json.array().add("echo").add(word));
        job.set("tasks", Json.object().put("count", 1));
        long begun = pace.nanos();
        JsonNode answer = jobs.submitAndWait(job);
        String number = BenchJobs.number(answer);
        JsonNode along = answer.path("results").path(0);
        JsonNode task = along.isObject() ? along : result(number);
        double millis = (pace.nanos() - begun) / 1e6;
        if (!task.path("lastLine").asString("").equals(word)) {
            throw new Failure(
                    ExitCode.JOB_FAILED,
                    "job " + number + " should have printed " + word + " and "
                            + task.path("state").asString("") + ", "
                            + task.path("reason").asString(""));
        }
        jobs.remove(number);
        return new Round(millis, task.path("seconds").asDouble() * 1000);
    }

    private JsonNode result(String job) {
        while (true) {
            JsonNode task = bramble.fetch(
                    "/jobs/" + job + "/results?waitMillis=" + WAIT_MILLIS_MAX,
                    (body, headers) -> Json.parse(body.readAllBytes()));
            if (task.path("seconds").isNumber()
                    || task.path("state").asString("").equals("cancelled")) {
                return task;
            }
        }
    }
}
