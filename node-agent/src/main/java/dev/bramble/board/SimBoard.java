package dev.bramble.board;

import dev.bramble.model.BoardDetail;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A board that is not there, whose figures move as a real one's would, and which may have something the matter with it:
 * for simulations, for {@code bramble local}, and to see what Bramble shows of a hundred boards without having them. It
 * is named as simulated wherever it shows.
 */
public final class SimBoard implements Board {
    /** What {@link BoardHealth#board} says of it. */
    public static final String NAME = "simulated board";

    static final double THROTTLED_FROM_CELSIUS = 80;
    /** What a throttled Pi 4 runs at: 900 of 1,500 MHz. */
    private static final double THROTTLED_SPEED = 0.6;

    private static final double CLOCK_MAX_MEGAHERTZ = 1_500;
    private static final double CLOCK_IDLE_MEGAHERTZ = 600;
    private static final double CORES = 4;
    private static final double AIR_CELSIUS = 21;
    private static final double WARM_AIR_CELSIUS = 48;
    private static final double MEMORY_BYTES = 4.0 * (1L << 30);
    private static final double DISK_BYTES = 32e9;
    private static final double WELL_WRITTEN_BYTES = 400e9;
    private static final double WELL_WRITTEN_PER_DAY_BYTES = 300e6;
    private static final double WORN_WRITTEN_BYTES = 16e12;
    private static final double WORN_WRITTEN_PER_DAY_BYTES = 40e9;
    private static final double DAY_SECONDS = 86_400;
    private static final double FULL_AFTER_SECONDS = 3_600;
    private static final double FULL_FREE_BYTES = 60e6;
    private static final double CORE_VOLTS = 0.86;

    private final String serial;
    private final String bootId;
    private final boolean moves;
    private final Supplier<Set<Play>> script;
    private final LongSupplier nanos;
    private final long bootNanos;
    private final ThermalModel heat = new ThermalModel();
    private final Set<ThrottleFlag> sinceBoot = EnumSet.noneOf(ThrottleFlag.class);
    private volatile double load;
    private volatile OptionalDouble fan = OptionalDouble.empty();

    /** One that is well and has nothing to do, always. */
    public SimBoard(String serial, String bootId) {
        this(serial, bootId, false, Set::of, () -> 0);
    }

    /**
     * One that has what its script says at each moment.
     *
     * @param moves whether it plays some work beside that which it is told of
     * @param script asked at each reading
     * @param nanos a monotonic clock
     */
    public SimBoard(String serial, String bootId, boolean moves, Supplier<Set<Play>> script, LongSupplier nanos) {
        this.serial = serial;
        this.bootId = bootId;
        this.moves = moves;
        this.script = script;
        this.nanos = nanos;
        this.bootNanos = nanos.getAsLong();
    }

    @Override
    public String serial() {
        return serial;
    }

    @Override
    public void feel(double busyShare, OptionalDouble fanShare) {
        load = busyShare;
        fan = fanShare;
    }

    @Override
    public synchronized BoardHealth health() {
        return healthAt((nanos.getAsLong() - bootNanos) / 1e9, script.get());
    }

    /** The figures so many seconds after the boot; every board is at another point of its waves. */
    private BoardHealth healthAt(double seconds, Set<Play> plays) {
        double phase = moves ? Math.floorMod(serial.hashCode(), 1_000) / 1_000.0 * 2 * Math.PI : 0;
        double share = share(seconds, phase);
        double temperature = temperature(seconds, phase, share, plays);
        boolean isThrottled = temperature >= THROTTLED_FROM_CELSIUS;
        boolean isWeak = plays.contains(Play.WEAK_POWER);
        boolean isUnderVolted = isWeak && wave(seconds, 120, 0) > 0;
        remember(isThrottled, isUnderVolted, plays);
        double speed = isThrottled ? THROTTLED_SPEED : 1;
        return new BoardHealth(
                        NAME,
                        bootId,
                        Reading.known(temperature),
                        Reading.known(speed),
                        Reading.known(share * CORES),
                        Reading.known(MEMORY_BYTES),
                        Reading.known(MEMORY_BYTES * (0.55 + (moves ? 0.15 * wave(seconds, 900, phase) : 0))),
                        Reading.known(DISK_BYTES),
                        Reading.known(diskFree(seconds, plays)),
                        flag(isUnderVolted),
                        flag(isThrottled),
                        flag(!plays.contains(Play.READ_ONLY)),
                        flag(!plays.contains(Play.NO_CLOCK)),
                        Optional.of(flag(sinceBoot.contains(ThrottleFlag.UNDER_VOLTAGE))),
                        Optional.of(flag(sinceBoot.contains(ThrottleFlag.THROTTLED))),
                        Optional.of(Reading.known(written(seconds, plays))))
                .with(detail(seconds, share, speed, plays));
    }

