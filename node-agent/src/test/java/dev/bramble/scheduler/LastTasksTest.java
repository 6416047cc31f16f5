package dev.bramble.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastTasksTest {
    private static final String FAST = "node fast cpus=2 held=2 runs=1,3";
    private static final String SLOW = "node slow cpus=2 speed=0.2";

    @Test
    void theLastTasksWaitForAFasterBoard() {
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=2 seconds=10").plan())
                .as("there it ends after 11 s, on the slow board after 50 s")
                .isEmpty();
    }

    @Test
    void aSlowBoardGetsWhatItEndsInTime() {
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=12 seconds=10").plan())
                .as("ten on the fast board end after 53 s, two on the slow one after 50 s")
                .containsExactly("1/0 slow", "1/1 slow");
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=9 seconds=10").plan())
                .as("eight on the fast board end after 43 s, the ninth would after 51 s")
                .hasSize(1);
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=9999 seconds=10").plan()).hasSize(2);
    }

    @Test
    void itIsEnoughThatTheBoardWasMeasuredToBeSlow() {
        assertThat(Lab.of("node fast held=4 runs=1,1,1,1", "node b", "job 1 tasks=4 seconds=10 slowOn=b")
                        .plan())
                .isEmpty();
        assertThat(Lab.of("node fast held=4 runs=1,1,1,1", "node b", "job 1 tasks=4 seconds=10")
                        .plan())
                .hasSize(4);
    }

    @Test
    void whileNobodyKnowsHowLongTasksTakeTheyGoToFastBoardsFirst() {
        assertThat(Lab.of("node slow cpus=4 speed=0.2", "node fast cpus=4", "job 1 tasks=5")
                        .plan())
                .as("the fifth waits for the fast board")
                .containsExactly("1/0 fast", "1/1 fast", "1/2 fast", "1/3 fast");
    }

    @Test
    void nobodyWaitsForAMomentToBeWonNorWhereAllAreAlike() {
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=1 seconds=0.01").plan()).hasSize(1);
        assertThat(Lab.of(FAST, "node slow cpus=2 speed=0.95", "job 1 tasks=1 seconds=10")
                        .plan())
                .hasSize(1);
    }

    @Test
    void whatShouldNotGoJustAnywhereTakesWhatThereIs() {
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=1 seconds=10 barred=fast").plan())
                .containsExactly("1/0 slow");
        assertThat(Lab.of(FAST, SLOW, "job 1 tasks=1 seconds=10 failedOn=fast").plan())
                .containsExactly("1/0 slow");
    }

    @Test
    void aSlowBoardGetsSmallerBatchesThatTakeAsLong() {
        assertThat(Lab.of("node slow cpus=1 speed=0.25", "job 1 tasks=9999 seconds=0.01 batch=40")
                        .plan())
                .first()
                .isEqualTo("1/0–9 slow");
    }
}
