package dev.bramble.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bramble.control.plan.Catalogue;
import dev.bramble.control.plan.Part;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts to print and the pictures of the rack, drawn anew where OpenSCAD and a screen are. */
class RackPrintTest {
    private static final Path HARDWARE = Path.of("../hardware");
    /** Of PETG, in grams a cubic centimetre. */
    private static final double DENSITY = 1.27;

    /** A picture of nothing has one, and its edge another. */
    private static final int EMPTY_COLOURS_MAX = 5;

    private static final long MINUTES_MAX = 8;

    @TempDir
    Path folder;

    /** What a mesh spans, and how much of it is plastic. */
    private record Mesh(double[] size, double cubicCentimetres) {
        static Mesh read(Path file) throws IOException {
            double[] low = {1e9, 1e9, 1e9};
            double[] high = {-1e9, -1e9, -1e9};
            double volume = 0;
            double[][] corners = new double[3][];
            int corner = 0;
            for (String line : Files.readAllLines(file)) {
                if (line.strip().startsWith("vertex ")) {
                    double[] at = Arrays.stream(line.strip().substring(7).split(" +"))
                            .mapToDouble(Double::parseDouble)
                            .toArray();
                    for (int i = 0; i < 3; i++) {
                        low[i] = Math.min(low[i], at[i]);
                        high[i] = Math.max(high[i], at[i]);
                    }
                    corners[corner++] = at;
                    if (corner == 3) {
                        volume += tetrahedron(corners[0], corners[1], corners[2]);
                        corner = 0;
                    }
                }
            }
            return new Mesh(new double[] {high[0] - low[0], high[1] - low[1], high[2] - low[2]}, volume / 1000);
        }

        /** Signed, between a face and the origin: over all faces of a closed body they add up to what is in it. */
        private static double tetrahedron(double[] a, double[] b, double[] c) {
            return (a[0] * (b[1] * c[2] - b[2] * c[1])
                            - a[1] * (b[0] * c[2] - b[2] * c[0])
                            + a[2] * (b[0] * c[1] - b[1] * c[0]))
                    / 6;
        }
    }

    /** The plain numbers of the dimensions file, by name. */
    private static Map<String, Double> dimensions() throws IOException {
        Matcher found = Pattern.compile("(?m)^(\\w+) = ([0-9.]+);")
                .matcher(Files.readString(HARDWARE.resolve("rack/dimensions.scad")));
        Map<String, Double> numbers = new TreeMap<>();
        while (found.find()) {
            numbers.put(found.group(1), Double.parseDouble(found.group(2)));
        }
        return numbers;
    }

    private static boolean isHere(String command) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, command)));
    }

    private void render() throws IOException, InterruptedException {
        assumeThat(isHere("openscad") && (isHere("xvfb-run") && isHere("xauth") || System.getenv("DISPLAY") != null))
                .as("openscad, xvfb-run and xauth are here")
                .isTrue();
        Path log = folder.resolve("log");
        Process render = new ProcessBuilder(
                        HARDWARE.resolve("render").toString(), "--to", folder.toString(), "--shelves", "1")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(render.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
        } finally {
            render.descendants().forEach(ProcessHandle::destroy);
            render.destroy();
        }
        assertThat(render.exitValue()).as(Files.readString(log)).isZero();
    }

    @Test
    void partsArePrintableAndPicturesShowSomething() throws IOException, InterruptedException {
        render();
        Map<String, Double> set = dimensions();
        Mesh shelf = Mesh.read(folder.resolve("stl/shelf-1.stl"));
        Mesh sled = Mesh.read(folder.resolve("stl/sled.stl"));
        Mesh bridge = Mesh.read(folder.resolve("stl/bridge.stl"));

        assertThat(shelf.size()[0]).isEqualTo(set.get("slots") * set.get("pitch") + 2 * set.get("wall"), within(0.1));
        assertThat(shelf.size()[2])
                .as("lies on its back, names up")
                .isEqualTo(set.get("depth") + set.get("raised"), within(0.1));
        assertThat(sled.size()[2]).isEqualTo(set.get("pitch") - 2 * set.get("fit"), within(0.1));
        for (Mesh part : List.of(shelf, sled, bridge)) {
            assertThat(Arrays.stream(part.size()).max().orElseThrow()).isLessThanOrEqualTo(set.get("bed"));
            assertThat(part.cubicCentimetres()).isPositive();
        }
        enoughFilament(
                DENSITY * (sled.cubicCentimetres() + bridge.cubicCentimetres()),
                DENSITY * shelf.cubicCentimetres(),
                set.get("slots").intValue());
        for (String picture : List.of("rack-4", "rack-8", "rack-16", "back", "sled")) {
            assertThat(colours(folder.resolve("pictures/" + picture + ".png")))
                    .as(picture)
                    .hasSizeGreaterThan(EMPTY_COLOURS_MAX);
            assertThat(HARDWARE.resolve("pictures/" + picture + ".png")).isNotEmptyFile();
        }
    }

    private static void enoughFilament(double boardGrams, double shelfGrams, int slots) {
        Part filament = Catalogue.shipped().parts().stream()
                .filter(part -> part.name().equals("filament"))
                .findFirst()
                .orElseThrow();
        for (int nodes : List.of(4, 8, 16, 100)) {
            double grams = nodes * boardGrams + Math.ceilDiv(nodes, slots) * shelfGrams;
            assertThat(filament.quantity(nodes) * 1000.0)
                    .as("%d boards, %.0f g if printed solid", nodes, grams)
                    .isGreaterThan(grams);
        }
        Matcher said = Pattern.compile("eight boards take (\\d+) g").matcher(filament.source());
        assertThat(said.find()).isTrue();
        assertThat(Double.parseDouble(said.group(1)))
                .isCloseTo(8 * boardGrams + Math.ceilDiv(8, slots) * shelfGrams, withinPercentage(3));
    }

    private static Set<Integer> colours(Path picture) throws IOException {
        var image = ImageIO.read(picture.toFile());
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x += 5) {
            for (int y = 0; y < image.getHeight(); y += 5) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }

    @Test
    void thePlanCountsAsManySlotsOnAShelfAsThereAre() throws IOException {
        assertThat(Catalogue.shipped().value("rack.slots"))
                .isEqualTo(dimensions().get("slots"));
    }

    /** As RackLayout.written and the dashboard's racks have them. */
    @Test
    void theNamesThatArePrintedAreThoseOfTheDashboard() throws IOException {
        assertThat(Files.readString(HARDWARE.resolve("rack/parts.scad")))
                .contains("str(\"slot \", i + 1)", "str(\"shelf \", number)");
    }

    @Test
    void theScriptSaysWhichPackageIsMissing() throws IOException, InterruptedException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : List.of("bash", "dirname", "readlink", "perl", "env")) {
            for (String place : System.getenv("PATH").split(File.pathSeparator)) {
                Path real = Path.of(place, tool);
                if (Files.isExecutable(real) && !Files.exists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), real);
                }
            }
        }
        ProcessBuilder builder = new ProcessBuilder(
                        HARDWARE.resolve("render").toString(),
                        "--to",
                        folder.resolve("out").toString())
                .redirectErrorStream(true);
        builder.environment().put("PATH", bin.toString());
        Process render = builder.start();
        String said = new String(render.getInputStream().readAllBytes());
        assertThat(render.waitFor()).isEqualTo(69);
        assertThat(said).contains("openscad is missing", "apt-get install openscad");
    }
}
