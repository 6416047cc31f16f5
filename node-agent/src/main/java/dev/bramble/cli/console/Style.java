package dev.bramble.cli.console;

/** A look. Always beside a word that says the same: colour alone tells nothing to many people and to no file. */
public enum Style {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    GOOD("32"),
    BUSY("36"),
    WARNING("33"),
    BAD("31");

    private final String sgr;

    Style(String sgr) {
        this.sgr = sgr;
    }

    String on(String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + sgr + "m" + text + "\u001b[0m";
    }
}
