package dev.bramble.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.JobId;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskRange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpeculationTest {
    private static final JobId JOB = new JobId(1);
    private static final Needs ONE_CPU = new Needs(1000, 0, 0, new TreeMap<>(), List.of());

    private static NodeOffer node(String name, double speed, int heldMilliCpus) {
        return new NodeOffer(
                new NodeId(name),
                name,
                new NodeCapacity(4000, 1L << 30, new TreeMap<>(), "simulated"),
                OptionalLong.empty(),
                speed,
                heldMilliCpus,
                0,
                0,
                heldMilliCpus / 1000,
                List::of,
                Set.of(),
                false,
                false,
                false,
                Set.of());
    }

    private static Speculation.Running running(int task, String node, double seconds) {
        return new Speculation.Running(task, new NodeId(node), Duration.ofMillis((long) (seconds * 1000)));
    }

    private static Speculation.Job job(int ended, int attempts, int copies, int room, Speculation.Running... running) {
        return new Speculation.Job(JOB, ONE_CPU, 1, ended, attempts, copies, room, Arrays.asList(running));
    }

    private static List<Grant> plan(Speculation.Job job, NodeOffer... offers) {
        return Speculation.plan(Arrays.asList(offers), List.of(job));
    }

    @Test
    void aStragglerGetsOneCopyOnTheFastestOtherNodeWithASlot() {
        Speculation.Job job = job(5, 1, 0, 10, running(7, "slow", 3.1));
        assertThat(plan(job, node("slow", 1, 0), node("b", 0.5, 0), node("c", 1, 3000), node("d", 1, 4000)))
                .containsExactly(new Grant(JOB, new TaskRange(7, 1), new NodeId("c")));
    }

    @Test
    void nothingIsCopiedThatIsNotFarSlowerThanItsFellows() {
        assertThat(plan(job(5, 1, 0, 10, running(7, "slow", 2.9)), node("b", 1, 0)))
                .isEmpty();
    }

    @Test
    void nothingIsCopiedBeforeItHasRunForTwoSeconds() {
        Speculation.Job quick =
                new Speculation.Job(JOB, ONE_CPU, 0.01, 500, 1, 0, 10, List.of(running(7, "slow", 1.9)));
        assertThat(plan(quick, node("b", 1, 0))).isEmpty();
    }

    @Test
    void nothingIsCopiedBeforeFiveHaveEnded() {
        assertThat(plan(job(4, 1, 0, 10, running(7, "slow", 60)), node("b", 1, 0)))
                .isEmpty();
    }

    @Test
    void nothingIsCopiedWhereNoSlotIsIdleOrNoMoreMayRun() {
        assertThat(plan(job(5, 1, 0, 10, running(7, "slow", 60)), node("b", 1, 4000)))
                .isEmpty();
        assertThat(plan(job(5, 1, 0, 0, running(7, "slow", 60)), node("b", 1, 0)))
                .isEmpty();
        assertThat(plan(job(5, 1, 0, 10, running(7, "slow", 60)), node("slow", 1, 0)))
                .isEmpty();
    }

    @Test
    void aTenthOfTheAttemptsHasCopiesAndTheSlowestComeFirst() {
        NodeOffer[] idle = {node("b", 1, 0), node("c", 1, 0), node("d", 1, 0), node("e", 1, 0)};
        Speculation.Running[] slow = {running(1, "s", 4), running(2, "s", 9), running(3, "s", 6)};
        assertThat(plan(job(50, 20, 0, 99, slow), idle))
                .extracting(grant -> grant.tasks().from())
                .containsExactly(2, 3);
        assertThat(plan(job(50, 20, 1, 99, slow), idle)).hasSize(1);
        assertThat(plan(job(50, 20, 2, 99, slow), idle)).isEmpty();
        assertThat(plan(job(50, 3, 0, 99, slow), idle)).as("one always").hasSize(1);
    }
}
