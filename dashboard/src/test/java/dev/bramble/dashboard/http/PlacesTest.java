package dev.bramble.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();

    private Future<?> occupy(Places places) {
        return threads.submit(() -> {
            places.run(
                    context -> {
                        inside.incrementAndGet();
                        end.await(1, TimeUnit.MINUTES);
                        inside.decrementAndGet();
                    },
                    null);
            return null;
        });
    }

    private void awaitInside(int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (inside.get() != count && System.nanoTime() - deadline < 0) {
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        assertThat(inside).hasValue(count);
    }

    @Test
    void noMoreThanTheLimitAreInsideAndTheRestGetTheirTurn() throws Exception {
        Places places = new Places(2, 10, LONG);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(occupy(places));
        }
        awaitInside(2);
        end.countDown();
        for (Future<?> one : all) {
            one.get(1, TimeUnit.MINUTES);
        }

        assertThat(inside).hasValue(0);
    }

    @Test
    void whoWaitsTooLongIsToldToTryElsewhere() throws Exception {
        Places places = new Places(1, 10, Duration.ofMillis(1));
        Future<?> first = occupy(places);
        awaitInside(1);

        assertThatThrownBy(() -> places.run(context -> {}, null))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.status()).isEqualTo(503));
        end.countDown();
        first.get(1, TimeUnit.MINUTES);
        places.run(context -> inside.set(100), null);
        assertThat(inside).hasValue(100);
    }

    @Test
    void whenTheQueueIsFullNobodyElseWaits() throws Exception {
        Places places = new Places(1, 0, LONG);
        Future<?> first = occupy(places);
        awaitInside(1);

        assertThatThrownBy(() -> places.run(context -> {}, null)).isInstanceOf(ProblemException.class);
        end.countDown();
        first.get(1, TimeUnit.MINUTES);
    }

    @Test
    void placeIsFreeAgainAfterAFailure() throws Exception {
        Places places = new Places(1, 1, LONG);
        assertThatThrownBy(() -> places.run(
                        context -> {
                            throw new IllegalStateException("broken");
                        },
                        null))
                .isInstanceOf(IllegalStateException.class);

        places.run(context -> inside.set(7), null);
        assertThat(inside).hasValue(7);
    }
}
