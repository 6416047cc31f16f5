package dev.bramble.cli.submit;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.JobReader;
import dev.bramble.control.jobfile.JobReading;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.yaml.YamlTree;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A job that is ready to be sent.
 *
 * @param uploads the file behind each blob that the job names
 * @param instant its deadline, if that was given as an instant: how far off that is, and whether anybody knows, the
 *     bramble says
 */
public record JobInput(JobSpec spec, Map<BlobId, Path> uploads, Optional<Instant> instant) {
    private static final String STDIN = "-";

    /** A job given by flags alone. */
    public static JobInput ofFlags(Path folder, Function<Problems, JobFlags> flags) {
        return read(folder, Optional.empty(), "the command line", flags);
    }

    /**
     * A job file with flags over it.
     *
     * @param folder what {@code file} is relative to
     * @param file its name, or {@code -} for {@code stdin}, whose files are then relative to {@code folder}
     */
    public static JobInput ofFile(Path folder, String file, InputStream stdin, Function<Problems, JobFlags> flags) {
        Path path = folder.resolve(file);
        byte[] bytes = file.equals(STDIN) ? bytes(stdin) : bytes(path, file);
        Path base = file.equals(STDIN) || path.getParent() == null ? folder : path.getParent();
        return read(base, Optional.of(bytes), file.equals(STDIN) ? "stdin" : file, flags);
    }

    private static byte[] bytes(Path path, String file) {
        if (Files.isDirectory(path)) {
            throw new Failure(ExitCode.USAGE, file + " is a folder: name the job file in it");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return bytes(in);
        } catch (IOException e) {
            String advice =
                    file.matches(".*\\.(ya?ml|json)") ? "" : "; to run a command write: bramble submit -- " + file;
            throw new Failure(ExitCode.USAGE, "cannot read the job file " + file + ": " + Json.reason(e) + advice, e);
        }
    }

    private static byte[] bytes(InputStream in) {
        try {
            return in.readNBytes(JobLimits.JOB_FILE_BYTES_MAX + 1);
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot read the job from stdin: " + Json.reason(e), e);
        }
    }

    private static JobInput read(
            Path base, Optional<byte[]> yaml, String source, Function<Problems, JobFlags> flagsOf) {
        Problems problems = new Problems();
        JobFlags flags = flagsOf.apply(problems);
        LocalFiles files = new LocalFiles(base);
        AnyInstant calendar = new AnyInstant();
        Optional<Node> root = yaml.isPresent()
                ? YamlTree.read(yaml.get(), problems)
                : Optional.of(new Node.MapNode(Place.TOP, List.of()));
        JobReading reading = root.map(tree -> tree instanceof Node.MapNode map ? flags.over(map) : tree)
                .map(tree -> JobReader.read(tree, files, calendar, problems))
                .orElseGet(() -> new JobReading.Refused(problems.list()));
        return switch (reading) {
            case JobReading.Accepted accepted -> new JobInput(accepted.spec(), files.uploads(), calendar.instant);
            case JobReading.Refused refused -> throw refused(source, refused.problems());
        };
    }

    /** Takes every instant, and keeps it for who can tell. */
    private static final class AnyInstant implements DeadlineCalendar {
        private Optional<Instant> instant = Optional.empty();

        @Override
        public Optional<Duration> until(Instant deadline) {
            instant = Optional.of(deadline);
            return Optional.of(Duration.ofHours(1));
        }
    }

    private static Failure refused(String source, List<Problem> problems) {
        String count = problems.size() == 1 ? "a mistake" : problems.size() + " mistakes";
        return new Failure(ExitCode.USAGE, source + " has " + count + ":", problems, null);
    }

    /** The size of each file to upload. */
    public Map<BlobId, Long> sizes() {
        Map<BlobId, Long> sizes = new LinkedHashMap<>();
        for (ShippedFile file : files(spec)) {
            sizes.put(file.blob(), file.sizeBytes());
        }
        return sizes;
    }

    private static List<ShippedFile> files(JobSpec spec) {
        List<ShippedFile> files = new ArrayList<>(spec.ship());
        switch (spec.tasks()) {
            case TaskSource.Count ignored -> {}
            case TaskSource.Grid ignored -> {}
            case TaskSource.Lines lines -> files.add(lines.file());
            case TaskSource.Each each -> files.addAll(each.files());
        }
        return files;
    }

    /** What the first task would run; a line stays as {@code {line}}. */
    public static List<String> firstCommand(JobSpec spec) {
        TaskInput first = TaskArguments.inputOf(spec.tasks(), 0);
        return first instanceof TaskInput.Line ? spec.command() : TaskArguments.expand(spec.command(), first);
    }
}
