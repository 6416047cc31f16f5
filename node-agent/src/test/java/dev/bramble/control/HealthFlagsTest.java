package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.Reading;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HealthFlagsTest {
    private static final Reading NONE = Reading.unknown("test");
    private static final long MIB = 1L << 20;

    private static BoardHealth board(Reading free, Reading throttled, Reading writable) {
        return new BoardHealth(
                "board", "boot", NONE, NONE, NONE, NONE, NONE, NONE, free, NONE, throttled, writable, NONE);
    }

    private static Set<Views.HealthFlag> disk(long mib, Views.HealthFlag... before) {
        return HealthFlags.of(board(Reading.known(mib * MIB), NONE, NONE), Set.of(before), HealthLimits.STANDARD);
    }

    @Test
    void aDiskIsFullBelowItsLimitAndRoomyOnlyWellAboveIt() {
        assertThat(disk(128)).isEmpty();
        assertThat(disk(127)).containsExactly(Views.HealthFlag.DISK_FULL);
        assertThat(disk(255, Views.HealthFlag.DISK_FULL)).containsExactly(Views.HealthFlag.DISK_FULL);
        assertThat(disk(256, Views.HealthFlag.DISK_FULL)).isEmpty();
    }

    @Test
    void aDiskThatTakesNoWritesAndAClockThatIsHeldDownAreFlags() {
        assertThat(HealthFlags.of(board(NONE, NONE, Reading.known(0)), Set.of(), HealthLimits.STANDARD))
                .containsExactly(Views.HealthFlag.DISK_READ_ONLY);
        assertThat(HealthFlags.of(board(NONE, Reading.known(1), Reading.known(1)), Set.of(), HealthLimits.STANDARD))
                .containsExactly(Views.HealthFlag.THROTTLED);
        assertThat(HealthFlags.of(board(NONE, Reading.known(0), Reading.known(1)), Set.of(), HealthLimits.STANDARD))
                .isEmpty();
    }

    @Test
    void whatIsUnknownSaysNothing() {
        assertThat(HealthFlags.of(board(NONE, NONE, NONE), Set.of(Views.HealthFlag.values()), HealthLimits.STANDARD))
                .isEmpty();
    }
}
