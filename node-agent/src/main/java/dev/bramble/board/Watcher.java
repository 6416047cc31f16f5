package dev.bramble.board;

import java.time.Duration;
import java.util.Optional;

/** Whoever started this process and watches over it: systemd, on a board. Any thread; nothing here blocks or throws. */
public interface Watcher {
    /** Nobody watches. */
    Watcher NOBODY = new Watcher() {
        @Override
        public Optional<Duration> patience() {
            return Optional.empty();
        }

        @Override
        public boolean isThere() {
            return false;
        }

        @Override
        public void ready() {}

        @Override
        public void alive() {}

        @Override
        public void status(String sentence) {}

        @Override
        public void stopping() {}
    };

    /** Without {@link #alive} for so long it ends this process and starts another; empty when it does not. */
    Optional<Duration> patience();

    /** Whether anybody listens. */
    boolean isThere();

    /** The process has begun its work, or waits to be let in. */
    void ready();

    void alive();

    /** What it does now, for {@code systemctl status}. */
    void status(String sentence);

    /** It ends in order. */
    void stopping();
}
