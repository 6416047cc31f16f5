package dev.bramble.dashboard.metrics;

import java.util.Map;

/**
 * Writes figures as Prometheus reads them, in its text format 0.0.4 or as OpenMetrics 1.0, which differ in the names of
 * counters and in their end. For one thread.
 */
final class Exposition {
    /** The two forms. */
    enum Format {
        TEXT("text/plain; version=0.0.4; charset=utf-8"),
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }

        /** What a scraper with this {@code Accept} header wants; null for none. */
        static Format of(String accept) {
            return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        }
    }

    private final Format format;
    private final StringBuilder text = new StringBuilder();
    private String family = "";

    Exposition(Format format) {
        this.format = format;
    }

    /** Begins a figure that goes up and down. */
    Exposition gauge(String name, String help) {
        return begin(name, name, "gauge", help);
    }

    /** Begins a figure that only grows, until the head starts anew; its name ends in {@code _total}. */
    Exposition counter(String name, String help) {
        return begin(format == Format.OPEN_METRICS ? name.replaceFirst("_total$", "") : name, name, "counter", help);
    }

    private Exposition begin(String described, String name, String type, String help) {
        family = name;
        text.append("# HELP ").append(described).append(' ').append(escaped(help, format == Format.OPEN_METRICS));
        text.append("\n# TYPE ").append(described).append(' ').append(type).append('\n');
        return this;
    }

    /** A value of the figure that was begun last; one that is unknown (not a number) is left out, never 0. */
    Exposition value(double value, Map<String, String> labels) {
        if (Double.isNaN(value)) {
            return this;
        }
        text.append(family);
        if (!labels.isEmpty()) {
            String separator = "{";
            for (Map.Entry<String, String> label : labels.entrySet()) {
                text.append(separator).append(label.getKey()).append("=\"");
                text.append(escaped(label.getValue(), true)).append('"');
                separator = ",";
            }
            text.append('}');
        }
        text.append(' ').append(written(value)).append('\n');
        return this;
    }

    Exposition value(double value) {
        return value(value, Map.of());
    }

    private static String written(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String escaped(String text, boolean quotes) {
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
        return quotes ? escaped.replace("\"", "\\\"") : escaped;
    }

    String end() {
        return format == Format.OPEN_METRICS ? text + "# EOF\n" : text.toString();
    }
}
