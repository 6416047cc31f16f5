package dev.bramble.board.panel;

/** What a light of two colours shows at one instant. */
public enum Lamp {
    DARK(false, false),
    RED(true, false),
    GREEN(false, true),
    /** Both colours at once. */
    AMBER(true, true);

    private final boolean red;
    private final boolean green;

    Lamp(boolean red, boolean green) {
        this.red = red;
        this.green = green;
    }

    public boolean red() {
        return red;
    }

    public boolean green() {
        return green;
    }
}
