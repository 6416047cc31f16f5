package dev.bramble.model;

import java.util.Locale;

/** Things counted in a sentence. */
public final class CountText {
    private CountText() {}

    /** {@code 1 task}, {@code 2 tasks}, {@code 12,000 tasks}. */
    public static String of(long number, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
    }
}
