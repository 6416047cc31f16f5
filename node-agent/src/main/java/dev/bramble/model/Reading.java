package dev.bramble.model;

/**
 * One figure from a board: known with its age, or unknown with the reason. A reading that failed is never a number.
 *
 * @param value the figure, null when unknown
 * @param ageMillis how old it is
 * @param unknownBecause why there is none; empty when known
 */
public record Reading(Double value, long ageMillis, String unknownBecause) {
    public static Reading known(double value) {
        return new Reading(value, 0, "");
    }

    /** @param ageMillis how long ago it was read */
    public static Reading known(double value, long ageMillis) {
        return new Reading(value, ageMillis, "");
    }

    public static Reading unknown(String because) {
        return new Reading(null, 0, because);
    }

    /** The same so much later. */
    public Reading aged(long millis) {
        return isKnown() ? new Reading(value, ageMillis + millis, unknownBecause) : this;
    }

    public boolean isKnown() {
        return value != null;
    }
}
