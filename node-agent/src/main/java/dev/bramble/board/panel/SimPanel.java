package dev.bramble.board.panel;

/** A panel that nobody can see but through {@code bramble node} and the dashboard. Any thread. */
public final class SimPanel implements Panel {
    private volatile Lamp lamp = Lamp.DARK;
    private volatile int fanPercent = 100;
    private volatile boolean isPressed;
    private volatile boolean isClosed;
    private volatile Runnable moved = () -> {};

    /** A finger comes down on the button, or leaves it. */
    public void press(boolean down) {
        isPressed = down;
        moved.run();
    }

    /** What is lit at this instant. */
    public Lamp lamp() {
        return lamp;
    }

    /** How fast the fan is told to turn, of full speed. */
    public int fanPercent() {
        return fanPercent;
    }

    @Override
    public boolean hasLight() {
        return true;
    }

    @Override
    public boolean hasFan() {
        return true;
    }

    @Override
    public boolean hasButton() {
        return true;
    }

    @Override
    public String missing() {
        return "";
    }

    @Override
    public boolean isSimulated() {
        return true;
    }

    @Override
    public void light(Lamp next) {
        lamp = next;
    }

    @Override
    public void fan(int percent) {
        fanPercent = percent;
    }

    @Override
    public boolean isPressed() {
        return isPressed;
    }

    @Override
    public void onButton(Runnable listener) {
        moved = listener;
    }

    /** Whether its board has gone down: no finger reaches it any more. */
    public boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        isClosed = true;
        lamp = Lamp.DARK;
        fanPercent = 100;
    }
}
