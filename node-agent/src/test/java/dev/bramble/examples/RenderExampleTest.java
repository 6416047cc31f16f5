package dev.bramble.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Renders a very small picture with the programs of examples/render: in tiles, again, and in one piece. */
class RenderExampleTest {
    private static final Path EXAMPLE = Path.of("examples", "render");
    private static final JsonNode JOB = ExampleRun.job(EXAMPLE, "job.yaml");

    /** 60 pixels in 2 columns, 41 in 2 rows: the tiles are not all alike. */
    private static final List<String> SMALL =
            List.of("--width", "60", "--height", "41", "--samples", "4", "--columns", "2", "--rows", "2");

    private static final int TILES = 4;

    @TempDir
    private static Path folder;

    private static Path classes;

    @BeforeAll
    static void renderTilesThenAssemble() throws Exception {
        Path first = ExampleRun.ship(EXAMPLE, JOB, folder.resolve("results/0"));
        // The job's own words compile; the other runs take what they left.
        ExampleRun.start(first, with(words(JOB.get("command"), 0), SMALL), Map.of())
                .succeeds();
        classes = first.resolve("classes");
        List<ExampleRun> runs = new ArrayList<>();
        for (int tile = 1; tile < TILES; tile++) {
            runs.add(render("results/" + tile, "-Xmx256m", with(List.of("--tile", "" + tile), SMALL)));
        }
        runs.add(render("again", "-XX:TieredStopAtLevel=1", with(List.of("--tile", "3"), SMALL)));
        runs.add(render("whole", "-Xmx256m", with(SMALL, List.of("--output", "render.png"))));
        runs.add(render("other-seed", "-Xmx256m", with(List.of("--tile", "3", "--seed", "2"), SMALL)));
        for (ExampleRun run : runs) {
            run.succeeds();
        }
        String results = folder.resolve("results").toString();
        render("assembled", "-Xmx256m", List.of("--assemble", results)).succeeds();
    }

    private static List<String> words(JsonNode command, int index) {
        return ExampleRun.strings(command).stream()
                .map(word -> word.replace("{index}", "" + index))
                .toList();
    }

    private static List<String> with(List<String> words, List<String> more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(more);
        return all;
    }

    private static ExampleRun render(String run, String flag, List<String> options) throws IOException {
        List<String> command = with(List.of("java", flag, "-cp", classes.toString(), "Render"), options);
        return ExampleRun.start(Files.createDirectories(folder.resolve(run)), command, Map.of());
    }

    @Test
    void aTileHasTheSameBytesHoweverItIsRunAndOthersWithAnotherSeed() {
        assertThat(folder.resolve("again/tile.bin")).hasSameBinaryContentAs(folder.resolve("results/3/tile.bin"));
        assertThat(folder.resolve("other-seed/tile.bin"))
                .satisfies(other -> assertThat(Files.readAllBytes(other))
                        .isNotEqualTo(Files.readAllBytes(folder.resolve("results/3/tile.bin"))));
    }

    @Test
    void tilesMakeThePictureThatIsMadeInOnePiece() throws IOException {
        assertThat(folder.resolve("assembled/render.png")).hasSameBinaryContentAs(folder.resolve("whole/render.png"));
        BufferedImage picture = ImageIO.read(folder.resolve("whole/render.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(60);
        assertThat(picture.getHeight()).isEqualTo(41);
        assertThat(picture.getRGB(30, 2) >> 8 & 0xFF)
                .as("the garden is green: more than red")
                .isGreaterThan(picture.getRGB(30, 2) >> 16 & 0xFF);
    }

    @Test
    void aMissingTileIsNoticed() throws Exception {
        Path some = Files.createDirectories(folder.resolve("some/0"));
        Files.copy(folder.resolve("results/0/tile.bin"), some.resolve("tile.bin"));
        ExampleRun run = render(
                "incomplete", "-Xmx64m", List.of("--assemble", some.getParent().toString()));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(Files.readString(run.folder().resolve("stderr"))).contains("600 pixels, the picture has 2460");
    }

    @Test
    void aMistakenOptionIsRefusedWithASentence() throws Exception {
        ExampleRun run = render("mistaken", "-Xmx64m", List.of("--tile", "24"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(Files.readString(run.folder().resolve("stderr")))
                .contains("--tile must be a number from 0.000 to 23.00, not 24");
    }

    @Test
    void jobShipsEverySourceAndHasATaskForEachTile() throws IOException {
        assertThat(ExampleRun.strings(JOB.get("ship")))
                .containsAll(ExampleRun.names(EXAMPLE).stream()
                        .filter(name -> name.matches(".*\\.(java|sh)"))
                        .toList());
        assertThat(JOB.get("tasks").get("count").asInt()).isEqualTo(24);
        assertThat(EXAMPLE.resolve("render.png").toFile())
                .satisfies(file -> assertThat(file.length()).isLessThan(600_000));
    }
}
