package dev.bramble.control.jobfile;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Translates a deadline given as an instant; durations need no calendar. */
@FunctionalInterface
public interface DeadlineCalendar {
    /** No calendar time is known, so that every instant is refused with the reason. */
    DeadlineCalendar NONE = instant -> Optional.empty();

    /** How long until {@code instant}, negative when it has passed; empty when no calendar time is known. */
    Optional<Duration> until(Instant instant);
}
