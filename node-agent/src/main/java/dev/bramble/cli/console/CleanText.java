package dev.bramble.cli.console;

/**
 * Text from elsewhere made harmless for a terminal: a task's last line, a job's name, a head's sentence can hold escape
 * sequences that clear screens, rewrite what was said or fake a prompt.
 */
public final class CleanText {
    private static final char REPLACEMENT = '\ufffd';

    private CleanText() {}

    /** One line: control characters, line ends and text-direction marks become U+FFFD, a tab a blank. */
    public static String line(String text) {
        return clean(text, false);
    }

    /**
     * Several lines: as {@link #line}, but line feeds and tabs stay, and a carriage return, alone or not, ends a line.
     */
    public static String lines(String text) {
        return clean(text.replace("\r\n", "\n").replace('\r', '\n'), true);
    }

    private static String clean(String text, boolean manyLines) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (manyLines && (c == '\n' || c == '\t')) {
                out.append((char) c);
            } else if (c == '\t') {
                out.append(' ');
            } else {
                out.appendCodePoint(isHarmless(c) ? c : REPLACEMENT);
            }
        });
        return out.toString();
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            // Marks that reverse the direction of text; a zero-width joiner (200d) is part of many emoji.
            case Character.FORMAT -> c == 0x200d;
            default -> true;
        };
    }
}
