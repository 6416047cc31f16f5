package dev.bramble.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerTest {
    @Test
    void aSuspectWaitsForANodeThatMayHaveItAndHoldsNobodyUp() {
        assertThat(Lab.of("node a cpus=1", "node b cpus=1", "job 1 tasks=2 barred=a")
                        .plan())
                .containsExactly("1/0 b");
        assertThat(Lab.of("node a cpus=1", "job 1 barred=a", "job 2").plan()).containsExactly("2/0 a");
    }

    @Test
    void aTaskOnItsLastChanceSharesNoNodeWithAnotherSuspect() {
        assertThat(Lab.of("node a", "node b", "job 1 tasks=3 lastChance=yes").plan())
                .containsExactly("1/0 a", "1/1 b");
        assertThat(Lab.of("node a suspect=yes", "job 1 lastChance=yes", "job 2").plan())
                .containsExactly("2/0 a");
        assertThat(Lab.of("node a lastChance=yes", "job 1 suspect=yes", "job 2").plan())
                .containsExactly("2/0 a");
        assertThat(Lab.of("node a suspect=yes", "job 1 suspect=yes").plan()).containsExactly("1/0 a");
    }

    @Test
    void priorityGoesBeforeAgeAndDeadline() {
        assertThat(Lab.of(
                                "node a cpus=1",
                                "job 1 priority=LOW slack=1",
                                "job 2 priority=NORMAL slack=1",
                                "job 3 priority=HIGH")
                        .plan())
                .containsExactly("3/0 a");
    }

    @Test
    void aPressingDeadlineGoesBeforeFairShare() {
        assertThat(Lab.of("node a cpus=1", "job 1 owner=ada", "job 2 owner=ben share=3 slack=500")
                        .plan())
                .containsExactly("2/0 a");
    }

    @Test
    void aFarDeadlineIsNoWayPastFairShare() {
        String ben = "job 2 owner=ben share=3 slack=6000 ";
        assertThat(Lab.of("node a cpus=1", "job 1 owner=ada", ben).plan()).containsExactly("1/0 a");
        assertThat(Lab.of("node a cpus=1", "job 1 owner=ada", ben + "remaining=7000")
                        .plan())
                .as("unless the work left takes longer than the slack")
                .containsExactly("2/0 a");
    }

    @Test
    void theLeastSlackComesFirst() {
        assertThat(Lab.of("node a cpus=1", "job 1 slack=100", "job 2 slack=-5").plan())
                .containsExactly("2/0 a");
    }

    @Test
    void usersShareWhatThereIsWhateverTheirJobsNumber() {
        Lab lab = Lab.of("node a", "job 1 owner=ada tasks=9", "job 2 owner=ada tasks=9", "job 3 owner=ben tasks=9");
        assertThat(lab.plan()).containsExactly("1/0 a", "3/0 a", "1/1 a", "3/1 a");
    }

    @Test
    void whatAUserHoldsAlreadyCounts() {
        assertThat(Lab.of("node a cpus=2", "job 1 owner=ada share=4 tasks=9", "job 2 owner=ben tasks=9")
                        .plan())
                .containsExactly("2/0 a", "2/1 a");
    }

    @Test
    void theOlderOfAUsersJobsGoesFirst() {
        assertThat(Lab.of("node a cpus=1", "job 2", "job 1").plan()).containsExactly("1/0 a");
    }

    @Test
    void aNodeIsFilledByProcessorsAndByMemory() {
        assertThat(Lab.of("node a cpus=4", "job 1 tasks=9 cpus=1.5").plan()).hasSize(2);
        assertThat(Lab.of("node a memory=1000", "job 1 tasks=9 memory=400").plan())
                .hasSize(2);
        assertThat(Lab.of("node a cpus=4 held=3 heldMemory=500", "job 1 tasks=9")
                        .plan())
                .hasSize(1);
    }

    @Test
    void aTaskThatNoEmptyNodeCouldRunIsNotGranted() {
        assertThat(Lab.of("node a cpus=2", "job 1 cpus=4 seconds=0.001").plan()).isEmpty();
        assertThat(Lab.of("node a memory=100", "job 1 memory=200 seconds=0.001").plan())
                .isEmpty();
        assertThat(Lab.of("node a label=zone:a", "job 1 label=zone:b").plan()).isEmpty();
        assertThat(Lab.of("node a label=zone:a", "node b label=zone:b", "job 1 label=zone:b")
                        .plan())
                .containsExactly("1/0 b");
        assertThat(Lab.of("node a", "node b", "job 1 tasks=9 on=b").plan()).allMatch(grant -> grant.endsWith(" b"));
        assertThat(Lab.of("node a", "node b", "job 1 on=c").plan()).isEmpty();
    }

    @Test
    void aNodeThatLeavesSoonIsUsedLast() {
        assertThat(Lab.of("node a leaves=soon", "node b held=3 warm=2", "job 1 tasks=2")
                        .plan())
                .containsExactly("1/0 b", "1/1 a");
    }

    @Test
    void aJobThatFitsNowhereStopsNobody() {
        assertThat(Lab.of("node a", "job 1 priority=HIGH cpus=64", "job 2").plan())
                .containsExactly("2/0 a");
    }

    @Test
    void atOnceBoundsWhatIsGranted() {
        assertThat(Lab.of("node a", "job 1 tasks=9 room=2").plan()).hasSize(2);
        assertThat(Lab.of("node a", "job 1 tasks=9 room=0").plan()).isEmpty();
        assertThat(Lab.of("node a", "job 1 tasks=9 room=-3").plan()).isEmpty();
    }

    @Test
    void tinyTasksFillHalfASecondInHand() {
        assertThat(Lab.of("node a cpus=4", "job 1 tasks=9999 seconds=0.0078125").plan())
                .as("beyond what starts at once")
                .hasSize(4 + 256);
        assertThat(Lab.of("node a cpus=4 heldSeconds=1.25 held=4", "job 1 tasks=9999 seconds=0.0078125")
                        .plan())
                .as("of which it has some already")
                .hasSize(96);
        assertThat(Lab.of("node a cpus=4 heldSeconds=1.5 held=4", "job 1 tasks=9999 seconds=0.0078125")
                        .plan())
                .as("of which it has most already")
                .isEmpty();
    }

    @Test
    void longTasksAreNotHoarded() {
        assertThat(Lab.of("node a cpus=4", "job 1 tasks=9 seconds=60").plan()).hasSize(4);
        assertThat(Lab.of("node a cpus=4", "job 1 tasks=9").plan())
                .as("nor those of which nothing is known")
                .hasSize(4);
    }

    @Test
    void aSlowedBoardGetsLessInHand() {
        Lab lab = Lab.of("node fast cpus=4", "node slow cpus=4 speed=0.5", "job 1 tasks=9999 seconds=0.0078125");
        assertThat(lab.count("slow")).isEqualTo(4 + 128);
        assertThat(Lab.of("node fast cpus=4", "node slow cpus=4 speed=0.5", "job 1 tasks=9999 seconds=0.0078125")
                        .count("fast"))
                .isEqualTo(4 + 256);
    }

    @Test
    void workGoesWhereItStartsAtOnce() {
        assertThat(Lab.of("node a held=4 heldSeconds=0.1", "node b held=3 heldSeconds=9", "job 1 seconds=0.1")
                        .plan())
                .containsExactly("1/0 b");
    }

    @Test
    void aNodeOnWhichTheTaskFailedIsTheLastChoice() {
        String failed = "job 1 failedOn=a";
        assertThat(Lab.of("node a", "node b held=3 heldSeconds=5", failed).plan())
                .containsExactly("1/0 b");
        assertThat(Lab.of("node a", failed).plan()).as("and yet a choice").containsExactly("1/0 a");
    }

    @Test
    void aNodeThatAvoidsTheJobGetsNothingOfIt() {
        assertThat(Lab.of("node a avoids=1", "job 1 tasks=2", "job 2").plan()).containsExactly("2/0 a");
    }

    @Test
    void amongEqualsTheOneThatHasTheFilesIsChosen() {
        assertThat(Lab.of("node a", "node b warm=1", "job 1").plan()).containsExactly("1/0 b");
    }

    @Test
    void aNodeNeverHoldsMoreThanItsLimit() {
        int held = Scheduler.HELD_MAX - 3;
        assertThat(Lab.of("node a heldAttempts=" + held, "job 1 tasks=99 cpus=0.001 seconds=0.0001")
                        .plan())
                .hasSize(3);
    }

    @Test
    void aPlanIsBounded() {
        StringBuilder lab = new StringBuilder("job 1 tasks=99999 cpus=0.001 seconds=0.0001\n");
        for (int i = 0; i < 5; i++) {
            lab.append("node n").append(i).append('\n');
        }
        assertThat(Lab.of(lab.toString()).plan()).hasSize(Scheduler.GRANTS_MAX);
    }

    @Test
    void aWaitingJobIsToldWhy() {
        Lab lab = Lab.of("node a cpus=4 memory=1000", "node b cpus=4 memory=1000");
        assertThat(new Places(List.of()).waitingBecause(needs(1000, 0))).isEqualTo("no node takes work now");
        assertThat(new Places(lab.offers).waitingBecause(needs(6500, 0)))
                .isEqualTo("no node can run it: it needs 6.5 cpus and the node offers 4");
        assertThat(new Places(lab.offers).waitingBecause(needs(1000, 2000L << 20)))
                .isEqualTo("no node can run it: it needs 2000 MiB of memory and the node offers 1000 MiB");
        assertThat(new Places(lab.offers).waitingBecause(needs(1000, 0)))
                .isEqualTo("all nodes that can run it are busy");
    }

    @Test
    void aNodeWithoutTheDiskThatATaskNeedsGetsNoneOfItAndTheOwnerIsTold() {
        Lab lab = Lab.of("node a diskFree=900", "node b diskFree=2000", "job 1 tasks=3 disk=1024");
        assertThat(lab.plan()).containsExactly("1/0 b", "1/1 b", "1/2 b");
        Lab full = Lab.of("node a diskFree=900", "node b diskFree=0", "job 1 tasks=3 disk=1024");
        assertThat(full.plan()).isEmpty();
        assertThat(new Places(full.offers).waitingBecause(new Needs(1000, 0, 1L << 30, new TreeMap<>(), List.of())))
                .isEqualTo("no node can run it: it needs 1G of disk and the node has 900M free: make room there, or"
                        + " ask for less under needs.disk");
        assertThat(Lab.of("node a", "job 1 disk=1024").plan())
                .as("unknown free space")
                .hasSize(1);
    }

    private static Needs needs(int milliCpus, long memoryBytes) {
        return new Needs(milliCpus, memoryBytes, 0, new TreeMap<>(), List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-lab-with-two-users", "a-slow-board-and-a-failure"})
    void theTranscriptIsAsWritten(String name) throws IOException {
        String[] parts = read(name).split("----\n");
        assertThat(Lab.of(parts[0]).plan())
                .containsExactlyElementsOf(parts[1].lines().toList());
    }

    private static String read(String name) throws IOException {
        try (InputStream in = SchedulerTest.class.getResourceAsStream(name + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
