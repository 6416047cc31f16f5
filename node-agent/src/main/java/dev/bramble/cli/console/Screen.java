package dev.bramble.cli.console;

import java.io.PrintStream;
import java.util.function.IntSupplier;

/**
 * One of the two streams of a command, with what the thing behind it can show.
 *
 * @param stream where text goes, encoded as UTF-8
 * @param isTerminal a person watches: lines may be redrawn
 * @param hasColour escape sequences for colour are welcome
 * @param columns width; asked anew for each table and each redrawing, since windows change
 */
public record Screen(PrintStream stream, boolean isTerminal, boolean hasColour, IntSupplier columns) {
    /** For streams that are no terminal: no line is ever cut. */
    static final int COLUMNS_UNLIMITED = Integer.MAX_VALUE;

    public static Screen plain(PrintStream stream) {
        return new Screen(stream, false, false, () -> COLUMNS_UNLIMITED);
    }

    /** Prints a line of our own making; text from elsewhere goes through {@link CleanText} first. */
    public void line(String text) {
        stream.println(text);
    }

    public String styled(Style style, String text) {
        return hasColour ? style.on(text) : text;
    }
}
