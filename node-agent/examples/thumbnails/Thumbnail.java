import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/**
 * Makes a small picture of a large one: {@code java Thumbnail.java PICTURE [PIXELS]} writes {@code thumbnail.png}, not
 * wider and not higher than so many pixels.
 */
final class Thumbnail {
    private static final int PIXELS = 240;
    /** Java holds a picture with up to four bytes a pixel: 200 MB of the 256 that the job file allows. */
    private static final long PIXELS_MAX = 50_000_000;

    public static void main(String[] arguments) throws IOException {
        int most = arguments.length > 1 ? Integer.parseInt(arguments[1]) : PIXELS;
        BufferedImage large = ImageIO.read(new File(arguments[0]));
        if (large == null || (long) large.getWidth() * large.getHeight() > PIXELS_MAX) {
            System.err.println(arguments[0] + " is no picture that this Java reads, or one too large for it");
            System.exit(1);
        }
        double scale = Math.min(1, (double) most / Math.max(large.getWidth(), large.getHeight()));
        BufferedImage small = shrunk(large, scale);
        ImageIO.write(small, "png", new File("thumbnail.png"));
        System.out.printf(
                "%dx%d %dx%d %s%n",
                large.getWidth(), large.getHeight(), small.getWidth(), small.getHeight(), arguments[0]);
    }

    /** Each pixel is the mean light of the area that it covers; a mean of screen values would be too dark. */
    static BufferedImage shrunk(BufferedImage from, double scale) {
        int width = Math.max(1, (int) Math.round(from.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(from.getHeight() * scale));
        BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                to.setRGB(x, y, mean(from, area(x, width, from.getWidth()), area(y, height, from.getHeight())));
            }
        }
        return to;
    }

    private static double[] area(int i, int count, int length) {
        return new double[] {(double) i * length / count, (double) (i + 1) * length / count};
    }

    private static int mean(BufferedImage from, double[] across, double[] down) {
        double[] sum = new double[3];
        double weights = 0;
        for (int y = (int) down[0]; y < down[1] && y < from.getHeight(); y++) {
            for (int x = (int) across[0]; x < across[1] && x < from.getWidth(); x++) {
                double weight = part(x, across) * part(y, down);
                int rgb = from.getRGB(x, y);
                for (int c = 0; c < 3; c++) {
                    double shown = (rgb >> 16 - 8 * c & 255) / 255.0;
                    sum[c] += weight * Math.pow(shown, 2.2);
                }
                weights += weight;
            }
        }
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | (int) (Math.pow(sum[c] / weights, 1 / 2.2) * 255 + 0.5);
        }
        return rgb;
    }

    /** How much of a pixel lies within. */
    private static double part(int pixel, double[] range) {
        return Math.min(pixel + 1, range[1]) - Math.max(pixel, range[0]);
    }
}
