package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LanesTest {
    private final Lanes lanes = new Lanes();

    @Test
    void attemptsOneAfterTheOtherStayInOnePlace() {
        for (int at = 1_000; at <= 5_000; at += 1_000) {
            assertThat(lanes.place(at, List.of(900L), 4)).containsExactly(new Lanes.Place(0, at - 900, at));
        }
        assertThat(lanes.ends()).containsExactly(5_000L);
    }

    @Test
    void attemptsThatRanAtOnceHaveAPlaceEach() {
        lanes.place(1_000, List.of(900L), 4);
        assertThat(lanes.place(1_100, List.of(950L), 4)).containsExactly(new Lanes.Place(1, 150, 1_100));
    }

    @Test
    void tinyAttemptsThatWereRecordedTogetherLieOneAfterTheOther() {
        List<Lanes.Place> places = lanes.place(1_000, List.of(10L, 10L, 10L, 10L), 2);
        assertThat(places)
                .containsExactlyInAnyOrder(
                        new Lanes.Place(0, 990, 1_000),
                        new Lanes.Place(1, 990, 1_000),
                        new Lanes.Place(0, 980, 990),
                        new Lanes.Place(1, 980, 990));
        assertThat(places.getFirst().endedMillis()).isEqualTo(990);
    }

    @Test
    void barsOfOnePlaceNeverOverlapAndThereAreNoMorePlacesThanSlots() {
        Random random = new Random(7);
        Map<Integer, List<Lanes.Place>> byLane = new HashMap<>();
        long at = 0;
        for (int i = 0; i < 500; i++) {
            at += random.nextInt(400);
            List<Long> millis = random.longs(random.nextInt(6), 0, 900).boxed().toList();
            lanes.place(at, millis, 4)
                    .forEach(place -> byLane.computeIfAbsent(place.lane(), any -> new ArrayList<>())
                            .add(place));
        }
        assertThat(byLane.keySet()).containsExactlyInAnyOrder(0, 1, 2, 3);
        byLane.values().forEach(all -> {
            List<Lanes.Place> sorted = all.stream()
                    .sorted(java.util.Comparator.comparingLong(Lanes.Place::beganMillis)
                            .thenComparingLong(Lanes.Place::endedMillis))
                    .toList();
            for (int i = 1; i < sorted.size(); i++) {
                assertThat(sorted.get(i).beganMillis())
                        .isGreaterThanOrEqualTo(sorted.get(i - 1).endedMillis());
            }
        });
    }
}
