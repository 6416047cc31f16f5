package dev.bramble.worker.filter;

/** What was learned of a program on this node; kept from batch to batch, used by one thread. */
public final class ProgramHabits {
    boolean buffers;
    /** It has answered its first line before it had another or the end of its input. */
    boolean answersAtOnce;

    /** It answers only when its stdin is closed: it runs one process per batch. */
    public boolean buffers() {
        return buffers;
    }
}
