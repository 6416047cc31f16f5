package dev.bramble.board.panel;

import dev.bramble.model.ButtonPress;
import dev.bramble.model.PanelReport;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** The panel of a board as its node uses it, which goes on without it. Any thread. */
public interface Front {
    /** Of a board whose panel nobody looks after. */
    Front NONE = new Front() {
        @Override
        public void show(Light light) {}

        @Override
        public void temperature(OptionalDouble celsius) {}

        @Override
        public void refuse() {}

        @Override
        public void onPress(Consumer<ButtonPress> pressed) {}

        @Override
        public Optional<PanelReport> report() {
            return Optional.empty();
        }
    };

    /** Shows it from now on, as long as it is said again at least every few seconds. */
    void show(Light light);

    /** @param celsius of the processor now; empty when it is not known. Counts for a few seconds */
    void temperature(OptionalDouble celsius);

    /** The bramble did not do what the button asked for. */
    void refuse();

    /** Who is told of presses, on a thread of the panel. */
    void onPress(Consumer<ButtonPress> pressed);

    /** What it shows now. */
    Optional<PanelReport> report();
}
