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

    public static Reading unknown(String because) {
        return new Reading(null, 0, because);
    }

    public boolean isKnown() {
        return value != null;
    }
}
