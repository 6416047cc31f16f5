package dev.bramble.control;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;

/** How long a card lasts at the pace at which it is written. Pure. */
public final class CardLife {
    /** What wears a card then is not what is written to it. */
    private static final double DAYS_MAX = 36_525;

    private static final double DAYS_A_MONTH = 30.44;
    private static final double DAYS_A_YEAR = 365.25;

    private CardLife() {}

    /**
     * Days until it has been written as much as a card bears; 0 when it has, at most a hundred years.
     *
     * @param enduranceBytes what a card bears, all in all
     */
    public static Reading days(BoardHealth health, double enduranceBytes) {
        Reading written = health.diskWrittenBytes().orElse(Reading.unknown("its release does not tell"));
        Reading pace = health.detailOrUnknown().diskWrittenPerDayBytes();
        if (!written.isKnown()) {
            return written;
        }
        double left = Math.max(0, enduranceBytes - written.value());
        if (left == 0) {
            return Reading.known(0, written.ageMillis());
        }
        return pace.isKnown()
                ? Reading.known(Math.min(DAYS_MAX, left / Math.max(1, pace.value())), pace.ageMillis())
                : pace;
    }

    /** {@code 12 days}, {@code 7 months}, {@code 4 years}, {@code over 100 years}, {@code none}. */
    public static String words(double days) {
        if (days <= 0) {
            return "none";
        }
        if (days >= DAYS_MAX) {
            return "over 100 years";
        }
        if (days < 2 * DAYS_A_MONTH) {
            return Math.max(1, Math.round(days)) + (days < 1.5 ? " day" : " days");
        }
        return days < 2 * DAYS_A_YEAR
                ? Math.round(days / DAYS_A_MONTH) + " months"
                : Math.round(days / DAYS_A_YEAR) + " years";
    }
}
