package dev.bramble.ledger;

import dev.bramble.time.Moment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What bramble time is on the calendar. Bramble time stands still while everything is off, so that each stretch of it
 * has an offset of its own: a moment of last week keeps its date whatever happened since.
 */
public final class CalendarMap {
    /** Stretches kept: a power cut or a corrected clock every day for a year. */
    static final int STRETCHES_MAX = 400;

    private final List<Stretch> stretches = new ArrayList<>();

    /**
     * Bramble time from {@code from} on, until the next stretch.
     *
     * @param offsetMillis what has to be added for milliseconds since 1970
     */
    public record Stretch(Moment from, long offsetMillis) {}

    /** From {@code from} on another offset holds; not from before the newest stretch, whose dates people have seen. */
    void map(Moment from, long offsetMillis) {
        Moment begin =
                stretches.isEmpty() ? from : from.orLater(stretches.getLast().from());
        stretches.removeIf(known -> known.from().equals(begin));
        stretches.add(new Stretch(begin, offsetMillis));
        if (stretches.size() > STRETCHES_MAX) {
            stretches.removeFirst();
        }
    }

    /** The offset that holds now; empty before any clock was synchronised. */
    public Optional<Long> offsetMillis() {
        return stretches.isEmpty()
                ? Optional.empty()
                : Optional.of(stretches.getLast().offsetMillis());
    }

    /** The date of {@code moment}; by the first stretch for all that was before it. */
    public Optional<Instant> at(Moment moment) {
        if (stretches.isEmpty()) {
            return Optional.empty();
        }
        Stretch holds = stretches.getFirst();
        for (Stretch each : stretches.reversed()) {
            if (!moment.isBefore(each.from())) {
                holds = each;
                break;
            }
        }
        return Optional.of(Instant.ofEpochMilli(moment.millis() + holds.offsetMillis()));
    }

    List<Stretch> image() {
        return List.copyOf(stretches);
    }

    void restore(List<Stretch> image) {
        stretches.addAll(image);
    }
}
