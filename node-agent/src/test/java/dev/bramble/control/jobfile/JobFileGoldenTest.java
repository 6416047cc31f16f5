package dev.bramble.control.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.jobfile.json.JsonTree;
import dev.bramble.control.jobfile.yaml.YamlTree;
import dev.bramble.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code NAME.yaml} among the resources, read, gives {@code NAME.txt}: the job with its defaults as JSON, or its
 * problems. Run with {@code -Dgolden.write=true} to write the second anew, and look at the difference.
 */
class JobFileGoldenTest {
    private static final Path FILES = Path.of("src/test/resources/dev/bramble/control/jobfile");

    static List<String> jobFiles() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("jobFiles")
    void jobFileGivesWhatItsTranscriptSays(String name) throws IOException {
        String actual = transcript(Files.readAllBytes(FILES.resolve(name)));
        Path golden = FILES.resolve(name.replace(".yaml", ".txt"));
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }

    private static String transcript(byte[] yaml) {
        return switch (YamlJob.read(yaml)) {
            case JobReading.Accepted accepted -> {
                String json = JsonTree.write(JobFields.of(accepted.spec()));
                assertThat(readBack(json)).isEqualTo(accepted);
                yield json.replace(",\"", ",\n\"") + "\n";
            }
            case JobReading.Refused refused ->
                refused.problems().stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n"));
        };
    }

    private static JobReading readBack(String json) {
        Problems problems = new Problems();
        Node root =
                JsonTree.read(json.getBytes(StandardCharsets.UTF_8), problems).orElseThrow();
        return JobReader.read(root, new UploadedFiles(), DeadlineCalendar.NONE, problems);
    }

    /** Reads a YAML job whose files are those of {@link NamedFiles}. */
    static final class YamlJob {
        static JobReading read(byte[] yaml) {
            Problems problems = new Problems();
            return YamlTree.read(yaml, problems)
                    .map(root -> JobReader.read(root, new NamedFiles(), DeadlineCalendar.NONE, problems))
                    .orElseGet(() -> new JobReading.Refused(problems.list()));
        }
    }
}
