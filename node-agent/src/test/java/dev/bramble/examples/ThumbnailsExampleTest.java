package dev.bramble.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs some tasks and the reduce of examples/thumbnails as its job file says, without Bramble around them. */
class ThumbnailsExampleTest {
    private static final Path EXAMPLE = Path.of("examples", "thumbnails");
    private static final JsonNode JOB = ExampleRun.job(EXAMPLE, "job.yaml");
    private static final int INK = 0xFF4A4038;

    @TempDir
    private static Path folder;

    private static List<String> photos;

    @BeforeAll
    static void runTasksThenReduce() throws Exception {
        photos = ExampleRun.names(EXAMPLE.resolve("photos"));
        Path tall = folder.resolve("tall one.jpg");
        ImageIO.write(new BufferedImage(100, 400, BufferedImage.TYPE_INT_RGB), "jpg", tall.toFile());
        List<ExampleRun> runs = new ArrayList<>();
        runs.add(task(0, EXAMPLE.resolve("photos").resolve(photos.getFirst())));
        runs.add(task(1, EXAMPLE.resolve("photos").resolve(photos.getLast())));
        runs.add(task(2, tall));
        for (ExampleRun run : runs) {
            run.succeeds();
        }
        ExampleRun.start(
                        ExampleRun.ship(EXAMPLE, JOB, folder.resolve("reduce")),
                        ExampleRun.strings(JOB.get("reduce")),
                        Map.of("BRAMBLE_INPUT", folder.resolve("results").toString()))
                .succeeds();
    }

    private static ExampleRun task(int index, Path photo) throws Exception {
        Path own = ExampleRun.ship(EXAMPLE, JOB, folder.resolve("results/" + index));
        Path file = Path.of("photos", photo.getFileName().toString());
        Files.createDirectories(own.resolve("photos"));
        Files.copy(photo, own.resolve(file));
        List<String> command = ExampleRun.strings(JOB.get("command")).stream()
                .map(word -> word.replace("{file}", file.toString()))
                .toList();
        return ExampleRun.start(own, command, Map.of());
    }

    private static BufferedImage picture(String file) throws Exception {
        return ImageIO.read(folder.resolve(file).toFile());
    }

    @Test
    void aThumbnailKeepsItsPictureShapeAndLight() throws Exception {
        BufferedImage large = ImageIO.read(
                EXAMPLE.resolve("photos").resolve(photos.getFirst()).toFile());
        BufferedImage small = picture("results/0/thumbnail.png");
        assertThat(small.getWidth()).isEqualTo(240);
        assertThat(small.getHeight()).isEqualTo(160);
        assertThat(light(small) / light(large)).isBetween(0.99, 1.01);
        assertThat(picture("results/2/thumbnail.png").getHeight()).isEqualTo(240);
    }

    private static double light(BufferedImage picture) {
        return IntStream.range(0, picture.getWidth() * picture.getHeight())
                .map(i -> picture.getRGB(i % picture.getWidth(), i / picture.getWidth()) >> 8 & 0xFF)
                .mapToDouble(green -> Math.pow(green / 255.0, 2.2))
                .average()
                .orElseThrow();
    }

    @Test
    void theSheetHoldsEveryThumbnailWithACaption() throws Exception {
        BufferedImage sheet = picture("reduce/sheet.png");
        assertThat(Files.readString(folder.resolve("reduce/stdout"))).isEqualTo("sheet.png: 3 pictures\n");
        for (int column = 0; column < 3; column++) {
            int from = 9 + column * 264;
            assertThat(IntStream.range(0, sheet.getHeight())
                            .filter(y -> IntStream.range(from, from + 264).anyMatch(x -> sheet.getRGB(x, y) == INK))
                            .boxed())
                    .as("rows with letters in column %d", column)
                    .hasSizeGreaterThanOrEqualTo(14);
        }
    }

    @Test
    void theSheetIsHighEnoughForAPictureThatStands() throws Exception {
        assertThat(picture("reduce/sheet.png").getHeight()).isGreaterThan(240 + 14);
    }

    @Test
    void photosAreSmallEnoughToBeCloned() throws Exception {
        assertThat(photos).hasSizeBetween(8, 12);
        for (String photo : photos) {
            assertThat(Files.size(EXAMPLE.resolve("photos").resolve(photo))).isLessThan(60_000);
        }
    }

    @Test
    void aFileThatIsNoPictureFailsItsTask() throws Exception {
        Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
        assertThat(task(9, text).exitCode()).isEqualTo(1);
    }
}
