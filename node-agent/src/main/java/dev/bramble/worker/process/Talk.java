package dev.bramble.worker.process;

import dev.bramble.worker.Filters.BatchOrder;
import dev.bramble.worker.filter.AnswerIndex;
import dev.bramble.worker.filter.Flight;
import dev.bramble.worker.filter.PassEnd;
import java.util.Optional;

/** One pass of a batch with one process: what its two threads and the loop share, guarded by the process's lock. */
final class Talk {
    final BatchOrder order;
    final Flight flight;
    final AnswerSpool spool;
    final int startBytes;

    /** Why it ends though the process lives, once that is known. */
    Optional<PassEnd> end = Optional.empty();
    /** The writer has taken it. */
    boolean isTaken;

    long firstNanos;
    long lastNanos;

    Talk(BatchOrder order, Flight flight, AnswerSpool spool) {
        this.order = order;
        this.flight = flight;
        this.spool = spool;
        startBytes = spool.sizeBytes();
    }

    boolean isOver() {
        return end.isPresent();
    }

    /** Where answers lie, when they name their lines. */
    static Optional<AnswerIndex> index(BatchOrder order) {
        return switch (order.framing()) {
            case LINES -> Optional.empty();
            case INDEXED -> Optional.of(new AnswerIndex(order.count()));
        };
    }

    /** Of a pass that ended with lines owed: the last of them was waited for until then. */
    long nanosUntil(long nowNanos) {
        return firstNanos == 0 ? 0 : Math.max(0, nowNanos - firstNanos);
    }

    long nanos() {
        return Math.max(0, lastNanos - firstNanos);
    }
}
