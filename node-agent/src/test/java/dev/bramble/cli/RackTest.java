package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.control.racks.RackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RackTest {
    private static final String DOCUMENT = "version: 3\nracks:\n  - name: desk\n    shelves: []\n";

    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    private CliRun run() {
        return CliRun.with(home, head);
    }

    private String sent() {
        return Json.parse(head.arrived().getLast().text()).path("document").asString();
    }

    private String file(String text) throws IOException {
        return Files.writeString(home.resolve("rack.yaml"), text).toString();
    }

    @Test
    void whatIsShownIsWhatIsSet() throws Exception {
        head.on("GET", "/racks", Answer.json(Map.of("version", 3, "document", DOCUMENT)));
        head.on("PUT", "/racks", Answer.json(Map.of("version", 4)));
        CliRun shown = run().run("rack", "show");
        assertThat(shown.code()).isZero();
        assertThat(shown.out()).isEqualTo(DOCUMENT);
        assertThat(Json.parse(run().run("rack", "show", "--json").out())
                        .path("version")
                        .asInt())
                .isEqualTo(3);

        CliRun set = run().run("rack", "set", file(shown.out()));
        assertThat(set.code()).as(set.err()).isZero();
        assertThat(set.out()).isEqualTo("the rack layout is at version 4 now\n");
        assertThat(sent()).isEqualTo(DOCUMENT);
    }

    @Test
    void layoutIsReadFromStandardInput() {
        head.on("PUT", "/racks", Answer.json(Map.of("version", 4)));
        CliRun run = run().stdin(DOCUMENT).run("rack", "set", "-");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(sent()).isEqualTo(DOCUMENT);
    }

    @Test
    void overwritingTakesThePlaceOfWhateverVersionThereIs() throws Exception {
        head.on("GET", "/racks", Answer.json(Map.of("version", 9, "document", DOCUMENT)));
        head.on("PUT", "/racks", Answer.json(Map.of("version", 10)));
        assertThat(run().run("rack", "set", "--overwrite", file(DOCUMENT)).code())
                .isZero();
        assertThat(sent())
                .startsWith("version: 9\n")
                .doesNotContain("version: 3")
                .contains("name: desk");
    }

    @Test
    void everyMistakeInALayoutIsSaidWithItsPlace() throws Exception {
        head.on(
                "PUT",
                "/racks",
                Answer.problem(
                        422,
                        "invalid",
                        "2 things are wrong",
                        List.of(
                                Map.of("place", "line 2", "detail", "there is no field 'rack'"),
                                Map.of("place", "line 3", "detail", "is no name"))));
        CliRun run = run().run("rack", "set", file("rack: []\n"));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains("line 2", "there is no field 'rack'", "line 3", "is no name");
    }

    @Test
    void layoutThatSomebodyElseChangedSinceIsAConflict() throws Exception {
        head.on("PUT", "/racks", Answer.problem(409, "conflict", "the rack layout is at version 5"));
        CliRun run = run().run("rack", "set", file(DOCUMENT));
        assertThat(run.code()).isEqualTo(ExitCode.CONFLICT.number());
        assertThat(run.err()).contains("the rack layout is at version 5");
    }

    @Test
    void fileThatIsMissingOrFarTooLargeIsToldSo() throws Exception {
        CliRun missing = run().run("rack", "set", "nowhere.yaml");
        assertThat(missing.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(missing.err()).contains("cannot read nowhere.yaml");
        CliRun large = run().run("rack", "set", file("#".repeat(RackReader.TEXT_BYTES_MAX + 1)));
        assertThat(large.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(large.err()).contains("has more than " + RackReader.TEXT_BYTES_MAX + " bytes");
        assertThat(head.arrived()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rack", "rack set", "rack show x", "rack move x"})
    void wrongUsageIsToldBeforeAnythingIsSent(String words) {
        CliRun run = run().run(words.split(" "));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).isNotBlank();
        assertThat(head.arrived()).isEmpty();
    }
}
