package dev.bramble.dashboard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.control.jobfile.JobReading;
import dev.bramble.model.BlobId;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.Priority;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import dev.bramble.model.TaskTraits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobTextTest {
    private static final Needs NEEDS = new Needs(1000, 512L << 20, 1L << 30, new TreeMap<>(), List.of());

    private static ShippedFile file(String name) {
        return new ShippedFile(name, new BlobId("ab".repeat(32)), 12, false);
    }

    private static JobSpec plain(List<String> command, TaskSource tasks) {
        return new JobSpec(
                "sweep",
                command,
                Optional.empty(),
                List.of(),
                tasks,
                new LinkedHashMap<>(),
                NEEDS,
                Optional.empty(),
                false,
                Duration.ofHours(1),
                4,
                Integer.MAX_VALUE,
                List.of(),
                Optional.empty(),
                List.of(),
                Priority.NORMAL,
                Duration.ofDays(30),
                Optional.empty());
    }

    private static JobSpec readBack(JobSpec spec) {
        Draft draft = Draft.of(spec, "k");
        Draft.Read read = draft.read(DeadlineCalendar.NONE);
        assertThat(Draft.problems(read.reading())).as(draft.text()).isEmpty();
        return ((JobReading.Accepted) read.reading()).spec();
    }

    @Test
    void everyFieldIsReadBackAsItWas() {
        SequencedMap<String, List<String>> grid = new LinkedHashMap<>();
        grid.put("lr", List.of("0.1", "1e-3", "true", "", "a, b", "-"));
        grid.put("depth", List.of("02", "x: y", "#no", "[1]"));
        SequencedMap<String, String> env = new LinkedHashMap<>();
        env.put("OMP_NUM_THREADS", "1");
        env.put("NOTE", "it's \"quoted\"\tand\nmore \u0007 \u2028 π 🍇");
        JobSpec spec = new JobSpec(
                "a: name # of ~ its own",
                List.of("python3", "train.py", "--lr", "{lr}", "a b", "*", "&x", "!y", "%z", "@w", "`v"),
                Optional.empty(),
                List.of(file("train.py"), file("data/digits 1.csv")),
                new TaskSource.Grid(grid),
                env,
                new Needs(
                        500,
                        (64L << 20) + 1,
                        5L << 30,
                        new TreeMap<>(Map.of("ssd", "yes", "a b", "no")),
                        List.of("pi01", "pi 02")),
                Optional.of(Duration.ofMinutes(90)),
                true,
                Duration.ofMillis(1_500),
                7,
                16,
                List.of("model.bin", "*.png"),
                Optional.of(new JobSpec.Reduce(List.of("sh", "-c", "cat results/*/stdout | sort"), List.of("best"))),
                List.of(new JobId(3), new JobId(12)),
                Priority.HIGH,
                Duration.ofDays(2),
                Optional.of(new TaskTraits(true, true)));

        assertThat(readBack(spec)).isEqualTo(spec);
    }

    @Test
    void filterItsLinesAndFilesAreReadBack() {
        JobSpec like = plain(List.of("cat"), new TaskSource.Lines(file("rows.txt"), 42));
        JobSpec filter = new JobSpec(
                like.name(),
                like.command(),
                Optional.of(Framing.INDEXED),
                like.ship(),
                like.tasks(),
                like.env(),
                like.needs(),
                like.deadline(),
                false,
                like.timeout(),
                like.attempts(),
                like.atOnce(),
                like.outputs(),
                like.reduce(),
                like.after(),
                like.priority(),
                like.keep(),
                like.traits());

        assertThat(readBack(filter)).isEqualTo(filter);
        JobSpec each = plain(List.of("wc", "{file}"), new TaskSource.Each(List.of(file("b.jpg"), file("a.jpg"))));
        assertThat(readBack(each)).isEqualTo(each);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one\ntwo",
                "one\n  two\n\n  three\n",
                " begins with a blank\nx",
                "ends with two\n\n",
                "has a\ttab\nand # a hash: colon",
                "has a \r\nreturn",
                "\nbegins with a line end",
                "- looks like\n- a list",
                "trailing blank \nx ",
                "---\n..."
            })
    void programOfSeveralLinesIsReadBackToTheLastBlank(String program) {
        JobSpec spec = plain(List.of("sh", "-c", program), new TaskSource.Count(3));

        assertThat(readBack(spec)).isEqualTo(spec);
    }

    @Test
    void whatGoesWithoutSayingIsNotSaid() {
        assertThat(JobText.of(plain(List.of("true"), new TaskSource.Count(1)))).isEqualTo("""
                name: sweep
                command: ["true"]
                """);
    }

    @Test
    void examplesHaveNoMistake() {
        for (Example example : Example.ALL) {
            Draft draft = new Draft(true, example.text(), SimpleJob.EMPTY, List.of(), "k");
            assertThat(Draft.problems(draft.read(DeadlineCalendar.NONE).reading()))
                    .as(example.word())
                    .isEmpty();
        }
    }
}
