package dev.bramble.cli.console;

import java.time.Duration;

/** The passing of time for commands that wait; tests let it pass at once. */
public interface Pace {
    Pace REAL = new Pace() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) {
            try {
                Thread.sleep(duration);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new Failure(ExitCode.UNREACHABLE, "interrupted while waiting", stop);
            }
        }
    };

    /** Monotonic. */
    long nanos();

    void pause(Duration duration);
}
