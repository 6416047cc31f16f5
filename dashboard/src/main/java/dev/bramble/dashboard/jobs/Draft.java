package dev.bramble.dashboard.jobs;

import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.control.jobfile.JobReader;
import dev.bramble.control.jobfile.JobReading;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.yaml.YamlTree;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A job that somebody is writing.
 *
 * @param isFile whether it is written as a job file; {@code text} is it
 * @param simple how it is written otherwise
 * @param files that are uploaded for it
 * @param key makes sending the same form twice harmless
 */
record Draft(boolean isFile, String text, SimpleJob simple, List<DraftFile> files, String key) {

    /**
     * What it says.
     *
     * @param text the job file that was read
     * @param unused files that are uploaded and not named in it
     */
    record Read(JobReading reading, String text, List<String> unused) {}

    Read read(DeadlineCalendar calendar) {
        Problems problems = new Problems();
        String written = isFile ? text : simple.written(names(), problems);
        DraftFiles source = new DraftFiles(files);
        JobReading reading = YamlTree.read(
                        written.getBytes(StandardCharsets.UTF_8),
                        isFile ? "the job file is empty: it needs at least a command" : "say what to run",
                        problems)
                .map(root -> JobReader.read(root, source, calendar, problems))
                .orElseGet(() -> new JobReading.Refused(problems.list()));
        return new Read(reading, written, source.unused());
    }

    List<String> names() {
        return files.stream().map(file -> file.file().name()).toList();
    }

    /** A job that was submitted before, to be changed. */
    static Draft of(JobSpec spec, String key) {
        List<DraftFile> files = new ArrayList<>();
        spec.ship().forEach(file -> files.add(new DraftFile(file, -1, 0)));
        switch (spec.tasks()) {
            case TaskSource.Lines lines -> {
                files.removeIf(file -> file.file().name().equals(lines.file().name()));
                files.add(new DraftFile(lines.file(), lines.count(), 0));
            }
            case TaskSource.Each each -> each.files().forEach(file -> add(files, file));
            case TaskSource.Count _, TaskSource.Grid _ -> {}
        }
        return new Draft(true, JobText.of(spec), SimpleJob.EMPTY, List.copyOf(files), key);
    }

    private static void add(List<DraftFile> files, ShippedFile file) {
        if (files.stream().noneMatch(known -> known.file().name().equals(file.name()))) {
            files.add(new DraftFile(file, -1, 0));
        }
    }

    /** Mistakes of a draft that cannot be read. */
    static List<Problem> problems(JobReading reading) {
        return switch (reading) {
            case JobReading.Accepted _ -> List.of();
            case JobReading.Refused refused -> refused.problems();
        };
    }
}
