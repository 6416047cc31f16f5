package dev.bramble.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Runs some tasks and the reduce of examples/forecast as its job file says, without Bramble around them. */
class ForecastExampleTest {
    private static final Path EXAMPLE = Path.of("examples", "forecast");
    private static final JsonNode JOB = new YAMLMapper().readTree(EXAMPLE.resolve("job.yaml"));
    private static final String WEATHER = "seattle-weather.csv";
    private static final String PREDICTIONS = "predictions.csv";

    /** Columns of the predictions. */
    private static final int TRUTH = 1;

    private static final int FORECAST = 2;
    private static final int PERSISTENCE = 3;

    /** The job's figures have three decimals. */
    private static final double ROUNDING_CELSIUS = 0.0006;

    /** A run takes about two seconds; this only ends a hung one. */
    private static final long RUN_SECONDS_MAX = 120;

    private static final List<Map<String, String>> SETTINGS = List.of(
            Map.of("model", "ridge", "lags", "3", "strength", "medium"),
            Map.of("model", "knn", "lags", "7", "strength", "low"),
            Map.of("model", "stumps", "lags", "1", "strength", "high"));

    private static final List<Process> STARTED = new ArrayList<>();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void runTasksThenReduce() throws Exception {
        for (int task = 0; task < SETTINGS.size(); task++) {
            start("results/" + task, taskCommand(SETTINGS.get(task)));
        }
        start("again", taskCommand(SETTINGS.getFirst()));
        changeWeatherFrom("2015-07-01", ship("other-future"));
        start("other-future", taskCommand(SETTINGS.getFirst()));
        Process mistaken = start("mistaken", taskCommand(Map.of("model", "rdge", "lags", "0", "strength", "low")));
        for (Process task : STARTED) {
            assertThat(exitCode(task)).isEqualTo(task == mistaken ? 2 : 0);
        }
        List<String> reduce = strings(JOB.get("reduce"));
        for (Process ranking : List.of(start("ranking", reduce), start("ranking-again", reduce))) {
            assertThat(exitCode(ranking)).isZero();
        }
    }

    @AfterAll
    static void leaveNoProcess() {
        STARTED.forEach(Process::destroyForcibly);
    }

    @Test
    void jobFileCrossesThreeFamiliesToAtLeastTwentyFourSettings() {
        JsonNode grid = JOB.get("tasks").get("grid");
        assertThat(strings(grid.get("model"))).containsExactlyInAnyOrder("ridge", "knn", "stumps");
        assertThat(grid.values().stream().mapToInt(JsonNode::size).reduce(1, Math::multiplyExact))
                .isGreaterThanOrEqualTo(24);
        for (Map<String, String> setting : SETTINGS) {
            setting.forEach((parameter, value) ->
                    assertThat(strings(grid.get(parameter))).contains(value));
        }
    }

    @Test
    void figuresOfATaskAreThoseOfItsPredictions() throws IOException {
        for (int task = 0; task < SETTINGS.size(); task++) {
            String results = "results/" + task;
            JsonNode figures =
                    new JsonMapper().readTree(read(results + "/stdout").getLast());
            assertThat(figures.get("model").asString())
                    .isEqualTo(SETTINGS.get(task).get("model"));
            assertThat(figures.get("validation_mae").asDouble())
                    .isCloseTo(meanAbsoluteError(results, "2014", FORECAST), within(ROUNDING_CELSIUS));
            assertThat(figures.get("mae").asDouble())
                    .isCloseTo(meanAbsoluteError(results, "2015", FORECAST), within(ROUNDING_CELSIUS));
        }
    }

    @Test
    void truthAndPersistenceAreTheWeatherOfTheDayAndOfTheDayBefore() throws IOException {
        List<String> observed = Files.readAllLines(EXAMPLE.resolve(WEATHER)).stream()
                .map(line -> line.split(",")[2])
                .toList();
        int days = 365 + 365;
        assertThat(column("results/0", TRUTH)).isEqualTo(observed.subList(observed.size() - days, observed.size()));
        assertThat(column("results/0", PERSISTENCE))
                .isEqualTo(observed.subList(observed.size() - days - 1, observed.size() - 1));
    }

    @Test
    void ridgeBeatsPersistenceInTheTestYear() throws IOException {
        double persistence = meanAbsoluteError("results/0", "2015", PERSISTENCE);
        assertThat(meanAbsoluteError("results/0", "2015", FORECAST)).isLessThan(0.95 * persistence);
    }

    @Test
    void forecastSeesNothingOfItsOwnDayOrLater() throws IOException {
        int known = read("results/0/" + PREDICTIONS).indexOf(find("results/0", "2015-07-01"));
        List<String> forecasts = column("results/0", FORECAST);
        List<String> withOtherFuture = column("other-future", FORECAST);
        assertThat(withOtherFuture.subList(0, known)).isEqualTo(forecasts.subList(0, known));
        assertThat(withOtherFuture.get(known)).as("the day after sees it").isNotEqualTo(forecasts.get(known));
    }

