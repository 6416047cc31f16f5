package dev.bramble.dashboard.history;

import dev.bramble.dashboard.http.Words;

/** What is kept of the bramble as a whole. */
enum BrambleFigure {
    /** Tasks that got their outcome. */
    TASKS_PER_SECOND(Series.Condensed.MEAN),
    TASKS_WAITING(Series.Condensed.MEAN),
    TASKS_RUNNING(Series.Condensed.MEAN),
    NODES_UP(Series.Condensed.MEAN),
    /** Nodes on which at least one task runs. */
    NODES_AT_WORK(Series.Condensed.MEAN),
    JOBS_ACTIVE(Series.Condensed.MEAN);

    private final Series.Condensed condensed;

    BrambleFigure(Series.Condensed condensed) {
        this.condensed = condensed;
    }

    Series.Condensed condensed() {
        return condensed;
    }

    /** As it is asked for. */
    String word() {
        return Words.of(this);
    }
}
