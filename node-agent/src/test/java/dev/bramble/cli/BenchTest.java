package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchTest {
    @TempDir
    private Path home;

    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicReference<String> word = new AtomicReference<>("");
    private StubHead head;

    @BeforeEach
    void start() throws Exception {
        head = StubHead.https();
        head.on("POST", "/jobs", asked -> {
            word.set(Json.parse(asked.text()).path("command").path(1).asString());
            submitted.incrementAndGet();
            return Answer.json(201, Map.of("job", 7, "revision", 1));
        });
        head.on("GET", "/jobs/7/results", asked -> row("succeeded", word.get()));
        head.on("DELETE", "/jobs/7", new Answer(204, Map.of(), new byte[0], -1));
    }

    private static Answer row(String state, String lastLine) {
        return Answer.json(Map.of("task", 0, "state", state, "seconds", 1.5, "lastLine", lastLine));
    }

    @AfterEach
    void stop() {
        head.close();
    }

    @Test
    void everyRoundIsSubmittedReadAndRemoved() {
        CliRun run = CliRun.with(home, head).run("bench", "--rounds", "60", "--json");
        assertThat(run.code()).isZero();
        JsonNode figures = Json.parse(run.out());
        assertThat(figures).hasSize(2);
        assertThat(figures.get(0).get("rounds").asInt()).isEqualTo(60);
        assertThat(figures.get(1).get("maxMillis").asDouble())
                .as("the process alone took longer than the stubs")
                .isZero();
        assertThat(submitted).as("with a warm-up").hasValue(110);
        assertThat(head.lines()).filteredOn("DELETE /jobs/7"::equals).hasSize(110);
    }

    @Test
    void aResultThatIsNotTheOneExpectedEndsIt() {
        head.on("GET", "/jobs/7/results", row("failed", ""));
        CliRun run = CliRun.with(home, head).run("bench", "--rounds", "2");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("job 7 should have printed");
    }

    @Test
    void figuresLineUpInATable() {
        CliRun run = CliRun.with(home, head).run("bench", "--rounds", "3");
        assertThat(run.out().lines()).hasSize(3);
        assertThat(run.out()).startsWith("   P50").contains("OF 3 ROUNDS").contains("0.0 ms");
        assertThat(new CliRun(home).run("bench", "--rounds", "0").code()).isEqualTo(2);
    }
}
