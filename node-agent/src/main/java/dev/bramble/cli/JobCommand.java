package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "job",
        description = "Show one job.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble job 7",
            "  bramble job 7 --spec      its definition, with every default filled in",
            "  bramble job 7 --json"
        })
final class JobCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", converter = JobArgument.Job.class, description = "Number of the job.")
    private String job;

    @Option(names = "--spec", description = "Print its definition as JSON instead.")
    private boolean spec;

    @Option(names = "--json", description = "Print the job as JSON.")
    private boolean json;

    private final TopCommand top;

    JobCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        try (Conversation bramble = top.connect()) {
            JsonNode answer = bramble.get("/jobs/" + job + (spec ? "/spec" : ""));
            if (spec || json) {
                top.out().line(Json.pretty(answer));
            } else {
                print(answer);
            }
        }
        return ExitCode.DONE.number();
    }

    private void print(JsonNode it) {
        Facts facts = new Facts(top.out());
        facts.add("job", it.path("job").asString("") + "  " + it.path("name").asString(""));
        facts.add("owner", it.path("owner").asString(""));
        facts.add("phase", JobText.phase(it));
        facts.addUnlessEmpty("waits because", it.path("waitingBecause").asString(""));
        facts.addUnlessEmpty("ended because", it.path("endedBecause").asString(""));
        facts.add(
                "tasks",
                String.format(
                        Locale.ROOT,
                        "%,d: %,d succeeded, %,d failed, %,d running%s",
                        it.path("tasks").asLong(),
                        it.path("succeeded").asLong(),
                        it.path("failed").asLong(),
                        it.path("running").asLong(),
                        it.path("hasReduce").asBoolean(false) ? ", and a reduce" : ""));
        if (!JobText.isFinal(it)) {
            facts.add("rate", Human.rate(it.path("tasksPerSecond").asDouble(0)));
            facts.add("time left", JobText.duration(it.path("etaMillis")));
        }
        facts.add("took", JobText.duration(it.path("elapsedMillis")) + (JobText.isFinal(it) ? "" : " so far"));
        facts.add(
                "submitted",
                JobText.duration(it.path("submittedMillisAgo")) + " ago"
                        + (it.path("submitted").isString()
                                ? ", " + it.path("submitted").asString()
                                : ""));
        if (it.path("deadlineInMillis").isNumber()) {
            long left = it.path("deadlineInMillis").asLong();
            facts.add(
                    "deadline",
                    left < 0 ? "passed " + Human.duration(-left) + " ago: LATE" : "in " + Human.duration(left));
            facts.add("slack", JobText.duration(it.path("slackMillis")));
        }
        long under = it.path("underReplicated").asLong();
        if (under > 0) {
            facts.add("copies", CleanText.line(Human.count(under, "file")) + " with fewer copies than there should be");
        }
        for (JsonNode lost : it.path("lostFiles")) {
            facts.add("lost", CleanText.line(lost.asString("")));
        }
        facts.print();
        if (it.path("failed").asLong() > 0) {
            top.out().line("");
            top.out().line("What failed: bramble tasks " + job + " --state failed");
        }
    }
}
