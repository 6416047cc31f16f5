package dev.bramble.board;

import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A figure that costs too much to be read each time, or may hang: read now and then on another thread, and told with
 * its age. While it hangs it is unknown.
 */
public final class Rarely {
    private final Supplier<Reading> source;
    private final Duration every;
    private final Duration hangsAfter;
    private final Executor executor;
    private final LongSupplier nanos;
    private Reading last;
    private long lastNanos;
    private long startedNanos;
    private boolean isReading;

    /**
     * @param every pause from one reading to the next; one that is unknown or 0 is tried again after a tenth of it
     * @param hangsAfter a reading that takes longer says nothing any more
     * @param executor on which it is read
     * @param nanos a monotonic clock
     */
    public Rarely(
            Supplier<Reading> source, Duration every, Duration hangsAfter, Executor executor, LongSupplier nanos) {
        this.source = source;
        this.every = every;
        this.hangsAfter = hangsAfter;
        this.executor = executor;
        this.nanos = nanos;
    }

    /** What was read last, and perhaps the beginning of the next reading. */
    public Reading get() {
        if (begin()) {
            executor.execute(this::read);
        }
        return told();
    }

    private synchronized boolean begin() {
        boolean isDue = last == null || nanos.getAsLong() - lastNanos >= pause().toNanos();
        if (!isDue || isReading) {
            return false;
        }
        isReading = true;
        startedNanos = nanos.getAsLong();
        return true;
    }

    private Duration pause() {
        boolean isGood = last.isKnown() && last.value() != 0;
        return isGood ? every : every.dividedBy(10);
    }

    private void read() {
        Reading fresh;
        try {
            fresh = source.get();
        } catch (RuntimeException failure) {
            fresh = Reading.unknown("it cannot be read: " + failure.getMessage());
        }
        synchronized (this) {
            last = fresh;
            lastNanos = nanos.getAsLong();
            isReading = false;
        }
    }

    private synchronized Reading told() {
        long now = nanos.getAsLong();
        if (isReading && now - startedNanos >= hangsAfter.toNanos()) {
            return Reading.unknown("it does not answer");
        }
        if (last == null) {
            return Reading.unknown("it is being read for the first time");
        }
        return last.aged(Duration.ofNanos(now - lastNanos).toMillis());
    }
}
