package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.SimWatcher;
import dev.bramble.time.SimTime;
import dev.bramble.time.ThreadEventLoop;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static int beats(SimWatcher watcher) {
        return Collections.frequency(watcher.told(), "alive");
    }

    private static void await(SimWatcher watcher, int more) {
        int from = beats(watcher);
        while (beats(watcher) < from + more) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void loopThatIsAliveTellsItThreeTimesInTheWatchersPatience() {
        SimTime time = new SimTime();
        SimWatcher watcher = new SimWatcher(Duration.ofSeconds(9));
        String[] status = {"starting"};
        Liveness.begin(time.newLoop(), watcher, () -> status[0]);
        boolean[] over = {false};
        time.after(Duration.ofSeconds(30), () -> over[0] = true);
        time.after(Duration.ofSeconds(10), () -> status[0] = "working");
        while (!over[0]) {
            time.step();
        }
        assertThat(watcher.told()).startsWith("ready", "alive", "starting", "alive");
        assertThat(beats(watcher)).isBetween(10, 11);
        assertThat(Collections.frequency(watcher.told(), "working")).isEqualTo(1);
    }

    @Test
    void loopThatHangsTellsNothing() throws InterruptedException {
        SimWatcher ofFrozen = new SimWatcher(Duration.ofMillis(15));
        SimWatcher ofOther = new SimWatcher(Duration.ofMillis(15));
        CountDownLatch frozen = new CountDownLatch(1);
        CountDownLatch thawed = new CountDownLatch(1);
        try (ThreadEventLoop loop = new ThreadEventLoop("frozen", failure -> {});
                ThreadEventLoop other = new ThreadEventLoop("other", failure -> {})) {
            Liveness.begin(loop, ofFrozen, () -> "");
            Liveness.begin(other, ofOther, () -> "");
            await(ofFrozen, 3);
            loop.execute(() -> {
                frozen.countDown();
                boolean isThawed = false;
                while (!isThawed) {
                    try {
                        thawed.await();
                        isThawed = true;
                    } catch (InterruptedException closing) {
                        isThawed = true;
                    }
                }
            });
            frozen.await();
            int before = beats(ofFrozen);
            await(ofOther, 20);
            assertThat(beats(ofFrozen)).isEqualTo(before);
            thawed.countDown();
            await(ofFrozen, 1);
        }
    }
}
