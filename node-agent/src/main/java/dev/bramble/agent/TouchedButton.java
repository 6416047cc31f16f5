package dev.bramble.agent;

import dev.bramble.board.panel.SimPanel;
import dev.bramble.model.ButtonPress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The finger on a simulated board's button: {@code touch NAME/button} presses it, {@code NAME/button-twice} and
 * {@code NAME/button-long} twice and long. A thread of its own.
 */
final class TouchedButton {
    private static final Logger LOG = LoggerFactory.getLogger(TouchedButton.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /** A finger that is in no hurry. */
    private static final Duration SHORT = Duration.ofMillis(150);

    private static final Duration LONG = Duration.ofMillis(3500);

    private final Path dir;
    private final SimPanel panel;

    private TouchedButton(Path dir, SimPanel panel) {
        this.dir = dir;
        this.panel = panel;
    }

    /** Looks for the files in {@code dir} from now on; each is taken away when the press begins. */
    static void watch(Path dir, SimPanel panel) {
        TouchedButton finger = new TouchedButton(dir, panel);
        Thread.ofVirtual().name("finger").start(finger::run);
    }

    /** The name of the file that stands for a press. */
    static String file(ButtonPress press) {
        return switch (press) {
            case SHORT -> "button";
            case DOUBLE -> "button-twice";
            case LONG -> "button-long";
        };
    }

    private void run() {
        while (!panel.isClosed()) {
            pass(LOOK_EVERY);
            for (ButtonPress press : ButtonPress.values()) {
                if (taken(press)) {
                    play(press);
                }
            }
        }
    }

    private boolean taken(ButtonPress press) {
        try {
            return Files.deleteIfExists(dir.resolve(file(press)));
        } catch (IOException failure) {
            LOG.warn("the button is stuck: {}", failure.toString());
            return false;
        }
    }

    private void play(ButtonPress press) {
        switch (press) {
            case SHORT -> down(SHORT);
            case DOUBLE -> {
                down(SHORT);
                pass(SHORT);
                down(SHORT);
            }
            case LONG -> down(LONG);
        }
    }

    private void down(Duration length) {
        panel.press(true);
        pass(length);
        panel.press(false);
    }

    private static void pass(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
