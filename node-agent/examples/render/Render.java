import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A path tracer: follows light backwards from the camera through a still life of blackberries.
 *
 * <pre>
 * java Render.java --tile 7               one tile of the picture, as tile.bin here: the task
 * java Render.java --assemble DIR         the tiles beneath DIR become render.png here: the reduce
 * java Render.java                        all tiles on this machine's cores, then render.png: without Bramble
 *   --width 810 --height 540 --samples 64 --columns 6 --rows 4 --seed 1 --turn 0 --distance 1 --output render.png
 * </pre>
 *
 * A pixel depends on its place, the seed and the number of samples alone, and is computed with what every processor
 * rounds alike (+ − × ÷ √, and {@link StrictMath} for the scene): a tile has the same bytes wherever it is made.
 */
final class Render {
    private static final String TILE_FILE = "tile.bin";

    /** @param turn degrees around the table; @param distance 1 is the usual one */
    record Settings(
            int width, int height, int samples, int columns, int rows, long seed, double turn, double distance) {
        int tiles() {
            return columns * rows;
        }
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> given = new TreeMap<>();
        List<String> known = List.of(
                "tile",
                "assemble",
                "width",
                "height",
                "samples",
                "columns",
                "rows",
                "seed",
                "turn",
                "distance",
                "output");
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i].replaceFirst("^--", "");
            if (!arguments[i].startsWith("--") || !known.contains(name) || i + 1 == arguments.length) {
                refuse("do not understand '" + arguments[i] + "': options are --" + String.join(" N, --", known)
                        + " N");
            }
            given.put(name, arguments[i + 1]);
        }
        Path output = Path.of(given.getOrDefault("output", "render.png"));
        if (given.containsKey("assemble")) {
            Darkroom.develop(collect(Path.of(given.get("assemble"))), output);
            return;
        }
        Settings settings = new Settings(
                (int) number(given, "width", 810, 16, 8192),
                (int) number(given, "height", 540, 16, 8192),
                (int) number(given, "samples", 64, 1, 65_536),
                (int) number(given, "columns", 6, 1, 64),
                (int) number(given, "rows", 4, 1, 64),
                (long) number(given, "seed", 1, 0, Integer.MAX_VALUE),
                number(given, "turn", 0, -360, 360),
                number(given, "distance", 1, 0.3, 3));
        Tracer tracer = Tracer.of(settings, StillLife.of(settings.seed()));
        if (given.containsKey("tile")) {
            Tile tile = tracer.tile((int) number(given, "tile", 0, 0, settings.tiles() - 1));
            try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(TILE_FILE)))) {
                out.write(tile.bytes());
            }
            System.out.printf("tile at %d,%d of %d x %d pixels%n", tile.x(), tile.y(), tile.width(), tile.height());
            return;
        }
        Darkroom.develop(
                IntStream.range(0, settings.tiles())
                        .parallel()
                        .mapToObj(tracer::tile)
                        .toList(),
                output);
    }

    private static double number(Map<String, String> given, String name, double otherwise, double least, double most) {
        try {
            double value = given.containsKey(name) ? Double.parseDouble(given.get(name)) : otherwise;
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException wrong) {
            // Said below, as for a number out of bounds.
        }
        refuse(String.format("--%s must be a number from %.4g to %.4g, not %s", name, least, most, given.get(name)));
        return 0;
    }

    private static void refuse(String sentence) {
        System.err.println(sentence);
        System.exit(2);
    }

    // --- Tiles ------------------------------------------------------------------------------------------------------

    /**
     * A part of the picture before its development.
     *
     * @param light of each pixel, row by row: red, green, blue, and how uncertain they are (their variance)
     */
    record Tile(int pictureWidth, int pictureHeight, int x, int y, int width, int height, float[] light) {
        static final int NUMBERS = 4;

        byte[] bytes() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            for (int number : new int[] {pictureWidth, pictureHeight, x, y, width, height}) {
                out.writeShort(number);
            }
            for (float one : light) {
                out.writeFloat(one);
            }
            return bytes.toByteArray();
        }

        static Tile of(byte[] bytes) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int[] numbers = new int[6];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = in.readUnsignedShort();
            }
            float[] light = new float[numbers[4] * numbers[5] * NUMBERS];
            for (int i = 0; i < light.length; i++) {
                light[i] = in.readFloat();
            }
            return new Tile(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], light);
        }
    }

    private static List<Tile> collect(Path folder) throws IOException {
        List<Tile> tiles = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, 2)) {
            for (Path file : files.filter(f -> f.endsWith(TILE_FILE)).sorted().toList()) {
                tiles.add(Tile.of(Files.readAllBytes(file)));
            }
        }
        if (tiles.isEmpty()) {
            refuse("there is no " + TILE_FILE + " in the folders of " + folder);
        }
        int pixels =
                tiles.stream().mapToInt(tile -> tile.width() * tile.height()).sum();
        int wanted = tiles.get(0).pictureWidth() * tiles.get(0).pictureHeight();
        if (pixels != wanted) {
            refuse("the tiles in " + folder + " have " + pixels + " pixels, the picture has " + wanted);
        }
        return tiles;
    }
}
