package dev.bramble.control;

import dev.bramble.control.jobfile.DeadlineCalendar;
import java.time.Instant;
import java.util.Optional;

/** What a head knows of the calendar. */
public interface CalendarViews {
    /** Calendar time at the leader, if the bramble has one: to date what happened. */
    Optional<Instant> calendar();

    /** Calendar time that deadlines may go by: only while a clock that is synchronised stands behind it. */
    default DeadlineCalendar.Now deadlineCalendar() {
        return DeadlineCalendar.Now.of(calendar(), "");
    }
}
