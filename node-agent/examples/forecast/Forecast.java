import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Forecasts Seattle's maximum temperature with one setting of one model family; plain Java 17, no dependency.
 *
 * <p>{@code java Forecast.java --model ridge --lags 7 --strength medium} reads {@code seattle-weather.csv}, writes
 * {@code predictions.csv} for the validation and the test year, and ends its output with one line of JSON. Java itself
 * compiles this file when it starts, so there is nothing to build. StrictMath and a fixed seed give a laptop and a
 * Raspberry Pi the same figures. Only ASCII in here, since a task's LANG need not be UTF-8.
 */
final class Forecast {
    private static final Path WEATHER = Path.of("seattle-weather.csv");
    private static final Path PREDICTIONS = Path.of("predictions.csv");

    /** Settings are compared on this year. */
    private static final int VALIDATION_YEAR = 2014;
    /** Nothing is chosen by this year: its error is the one to expect. */
    private static final int TEST_YEAR = 2015;

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        try {
            forecast(Setting.parse(arguments));
        } catch (IllegalArgumentException mistake) {
            System.err.println("forecast: " + mistake.getMessage());
            System.exit(2);
        }
    }

    private static void forecast(Setting setting) throws IOException {
        List<Day> days = WalkForward.run(History.read(WEATHER), setting);
        Files.write(PREDICTIONS, Day.table(days));
        System.out.printf("%s: maximum temperature %s, refitted each month%n", setting, setting.horizon());
        for (int year : new int[] {VALIDATION_YEAR, TEST_YEAR}) {
            Score model = Score.of(days, year, Day::forecast);
            System.out.printf(
                    "%-10s %d: MAE %.3f C, RMSE %.3f C; MAE of persistence %.3f, damped %.3f, climatology %.3f%n",
                    year == TEST_YEAR ? "test" : "validation",
                    year,
                    model.mae(),
                    model.rmse(),
                    Score.of(days, year, Day::persistence).mae(),
                    Score.of(days, year, Day::damped).mae(),
                    Score.of(days, year, Day::climatology).mae());
        }
        System.out.println(setting.json(days));
    }

    // ------------------------------------------------------------------------------------------ what is tried

    /** The families of models; each learns only what damped persistence leaves unexplained. */
    enum Family {
        RIDGE,
        KNN,
        STUMPS
    }

    /** How much a model is held back; the higher, the nearer every family stays to damped persistence. */
    enum Strength {
        LOW(1, 10, 0.1),
        MEDIUM(30, 40, 0.03),
        HIGH(1000, 160, 0.01);

        /** Ridge: the price of large coefficients. */
        final double penalty;
        /** k nearest neighbours: how many days are averaged. */
        final int neighbours;
        /** Stumps: the share of each stump that is added. */
        final double learningRate;

        Strength(double penalty, int neighbours, double learningRate) {
            this.penalty = penalty;
            this.neighbours = neighbours;
            this.learningRate = learningRate;
        }
    }

    /**
     * One point of the grid.
     *
     * @param lags how many past days the model looks at, today included
     * @param daysAhead how far the forecast day lies after the last observed one
     */
    record Setting(Family family, int lags, Strength strength, int daysAhead) {
        static final int LAGS_MAX = 60;
        static final int DAYS_AHEAD_MAX = 14;

        static Setting parse(String[] arguments) {
            String[] values = {null, null, null, "1"};
            List<String> options = List.of("--model", "--lags", "--strength", "--days-ahead");
            for (int i = 0; i < arguments.length; i += 2) {
                int option = options.indexOf(arguments[i]);
                if (option < 0 || i + 1 == arguments.length) {
                    throw new IllegalArgumentException(
                            "cannot use " + arguments[i] + "; usage: --model M --lags N --strength S [--days-ahead N]");
                }
                values[option] = arguments[i + 1];
            }
            List<String> mistakes = new ArrayList<>();
            Setting setting = new Setting(
                    oneOf(Family.values(), "--model", values[0], mistakes),
                    between(LAGS_MAX, "--lags", values[1], mistakes),
                    oneOf(Strength.values(), "--strength", values[2], mistakes),
                    between(DAYS_AHEAD_MAX, "--days-ahead", values[3], mistakes));
            if (!mistakes.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", mistakes));
            }
            return setting;
        }

        private static <E extends Enum<E>> E oneOf(E[] choices, String option, String text, List<String> mistakes) {
            for (E choice : choices) {
                if (word(choice).equals(text)) {
                    return choice;
                }
            }
            List<String> words = Stream.of(choices).map(Forecast::word).toList();
            mistakes.add(option + " must be one of " + words + notThis(text));
            return null;
        }

        private static int between(int max, String option, String text, List<String> mistakes) {
            if (text != null && text.matches("[1-9]\\d{0,3}") && Integer.parseInt(text) <= max) {
                return Integer.parseInt(text);
            }
            mistakes.add(option + " must be a whole number from 1 to " + max + notThis(text));
            return 0;
        }

        private static String notThis(String text) {
            return text == null ? " and is missing" : ", not " + text;
        }

        String json(List<Day> days) {
            Score validation = Score.of(days, VALIDATION_YEAR, Day::forecast);
            Score test = Score.of(days, TEST_YEAR, Day::forecast);
            double persistence = Score.of(days, TEST_YEAR, Day::persistence).mae();
            String tried = String.format(
                    "\"name\":\"%s\",\"model\":\"%s\",\"lags\":%d,\"strength\":\"%s\",\"days_ahead\":%d",
                    this, word(family), lags, word(strength), daysAhead);
            String found = String.format(
                    "\"validation_mae\":%.3f,\"mae\":%.3f,\"rmse\":%.3f,\"persistence_mae\":%.3f,\"skill\":%.3f",
                    validation.mae(), test.mae(), test.rmse(), persistence, 1 - test.mae() / persistence);
            return "{" + tried + "," + found + "}";
        }

        String horizon() {
            return daysAhead + (daysAhead == 1 ? " day ahead" : " days ahead");
        }

        @Override
        public String toString() {
            return word(family) + ", " + lags + (lags == 1 ? " lag, " : " lags, ") + word(strength);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    // ----------------------------------------------------------------------------------------------- the data

    /** What was observed, one value a day without gaps; temperatures in Celsius. */
    record History(LocalDate firstDate, double[] maximum, double[] minimum, double[] wetness, double[] wind) {
        private static final String HEADER = "date,precipitation,temp_max,temp_min,wind,weather";

        static History read(Path file) throws IOException {
            List<String> lines = Files.readAllLines(file);
            if (!lines.get(0).equals(HEADER)) {
                throw new IllegalArgumentException(file + " must begin with the line " + HEADER);
            }
            int days = lines.size() - 1;
            LocalDate first = LocalDate.parse(lines.get(1).split(",")[0]);
            History history =
                    new History(first, new double[days], new double[days], new double[days], new double[days]);
            for (int day = 0; day < days; day++) {
                String[] fields = lines.get(day + 1).split(",");
                if (fields.length != 6 || !fields[0].equals(history.date(day).toString())) {
                    throw new IllegalArgumentException(
                            file + " line " + (day + 2) + " must be the weather of " + history.date(day));
                }
                // The square root, since a wet day differs more from a dry one than a very wet one from a wet one.
                history.wetness[day] = Math.sqrt(Double.parseDouble(fields[1]));
                history.maximum[day] = Double.parseDouble(fields[2]);
                history.minimum[day] = Double.parseDouble(fields[3]);
                history.wind[day] = Double.parseDouble(fields[4]);
            }
            return history;
        }

        LocalDate date(int day) {
            return firstDate.plusDays(day);
        }

        int indexOf(LocalDate date) {
            return (int) (date.toEpochDay() - firstDate.toEpochDay());
        }

        double[] season(int day) {
            double angle = 2 * Math.PI * date(day).getDayOfYear() / 365.25;
            return new double[] {
                1, StrictMath.sin(angle), StrictMath.cos(angle), StrictMath.sin(2 * angle), StrictMath.cos(2 * angle)
            };
        }
    }

    /** One forecast day with what was forecast for it; Celsius, rounded as written. */
    record Day(LocalDate date, double truth, double forecast, double persistence, double damped, double climatology) {
        private static final String HEADER = "date,truth,forecast,persistence,damped,climatology";

        static List<String> table(List<Day> days) {
            return Stream.concat(Stream.of(HEADER), days.stream().map(Day::row)).toList();
        }

        private String row() {
            return String.format(
                    "%s,%.1f,%.2f,%.1f,%.2f,%.2f", date, truth, forecast, persistence, damped, climatology);
        }
    }

    /** Mean absolute and root mean square error over one year, Celsius. */
    record Score(double mae, double rmse) {
        static Score of(List<Day> days, int year, ToDoubleFunction<Day> forecast) {
            double[] errors = days.stream()
                    .filter(day -> day.date().getYear() == year)
                    .mapToDouble(day -> forecast.applyAsDouble(day) - day.truth())
                    .toArray();
            return new Score(
                    Arrays.stream(errors).map(Math::abs).average().orElseThrow(),
                    Math.sqrt(Arrays.stream(errors).map(e -> e * e).average().orElseThrow()));
        }
    }

    // ---------------------------------------------------------------------------------------- honest validation

    /**
     * Refits before each month on what had been observed by then, and forecasts that month. The yearly curves, the
     * damping, the standardisation and the model all come from the past alone.
     */
    record WalkForward(History history, Setting setting, int known, double[] maximumCurve, double[] minimumCurve) {

        static List<Day> run(History history, Setting setting) {
            List<Day> days = new ArrayList<>();
            LocalDate end = LocalDate.of(TEST_YEAR + 1, 1, 1);
            for (LocalDate month = LocalDate.of(VALIDATION_YEAR, 1, 1);
                    month.isBefore(end);
                    month = month.plusMonths(1)) {
                int first = history.indexOf(month);
                int next = history.indexOf(month.plusMonths(1));
                // The month's first forecast is made this many days before, and sees nothing later.
                int known = first - setting.daysAhead() + 1;
                WalkForward past = new WalkForward(
                        history,
                        setting,
                        known,
                        yearlyCurve(history, history.maximum(), known),
                        yearlyCurve(history, history.minimum(), known));
                days.addAll(past.forecast(first, next));
            }
            return days;
        }

        private static double[] yearlyCurve(History history, double[] observed, int known) {
            double[][] seasons =
                    IntStream.range(0, known).mapToObj(history::season).toArray(double[][]::new);
            return LinearFit.solve(seasons, Arrays.copyOf(observed, known), 0);
        }

        private List<Day> forecast(int first, int next) {
            int ahead = setting.daysAhead();
            int[] issued = IntStream.range(setting.lags() - 1, known - ahead).toArray();
            double damping = damping();
            double[][] rows = Arrays.stream(issued).mapToObj(this::features).toArray(double[][]::new);
            double[] remainders = Arrays.stream(issued)
                    .mapToDouble(day -> maximumAnomaly(day + ahead) - damping * maximumAnomaly(day))
                    .toArray();
            Scale scale = Scale.of(rows);
            Model model = Model.fit(setting, scale.apply(rows), remainders);
            List<Day> days = new ArrayList<>();
            for (int target = first; target < next; target++) {
                int today = target - ahead;
                double climatology = LinearFit.dot(maximumCurve, history.season(target));
                double damped = climatology + damping * maximumAnomaly(today);
                days.add(new Day(
                        history.date(target),
                        history.maximum()[target],
                        hundredths(damped + model.predict(scale.apply(features(today)))),
                        history.maximum()[today],
                        hundredths(damped),
                        hundredths(climatology)));
            }
            return days;
        }

        /** The share of an anomaly that is left on the forecast day, by least squares. */
        private double damping() {
            double product = 0;
            double square = 0;
            for (int day = 0; day < known - setting.daysAhead(); day++) {
                product += maximumAnomaly(day) * maximumAnomaly(day + setting.daysAhead());
                square += maximumAnomaly(day) * maximumAnomaly(day);
            }
            return product / square;
        }

        private double maximumAnomaly(int day) {
            return history.maximum()[day] - LinearFit.dot(maximumCurve, history.season(day));
        }

        private double minimumAnomaly(int day) {
            return history.minimum()[day] - LinearFit.dot(minimumCurve, history.season(day));
        }

        private double[] features(int today) {
            double[] season = history.season(today + setting.daysAhead());
            List<Double> features = new ArrayList<>();
            for (int lag = 0; lag < setting.lags(); lag++) {
                int day = today - lag;
                double[] observed = {
                    maximumAnomaly(day), minimumAnomaly(day), history.wetness()[day], history.wind()[day]
                };
                for (double value : observed) {
                    features.add(value);
                    if (lag == 0 && setting.family() != Family.KNN) {
                        // The same rain or wind foretells another change in summer than in winter.
                        features.add(value * season[1]);
                        features.add(value * season[2]);
                    }
                }
            }
            features.add(season[1]);
            features.add(season[2]);
            return features.stream().mapToDouble(Double::doubleValue).toArray();
        }

        private static double hundredths(double celsius) {
            return Math.round(celsius * 100) / 100.0;
        }
    }

    /** Brings every feature to mean 0 and deviation 1 over the training rows. */
    record Scale(double[] mean, double[] deviation) {
        static Scale of(double[][] rows) {
            int width = rows[0].length;
            Scale scale = new Scale(new double[width], new double[width]);
            for (int feature = 0; feature < width; feature++) {
                int column = feature;
                double mean = Arrays.stream(rows)
                        .mapToDouble(row -> row[column])
                        .average()
                        .orElseThrow();
                double variance = Arrays.stream(rows)
                        .mapToDouble(row -> (row[column] - mean) * (row[column] - mean))
                        .average()
                        .orElseThrow();
                scale.mean[feature] = mean;
                scale.deviation[feature] = Math.sqrt(variance) + 1e-9;
            }
            return scale;
        }

        double[] apply(double[] row) {
            return IntStream.range(0, row.length)
                    .mapToDouble(feature -> (row[feature] - mean[feature]) / deviation[feature])
                    .toArray();
        }

        double[][] apply(double[][] rows) {
            return Arrays.stream(rows).map(this::apply).toArray(double[][]::new);
        }
    }

    // ---------------------------------------------------------------------------------------------- the models

    /** Foretells the remainder, Celsius, from standardised features. */
    interface Model {
        double predict(double[] features);

        static Model fit(Setting setting, double[][] rows, double[] remainders) {
            Strength strength = setting.strength();
            return switch (setting.family()) {
                case RIDGE -> new LinearFit(LinearFit.solve(rows, remainders, strength.penalty));
                case KNN -> new Neighbours(rows, remainders, strength.neighbours);
                case STUMPS -> Stumps.fit(rows, remainders, strength.learningRate);
            };
        }
    }

    /** Ridge regression: least squares that pays for large coefficients. */
    record LinearFit(double[] coefficients) implements Model {
        @Override
        public double predict(double[] features) {
            return dot(coefficients, features);
        }

        static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }

        /** Solves (X'X + penalty) b = X'y by Cholesky's decomposition. */
        static double[] solve(double[][] rows, double[] targets, double penalty) {
            int width = rows[0].length;
            double[][] lower = new double[width][width];
            double[] solution = new double[width];
            for (int r = 0; r < rows.length; r++) {
                for (int i = 0; i < width; i++) {
                    solution[i] += rows[r][i] * targets[r];
                    for (int j = 0; j <= i; j++) {
                        lower[i][j] += rows[r][i] * rows[r][j];
                    }
                }
            }
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = lower[i][j] + (i == j ? penalty : 0);
                    for (int k = 0; k < j; k++) {
                        sum -= lower[i][k] * lower[j][k];
                    }
                    lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
                }
            }
            for (int i = 0; i < width; i++) {
                for (int k = 0; k < i; k++) {
                    solution[i] -= lower[i][k] * solution[k];
                }
                solution[i] /= lower[i][i];
            }
            for (int i = width - 1; i >= 0; i--) {
                for (int k = i + 1; k < width; k++) {
                    solution[i] -= lower[k][i] * solution[k];
                }
                solution[i] /= lower[i][i];
            }
            return solution;
        }
    }

    /** k nearest neighbours: the days of the past whose last days looked most like these, the nearer the weightier. */
    record Neighbours(double[][] rows, double[] targets, int count) implements Model {
        @Override
        public double predict(double[] features) {
            double[] distances = Arrays.stream(rows)
                    .mapToDouble(row -> distance(row, features))
                    .toArray();
            int[] nearest = IntStream.range(0, rows.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> distances[i]))
                    .limit(count)
                    .mapToInt(Integer::intValue)
                    .toArray();
            double sum = 0;
            double weights = 0;
            for (int i : nearest) {
                double weight = 1 / (distances[i] + 1e-6);
                sum += weight * targets[i];
                weights += weight;
            }
            return sum / weights;
        }

        private static double distance(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += (a[i] - b[i]) * (a[i] - b[i]);
            }
            return Math.sqrt(sum);
        }
    }

    /** Gradient boosting: trees of one question, each fitted to half of the days and to what the earlier ones left. */
    record Stumps(List<Stump> stumps) implements Model {
        private static final int ROUNDS = 200;
        private static final int BINS = 32;
        private static final int LEAF_MIN = 10;
        private static final long SEED = 2012;

        record Stump(int feature, double threshold, double below, double above) {
            double predict(double[] features) {
                return features[feature] < threshold ? below : above;
            }
        }

        @Override
        public double predict(double[] features) {
            double sum = 0;
            for (Stump stump : stumps) {
                sum += stump.predict(features);
            }
            return sum;
        }

        static Stumps fit(double[][] rows, double[] targets, double learningRate) {
            double[][] thresholds = thresholds(rows);
            int[][] bins = bins(rows, thresholds);
            double[] residuals = targets.clone();
            Random random = new Random(SEED);
            List<Stump> stumps = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                int[] sample = IntStream.range(0, rows.length)
                        .filter(row -> random.nextBoolean())
                        .toArray();
                Stump best = best(thresholds, bins, residuals, sample, learningRate);
                stumps.add(best);
                for (int row = 0; row < rows.length; row++) {
                    residuals[row] -= best.predict(rows[row]);
                }
            }
            return new Stumps(stumps);
        }

        /** Quantiles of each feature: the only places where a stump may cut, so that a cut is found by counting. */
        private static double[][] thresholds(double[][] rows) {
            double[][] thresholds = new double[rows[0].length][BINS - 1];
            for (int feature = 0; feature < thresholds.length; feature++) {
                int column = feature;
                double[] sorted = Arrays.stream(rows)
                        .mapToDouble(row -> row[column])
                        .sorted()
                        .toArray();
                for (int bin = 1; bin < BINS; bin++) {
                    thresholds[feature][bin - 1] = sorted[bin * sorted.length / BINS];
                }
            }
            return thresholds;
        }

        private static int[][] bins(double[][] rows, double[][] thresholds) {
            int[][] bins = new int[thresholds.length][rows.length];
            for (int feature = 0; feature < thresholds.length; feature++) {
                for (int row = 0; row < rows.length; row++) {
                    for (double threshold : thresholds[feature]) {
                        bins[feature][row] += rows[row][feature] < threshold ? 0 : 1;
                    }
                }
            }
            return bins;
        }

        private static Stump best(
                double[][] thresholds, int[][] bins, double[] residuals, int[] sample, double learningRate) {
            double total = 0;
            for (int row : sample) {
                total += residuals[row];
            }
            Stump best = new Stump(0, 0, 0, 0);
            double bestGain = 0;
            for (int feature = 0; feature < bins.length; feature++) {
                double[] sums = new double[BINS];
                int[] counts = new int[BINS];
                for (int row : sample) {
                    sums[bins[feature][row]] += residuals[row];
                    counts[bins[feature][row]]++;
                }
                double below = 0;
                int countBelow = 0;
                for (int bin = 0; bin < BINS - 1; bin++) {
                    below += sums[bin];
                    countBelow += counts[bin];
                    int countAbove = sample.length - countBelow;
                    if (countBelow < LEAF_MIN || countAbove < LEAF_MIN) {
                        continue;
                    }
                    double above = total - below;
                    double gain = below * below / countBelow + above * above / countAbove;
                    if (gain > bestGain) {
                        bestGain = gain;
                        best = new Stump(
                                feature,
                                thresholds[feature][bin],
                                learningRate * below / countBelow,
                                learningRate * above / countAbove);
                    }
                }
            }
            return best;
        }
    }
}
