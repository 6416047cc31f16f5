package dev.bramble.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.Needs;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final Needs TWO_CORES = needs(2000, 0);

    private static Needs needs(int milliCpus, long memoryBytes) {
        return new Needs(milliCpus, memoryBytes, 0, new TreeMap<>(), List.of());
    }

    @Test
    void slotsAreThoseOfNodesThatCanRunIt() {
        Lab lab = Lab.of("node a cpus=4 memory=1000", "node b cpus=8 memory=300", "node c cpus=1 memory=1000");

        assertThat(new Places(lab.offers).slots(TWO_CORES)).isEqualTo(2 + 4);
        assertThat(new Places(lab.offers).slots(needs(1000, 200L << 20)))
                .as("memory bounds them, too")
                .isEqualTo(4 + 1 + 1);
        assertThat(new Places(lab.offers).slotsAtSpeed(TWO_CORES)).isEqualTo(6.0);
    }

    @Test
    void whatNoNodeCanRunIsImpossibleAndHasNoSlots() {
        Places places = new Places(Lab.of("node a cpus=4 memory=1000").offers);

        assertThat(places.slots(needs(5000, 0))).isZero();
        assertThat(places.impossibleBecause(needs(5000, 0))).isPresent();
        assertThat(places.impossibleBecause(TWO_CORES))
                .as("asked of others before")
                .isEmpty();
        assertThat(new Places(List.of()).impossibleBecause(TWO_CORES)).contains("no node takes work now");
    }
}
