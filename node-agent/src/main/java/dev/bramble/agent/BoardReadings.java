package dev.bramble.agent;

import dev.bramble.board.Board;
import dev.bramble.board.panel.Front;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;

/**
 * Asks a board for its health again and again, off the loop, since a reading may block. Any thread asks what is known.
 */
final class BoardReadings {
    /** How often the board is asked. */
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Board board;
    private final Front front;
    private final EventLoop loop;
    private final Executor blocking;
    private volatile BoardHealth newest;

    /** @param front is told how hot the board is, and tells what it shows */
    BoardReadings(Board board, Front front, EventLoop loop, Executor blocking) {
        this.board = board;
        this.front = front;
        this.loop = loop;
        this.blocking = blocking;
    }

    void every() {
        blocking.execute(this::read);
        loop.after(EVERY, this::every);
    }

    private void read() {
        BoardHealth seen = board.health();
        Reading celsius = seen.temperatureCelsius();
        front.temperature(celsius.isKnown() ? OptionalDouble.of(celsius.value()) : OptionalDouble.empty());
        newest = seen.with(front.report());
    }

    /** What the board said last; empty before the first time. */
    Optional<BoardHealth> newest() {
        return Optional.ofNullable(newest);
    }

    /** The calendar, while the board's clock is synchronised. */
    Optional<Instant> calendar() {
        return newest().filter(known -> known.clockSynchronised().isKnown()
                        && known.clockSynchronised().value() == 1)
                .map(known -> Instant.now());
    }
}
