package dev.bramble.control.jobfile;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Translates a deadline given as an instant; durations need no calendar. */
@FunctionalInterface
public interface DeadlineCalendar {
    /** No calendar time is known, so that every instant is refused with the reason. */
    DeadlineCalendar NONE = instant -> Optional.empty();

    /** How long until {@code instant}, negative when it has passed; empty when no calendar time is known. */
    Optional<Duration> until(Instant instant);

    /** Why none is known, as a clause; asked after {@link #until} found none. */
    default String whyUnknown() {
        return Now.NEVER_KNOWN;
    }

    /**
     * Calendar time now.
     *
     * @param instant empty when nobody can be trusted to know it
     * @param whyUnknown a clause; empty when it is known
     */
    record Now(Optional<Instant> instant, String whyUnknown) {
        /** While no leader had a clock that was synchronised. */
        static final String NEVER_KNOWN = "this bramble knows no calendar time yet";

        /** @param doubt why what is known cannot be trusted, a clause; empty when it can */
        public static Now of(Optional<Instant> known, String doubt) {
            return known.isEmpty() ? new Now(known, NEVER_KNOWN) : new Now(known.filter(_ -> doubt.isEmpty()), doubt);
        }
    }

    /** By whatever {@code now} says when it is asked. */
    static DeadlineCalendar of(Supplier<Now> now) {
        return new DeadlineCalendar() {
            @Override
            public Optional<Duration> until(Instant instant) {
                return now.get().instant().map(known -> Duration.between(known, instant));
            }

            @Override
            public String whyUnknown() {
                return now.get().whyUnknown();
            }
        };
    }
}
