package dev.bramble.worker.filter;

/** What was learned of a program on this node; kept from batch to batch, used by one thread. */
public final class ProgramHabits {
    boolean buffers;
    boolean isProved;

    /** It answers only when its stdin is closed: it runs one process per batch. */
    public boolean buffers() {
        return buffers;
    }
}
