package dev.bramble.control.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.jobfile.json.JsonTree;
import dev.bramble.control.jobfile.yaml.YamlTree;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobLimitsTest {
    private static final byte[] NO_TEXT = {'n', 'a', 'm', 'e', ':', ' ', (byte) 0xff, (byte) 0xfe};

    @Test
    void fileBeyondAMebibyteIsRefusedUnread() {
        String yaml = "command: [echo]\n#" + "x".repeat(JobLimits.JOB_FILE_BYTES_MAX);
        assertThat(yaml(yaml))
                .containsExactly("a job file has at most 1,048,576 bytes, this one has 1,048,593: put long "
                        + "lists into a lines file");
    }

    @Test
    void fileOfAMebibyteIsRead() {
        String head = "command: [echo]\n#";
        assertThat(yaml(head + "x".repeat(JobLimits.JOB_FILE_BYTES_MAX - head.length())))
                .isEmpty();
    }

    @Test
    void aliasesThatUnfoldToMuchAreRefused() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i <= 7; i++) {
            String seven = ("*a" + (i - 1) + ", ").repeat(7);
            yaml.append("a%d: &a%d [%s]\n".formatted(i, i, seven));
        }
        assertThat(yaml(yaml.toString())).singleElement().asString().contains("aliases unfold to too much");
        yaml.append("b: [*a1, *a1, *a1]\n");
        assertThat(yaml(yaml.toString())).singleElement().asString().contains("Number of aliases");
    }

    @Test
    void aliasThatHoldsItselfIsRefused() {
        assertThat(yaml("command: &a [*a]\n")).singleElement().asString().contains("command");
    }

    @Test
    void deepNestingIsRefusedBeforeAnythingCallsItself() {
        assertThat(yaml("command: " + "[".repeat(500_000)))
                .singleElement()
                .asString()
                .contains("deeper than 32 levels");
        assertThat(json("[".repeat(500_000))).singleElement().asString().contains("this is not JSON");
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        Problems problems = new Problems();
        assertThat(YamlTree.read(NO_TEXT, problems)).isEmpty();
        assertThat(problems.list())
                .extracting(Problem::sentence)
                .containsExactly("is no text in UTF-8: save it as UTF-8");
    }

    @Test
    void memoryThatHoldsNoProcessIsRefused() {
        assertThat(yaml("command: [echo]\nneeds: {memory: 0}\n"))
                .singleElement()
                .asString()
                .contains("memory", "is too little for any process: give at least 1M");
        assertThat(yaml("command: [echo]\nneeds: {memory: 1M, disk: 0}\n")).isEmpty();
    }

    @Test
    void byteOrderMarkIsNoPartOfTheFirstKey() {
        assertThat(yaml("\ufeffcommand: [echo]\n")).isEmpty();
    }

    @Test
    void onlyTheFirstHundredMistakesAreListed() {
        StringBuilder yaml = new StringBuilder("command: [echo]\n");
        for (int i = 0; i < 250; i++) {
            yaml.append("unknown").append(i).append(": 1\n");
        }
        List<String> problems = yaml(yaml.toString());
        assertThat(problems).hasSize(Problems.PROBLEMS_MAX + 1);
        assertThat(problems.getLast()).isEqualTo("and 150 more");
    }

    @Test
    void commandAndVariablesThatNoProgramCanBeGivenAreRefused() {
        String much = "x".repeat(130 * 1024);
        assertThat(yaml("command: [echo, " + much + "]\nenv: {X: " + much + "}\n"))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("at most 131,072"));
    }

    @Test
    void keyWithControlCharactersCannotUpsetATerminal() {
        assertThat(yaml("command: [echo]\n\"\\e[31mred\\u202e\": 1\n"))
                .singleElement()
                .asString()
                .contains("unknown key '\ufffd[31mred\ufffd'")
                .doesNotContain("\u001b");
    }

    @Test
    void manyFilesAreRefused() {
        List<String> files = new ArrayList<>();
        for (int i = 0; i <= JobLimits.FILES_MAX; i++) {
            files.add("{\"name\":\"f%d\",\"sha256\":\"%s\",\"sizeBytes\":1}".formatted(i, "a".repeat(64)));
        }
        String each = String.join(",", files);
        assertThat(json("{\"command\":[\"echo\"],\"tasks\":{\"each\":[" + each + "]},\"ship\":[" + each + "]}"))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("10,001 files, a job takes at most 10,000"));
    }

    @Test
    void jsonReportsItsMistakesWithPlaces() {
        String json = """
                {"command": ["echo"], "command": ["true"],
                 "ship": [{"name": "../up", "sha256": "xyz", "sizeBytes": -1, "mode": 7}, "train.py"],
                 "tasks": {"lines": {"name": "rows.txt"}}}
                """;
        assertThat(json(json))
                .containsExactly(
                        "tasks.lines.sha256: is missing",
                        "tasks.lines.sizeBytes: is missing",
                        "tasks.lines.count: is missing",
                        "command (line 1, column 23): is there twice (first on line 1): remove one",
                        "ship[0].name (line 2, column 20): '../up' climbs out of its folder with '..': move the file "
                                + "beneath the job file",
                        "ship[0].sha256 (line 2, column 39): must be a SHA-256 as 64 lower-case hexadecimal digits, it "
                                + "is the text 'xyz'",
                        "ship[0].sizeBytes (line 2, column 59): must be a number of bytes, it is the number '-1'",
                        "ship[0].mode (line 2, column 63): unknown key 'mode': known here are name, sha256, "
                                + "sizeBytes, executable",
                        "ship[1] (line 2, column 75): must be a map, it is the text 'train.py': write {name: train.py, "
                                + "sha256: …, sizeBytes: 123}");
    }

    @Test
    void jsonThatCannotBeReadSaysWhere() {
        assertThat(json("")).containsExactly("the body is empty: it needs at least a command");
        assertThat(json("{\"command\": [\"echo\"}")).singleElement().asString().contains("line 1", "this is not JSON");
        assertThat(json("{\"command\": [\"echo\"]} {}"))
                .containsExactly("line 1, column 23: nothing may follow the job: remove this");
        assertThat(json("null"))
                .containsExactly(
                        "line 1, column 1: a job must be a map of keys such as command and tasks," + " it is nothing");
        assertThat(json(" ".repeat(JobLimits.JOB_JSON_BYTES_MAX + 1)))
                .singleElement()
                .asString()
                .startsWith("a job has at most 4,194,304 bytes of JSON");
    }

    @Test
    void numbersOfJsonKeepTheirText() {
        JobSpec spec = accepted("{\"command\":[\"echo\"],\"tasks\":{\"grid\":{\"lr\":[0.10, 1E-3, true]}}}");
        assertThat(JsonTree.write(JobFields.of(spec))).contains("{\"lr\":[\"0.10\",\"1E-3\",\"true\"]}");
    }

    @Test
    void gridOfExactlyTheLimitIsTaken() {
        String ten = "[0,1,2,3,4,5,6,7,8,9]";
        StringBuilder grid = new StringBuilder();
        for (char c = 'a'; c < 'h'; c++) {
            grid.append(c == 'a' ? "" : ",").append('"').append(c).append("\":").append(ten);
        }
        JobSpec spec = accepted("{\"command\":[\"echo\"],\"tasks\":{\"grid\":{" + grid + "}}}");
        assertThat(spec.tasks().count()).isEqualTo(JobLimits.TASKS_MAX);
    }

    @Test
    void jobWithoutANameIsNamedAfterWhatItRuns() {
        String ship = "\"ship\":[{\"name\":\"src/train.py\",\"sha256\":\"" + "0".repeat(64) + "\",\"sizeBytes\":1}]";
        assertThat(accepted("{\"command\":[\"python3\",\"src/train.py\"]," + ship + "}")
                        .name())
                .isEqualTo("train.py");
        assertThat(accepted("{\"command\":[\"/bin/true\"]}").name()).isEqualTo("true");
        assertThat(accepted("{\"command\":[\"/\"]}").name()).isEqualTo("job");
        assertThat(accepted("{\"command\":[\"" + "😀".repeat(100) + "\"]}").name())
                .isEqualTo("😀".repeat(64));
    }

    @Test
    void instantIsTakenOnceThereIsACalendar() {
        Instant now = Instant.parse("2026-12-24T16:00:00Z");
        DeadlineCalendar calendar = instant -> Optional.of(Duration.between(now, instant));
        assertThat(deadline("2026-12-24T18:00:00Z", calendar)).isEqualTo(Optional.of(Duration.ofHours(2)));
        assertThat(deadline("2026-12-24 18:30:00+01:00", calendar)).isEqualTo(Optional.of(Duration.ofMinutes(90)));
        assertThat(deadline("2026-12-25", calendar)).isEqualTo(Optional.of(Duration.ofHours(8)));
        assertThat(deadline("2026-12-24T15:00:00Z", calendar)).asString().contains("has passed already");
        assertThat(deadline("2026-13-99", calendar)).asString().contains("must be a duration");
    }

    private static Object deadline(String text, DeadlineCalendar calendar) {
        Problems problems = new Problems();
        Node root = YamlTree.read(("command: [echo]\ndeadline: " + text).getBytes(StandardCharsets.UTF_8), problems)
                .orElseThrow();
        return switch (JobReader.read(root, new NamedFiles(), calendar, problems)) {
            case JobReading.Accepted accepted -> accepted.spec().deadline();
            case JobReading.Refused refused -> refused.problems();
        };
    }

    private static List<String> yaml(String text) {
        Problems problems = new Problems();
        YamlTree.read(text.getBytes(StandardCharsets.UTF_8), problems)
                .ifPresent(root -> JobReader.read(root, new NamedFiles(), DeadlineCalendar.NONE, problems));
        return problems.list().stream().map(Problem::toString).toList();
    }

    private static List<String> json(String text) {
        Problems problems = new Problems();
        JsonTree.read(text.getBytes(StandardCharsets.UTF_8), problems)
                .ifPresent(root -> JobReader.read(root, new UploadedFiles(), DeadlineCalendar.NONE, problems));
        return problems.list().stream().map(Problem::toString).toList();
    }

    private static JobSpec accepted(String json) {
        Problems problems = new Problems();
        Node root =
                JsonTree.read(json.getBytes(StandardCharsets.UTF_8), problems).orElseThrow();
        JobReading reading = JobReader.read(root, new UploadedFiles(), DeadlineCalendar.NONE, problems);
        assertThat(reading).isInstanceOf(JobReading.Accepted.class);
        return ((JobReading.Accepted) reading).spec();
    }
}
