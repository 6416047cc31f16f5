package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.StubHead.Arrived;
import dev.bramble.cli.connect.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchTest {
    @TempDir
    private Path home;

    private final List<JsonNode> submitted = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<byte[]> uploaded = new AtomicReference<>();
    private StubHead head;

    @BeforeEach
    void start() throws Exception {
        head = StubHead.https();
        head.on("POST", "/jobs", this::submit);
        head.on("GET", "/jobs/7", job("succeeded"));
        head.on(
                "GET",
                "/jobs/7/results",
                asked -> row(
                        "succeeded", submitted.getLast().path("command").path(1).asString()));
        head.on("GET", "/jobs/7/answers", asked -> Answer.bytes(uploaded.get()));
        head.on("DELETE", "/jobs/7", Answer.empty());
        head.on("POST", "/jobs/7/cancel", asked -> {
            head.on("GET", "/jobs/7", job("cancelled"));
            return Answer.empty();
        });
        head.on("POST", "/blobs", asked -> {
            uploaded.set(asked.body());
            return Answer.json(201, Map.of("sha256", "00", "sizeBytes", 1, "holders", List.of()));
        });
        head.on(
                "GET",
                "/nodes",
                Answer.json(Map.of("items", List.of(node("up"), node("up"), node("up"), node("down")))));
    }

    private Answer submit(Arrived asked) {
        if (asked.path().contains("dryRun")) {
            return Answer.json(Map.of());
        }
        submitted.add(Json.parse(asked.text()));
        return Answer.json(201, Map.of("job", 7, "revision", 1));
    }

    private static Answer job(String phase) {
        return Answer.json(Map.of("job", 7, "phase", phase, "name", "bench", "tasks", 10, "succeeded", 3, "failed", 2));
    }

    private static Answer row(String state, String lastLine) {
        return Answer.json(Map.of("task", 0, "state", state, "seconds", 1.5, "lastLine", lastLine));
    }

    private static Map<String, Object> node(String link) {
        return Map.of("role", "agent", "link", link, "standing", "ready", "capacity", Map.of("milliCpus", 2500));
    }

    @AfterEach
    void stop() {
        head.close();
    }

    private CliRun bench(String... options) {
        return bench(CliRun.with(home, head), options);
    }

    private static CliRun bench(CliRun run, String... options) {
        List<String> words = new ArrayList<>(List.of("bench", "--only"));
        words.addAll(List.of(options));
        return run.run(words.toArray(String[]::new));
    }

    private long removed() {
        return head.lines().stream().filter("DELETE /jobs/7"::equals).count();
    }

    @Test
    void everyRoundIsSubmittedReadAndRemoved() {
        CliRun run = bench("round-trip", "--rounds", "60", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode figures = Json.parse(run.out());
        assertThat(figures).hasSize(3);
        assertThat(figures.get(0).path("unit").asString()).isEqualTo("milliseconds");
        assertThat(figures.get(2).path("value").asDouble())
                .as("the process alone took longer than the stubs")
                .isZero();
        assertThat(submitted)
                .as("with a warm-up")
                .hasSize(110)
                .allMatch(job -> job.path("name").asString().equals("bench-round-trip"));
        assertThat(removed()).isEqualTo(110);
    }

    @Test
    void aResultThatIsNotTheOneExpectedFailsItAndItsJobIsRemoved() {
        head.on("GET", "/jobs/7/results", row("failed", ""));
        CliRun run = bench("round-trip", "--rounds", "2");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("job 7 should have printed");
        assertThat(removed()).isEqualTo(1);
    }

    @Test
    void commandsRunAsOneJobBesideXargsOfThisMachine() {
        CliRun here = CliRun.with(home, head).variable("PATH", System.getenv("PATH"));
        JsonNode figures =
                Json.parse(bench(here, "commands", "--commands", "20", "--json").out());
        assertThat(submitted)
                .extracting(job -> job.path("tasks").path("count").asInt())
                .containsExactly(2, 20);
        assertThat(submitted.getLast().path("command").path(0).asString()).isEqualTo("/bin/true");
        assertThat(figures.get(0).path("besideCommand").asString()).startsWith("xargs -n1 -P");
        assertThat(figures.get(0).path("ratio").isNumber()).isTrue();
        assertThat(removed()).isEqualTo(2);
    }

    @Test
    void aToolThatIsNotInstalledLeavesAGap() {
        JsonNode figures =
                Json.parse(bench("commands", "--commands", "20", "--json").out());
        assertThat(figures.get(0).path("besideValue").isNull()).isTrue();
        assertThat(figures.get(0).path("value").isNumber()).isTrue();
    }

    @Test
    void aBrambleWithoutFiltersSaysSoInItsOwnWords() {
        head.on(
                "POST",
                "/jobs",
                Answer.problem(
                        422,
                        "bad-job",
                        "the job has a mistake",
                        List.of(Map.of("place", "filter", "detail", "filters are for later"))));
        CliRun run = bench("filter-tasks", "filter-lines");
        assertThat(run.code()).isZero();
        assertThat(run.out().lines().skip(1))
                .hasSize(2)
                .allMatch(row -> row.contains("this bramble has no filters yet: filters are for later"));
        assertThat(uploaded.get()).as("uploaded in vain").isNull();
    }

    @Test
    void linesThatComeBackAsTheyWentAreTimedApartFromTheirUpload() {
        CliRun run = bench("filter-lines", "--lines", "5000", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Json.parse(run.out()))
                .extracting(row -> row.path("unit").asString())
                .containsExactly("per-second", "seconds", "seconds");
        JsonNode lines = submitted.getLast().path("tasks").path("lines");
        assertThat(lines.path("count").asInt()).isEqualTo(5000);
        assertThat(lines.path("sizeBytes").asInt()).isEqualTo(uploaded.get().length);
        assertThat(submitted.getLast().path("filter").path(0).asString()).isEqualTo("cat");
    }

    @Test
    void filterTasksCountOnlyWhenEveryNumberCameBackInOrder() {
        head.on("GET", "/jobs/7/answers", Answer.bytes("0\n1\n2\n".getBytes()));
        assertThat(bench("filter-tasks", "--tasks", "3").code()).isZero();
        CliRun swapped = bench("filter-tasks", "--tasks", "4");
        assertThat(swapped.code()).isEqualTo(1);
        assertThat(swapped.err()).contains("the 3 lines that came out of job 7 are not the 4 that went in");
        assertThat(removed()).as("two jobs each time").isEqualTo(4);
    }

    @Test
    void linesThatComeBackOtherwiseAreNoFigure() {
        head.on("GET", "/jobs/7/answers", Answer.bytes("something else\n".getBytes()));
        CliRun run = bench("filter-lines", "--lines", "10");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("the 1 lines that came out of job 7 are not the 10 that went in");
        assertThat(removed()).isEqualTo(1);
    }

    @Test
    void scalingUsesMoreAndMoreNodesThatAreUp() {
        CliRun run = bench("scaling");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(submitted)
                .extracting(job -> job.path("needs").path("nodes").size())
                .as("a warm-up, then 1, 2 and 3 nodes, for each way")
                .containsExactly(3, 1, 2, 3, 3, 1, 2, 3);
        assertThat(submitted)
                .extracting(job -> job.path("tasks").path("count").asInt())
                .as("of two slots each")
                .containsExactly(60, 600, 1200, 1800, 60, 600, 1200, 1800);
        assertThat(run.out())
                .contains("20 ms tasks, 1 node ")
                .contains("20 ms tasks, 3 nodes")
                .contains("through a warm filter: 1,800 tasks x 20 ms")
                .contains("a process each: 600 tasks x 20 ms");
    }

    @Test
    void aJobThatDoesNotEndInTimeIsCancelledAndRemovedAndTheNextMeasureIsTaken() {
        head.on("GET", "/jobs/7", job("running"));
        CliRun run = bench("commands", "round-trip", "--rounds", "1", "--limit", "1s");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("job 7 did not end within 1.0 s");
        assertThat(run.out()).contains("round trip, p50");
        assertThat(head.lines()).contains("POST /jobs/7/cancel");
        assertThat(head.lines().getLast()).isEqualTo("DELETE /jobs/7");
    }

    @Test
    void aFailedJobIsNoFigure() {
        head.on("GET", "/jobs/7", job("failed"));
        CliRun run = bench("commands");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("commands: job 7 (bench) failed: 2 of 10 tasks failed");
    }

    @Test
    void figuresLineUpInATableAndMistakesAreToldTogether() {
        CliRun run = bench("round-trip", "--rounds", "3");
        assertThat(run.out().lines()).hasSize(4);
        int ratio = run.out().lines().findFirst().orElseThrow().indexOf("  WHAT IT MEANS");
        assertThat(run.out().lines().skip(1)).allMatch(row -> row.startsWith("-  ", ratio - 1));
        CliRun wrong = new CliRun(home).run("bench", "--rounds", "0", "--limit", "soon", "--only", "comands");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("--rounds must be from 1")
                .contains("--limit must be a duration")
                .contains("did you mean 'commands'?");
    }
}
