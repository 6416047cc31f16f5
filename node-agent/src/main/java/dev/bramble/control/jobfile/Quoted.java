package dev.bramble.control.jobfile;

/** A user's text inside a sentence: in quotes, cut, with nothing in it that could upset a terminal. */
final class Quoted {
    /** Enough to recognise one's own words, short enough for a sentence on one line. */
    private static final int CHARS_MAX = 60;

    private Quoted() {}

    static String text(String text) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints().limit(CHARS_MAX).forEach(c -> out.appendCodePoint(isPrintable(c) ? c : 0xfffd));
        return out.append(text.codePointCount(0, text.length()) > CHARS_MAX ? "…'" : "'")
                .toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
