package dev.bramble.cli.connect;

import java.time.Duration;

/** Told while nobody answers, or nobody who knows how things are. */
public interface Outage {
    Outage SILENT = new Outage() {
        @Override
        public void lasts(Duration since, String reason) {}

        @Override
        public void isOver() {}

        @Override
        public void answersOld(String head) {}
    };

    /**
     * Every head was tried again in vain.
     *
     * @param reason each head and what was wrong with it
     */
    void lasts(Duration since, String reason);

    /** A head answers again, after at least one call of {@link #lasts}. */
    void isOver();

    /**
     * An answer is taken although it is old, since no head has a newer one.
     *
     * @param head what is wrong with it
     */
    void answersOld(String head);
}
