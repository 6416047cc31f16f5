package dev.bramble.leader;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.Reading;
import dev.bramble.model.SizeText;
import java.time.Duration;
import java.util.Optional;

/** What a board may suffer from that is reason for the bramble to act, the worst first. */
enum Ailment {
    /** Nothing that runs there can be kept: a person has to look at the card. */
    DISK_READ_ONLY {
        @Override
        Optional<Boolean> in(BoardHealth health, HealthLimits limits, boolean before) {
            return known(health.diskWritable(), TRIED_MAX).map(writable -> writable == 0);
        }

        @Override
        String reason(BoardHealth health, HealthLimits limits) {
            return mark() + ": nothing that runs there could be kept; look at its card before it works again";
        }
    },
    DISK_FULL {
        @Override
        Optional<Boolean> in(BoardHealth health, HealthLimits limits, boolean before) {
            double least = before ? limits.diskRoomBytes() : limits.diskFullBytes();
            return known(health.diskFreeBytes()).map(free -> free < least);
        }

        @Override
        String reason(BoardHealth health, HealthLimits limits) {
            return mark() + ": less than " + SizeText.rounded((long) limits.diskFullBytes())
                    + " was free; make room on it, it works again by itself from "
                    + SizeText.rounded((long) limits.diskRoomBytes())
                    + " on";
        }
    },
    HOT {
        @Override
        Optional<Boolean> in(BoardHealth health, HealthLimits limits, boolean before) {
            double most = before ? limits.coolCelsius() : limits.hotCelsius();
            return known(health.temperatureCelsius()).map(celsius -> celsius >= most);
        }

        @Override
        String reason(BoardHealth health, HealthLimits limits) {
            String now = known(health.temperatureCelsius())
                    .map(celsius -> ", " + Math.round(celsius) + " °C")
                    .orElse("");
            return mark() + now + ": it gets no new work until it is below " + Math.round(limits.coolCelsius())
                    + " °C; look at its fan and its place";
        }
    };

    /** A figure that is older says nothing of now: ten readings that did not come. */
    static final Duration FRESH_MAX = Duration.ofSeconds(10);
    /** Boards try a write that was refused again every minute, which may take half of one. */
    static final Duration TRIED_MAX = Duration.ofMinutes(2);

    /**
     * Whether a board suffers from it; empty when that is not known.
     *
     * @param before whether it did when it was last looked at
     */
    abstract Optional<Boolean> in(BoardHealth health, HealthLimits limits, boolean before);

    /** For people, why the bramble acts; begins with {@link #mark}. */
    abstract String reason(BoardHealth health, HealthLimits limits);

    /** How the reasons of what is done about it begin: so that a later leader knows what was the matter. */
    String mark() {
        return switch (this) {
            case DISK_READ_ONLY -> "its disk takes no writes";
            case DISK_FULL -> "its disk is full";
            case HOT -> "its processor is hot";
        };
    }

    private static Optional<Double> known(Reading reading) {
        return known(reading, FRESH_MAX);
    }

    private static Optional<Double> known(Reading reading, Duration ageMax) {
        return Optional.ofNullable(reading.value()).filter(value -> reading.ageMillis() <= ageMax.toMillis());
    }
}