    private BoardDetail detail(double seconds, double share, double speed, Set<Play> plays) {
        double asked = share > 0 ? CLOCK_MAX_MEGAHERTZ : CLOCK_IDLE_MEGAHERTZ;
        Reading capped = flag(speed < 1);
        return new BoardDetail(
                Reading.known(Math.min(asked, speed * CLOCK_MAX_MEGAHERTZ)),
                Reading.known(CLOCK_MAX_MEGAHERTZ),
                capped,
                flag(sinceBoot.contains(ThrottleFlag.THROTTLED)),
                flag(false),
                flag(false),
                flag(!plays.contains(Play.READ_ONLY)),
                Reading.known(CORE_VOLTS),
                fan.isPresent() ? Reading.known(fan.getAsDouble()) : Reading.unknown("it has no fan"),
                Reading.known(seconds),
                Reading.known(writtenPerDay(plays)));
    }

    private void remember(boolean isThrottled, boolean isUnderVolted, Set<Play> plays) {
        if (isThrottled || plays.contains(Play.HOT) || plays.contains(Play.THROTTLED_BEFORE)) {
            sinceBoot.add(ThrottleFlag.THROTTLED);
        }
        if (isUnderVolted || plays.contains(Play.WEAK_POWER)) {
            // Its supply gave too little when it started, too.
            sinceBoot.add(ThrottleFlag.UNDER_VOLTAGE);
        }
    }

    /** Of its cores, at work. */
    private double share(double seconds, double phase) {
        double played = moves ? 0.35 + 0.275 * wave(seconds, 240, phase) + 0.075 * wave(seconds, 31, phase) : 0;
        return Math.clamp(Math.max(load, played), 0, 1);
    }

    private double temperature(double seconds, double phase, double share, Set<Play> plays) {
        boolean isHot = plays.contains(Play.HOT);
        double swing = isHot ? 8 * wave(seconds, 600, phase) : moves ? 3 * wave(seconds, 900, phase) : 0;
        return heat.at(seconds, share, isHot ? 0 : fan.orElse(0), (isHot ? WARM_AIR_CELSIUS : AIR_CELSIUS) + swing);
    }

    private static double diskFree(double seconds, Set<Play> plays) {
        double left = Math.max(0, 1 - seconds / FULL_AFTER_SECONDS);
        return plays.contains(Play.FILLING_DISK) ? FULL_FREE_BYTES + left * 4e9 : DISK_BYTES * 0.6;
    }

    private static double written(double seconds, Set<Play> plays) {
        double before = plays.contains(Play.WORN_CARD) ? WORN_WRITTEN_BYTES : WELL_WRITTEN_BYTES;
        return before + writtenPerDay(plays) * seconds / DAY_SECONDS;
    }

    private static double writtenPerDay(Set<Play> plays) {
        return plays.contains(Play.WORN_CARD) ? WORN_WRITTEN_PER_DAY_BYTES : WELL_WRITTEN_PER_DAY_BYTES;
    }

    private static Reading flag(boolean holds) {
        return Reading.known(holds ? 1 : 0);
    }

    /** From −1 to 1. */
    private static double wave(double seconds, double periodSeconds, double phase) {
        return Math.sin(2 * Math.PI * seconds / periodSeconds + phase);
    }
}
