package dev.bramble.model;

/** How a filter's answers are told apart. DESIGN section 7. */
public enum Framing {
    /** One line in, one line out, in the order in which they went in. */
    LINES,
    /** {@code N<TAB>line} both ways: an answer names the line it belongs to, in any order. */
    INDEXED
}
