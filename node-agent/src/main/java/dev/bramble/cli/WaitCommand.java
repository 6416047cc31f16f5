package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.ProgressLine;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "wait",
        description = "Watch a job until it ends; the exit code says how.",
        footerHeading = "%nExample:%n",
        footer = "  bramble wait 7 --output out/ && echo all good")
final class WaitCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", converter = JobArgument.Job.class, description = "Number of the job.")
    private String job;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Then fetch its results into this folder.")
    private Path output;

    @Option(names = "--json", description = "At the end print the job as JSON.")
    private boolean json;

    private final TopCommand top;

    WaitCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        ProgressLine line = top.progress();
        try (Conversation bramble = top.connect(Patience.LONG, line)) {
            return waitFor(top, bramble, line, job, output, json).number();
        }
    }

    /** The end of {@code wait} and of {@code submit --wait}. @param output may be null */
    static ExitCode waitFor(
            TopCommand top, Conversation bramble, ProgressLine line, String job, Path output, boolean json) {
        JobWatch watch = new JobWatch(bramble, line, top.pace());
        JsonNode ended = top.around().jobsOutliveUs() ? watch.untilFinal(job, top.err()) : watch.untilFinal(job);
        ExitCode code = watch.conclude(ended, json ? top.err() : top.out(), top.err());
        if (output != null) {
            ResultsCommand.fetch(top, bramble, job, output);
        }
        if (json) {
            top.out().line(Json.pretty(ended));
        }
        return code;
    }
}
