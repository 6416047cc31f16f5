package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.CutText;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What submitting a job would do.
 *
 * @param warnings what may be a slip, a sentence each
 * @param text the job file that would be submitted
 */
public record DryRun(
        String headline, Feasibility feasibility, List<JobSheet.Figure> facts, List<String> warnings, String text) {
    /** Of a command: a line on a desk's screen. */
    private static final int COMMAND_CHARS_MAX = 200;

    private static final int UNUSED_MAX = 5;

    static DryRun of(JobSpec spec, List<String> unused, List<Views.NodeView> nodes) {
        Feasibility feasibility = Feasibility.of(spec.needs(), nodes);
        String reduce = spec.reduce().isPresent() ? " and a reduce at the end" : "";
        return new DryRun(
                Shown.counted(spec.tasks().count(), "task", "tasks") + reduce + " would be submitted",
                feasibility,
                facts(spec),
                warnings(spec, unused),
                JobText.of(spec));
    }

    private static List<JobSheet.Figure> facts(JobSpec spec) {
        List<JobSheet.Figure> facts = new ArrayList<>();
        facts.add(new JobSheet.Figure(
                spec.filter().isPresent() ? "each process runs" : "the first task runs", firstCommand(spec)));
        facts.add(new JobSheet.Figure("each needs", needs(spec.needs())));
        List<ShippedFile> inputs = spec.inputs();
        if (!inputs.isEmpty()) {
            long bytes = inputs.stream().mapToLong(ShippedFile::sizeBytes).sum();
            facts.add(new JobSheet.Figure(
                    "files", Shown.counted(inputs.size(), "file", "files") + ", " + Shown.bytes(bytes)));
        }
        if (!spec.outputs().isEmpty()) {
            facts.add(new JobSheet.Figure("keeps", String.join(", ", spec.outputs()) + " of each task"));
        }
        facts.add(new JobSheet.Figure(
                "tries",
                Shown.counted(spec.attempts(), "try", "tries") + " of at most "
                        + Shown.time(spec.timeout().toMillis()) + " each"));
        if (spec.atOnce() != JobLimits.AT_ONCE_UNLIMITED) {
            facts.add(new JobSheet.Figure("at once", "at most " + Shown.count(spec.atOnce())));
        }
        spec.deadline()
                .ifPresent(deadline -> facts.add(new JobSheet.Figure(
                        "deadline",
                        Shown.time(deadline.toMillis()) + " from now"
                                + (spec.cancelAtDeadline() ? ", then it is cancelled" : ""))));
        return List.copyOf(facts);
    }

    private static String firstCommand(JobSpec spec) {
        TaskInput first = TaskArguments.inputOf(spec.tasks(), 0);
        boolean isLine = first instanceof TaskInput.Line || spec.filter().isPresent();
        List<String> words = isLine ? spec.command() : TaskArguments.expand(spec.command(), first);
        String line = String.join(" ", words).replaceAll("\\s+", " ");
        return CutText.shortened(line, COMMAND_CHARS_MAX);
    }

    private static String needs(Needs needs) {
        List<String> parts = new ArrayList<>();
        parts.add(Feasibility.cores(needs.milliCpus()));
        parts.add(Shown.bytes(needs.memoryBytes()) + " of memory");
        parts.add(Shown.bytes(needs.diskBytes()) + " of disk");
        needs.labels().forEach((label, value) -> parts.add("the label " + label + "=" + value));
        if (!needs.nodes().isEmpty()) {
            parts.add("one of the nodes " + String.join(", ", needs.nodes()));
        }
        return String.join(", ", parts);
    }

    private static List<String> warnings(JobSpec spec, List<String> unused) {
        List<String> warnings = new ArrayList<>();
        if (!unused.isEmpty()) {
            String names = String.join(", ", unused.subList(0, Math.min(UNUSED_MAX, unused.size())))
                    + (unused.size() > UNUSED_MAX ? ", …" : "");
            warnings.add("Uploaded and not used by the job: " + names + ". Name what tasks need under ship.");
        }
        boolean usesNothing = spec.tasks() instanceof TaskSource.Grid
                && spec.filter().isEmpty()
                && spec.tasks().count() > 1
                && spec.command().equals(TaskArguments.expand(spec.command(), last(spec)));
        if (usesNothing) {
            warnings.add("The command names none of the parameters: every task runs the same, unless it reads"
                    + " BRAMBLE_INPUT.");
        }
        return List.copyOf(warnings);
    }

    private static TaskInput last(JobSpec spec) {
        return TaskArguments.inputOf(spec.tasks(), spec.tasks().count() - 1);
    }
}
