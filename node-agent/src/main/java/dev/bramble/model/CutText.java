package dev.bramble.model;

/** Cuts text that may be too long, never through the middle of a character. */
public final class CutText {
    private CutText() {}

    /**
     * The beginning of {@code text}.
     *
     * @param charsMax most UTF-16 units; one less when the last would be half of a pair. Half a character cannot be
     *     written as UTF-8, and a state that has one could not be stored.
     */
    public static String beginning(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        boolean isHalved = charsMax > 0 && Character.isHighSurrogate(text.charAt(charsMax - 1));
        return text.substring(0, isHalved ? charsMax - 1 : charsMax);
    }

    /** The same, with an ellipsis within {@code charsMax} when something was cut. */
    public static String shortened(String text, int charsMax) {
        return text.length() <= charsMax ? text : beginning(text, charsMax - 1) + "…";
    }
}
