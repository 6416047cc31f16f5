package dev.bramble.agent;

import dev.bramble.board.Board;
import dev.bramble.board.panel.Front;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.PanelReport;
import dev.bramble.model.Reading;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a board for its health again and again, off the loop, since a reading may block: one reading at a time. Where
 * one hangs, what was read before grows old instead of standing as if it were about now. Any thread asks what is known.
 */
final class BoardReadings {
    private static final Logger LOG = LoggerFactory.getLogger(BoardReadings.class);
    /** How often the board is asked. */
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** What was read before says nothing of the calendar clock now. */
    private static final Duration CLOCK_FRESH_MAX = Duration.ofSeconds(10);

    private final Board board;
    private final Front front;
    private final EventLoop loop;
    private final DoubleSupplier busyShare;
    private final Executor blocking;
    private final AtomicBoolean isReading = new AtomicBoolean();
    private volatile Read newest;

    private record Read(BoardHealth health, long nanos) {}

    /**
     * @param front is told how hot the board is, and tells what it shows
     * @param busyShare of the node's cores that tasks have, 0 to 1; asked on the loop
     */
    BoardReadings(Board board, Front front, EventLoop loop, Executor blocking, DoubleSupplier busyShare) {
        this.busyShare = busyShare;
        this.board = board;
        this.front = front;
        this.loop = loop;
        this.blocking = blocking;
    }

    void every() {
        if (isReading.compareAndSet(false, true)) {
            double busy = busyShare.getAsDouble();
            blocking.execute(() -> read(busy));
        }
        loop.after(EVERY, this::every);
    }

    private void read(double busy) {
        try {
            board.feel(busy, fanShare());
            BoardHealth seen = board.health();
            Reading celsius = seen.temperatureCelsius();
            front.temperature(celsius.isKnown() ? OptionalDouble.of(celsius.value()) : OptionalDouble.empty());
            newest = new Read(seen.with(front.report()), loop.nanos());
        } catch (RuntimeException failure) {
            LOG.warn("the board's health cannot be read", failure);
        } finally {
            isReading.set(false);
        }
    }

    private OptionalDouble fanShare() {
        Optional<Integer> percent = front.report().flatMap(PanelReport::fanPercent);
        return percent.isPresent() ? OptionalDouble.of(percent.get() / 100.0) : OptionalDouble.empty();
    }

    /** What the board said last; empty before the first time. */
    Optional<BoardHealth> newest() {
        Read last = newest;
        return Optional.ofNullable(last).map(read -> read.health().aged(Duration.ofNanos(loop.nanos() - read.nanos())));
    }

    /** The calendar, while the board's clock is synchronised: as it is now, not as it was before a reading hung. */
    Optional<Instant> calendar() {
        return newest().map(BoardHealth::clockSynchronised)
                .filter(reading -> reading.isKnown() && reading.value() == 1)
                .filter(reading -> reading.ageMillis() <= CLOCK_FRESH_MAX.toMillis())
                .map(known -> Instant.now());
    }
}
