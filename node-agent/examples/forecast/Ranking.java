import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * Ranks the settings that {@code Forecast.java} tried, from the files that its tasks left; plain Java 17.
 *
 * <p>{@code java Ranking.java} reads {@code <task>/stdout} and {@code <task>/predictions.csv} in the folder named by
 * BRAMBLE_INPUT, writes {@code ranking.csv} and {@code forecast.png} and ends its output with the winner. It knows no
 * model: whatever prints such a JSON line and writes such a table is ranked. ASCII only, as LANG need not be UTF-8.
 *
 * @param entries best first by the error of the validation year; the test year has no say in the order, since choosing
 *     by it would make the winner's reported error too good
 * @param leftOut tasks without usable results, with the reason
 */
record Ranking(List<Entry> entries, List<String> leftOut) {
    private static final int VALIDATION_YEAR = 2014;
    private static final int TEST_YEAR = 2015;
    private static final int DAYS = 365 + 365;
    private static final int SHOWN = 10;
    private static final String PREDICTIONS = "predictions.csv";
    private static final String HEADER = "rank,task,model,lags,strength,days_ahead,validation_mae,mae,skill";

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        try {
            read(inputFolder()).publish();
        } catch (IllegalArgumentException mistake) {
            System.err.println("ranking: " + mistake.getMessage());
            System.exit(2);
        }
    }

    private static Path inputFolder() {
        String folder = System.getenv("BRAMBLE_INPUT");
        if (folder == null || !Files.isDirectory(Path.of(folder))) {
            throw new IllegalArgumentException("BRAMBLE_INPUT must name the folder with the tasks' results, it is "
                    + folder + "; by hand: BRAMBLE_INPUT=out java Ranking.java");
        }
        return Path.of(folder);
    }

    static Ranking read(Path folder) throws IOException {
        List<Path> tasks;
        try (Stream<Path> children = Files.list(folder)) {
            tasks = children.filter(child -> child.getFileName().toString().matches("\\d{1,9}"))
                    .sorted(Comparator.comparingInt(Ranking::index))
                    .toList();
        }
        List<Entry> entries = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Path task : tasks) {
            try {
                entries.add(entry(task));
            } catch (IllegalArgumentException | IOException unusable) { // one bad result must not hide the others
                leftOut.add("task " + index(task) + " is left out: " + unusable.getMessage());
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    "no task in " + folder + " has a forecast; " + String.join("; ", leftOut));
        }
        if (entries.stream()
                .anyMatch(entry -> !entry.daysAhead().equals(entries.get(0).daysAhead()))) {
            throw new IllegalArgumentException("these tasks forecast different numbers of days ahead and cannot be"
                    + " ranked together: submit one job for each");
        }
        entries.sort(Comparator.comparingDouble(entry -> entry.mae(VALIDATION_YEAR, Day::forecast)));
        return new Ranking(entries, leftOut);
    }

    private static int index(Path task) {
        return Integer.parseInt(task.getFileName().toString());
    }

    private static Entry entry(Path task) throws IOException {
        if (!Files.exists(task.resolve("stdout")) || !Files.exists(task.resolve(PREDICTIONS))) {
            throw new IllegalArgumentException("it has no stdout or no " + PREDICTIONS);
        }
        List<String> printed = Files.readAllLines(task.resolve("stdout"));
        List<Day> days = Files.readAllLines(task.resolve(PREDICTIONS)).stream()
                .skip(1)
                .map(Day::parse)
                .toList();
        if (days.size() != DAYS) {
            throw new IllegalArgumentException(PREDICTIONS + " has " + days.size() + " of " + DAYS + " days");
        }
        return Entry.of(index(task), printed.isEmpty() ? "" : printed.get(printed.size() - 1), days);
    }

    void publish() throws IOException {
        List<String> rows = new ArrayList<>(List.of(HEADER));
        for (int i = 0; i < entries.size(); i++) {
            rows.add(entries.get(i).row(i + 1));
        }
        Files.write(Path.of("ranking.csv"), rows);
        Files.write(Path.of("forecast.png"), Plot.png(entries));
        leftOut.forEach(System.out::println);
        print();
    }

    private void print() {
        Entry winner = entries.get(0);
        System.out.printf(
                "%d settings, best first by their mean absolute error (MAE, Celsius) of %d%n",
                entries.size(), VALIDATION_YEAR);
        System.out.printf("rank  task  %-22s %6d MAE %6d MAE    skill%n", "setting", VALIDATION_YEAR, TEST_YEAR);
        for (int i = 0; i < Math.min(SHOWN, entries.size()); i++) {
            Entry entry = entries.get(i);
            printRow(String.format("%4d  %4d  %s", i + 1, entry.task(), entry.name()), entry, Day::forecast);
        }
        printRow("            damped persistence", winner, Day::damped);
        printRow("            persistence", winner, Day::persistence);
        printRow("            climatology", winner, Day::climatology);
        double[] gains = Day.of(TEST_YEAR, winner.days())
                .mapToDouble(day -> Math.abs(day.persistence() - day.truth()) - Math.abs(day.forecast() - day.truth()))
                .toArray();
        double mean = Arrays.stream(gains).average().orElseThrow();
        double squares =
                Arrays.stream(gains).map(gain -> Math.pow(gain - mean, 2)).sum();
        System.out.printf(
                "In %d the winner is nearer to the truth than persistence by %.2f C a day, standard error %.2f C.%n",
                TEST_YEAR, mean, Math.sqrt(squares) / gains.length);
        System.out.println("winner: " + winner.summary("C") + " (task " + winner.task() + ")");
    }

    private static void printRow(String label, Entry entry, ToDoubleFunction<Day> forecast) {
        double validation = entry.mae(VALIDATION_YEAR, forecast);
        double test = entry.mae(TEST_YEAR, forecast);
        double skill = 100 * entry.skill(TEST_YEAR, forecast);
        System.out.printf("%-34s %10.3f %10.3f %6.1f %%%n", label, validation, test, skill);
    }

    /** One forecast day with what was forecast for it, in Celsius. */
    record Day(LocalDate date, double truth, double forecast, double persistence, double damped, double climatology) {
        static Stream<Day> of(int year, List<Day> days) {
            return days.stream().filter(day -> day.date().getYear() == year);
        }

        static Day parse(String row) {
            if (!row.matches("\\d{4}-\\d\\d-\\d\\d(,-?\\d+\\.\\d+){5}")) {
                throw new IllegalArgumentException(PREDICTIONS + " has a line that is no forecast: " + row);
            }
            String[] fields = row.split(",");
            double[] celsius =
                    Stream.of(fields).skip(1).mapToDouble(Double::parseDouble).toArray();
            return new Day(LocalDate.parse(fields[0]), celsius[0], celsius[1], celsius[2], celsius[3], celsius[4]);
        }
    }

    /** One task: what it tried, as its JSON line says, and its forecasts. */
    record Entry(int task, String model, String lags, String strength, String daysAhead, List<Day> days) {
        static Entry of(int task, String json, List<Day> days) {
            String lags = field(json, "lags");
            String daysAhead = field(json, "days_ahead");
            return new Entry(task, field(json, "model"), lags, field(json, "strength"), daysAhead, days);
        }

        private static String field(String json, String name) {
            Matcher found = Pattern.compile('"' + name + "\":\"?([^\",}]+)").matcher(json);
            if (!found.find()) {
                throw new IllegalArgumentException("the last line of its stdout has no " + name);
            }
            return found.group(1);
        }

        String name() {
            return model + ", " + lags + (lags.equals("1") ? " lag, " : " lags, ") + strength;
        }

        /** Mean absolute error of one year, Celsius. */
        double mae(int year, ToDoubleFunction<Day> forecast) {
            return Day.of(year, days)
                    .mapToDouble(day -> Math.abs(forecast.applyAsDouble(day) - day.truth()))
                    .average()
                    .orElseThrow();
        }

        /** Share of persistence's mean absolute error that this forecast saves. */
        double skill(int year, ToDoubleFunction<Day> forecast) {
            return 1 - mae(year, forecast) / mae(year, Day::persistence);
        }

        String summary(String celsius) {
            double percent = 100 * skill(TEST_YEAR, Day::forecast);
            String error = String.format("MAE %.2f %s in %d", mae(TEST_YEAR, Day::forecast), celsius, TEST_YEAR);
            String saved = String.format("%.1f %% %s", Math.abs(percent), percent < 0 ? "more" : "less");
            String reference = String.format("persistence (%.2f %s)", mae(TEST_YEAR, Day::persistence), celsius);
            return name() + ": " + error + ", " + saved + " than " + reference;
        }

        String row(int rank) {
            String setting = String.join(",", model, lags, strength, daysAhead);
            double validation = mae(VALIDATION_YEAR, Day::forecast);
            double test = mae(TEST_YEAR, Day::forecast);
            double skill = skill(TEST_YEAR, Day::forecast);
            return String.format("%d,%d,%s,%.3f,%.3f,%.3f", rank, task, setting, validation, test, skill);
        }
    }

    // ----------------------------------------------------------------------------------------------- the plot

    /** The winner against what happened, above the skill of all settings; positions in pixels. */
    record Plot(Canvas canvas, List<Entry> entries, List<String> models) {
        private static final int LEFT = 84;
        private static final int RIGHT = 1176;
        private static final int INK = 0x222222;
        private static final int QUIET = 0x5F5F5F;
        private static final int GRID = 0xE4E4E4;
        private static final int CURVE = 0x8FA3B8;
        private static final int FORECAST = 0xD55E00;
        /** By model. With FORECAST from the palette of Okabe and Ito, which the colour-blind tell apart. */
        private static final int[] COLOURS = {0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9};
        /** Narrower bars get no labels. */
        private static final double LABEL_WIDTH_MIN = 20;

        static byte[] png(List<Entry> entries) throws IOException {
            List<String> models =
                    entries.stream().map(Entry::model).distinct().sorted().toList();
            Plot plot = new Plot(new Canvas(1200, 720), entries, models);
            Entry winner = entries.get(0);
            String ahead = winner.daysAhead() + (winner.daysAhead().equals("1") ? " day ahead" : " days ahead");
            String title = "Seattle's maximum temperature in " + TEST_YEAR + ", forecast " + ahead;
            String chosen = "Best of " + entries.size() + " settings on " + VALIDATION_YEAR + ": ";
            plot.canvas.text(LEFT, 44, 1.7, INK, title);
            plot.canvas.text(LEFT, 70, 1, QUIET, chosen + winner.summary("^C"));
            plot.drawYear(116, 400);
            plot.drawSkills(502, 638);
            return plot.canvas.png();
        }

        private void drawYear(int top, int bottom) {
            List<Day> days = Day.of(TEST_YEAR, entries.get(0).days()).toList();
            DoubleSummaryStatistics range = days.stream()
                    .flatMapToDouble(day -> DoubleStream.of(day.truth(), day.forecast()))
                    .summaryStatistics();
            double low = 10 * Math.floor(range.getMin() / 10);
            double high = 10 * Math.ceil(range.getMax() / 10);
            DoubleUnaryOperator y = celsius -> bottom - (celsius - low) / (high - low) * (bottom - top);
            double dayWidth = (double) (RIGHT - LEFT) / days.size();
            for (double celsius = low; celsius <= high; celsius += 10) {
                drawLevel(y.applyAsDouble(celsius), String.format("%.0f ^C", celsius));
            }
            for (int month = 1; month <= 12; month++) {
                LocalDate first = LocalDate.of(TEST_YEAR, month, 1);
                double x = Math.floor(LEFT + (first.getDayOfYear() - 1) * dayWidth) + 0.5;
                canvas.line(1, GRID, x, top, x, bottom + 6);
                String name = first.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
                canvas.centred(x + 15 * dayWidth, bottom + 20, 0.9, QUIET, name);
            }
            canvas.line(2, CURVE, path(days, dayWidth, day -> y.applyAsDouble(day.climatology())));
            canvas.line(1.6, FORECAST, path(days, dayWidth, day -> y.applyAsDouble(day.forecast())));
            canvas.dots(3.6, INK, path(days, dayWidth, day -> y.applyAsDouble(day.truth())));
            canvas.dots(4, INK, LEFT + 4, 96);
            canvas.text(LEFT + 14, 100, 0.9, INK, "observed");
            canvas.line(2, FORECAST, LEFT + 104, 96, LEFT + 128, 96);
            canvas.text(LEFT + 136, 100, 0.9, INK, "forecast");
            canvas.line(2, CURVE, LEFT + 220, 96, LEFT + 244, 96);
            canvas.text(LEFT + 252, 100, 0.9, INK, "climatology");
        }

        private static double[] path(List<Day> days, double dayWidth, ToDoubleFunction<Day> y) {
            double[] path = new double[2 * days.size()];
            for (int i = 0; i < days.size(); i++) {
                path[2 * i] = LEFT + (i + 0.5) * dayWidth;
                path[2 * i + 1] = y.applyAsDouble(days.get(i));
            }
            return path;
        }

        private void drawLevel(double y, String label) {
            canvas.line(1, GRID, LEFT, Math.floor(y) + 0.5, RIGHT, Math.floor(y) + 0.5); // on one row of pixels
            canvas.text(LEFT - 10 - Canvas.width(0.9, label), y + 4, 0.9, QUIET, label);
        }

        private void drawSkills(int top, int bottom) {
            double[] tests = percents(TEST_YEAR, Day::forecast);
            double[] validations = percents(VALIDATION_YEAR, Day::forecast);
            double damped = percents(TEST_YEAR, Day::damped)[0];
            DoubleSummaryStatistics range = DoubleStream.concat(Arrays.stream(tests), Arrays.stream(validations))
                    .summaryStatistics();
            double low = 5 * Math.floor(Math.min(0, range.getMin()) / 5);
            double high = 5 * Math.ceil(Math.max(damped + 1, range.getMax()) / 5);
            double step = high - low > 30 ? 20 : 5;
            DoubleUnaryOperator y = percent -> bottom - (percent - low) / (high - low) * (bottom - top);
            for (double percent = step * Math.ceil(low / step); percent <= high; percent += step) {
                drawLevel(y.applyAsDouble(percent), String.format("%.0f %%", percent));
            }
            double slot = (double) (RIGHT - LEFT) / entries.size();
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                double x = LEFT + (i + 0.5) * slot;
                double test = y.applyAsDouble(tests[i]);
                canvas.bar(x - 0.36 * slot, x + 0.36 * slot, y.applyAsDouble(0), test, colour(entry.model()));
                canvas.dots(5.4, Canvas.PAPER, x, y.applyAsDouble(validations[i]));
                canvas.dots(3.6, INK, x, y.applyAsDouble(validations[i]));
                if (slot >= LABEL_WIDTH_MIN) {
                    canvas.centred(x, bottom + 20, 0.85, INK, initial(entry.model()));
                    canvas.centred(x, bottom + 38, 0.85, INK, entry.lags());
                    canvas.centred(x, bottom + 56, 0.85, INK, initial(entry.strength()));
                }
            }
            drawDashes(LEFT, RIGHT, y.applyAsDouble(damped));
            canvas.line(1, INK, LEFT, y.applyAsDouble(0), RIGHT, y.applyAsDouble(0));
            if (slot >= LABEL_WIDTH_MIN) {
                List<String> labels = List.of("model", "lags", "strength");
                for (int row = 0; row < labels.size(); row++) {
                    double x = LEFT - 10 - Canvas.width(0.85, labels.get(row));
                    canvas.text(x, bottom + 20 + 18 * row, 0.85, QUIET, labels.get(row));
                }
            }
            drawLegend(top - 26);
        }

        private void drawLegend(double y) {
            String heading = "Error saved against persistence, all settings, best of " + VALIDATION_YEAR + " first";
            canvas.text(LEFT, y - 24, 1.05, INK, heading);
            double x = LEFT;
            for (String model : models) {
                canvas.bar(x, x + 12, y - 9, y + 1, colour(model));
                canvas.text(x + 18, y, 0.9, INK, model);
                x += 40 + Canvas.width(0.9, model);
            }
            canvas.text(x, y, 0.9, INK, "bars: test year " + TEST_YEAR);
            canvas.dots(4, INK, x + 156, y - 4);
            canvas.text(x + 166, y, 0.9, INK, "validation year " + VALIDATION_YEAR);
            drawDashes(x + 330, x + 355, y - 4);
            canvas.text(x + 364, y, 0.9, INK, "damped persistence, test year " + TEST_YEAR);
        }

        private void drawDashes(double from, double to, double y) {
            for (double x = from; x < to; x += 10) {
                canvas.line(1.2, INK, x, y, Math.min(x + 5, to), y);
            }
        }

        private int colour(String model) {
            return COLOURS[models.indexOf(model) % COLOURS.length];
        }

        private static String initial(String word) {
            return word.substring(0, 1).toUpperCase(Locale.ROOT);
        }

        private double[] percents(int year, ToDoubleFunction<Day> forecast) {
            return entries.stream()
                    .mapToDouble(entry -> 100 * entry.skill(year, forecast))
                    .toArray();
        }
    }

    /**
     * A picture with anti-aliased lines, text and a PNG writer of its own. java.awt would do it, but to write a word it
     * needs native libraries and installed fonts, which a small board may lack; this draws the same pixels everywhere.
     */
    static final class Canvas {
        private static final int PAPER = 0xFFFFFF;
        /**
         * Letters as strokes: "~" a curve led by its points, "@" a closed one, otherwise straight. A point is x and y;
         * y = 2 is the baseline, 7 the top of small letters, 9 of capitals. "^" is the degree sign.
         */
        private static final String GLYPHS = """
                a 4247 @02424707|b 0209 @02424707|c ~464707024243|d 4249 @02424707|e 0545 ~454707024243
                f ~39191712 0737|g @02424707 ~4742400001|h 0209 ~0507474542|i 0207 0909|j ~17121000 1719
                k 0209 3704 1542|l 0209|m 0207 ~0507373532 ~3537676562|n 0207 ~0507474542|o @02424707
                p 0007 @02424707|q 4047 @02424707|r 0207 ~050737|s ~4647070544420203|t ~19131232 0737
                u ~0704024244 4742|v 072247|w 0712375267|x 0742 0247|y 0722 4710|z 07470242
                A 023962 1454|B 0209 ~092949462606 ~062656522202|C ~575909025254|D 0209 ~092959522202|E 49090242 0646
                F 490902 0646|G ~57590902525555 5535|H 0209 5259 0656|I 0209|J ~3934320204|K 0209 5904 2652|L 090242
                M 0209346962|N 02095259|O @02525909|P 0209 ~092959552505|Q @02525909 3461|R 0209 ~092959552505 2552
                S ~5759090655520204|T 0969 3932|U ~090402525459|V 093269|W 0922496289|X 0952 0259|Y 093669 3632
                Z 09590252|0 @02424909|1 072922|2 ~0709494602 0242|3 ~0809494626 ~2646420203|4 32390444
                5 490906 ~061747420203|6 @02424606 ~39090504|7 094912|8 @06464909 @02424606|9 @05454909 ~4746434212
                . 0202|, 1201|: 0202 0606|- 0535|+ 0545 2327|% 0269 @07272909 @42626444|( ~29070321|) ~09272301
                / 0149|= 0444 0646|^ @07272909|' 0809
                """;

        private static final Map<Character, List<double[]>> STROKES = strokes();
        private static final int BASELINE = 2;
        /** Between letters, in units of the letters' points. */
        private static final double GAP = 2.1;
        /** Width of a blank, in the same units. */
        private static final double BLANK = 1.5;
        /** At size 1 a capital is 10 pixels high. */
        private static final double PIXELS_PER_UNIT = 10.0 / 7;

        private final int width;
        private final int height;
        private final int[] pixels;
        /** How much of each pixel the stroke being drawn covers, 0 to 1; all 0 between strokes. */
        private final double[] coverage;

        Canvas(int width, int height) {
            this.width = width;
            this.height = height;
            this.pixels = new int[width * height];
            this.coverage = new double[width * height];
            Arrays.fill(pixels, PAPER);
        }

        /** Draws through points given as x, y, x, y and so on, with round ends. */
        void line(double thickness, int colour, double... points) {
            double reach = thickness / 2 + 1;
            int[] touched = {width, height, 0, 0};
            for (int i = 0; i + 3 < points.length; i += 2) {
                int left = within(width, Math.min(points[i], points[i + 2]) - reach);
                int top = within(height, Math.min(points[i + 1], points[i + 3]) - reach);
                int right = within(width, Math.max(points[i], points[i + 2]) + reach);
                int bottom = within(height, Math.max(points[i + 1], points[i + 3]) + reach);
                for (int y = top; y < bottom; y++) {
                    for (int x = left; x < right; x++) {
                        double covered = thickness / 2 + 0.5 - distance(x + 0.5, y + 0.5, points, i);
                        // The greatest, not the sum: a stroke that meets itself does not get darker there.
                        coverage[y * width + x] = Math.max(coverage[y * width + x], Math.min(1, covered));
                    }
                }
                touched[0] = Math.min(touched[0], left);
                touched[1] = Math.min(touched[1], top);
                touched[2] = Math.max(touched[2], right);
                touched[3] = Math.max(touched[3], bottom);
            }
            for (int y = touched[1]; y < touched[3]; y++) {
                for (int x = touched[0]; x < touched[2]; x++) {
                    blend(y * width + x, colour);
                }
            }
        }

        private static int within(int size, double position) {
            return (int) Math.max(0, Math.min(size, Math.ceil(position)));
        }

        void dots(double diameter, int colour, double... points) {
            for (int i = 0; i < points.length; i += 2) {
                line(diameter, colour, points[i], points[i + 1], points[i], points[i + 1]);
            }
        }

        void bar(double x0, double x1, double y0, double y1, int colour) {
            for (int y = (int) Math.round(Math.min(y0, y1)); y < Math.round(Math.max(y0, y1)); y++) {
                Arrays.fill(pixels, y * width + (int) Math.round(x0), y * width + (int) Math.round(x1), colour);
            }
        }

        /** Writes with the baseline at y. */
        void text(double x, double y, double size, int colour, String text) {
            double unit = size * PIXELS_PER_UNIT;
            double pen = x;
            for (char letter : text.toCharArray()) {
                for (double[] stroke : STROKES.getOrDefault(letter, List.of())) {
                    double[] points = new double[stroke.length];
                    for (int i = 0; i < stroke.length; i += 2) {
                        points[i] = pen + stroke[i] * unit;
                        points[i + 1] = y - (stroke[i + 1] - BASELINE) * unit;
                    }
                    line(0.35 + size, colour, points);
                }
                pen += advance(letter) * unit;
            }
        }

        void centred(double x, double y, double size, int colour, String text) {
            text(x - width(size, text) / 2, y, size, colour, text);
        }

        static double width(double size, String text) {
            return (text.chars().mapToDouble(letter -> advance((char) letter)).sum() - GAP) * size * PIXELS_PER_UNIT;
        }

        private static double advance(char letter) {
            double right = letter == ' ' ? BLANK : 0;
            for (double[] stroke : STROKES.getOrDefault(letter, List.of())) {
                for (int i = 0; i < stroke.length; i += 2) {
                    right = Math.max(right, stroke[i]);
                }
            }
            return right + GAP;
        }

        private static Map<Character, List<double[]>> strokes() {
            Map<Character, List<double[]>> strokes = new HashMap<>();
            for (String glyph : GLYPHS.strip().split("[|\n]")) {
                String[] parts = glyph.split(" ");
                List<double[]> drawn =
                        Stream.of(parts).skip(1).map(Canvas::stroke).toList();
                strokes.put(parts[0].charAt(0), drawn);
            }
            return strokes;
        }

        private static double[] stroke(String code) {
            boolean closed = code.startsWith("@");
            boolean curved = closed || code.startsWith("~");
            double[] points = code.substring(curved ? 1 : 0)
                    .chars()
                    .mapToDouble(digit -> digit - '0')
                    .toArray();
            return curved ? curve(points, closed) : points;
        }

        /** Follows the corner points as TrueType does: a parabola at each corner, from mid-edge to mid-edge. */
        private static double[] curve(double[] corners, boolean closed) {
            int count = corners.length / 2;
            DoubleStream.Builder curve = DoubleStream.builder();
            for (int corner = closed ? 0 : 1; corner < (closed ? count : count - 1); corner++) {
                int before = (corner + count - 1) % count;
                int after = (corner + 1) % count;
                double from = !closed && before == 0 ? 1 : 0.5;
                double to = !closed && after == count - 1 ? 1 : 0.5;
                for (double t = 0; t <= 1; t += 1.0 / 8) {
                    for (int axis = 0; axis < 2; axis++) {
                        double bend = corners[2 * corner + axis];
                        double start = bend + from * (corners[2 * before + axis] - bend);
                        double end = bend + to * (corners[2 * after + axis] - bend);
                        curve.add((1 - t) * (1 - t) * start + 2 * t * (1 - t) * bend + t * t * end);
                    }
                }
            }
            return curve.build().toArray();
        }

        /** From a pixel's centre to the segment that starts at points[i]. */
        private static double distance(double x, double y, double[] points, int i) {
            double dx = points[i + 2] - points[i];
            double dy = points[i + 3] - points[i + 1];
            double length = dx * dx + dy * dy;
            double along = length == 0 ? 0 : ((x - points[i]) * dx + (y - points[i + 1]) * dy) / length;
            double nearest = Math.max(0, Math.min(1, along));
            double offX = x - points[i] - nearest * dx;
            double offY = y - points[i + 1] - nearest * dy;
            return Math.sqrt(offX * offX + offY * offY);
        }

        private void blend(int pixel, int colour) {
            int mixed = 0;
            for (int shift = 0; shift <= 16; shift += 8) {
                int below = pixels[pixel] >> shift & 0xFF;
                int above = colour >> shift & 0xFF;
                mixed |= (int) Math.round(below + (above - below) * coverage[pixel]) << shift;
            }
            pixels[pixel] = mixed;
            coverage[pixel] = 0;
        }

        /** 8 bits in each of red, green and blue, no filter. */
        byte[] png() throws IOException {
            ByteBuffer raw = ByteBuffer.allocate(height * (1 + 3 * width));
            for (int y = 0; y < height; y++) {
                raw.put((byte) 0);
                for (int x = 0; x < width; x++) {
                    int pixel = pixels[y * width + x];
                    raw.put((byte) (pixel >> 16)).put((byte) (pixel >> 8)).put((byte) pixel);
                }
            }
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
                deflater.write(raw.array());
            }
            ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
            header.put(new byte[] {8, 2, 0, 0, 0});
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
            png.writeBytes(chunk("IHDR", header.array()));
            png.writeBytes(chunk("IDAT", packed.toByteArray()));
            png.writeBytes(chunk("IEND", new byte[0]));
            return png.toByteArray();
        }

        private static byte[] chunk(String type, byte[] content) {
            ByteBuffer chunk = ByteBuffer.allocate(content.length + 12);
            byte[] name = type.getBytes(StandardCharsets.US_ASCII);
            chunk.putInt(content.length).put(name).put(content);
            CRC32 checksum = new CRC32();
            checksum.update(chunk.array(), 4, content.length + 4);
            return chunk.putInt((int) checksum.getValue()).array();
        }
    }
}
