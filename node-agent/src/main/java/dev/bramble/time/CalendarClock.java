package dev.bramble.time;

import java.time.Instant;
import java.util.Optional;

/** The calendar as this board knows it. A Pi has no clock chip: until it is synchronised it knows none. */
public interface CalendarClock {
    /** The calendar instant, or empty while the board's clock is not synchronised. */
    Optional<Instant> now();
}
