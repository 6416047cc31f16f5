package dev.bramble.board.panel;

/** A board without light, fan and button that this node could drive: all else works. */
public record NoPanel(String missing) implements Panel {
    @Override
    public boolean hasLight() {
        return false;
    }

    @Override
    public boolean hasFan() {
        return false;
    }

    @Override
    public boolean hasButton() {
        return false;
    }

    @Override
    public boolean isSimulated() {
        return false;
    }

    @Override
    public void light(Lamp lamp) {}

    @Override
    public void fan(int percent) {}

    @Override
    public boolean isPressed() {
        return false;
    }

    @Override
    public void onButton(Runnable moved) {}

    @Override
    public void close() {}
}
