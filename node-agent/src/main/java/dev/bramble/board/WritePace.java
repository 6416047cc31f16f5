package dev.bramble.board;

import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.ArrayDeque;

/** How much is written in a day, from a counter that only grows. Pure; for one thread. */
public final class WritePace {
    /** What is written in less says little of a day. */
    static final Duration WATCHED_MIN = Duration.ofHours(1);
    /** Work differs from hour to hour, and mostly not from day to day. */
    static final Duration WINDOW = Duration.ofDays(1);

    private static final Duration STEP = Duration.ofMinutes(30);
    private static final Duration DAY = Duration.ofDays(1);

    private record Mark(long nanos, double bytes) {}

    /** One for each step of the window. */
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    /**
     * Takes the counter as it is now.
     *
     * @param nowNanos of a monotonic clock
     * @return bytes a day
     */
    public Reading at(long nowNanos, Reading writtenBytes) {
        if (!writtenBytes.isKnown()) {
            return writtenBytes;
        }
        double bytes = writtenBytes.value();
        if (!marks.isEmpty() && bytes < marks.getLast().bytes()) {
            // Another file system, or another count of the same one.
            marks.clear();
        }
        if (marks.isEmpty() || nowNanos - marks.getLast().nanos() >= STEP.toNanos()) {
            marks.add(new Mark(nowNanos, bytes));
        }
        while (nowNanos - marks.getFirst().nanos() > WINDOW.toNanos()) {
            marks.removeFirst();
        }
        Mark first = marks.getFirst();
        long watchedNanos = nowNanos - first.nanos();
        return watchedNanos < WATCHED_MIN.toNanos()
                ? Reading.unknown("it takes an hour of looking")
                : Reading.known((bytes - first.bytes()) * DAY.toNanos() / watchedNanos);
    }
}
