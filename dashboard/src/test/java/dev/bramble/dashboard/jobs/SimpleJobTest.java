package dev.bramble.dashboard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.control.jobfile.JobReading;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimpleJobTest {
    private static final DraftFile ROWS =
            new DraftFile(new ShippedFile("rows.txt", new BlobId("ab".repeat(32)), 12, false), 3, 0);
    private static final DraftFile SCRIPT =
            new DraftFile(new ShippedFile("train.py", new BlobId("cd".repeat(32)), 99, true), 9, 0);

    private static SimpleJob of(String command, boolean isShell, String kind, String tasks) {
        return new SimpleJob("", command, isShell, kind, tasks, "", "", "", "", "");
    }

    private static JobReading read(SimpleJob simple, DraftFile... files) {
        return new Draft(false, "", simple, List.of(files), "k")
                .read(DeadlineCalendar.NONE)
                .reading();
    }

    private static JobSpec accepted(SimpleJob simple, DraftFile... files) {
        JobReading reading = read(simple, files);
        assertThat(Draft.problems(reading)).isEmpty();
        return ((JobReading.Accepted) reading).spec();
    }

    @Test
    void wordsAreThoseOfAShellAndAShellGetsTheLineAsItIs() {
        assertThat(accepted(of("echo 'a b' \"c\\\"d\"", false, "count", "2")).command())
                .containsExactly("echo", "a b", "c\"d");
        assertThat(accepted(of("echo 'a b' | wc", true, "count", "2")).command())
                .containsExactly("sh", "-c", "echo 'a b' | wc");
    }

    @Test
    void gridIsAParameterOnEachLine() {
        TaskSource tasks = accepted(of("train.py {lr}", false, "grid", "lr: 0.1, 0.01\r\ndepth: 2,4 , 8\n\n"))
                .tasks();

        assertThat(tasks.count()).isEqualTo(6);
        assertThat(((TaskSource.Grid) tasks).parameters().get("depth")).containsExactly("2", "4", "8");
    }

    @Test
    void uploadedFilesAreShippedUnlessTasksAreMadeOfThem() {
        JobSpec spec = accepted(of("./train.py {line}", false, "lines", "rows.txt"), ROWS, SCRIPT);

        assertThat(spec.tasks().count()).isEqualTo(3);
        assertThat(spec.ship()).containsExactly(SCRIPT.file());
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        SimpleJob wrong = new SimpleJob("", "echo 'open", false, "count", "many", "", "soon", "none", "1", "0");
        List<Problem> problems = Draft.problems(read(wrong));

        assertThat(problems.stream().map(Problem::toString).toList().toString())
                .contains("quotation mark")
                .contains("many")
                .contains("soon")
                .contains("needs.cpus")
                .contains("needs.memory")
                .contains("at_once");
    }

    @Test
    void parameterWithoutColonIsAMistakeWithItsLine() {
        assertThat(Draft.problems(read(of("true", false, "grid", "lr 0.1"))).toString())
                .contains("'lr 0.1' without a colon");
        assertThat(Draft.problems(read(of("true", false, "grid", " "))).toString())
                .contains("has no parameter");
    }
}
