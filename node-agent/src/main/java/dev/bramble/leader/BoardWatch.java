package dev.bramble.leader;

import dev.bramble.control.HealthFlags;
import dev.bramble.control.Views;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** When one board is called sick, and when well again: what comes and goes within seconds is no news. No clock here. */
final class BoardWatch {
    /** Under-voltage at the start of a heavy task lasts less. */
    static final Duration SICK_AFTER = Duration.ofSeconds(10);
    /** A board near a limit crosses it every few seconds, and a weak supply gives in with each heavy task. */
    static final Duration WELL_AFTER = Duration.ofMinutes(5);

    private Set<Views.HealthFlag> flags = EnumSet.noneOf(Views.HealthFlag.class);
    private final Set<Views.HealthFlag> told;
    private Set<Views.HealthFlag> waiting = EnumSet.noneOf(Views.HealthFlag.class);
    private long waitingSinceNanos;
    private boolean isToldSick;

    /** What is to be told now. */
    sealed interface News {
        record Sick(String with) implements News {}

        record Well() implements News {}
    }

    /** @param isToldSick whether an earlier leader said so: what it suffers from now is no news */
    BoardWatch(boolean isToldSick, BoardHealth health, HealthLimits limits) {
        this.isToldSick = isToldSick;
        this.told = isToldSick ? EnumSet.copyOf(all(health, limits)) : EnumSet.noneOf(Views.HealthFlag.class);
    }

    private Set<Views.HealthFlag> all(BoardHealth health, HealthLimits limits) {
        Set<Views.HealthFlag> now = EnumSet.noneOf(Views.HealthFlag.class);
        now.addAll(HealthFlags.of(health, flags, limits));
        // A board without a clock chip starts like that, and does its work.
        now.remove(Views.HealthFlag.CLOCK_NOT_SYNCHRONISED);
        return now;
    }

    Optional<News> look(BoardHealth health, HealthLimits limits, long nowNanos) {
        flags = all(health, limits);
        Set<Views.HealthFlag> fresh = EnumSet.noneOf(Views.HealthFlag.class);
        fresh.addAll(flags);
        fresh.removeAll(told);
        boolean isWell = flags.isEmpty() && isToldSick;
        if (!fresh.equals(waiting) || fresh.isEmpty() && !isWell) {
            waiting = fresh;
            waitingSinceNanos = nowNanos;
        }
        long waitedNanos = nowNanos - waitingSinceNanos;
        if (!fresh.isEmpty() && waitedNanos >= SICK_AFTER.toNanos()) {
            told.addAll(fresh);
            isToldSick = true;
            waitingSinceNanos = nowNanos;
            return Optional.of(new News.Sick(words(flags)));
        }
        if (isWell && waitedNanos >= WELL_AFTER.toNanos()) {
            told.clear();
            isToldSick = false;
            return Optional.of(new News.Well());
        }
        return Optional.empty();
    }

    private static String words(Set<Views.HealthFlag> flags) {
        return flags.stream().map(BoardWatch::word).collect(Collectors.joining(", "));
    }

    private static String word(Views.HealthFlag flag) {
        return switch (flag) {
            case HOT -> "it is hot";
            case THROTTLED -> "its clock is held down";
            case UNDER_VOLTAGE -> "its supply gives too little";
            case DISK_FULL -> "its disk is full";
            case DISK_READ_ONLY -> "its disk takes no writes";
            case CLOCK_NOT_SYNCHRONISED -> "its calendar clock is not synchronised";
        };
    }
}
