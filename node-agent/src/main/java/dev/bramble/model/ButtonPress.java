package dev.bramble.model;

/** What somebody did with the button of a board. */
public enum ButtonPress {
    /** Drains this board's node; while any board is looked for: it is found. */
    SHORT,
    /** Has this board show on all pages which one it is, and flicker. */
    DOUBLE,
    /** Cancels the drain, or lets the node take work again. */
    LONG
}
