import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** From light to a picture: noise smoothed, a glow around what is bright, darker corners, and the curve of a film. */
final class Darkroom {
    /** How far a pixel looks for others like itself, and how large the surroundings are that it compares. */
    private static final int SEARCH = 5;

    private static final int PATCH = 2;
    /** Differences of so many times the noise still count as noise. */
    private static final double STRICTNESS = 0.45;

    private static final double EXPOSURE = 1.55;

    private final int width;
    private final int height;
    /** Red, green, blue, variance: a plane each. */
    private final float[][] light = new float[Render.Tile.NUMBERS][];

    private Darkroom(List<Render.Tile> tiles) {
        width = tiles.get(0).pictureWidth();
        height = tiles.get(0).pictureHeight();
        for (int c = 0; c < light.length; c++) {
            light[c] = new float[width * height];
        }
        for (Render.Tile tile : tiles) {
            for (int i = 0; i < tile.width() * tile.height(); i++) {
                int at = (tile.y() + i / tile.width()) * width + tile.x() + i % tile.width();
                for (int c = 0; c < light.length; c++) {
                    light[c][at] = tile.light()[i * light.length + c];
                }
            }
        }
    }

    static void develop(List<Render.Tile> tiles, Path output) throws IOException {
        Darkroom room = new Darkroom(tiles);
        room.smoothNoise();
        room.addGlow();
        write(room.picture(), output);
        System.out.printf(
                "%s: %d tiles, %d x %d pixels%n", output.getFileName(), tiles.size(), room.width, room.height);
    }

    private static void write(BufferedImage picture, Path output) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam smallest = writer.getDefaultWriteParam();
        smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        smallest.setCompressionQuality(0);
        Files.deleteIfExists(output);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(output.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), smallest);
        } finally {
            writer.dispose();
        }
    }

    /**
     * Each pixel becomes the mean of those nearby whose surroundings differ from its own by no more than noise does
     * (non-local means, with the variance that the paths showed, after Rousselle and others, 2012).
     */
    private void smoothNoise() {
        int size = width * height;
        float[] variance = blurred(light[3], 1);
        float[][] sums = new float[3][size];
        float[] weights = new float[size];
        float[] unlike = new float[size];
        for (int dy = -SEARCH; dy <= SEARCH; dy++) {
            for (int dx = -SEARCH; dx <= SEARCH; dx++) {
                for (int i = 0; i < size; i++) {
                    int other = neighbour(i, dx, dy);
                    double a = variance[i];
                    double b = variance[other];
                    double sum = 0;
                    for (int c = 0; c < 3; c++) {
                        sum += square(light[c][i] - light[c][other]) - a - Math.min(a, b);
                    }
                    unlike[i] = (float) Vec.clamp(sum / (3 * (1e-7 + square(STRICTNESS) * (a + b))), -1e4, 1e4);
                }
                float[] around = blurred(unlike, PATCH);
                for (int i = 0; i < size; i++) {
                    int other = neighbour(i, dx, dy);
                    float weight = (float) square(square(1 - Vec.clamp(around[i] / 4, 0.0, 1.0)));
                    weights[i] += weight;
                    for (int c = 0; c < 3; c++) {
                        sums[c][i] += weight * light[c][other];
                    }
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < 3; c++) {
                light[c][i] = sums[c][i] / weights[i];
            }
        }
    }

    private int neighbour(int i, int dx, int dy) {
        int x = Math.max(0, Math.min(i % width + dx, width - 1));
        int y = Math.max(0, Math.min(i / width + dy, height - 1));
        return y * width + x;
    }

    private void addGlow() {
        for (int c = 0; c < 3; c++) {
            float[] glow = new float[width * height];
            for (int i = 0; i < glow.length; i++) {
                glow[i] = Math.max(0, Math.min(light[c][i] - 0.9f, 8));
            }
            for (int pass = 0; pass < 3; pass++) {
                glow = blurred(glow, width / 80 + 1);
            }
            for (int i = 0; i < glow.length; i++) {
                light[c][i] += 0.25f * glow[i];
            }
        }
    }

    private BufferedImage picture() {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            int x = i % width;
            int y = i / width;
            double fromMiddle = square((x - width / 2.0) / width) + square((y - height / 2.0) / width);
            double exposure = EXPOSURE / square(1 + 0.55 * fromMiddle);
            picture.setRGB(x, y, film(new Vec(light[0][i], light[1][i], light[2][i]).times(exposure)));
        }
        return picture;
    }

    /** The mean over a square of {@code 2 radius + 1} pixels; at the margins over what there is of it. */
    private float[] blurred(float[] plane, int radius) {
        float[] rows = new float[plane.length];
        float[] both = new float[plane.length];
        for (int y = 0; y < height; y++) {
            blurLine(plane, rows, y * width, 1, width, radius);
        }
        for (int x = 0; x < width; x++) {
            blurLine(rows, both, x, width, height, radius);
        }
        return both;
    }

    private static void blurLine(float[] from, float[] to, int start, int step, int length, int radius) {
        double sum = 0;
        for (int i = -radius; i < length; i++) {
            sum += i + radius < length ? from[start + (i + radius) * step] : 0;
            sum -= i - radius > 0 ? from[start + (i - radius - 1) * step] : 0;
            if (i >= 0) {
                to[start + i * step] = (float) (sum / (Math.min(i + radius, length - 1) - Math.max(i - radius, 0) + 1));
            }
        }
    }

    private static double square(double x) {
        return x * x;
    }

    /** The Academy's film curve (ACES) as Stephen Hill fitted it, then the steps of a screen (sRGB). */
    private static int film(Vec light) {
        Vec in = new Vec(
                0.59719 * light.x() + 0.35458 * light.y() + 0.04823 * light.z(),
                0.07600 * light.x() + 0.90834 * light.y() + 0.01566 * light.z(),
                0.02840 * light.x() + 0.13383 * light.y() + 0.83777 * light.z());
        Vec out = new Vec(curve(in.x()), curve(in.y()), curve(in.z()));
        return screen(1.60475 * out.x() - 0.53108 * out.y() - 0.07367 * out.z()) << 16
                | screen(-0.10208 * out.x() + 1.10813 * out.y() - 0.00605 * out.z()) << 8
                | screen(-0.00327 * out.x() - 0.07276 * out.y() + 1.07602 * out.z());
    }

    private static double curve(double x) {
        return (x * (x + 0.0245786) - 0.000090537) / (x * (0.983729 * x + 0.4329510) + 0.238081);
    }

    private static int screen(double x) {
        double kept = Vec.clamp(x, 0.0, 1.0);
        double shown = kept <= 0.0031308 ? 12.92 * kept : 1.055 * StrictMath.pow(kept, 1 / 2.4) - 0.055;
        return (int) (shown * 255 + 0.5);
    }
}
