package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What can be done to jobs that are there: each of those named, even if another cannot be done. */
abstract sealed class JobActions implements Callable<Integer> {
    @Parameters(
            paramLabel = "JOB",
            arity = "1..*",
            converter = JobArgument.Job.class,
            description = "Numbers of the jobs.")
    private List<String> jobs;

    private final TopCommand top;

    JobActions(TopCommand top) {
        this.top = top;
    }

    abstract void act(Conversation bramble, String job);

    abstract String done();

    @Override
    public final Integer call() {
        try (Conversation bramble = top.connect()) {
            return OneByOne.act(top, "job ", jobs, job -> {
                        act(bramble, job);
                        return "job " + job + " " + done();
                    })
                    .number();
        }
    }

    @Command(
            name = "cancel",
            description = "Cancel jobs: stop what runs, start nothing more, keep the results that are there.",
            footerHeading = "%nExample:%n",
            footer = "  bramble cancel 7")
    static final class Cancel extends JobActions {
        Cancel(TopCommand top) {
            super(top);
        }

        @Override
        void act(Conversation bramble, String job) {
            bramble.write("POST", "/jobs/" + job + "/cancel", null);
        }

        @Override
        String done() {
            return "is cancelled";
        }
    }

    @Command(
            name = "retry",
            description = "Run the failed and cancelled tasks of jobs again; what succeeded stays.",
            footerHeading = "%nExample:%n",
            footer = "  bramble retry 7 && bramble wait 7")
    static final class Retry extends JobActions {
        Retry(TopCommand top) {
            super(top);
        }

        @Override
        void act(Conversation bramble, String job) {
            bramble.write("POST", "/jobs/" + job + "/retry", null);
        }

        @Override
        String done() {
            return "runs again";
        }
    }

    @Command(
            name = "rm",
            description = "Delete finished jobs with their results, before their time to keep is over.",
            footerHeading = "%nExample:%n",
            footer = "  bramble rm 3 4 5")
    static final class Remove extends JobActions {
        Remove(TopCommand top) {
            super(top);
        }

        @Override
        void act(Conversation bramble, String job) {
            bramble.write("DELETE", "/jobs/" + job, null);
        }

        @Override
        String done() {
            return "is deleted";
        }
    }
}
