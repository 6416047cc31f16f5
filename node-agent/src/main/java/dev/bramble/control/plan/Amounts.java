package dev.bramble.control.plan;

import java.util.Locale;

/** Figures of a plan as people read them: as many digits as they are worth. */
public final class Amounts {
    private Amounts() {}

    /** {@code 656}, {@code 18.9}, {@code 0.0299}, {@code 184,000}. */
    public static String of(double value) {
        double size = Math.abs(value);
        if (size >= 100 || size == Math.rint(size)) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        if (size >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        if (size >= 0.1) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, size >= 0.001 ? "%.4f" : "%.2g", value);
    }

    /** With its unit: {@code $18.60}, {@code 64 GB}, {@code 6.3 %}. */
    public static String of(double value, String unit) {
        return switch (unit) {
            case "" -> of(value);
            case "USD" -> dollars(value);
            default -> of(value) + " " + unit;
        };
    }

    /** {@code $2,613}, {@code $40.84}, {@code $0.0297}. */
    public static String dollars(double value) {
        double size = Math.abs(value);
        return "$"
                + (size >= 100
                        ? String.format(Locale.ROOT, "%,d", Math.round(value))
                        : size >= 0.1 || size == 0 ? String.format(Locale.ROOT, "%.2f", value) : of(value));
    }

    /** A share of 1: {@code 61 %}. */
    public static String share(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }
}
