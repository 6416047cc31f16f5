package dev.bramble.board.panel;

import dev.bramble.model.PanelReport;

/**
 * Light, fan and button of the board under this node, as far as they are there. What fails is logged by the
 * implementation once and tried again; nobody stops working for a lamp. One thread at a time.
 */
public interface Panel extends AutoCloseable {
    boolean hasLight();

    boolean hasFan();

    boolean hasButton();

    /** What is not there and why, a sentence; empty when all is. */
    String missing();

    /** Whether it is only played. */
    boolean isSimulated();

    void light(Lamp lamp);

    /**
     * Said again at least every second; not said for ten, the fan turns at full speed. So it does when this process
     * ends, however that comes.
     *
     * @param percent of full speed, 0 for standing still
     */
    void fan(int percent);

    /** Whether the button is down at this instant. */
    boolean isPressed();

    /** @param moved told when the button moves, on any thread; a second call replaces the first */
    void onButton(Runnable moved);

    /** Lets the fan turn at full speed and the light go out. */
    @Override
    void close();

    /** What there is to say of it while it shows these. */
    default PanelReport report(Light light, int fanPercent) {
        return new PanelReport(
                hasLight() ? light.words() : "",
                hasFan() ? java.util.Optional.of(fanPercent) : java.util.Optional.empty(),
                hasButton(),
                missing(),
                isSimulated());
    }
}
