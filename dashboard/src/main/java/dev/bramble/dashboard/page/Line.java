package dev.bramble.dashboard.page;

import java.util.List;
import java.util.Locale;

/**
 * A line over time, as the path of an SVG that is {@value #WIDTH} wide and {@value #HEIGHT} high and is stretched to
 * its place. What is not known is not drawn.
 *
 * @param path of the line; empty when nothing is known
 * @param highest of what is known, 0 for none
 */
public record Line(String path, double highest) {
    public static final int WIDTH = 600;
    public static final int HEIGHT = 120;
    /** Above the highest point, so that it is not cut off by half the width of the line. */
    private static final double AIR = 4;

    /**
     * @param values oldest first; NaN for a gap
     * @param top value at the upper edge, if that is more than the highest
     */
    public static Line of(List<Double> values, double top) {
        double highest = values.stream()
                .filter(Double::isFinite)
                .mapToDouble(value -> value)
                .max()
                .orElse(0);
        double scale = Math.max(Math.max(highest, top), Double.MIN_NORMAL);
        StringBuilder path = new StringBuilder();
        boolean isDrawing = false;
        for (int i = 0; i < values.size(); i++) {
            double value = values.get(i);
            if (!Double.isFinite(value)) {
                isDrawing = false;
                continue;
            }
            double x = values.size() < 2 ? 0 : (double) WIDTH * i / (values.size() - 1);
            path.append(isDrawing ? 'L' : 'M').append(String.format(Locale.ROOT, "%.1f %.1f", x, y(value, scale)));
            // A single point between two gaps is a dot.
            if (!isDrawing && (i + 1 == values.size() || !Double.isFinite(values.get(i + 1)))) {
                path.append("h0");
            }
            isDrawing = true;
        }
        return new Line(path.toString(), highest);
    }

    /** Where a value lies, for a mark beside the line; {@code top} as for {@link #of}, with its highest. */
    public static String height(double value, double top) {
        return String.format(Locale.ROOT, "%.1f", y(value, Math.max(top, Double.MIN_NORMAL)));
    }

    private static double y(double value, double scale) {
        return HEIGHT - (HEIGHT - AIR) * Math.clamp(value / scale, 0, 1);
    }
}