    @Test
    void sameSettingLeavesTheSameBytes() throws IOException {
        for (String file : List.of("stdout", PREDICTIONS)) {
            assertThat(folder.resolve("again").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("results/0/" + file));
        }
        for (String file : List.of("stdout", "ranking.csv", "forecast.png")) {
            assertThat(folder.resolve("ranking-again").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("ranking").resolve(file));
        }
    }

    @Test
    void rankingHoldsEverySettingInTheOrderOfTheValidationYear() throws IOException {
        List<String> rows = read("ranking/ranking.csv");
        List<String> header = List.of(rows.getFirst().split(","));
        List<String[]> ranked = rows.stream().skip(1).map(row -> row.split(",")).toList();
        assertThat(ranked.stream().map(row -> row[header.indexOf("task")])).containsExactlyInAnyOrder("0", "1", "2");
        assertThat(ranked.stream().map(row -> Double.valueOf(row[header.indexOf("validation_mae")])))
                .isSorted();
        assertThat(read("ranking/stdout").getLast())
                .startsWith("winner: " + ranked.getFirst()[header.indexOf("model")] + ",");
    }

    @Test
    void plotIsAPictureOfTheWholeYear() throws IOException {
        BufferedImage plot = ImageIO.read(folder.resolve("ranking/forecast.png").toFile());
        assertThat(plot.getWidth()).isEqualTo(1200);
        assertThat(plot.getHeight()).isEqualTo(720);
        int left = 84;
        int monthWidth = 91;
        for (int month = 0; month < 12; month++) {
            int from = left + month * monthWidth;
            assertThat(IntStream.range(from, from + monthWidth)
                            .filter(x -> isForecastDrawn(plot, x))
                            .boxed())
                    .as("columns with the forecast's line in month %d", month + 1)
                    .hasSizeGreaterThan(monthWidth / 3);
        }
    }

    private static boolean isForecastDrawn(BufferedImage plot, int x) {
        return IntStream.range(110, 410).anyMatch(y -> plot.getRGB(x, y) == 0xFFD55E00);
    }

    @Test
    void mistakesInASettingAreNamedTogether() throws IOException {
        assertThat(Files.readString(folder.resolve("mistaken/stderr")))
                .contains("--model must be one of [ridge, knn, stumps], not rdge")
                .contains("--lags must be a whole number from 1 to 60, not 0");
    }

    private static List<String> taskCommand(Map<String, String> setting) {
        return strings(JOB.get("command")).stream()
                .map(word -> word.startsWith("{") ? setting.get(word.substring(1, word.length() - 1)) : word)
                .toList();
    }

    /** As a node does it: the shipped files in a folder of the run's own, and nothing else in the environment. */
    private static Process start(String run, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(command);
        assertThat(words.set(
                        0,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()))
                .isEqualTo("java");
        ProcessBuilder builder = new ProcessBuilder(words).directory(ship(run).toFile());
        builder.redirectOutput(folder.resolve(run).resolve("stdout").toFile());
        builder.redirectError(folder.resolve(run).resolve("stderr").toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LANG", "C", "HOME", folder.toString()));
        builder.environment().put("BRAMBLE_INPUT", folder.resolve("results").toString());
        Process process = builder.start();
        STARTED.add(process);
        return process;
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS))
                .as("ended")
                .isTrue();
        return process.exitValue();
    }

    private static Path ship(String run) throws IOException {
        Path files = Files.createDirectories(folder.resolve(run));
        for (String name : strings(JOB.get("ship"))) {
            if (!Files.exists(files.resolve(name))) {
                Files.copy(EXAMPLE.resolve(name), files.resolve(name));
            }
        }
        return files;
    }

    private static void changeWeatherFrom(String date, Path files) throws IOException {
        Path weather = files.resolve(WEATHER);
        List<String> changed = Files.readAllLines(weather).stream()
                .map(line -> line.compareTo(date) < 0 || line.startsWith("date") ? line : heatWave(line))
                .toList();
        Files.write(weather, changed);
    }

    private static String heatWave(String line) {
        return line.substring(0, line.indexOf(',')) + ",0.0,60.0,40.0,9.9,sun";
    }

    private static List<String> strings(JsonNode list) {
        return list.values().stream().map(JsonNode::asString).toList();
    }

    private static List<String> read(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file));
    }

    private static String find(String run, String date) throws IOException {
        return read(run + "/" + PREDICTIONS).stream()
                .filter(row -> row.startsWith(date))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> column(String run, int column) throws IOException {
        return read(run + "/" + PREDICTIONS).stream()
                .skip(1)
                .map(row -> row.split(",")[column])
                .toList();
    }

    private static double meanAbsoluteError(String run, String year, int column) throws IOException {
        try (Stream<String> rows = Files.lines(folder.resolve(run).resolve(PREDICTIONS))) {
            return rows.filter(row -> row.startsWith(year))
                    .map(row -> row.split(","))
                    .mapToDouble(row -> Math.abs(Double.parseDouble(row[TRUTH]) - Double.parseDouble(row[column])))
                    .average()
                    .orElseThrow();
        }
    }
}
