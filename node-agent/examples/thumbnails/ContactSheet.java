import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Puts the thumbnails in the folder BRAMBLE_INPUT on one sheet, {@code sheet.png}, each with the name of its picture
 * beneath, as the task printed it. It draws its letters itself, so it needs no fonts on the board.
 */
final class ContactSheet {
    private static final int COLUMNS = 3;
    private static final int CELL_WIDTH = 264;
    /** Beneath a picture, for its caption. */
    private static final int CAPTION_HEIGHT = 48;

    private static final int MARGIN = 18;
    private static final int PAPER = 0xF4F1EA;
    private static final int FRAME = 0xFFFFFF;
    private static final int SHADOW = 0xD8D2C6;
    private static final int INK = 0x4A4038;
    /** Screen pixels for each of a letter's. */
    private static final int LETTER_SIZE = 2;

    /** Seven rows of five points for each letter; a row is a number, its leftmost point the highest bit. */
    private static final String FONT = """
            A 0E 11 11 1F 11 11 11|B 1E 11 11 1E 11 11 1E|C 0E 11 10 10 10 11 0E|D 1E 11 11 11 11 11 1E
            E 1F 10 10 1E 10 10 1F|F 1F 10 10 1E 10 10 10|G 0E 11 10 17 11 11 0F|H 11 11 11 1F 11 11 11
            I 0E 04 04 04 04 04 0E|J 07 02 02 02 02 12 0C|K 11 12 14 18 14 12 11|L 10 10 10 10 10 10 1F
            M 11 1B 15 15 11 11 11|N 11 19 15 13 11 11 11|O 0E 11 11 11 11 11 0E|P 1E 11 11 1E 10 10 10
            Q 0E 11 11 11 15 12 0D|R 1E 11 11 1E 14 12 11|S 0F 10 10 0E 01 01 1E|T 1F 04 04 04 04 04 04
            U 11 11 11 11 11 11 0E|V 11 11 11 11 11 0A 04|W 11 11 11 15 15 15 0A|X 11 11 0A 04 0A 11 11
            Y 11 11 0A 04 04 04 04|Z 1F 01 02 04 08 10 1F|0 0E 11 13 15 19 11 0E|1 04 0C 04 04 04 04 0E
            2 0E 11 01 02 04 08 1F|3 1F 02 04 02 01 11 0E|4 02 06 0A 12 1F 02 02|5 1F 10 1E 01 01 11 0E
            6 06 08 10 1E 11 11 0E|7 1F 01 02 04 08 08 08|8 0E 11 11 0E 11 11 0E|9 0E 11 11 0F 01 02 0C
            - 00 00 00 1F 00 00 00|_ 00 00 00 00 00 00 1F|. 00 00 00 00 00 0C 0C|x 00 00 11 0A 04 0A 11
            """;

    private static final Map<Character, int[]> LETTERS = letters();

    private record Print(String caption, BufferedImage picture) {}

    public static void main(String[] arguments) throws IOException {
        String folder = System.getenv("BRAMBLE_INPUT");
        if (folder == null) {
            System.err.println("BRAMBLE_INPUT must name the folder with the tasks' results");
            System.exit(2);
        }
        List<Print> prints = read(Path.of(folder));
        if (prints.isEmpty()) {
            System.err.println("there is no thumbnail.png in the folders of " + folder);
            System.exit(2);
        }
        int high = prints.stream()
                .mapToInt(print -> print.picture().getHeight())
                .max()
                .orElseThrow();
        int cellHeight = high + CAPTION_HEIGHT;
        int rows = (prints.size() + COLUMNS - 1) / COLUMNS;
        BufferedImage sheet = new BufferedImage(
                COLUMNS * CELL_WIDTH + MARGIN, rows * cellHeight + MARGIN, BufferedImage.TYPE_INT_RGB);
        fill(sheet, 0, 0, sheet.getWidth(), sheet.getHeight(), PAPER);
        for (int i = 0; i < prints.size(); i++) {
            int x = i % COLUMNS * CELL_WIDTH + CELL_WIDTH / 2 + MARGIN / 2;
            int y = i / COLUMNS * cellHeight + MARGIN;
            draw(sheet, prints.get(i), x, y);
        }
        ImageIO.write(sheet, "png", new File("sheet.png"));
        System.out.println("sheet.png: " + prints.size() + " pictures");
    }

    private static List<Print> read(Path folder) throws IOException {
        List<Path> tasks = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            folders.filter(task -> Files.exists(task.resolve("thumbnail.png"))).forEach(tasks::add);
        }
        tasks.sort(Comparator.comparingInt(
                task -> Integer.parseInt(task.getFileName().toString())));
        List<Print> prints = new ArrayList<>();
        for (Path task : tasks) {
            String[] said = Files.readString(task.resolve("stdout")).strip().split(" ", 3);
            String name = said[2].substring(said[2].lastIndexOf('/') + 1);
            BufferedImage picture = ImageIO.read(task.resolve("thumbnail.png").toFile());
            String caption = name.replaceFirst("\\.[^.]*$", "").toUpperCase(Locale.ROOT);
            prints.add(new Print(caption + "  " + said[0], picture));
        }
        return prints;
    }

    private static void draw(BufferedImage sheet, Print print, int middle, int y) {
        int width = print.picture().getWidth();
        int height = print.picture().getHeight();
        int x = middle - width / 2;
        fill(sheet, x - 3, y - 1, width + 12, height + 12, SHADOW);
        fill(sheet, x - 6, y - 6, width + 12, height + 12, FRAME);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                sheet.setRGB(x + column, y + row, print.picture().getRGB(column, row));
            }
        }
        int letters = Math.min(print.caption().length(), CELL_WIDTH / (6 * LETTER_SIZE));
        int left = middle - letters * 6 * LETTER_SIZE / 2;
        for (int i = 0; i < letters; i++) {
            letter(sheet, print.caption().charAt(i), left + i * 6 * LETTER_SIZE, y + height + 12);
        }
    }

    private static Map<Character, int[]> letters() {
        Map<Character, int[]> letters = new HashMap<>();
        for (String glyph : FONT.strip().split("[|\n]")) {
            String[] parts = glyph.split(" ");
            int[] rows = new int[7];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = Integer.parseInt(parts[row + 1], 16);
            }
            letters.put(parts[0].charAt(0), rows);
        }
        return letters;
    }

    private static void letter(BufferedImage sheet, char letter, int x, int y) {
        int[] rows = LETTERS.getOrDefault(letter, new int[7]);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < 5; column++) {
                if ((rows[row] >> 4 - column & 1) == 1) {
                    fill(sheet, x + column * LETTER_SIZE, y + row * LETTER_SIZE, LETTER_SIZE, LETTER_SIZE, INK);
                }
            }
        }
    }

    private static void fill(BufferedImage sheet, int x, int y, int width, int height, int colour) {
        for (int row = Math.max(0, y); row < Math.min(y + height, sheet.getHeight()); row++) {
            for (int column = Math.max(0, x); column < Math.min(x + width, sheet.getWidth()); column++) {
                sheet.setRGB(column, row, colour);
            }
        }
    }
}
