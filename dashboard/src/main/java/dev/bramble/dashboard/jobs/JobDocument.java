package dev.bramble.dashboard.jobs;

import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.control.jobfile.JobFields;
import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.JobReader;
import dev.bramble.control.jobfile.JobReading;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.UploadedFiles;
import dev.bramble.control.jobfile.json.JsonTree;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** A job as JSON and back. */
final class JobDocument {
    /**
     * Names, values and brackets in a job: enough for {@link JobLimits#FILES_MAX} files. Each becomes an object with
     * its place, some 200 bytes; without this limit four megabytes of {@code 1,1,1…} would become 400.
     */
    static final int TOKENS_MAX = 150_000;

    private static final JsonFactory COUNTING = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxTokenCount(TOKENS_MAX)
                    // The reader limits it, and says where.
                    .maxNestingDepth(TOKENS_MAX)
                    .build())
            .build();

    private JobDocument() {}

    /**
     * @param calendar asks for calendar time now, if the bramble has one: only for deadlines that are instants
     * @throws ProblemException with every mistake; or when it is no JSON
     */
    static JobSpec read(byte[] json, Supplier<DeadlineCalendar.Now> calendar) {
        refuseTooManyTokens(json);
        Problems problems = new Problems();
        Optional<Node> tree = JsonTree.read(json, problems);
        if (tree.isEmpty()) {
            throw ProblemException.unreadable(sentence(problems.list()), problems.list());
        }
        DeadlineCalendar until = DeadlineCalendar.of(calendar);
        return switch (JobReader.read(tree.get(), new UploadedFiles(), until, problems)) {
            case JobReading.Accepted accepted -> accepted.spec();
            case JobReading.Refused refused ->
                throw ProblemException.wrong(sentence(refused.problems()), refused.problems());
        };
    }

    private static void refuseTooManyTokens(byte[] json) {
        try (JsonParser parser = COUNTING.createParser(ObjectReadContext.empty(), json)) {
            while (parser.nextToken() != null) {
                // Only counted.
            }
        } catch (StreamConstraintsException e) {
            throw ProblemException.tooLarge("this job has more than " + TOKENS_MAX
                    + " values and names, or one that is out of all proportion: put them into a lines file");
        } catch (JacksonException e) {
            // The reader finds it too and says where it is.
        }
    }

    private static String sentence(List<Problem> problems) {
        return problems.size() == 1
                ? problems.getFirst().toString()
                : problems.size() + " things are wrong with this job, see errors";
    }

    /** What {@link #read} understands, with every default filled in. */
    static byte[] write(JobSpec spec) {
        return JsonTree.write(JobFields.of(spec)).getBytes(StandardCharsets.UTF_8);
    }

    /** Every file that the job names. */
    static List<ShippedFile> files(JobSpec spec) {
        List<ShippedFile> files = new ArrayList<>(spec.ship());
        switch (spec.tasks()) {
            case TaskSource.Lines lines -> files.add(lines.file());
            case TaskSource.Each each -> files.addAll(each.files());
            case TaskSource.Count ignored -> {}
            case TaskSource.Grid ignored -> {}
        }
        return files;
    }
}
