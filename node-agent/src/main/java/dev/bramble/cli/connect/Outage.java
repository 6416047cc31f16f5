package dev.bramble.cli.connect;

import java.time.Duration;

/** Told while nobody answers. */
public interface Outage {
    Outage SILENT = new Outage() {
        @Override
        public void lasts(Duration since, String reason) {}

        @Override
        public void isOver() {}
    };

    /**
     * Every head was tried again in vain.
     *
     * @param reason each head and what was wrong with it
     */
    void lasts(Duration since, String reason);

    /** A head answers again, after at least one call of {@link #lasts}. */
    void isOver();
}
