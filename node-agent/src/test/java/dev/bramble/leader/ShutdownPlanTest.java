package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.ShutdownRecord;
import dev.bramble.model.AttemptId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShutdownPlanTest {
    private static final NodeId LEADER = new NodeId("lead");
    private static final Moment DEADLINE = Moment.FOUNDING.plus(Duration.ofMinutes(5));
    private static final AttemptId PLAIN = new AttemptId(1, 1);
    private static final AttemptId SAVED = new AttemptId(1, 2);
    private static final List<ShutdownPlan.Running> BOTH =
            List.of(new ShutdownPlan.Running(PLAIN, false), new ShutdownPlan.Running(SAVED, true));

    private final List<ShutdownPlan.Up> ups = new ArrayList<>();

    private void up(String name, boolean votes, boolean rests, List<ShutdownPlan.Running> running) {
        ups.add(new ShutdownPlan.Up(
                new NodeId(name), name, votes, rests, running, false, Duration.ZERO, Optional.empty()));
    }

    private void told(String name, boolean votes, Duration ago, String trouble) {
        ups.add(new ShutdownPlan.Up(
                new NodeId(name),
                name,
                votes,
                true,
                List.of(),
                false,
                ago,
                Optional.of(trouble).filter(sentence -> !sentence.isEmpty())));
    }

    private ShutdownPlan plan(DrainMode mode, Moment now, boolean isPoweringOff) {
        ShutdownRecord shutdown = new ShutdownRecord(
                3,
                mode,
                DEADLINE,
                Duration.ofSeconds(30),
                "storm",
                "ada",
                Moment.FOUNDING,
                Optional.empty(),
                isPoweringOff ? Optional.of(List.of()) : Optional.empty());
        return ShutdownPlan.of(shutdown, ups, LEADER, now);
    }

    private static List<NodeId> ids(String... names) {
        return List.of(names).stream().map(NodeId::new).toList();
    }

    @Test
    void workMayEndUntilTheDeadlineAndIsStoppedAsTheModeSays() {
        up("a", false, false, BOTH);
        up("lead", true, true, List.of());
        Moment now = Moment.FOUNDING.plus(Duration.ofMinutes(1));
        ShutdownPlan waits = plan(DrainMode.FINISH, now, false);
        assertThat(waits.stop()).isEmpty();
        assertThat(waits.powerOff()).isEmpty();
        assertThat(waits.waitsFor()).containsExactly("a: 2 attempts that may end within 4 min");
        assertThat(plan(DrainMode.CHECKPOINT, now, false).stop()).isEqualTo(Map.of(new NodeId("a"), List.of(SAVED)));
        assertThat(plan(DrainMode.MOVE, now, false).stop()).isEqualTo(Map.of(new NodeId("a"), List.of(PLAIN, SAVED)));
        ShutdownPlan due = plan(DrainMode.FINISH, DEADLINE, false);
        assertThat(due.stop()).isEqualTo(Map.of(new NodeId("a"), List.of(PLAIN, SAVED)));
        assertThat(due.waitsFor()).containsExactly("a: 2 attempts being stopped");
    }

    @Test
    void boardsPowerOffOnceEveryNodeRestsAndNotBefore() {
        up("a", false, false, List.of());
        up("lead", true, true, List.of());
        ShutdownPlan waits = plan(DrainMode.FINISH, Moment.FOUNDING, false);
        assertThat(waits.powerOff()).isEmpty();
        assertThat(waits.waitsFor()).containsExactly("a: its results are being recorded, and its processes end");
        ups.clear();
        up("a", false, true, List.of());
        up("lead", true, true, List.of());
        assertThat(plan(DrainMode.FINISH, Moment.FOUNDING, false).powerOff())
                .contains("all work has ended or was stopped");
    }

    @Test
    void whoeverNeverRestsDoesNotKeepTheOthersOnForEver() {
        up("a", false, false, BOTH);
        Moment last = DEADLINE.plus(Duration.ofSeconds(45));
        assertThat(plan(DrainMode.FINISH, DEADLINE.plus(Duration.ofSeconds(44)), false)
                        .powerOff())
                .isEmpty();
        assertThat(plan(DrainMode.FINISH, last, false).powerOff())
                .contains("the deadline has passed; what a still had starts anew after the start");
    }

    @Test
    void workersPowerOffFirstThenVotersAndTheLeaderLast() {
        up("w1", false, true, List.of());
        up("w2", false, true, List.of());
        up("v", true, true, List.of());
        up("lead", true, true, List.of());
        ShutdownPlan workers = plan(DrainMode.FINISH, DEADLINE, true);
        assertThat(workers.off()).isEqualTo(ids("w1", "w2"));
        assertThat(workers.isLast()).isFalse();
        ups.subList(0, 2).clear();
        ShutdownPlan voters = plan(DrainMode.FINISH, DEADLINE, true);
        assertThat(voters.isStuck()).isFalse();
        assertThat(voters.off()).isEqualTo(ids("v"));
        assertThat(voters.isLast()).isTrue();
        ups.removeFirst();
        assertThat(plan(DrainMode.FINISH, DEADLINE, true).off()).isEqualTo(ids("lead"));
    }

    @Test
    void aBoardThatWasSwitchedOnAgainIsLeftOn() {
        ups.add(new ShutdownPlan.Up(
                new NodeId("w"), "w", false, true, List.of(), true, Duration.ZERO, Optional.empty()));
        up("lead", true, true, List.of());
        ShutdownPlan plan = plan(DrainMode.FINISH, DEADLINE, true);
        assertThat(plan.off()).isEqualTo(ids("lead"));
        assertThat(plan.waitsFor()).contains("w: it started again meanwhile and stays on");
    }

    @Test
    void aBoardThatStaysOnDoesNotHoldUpTheOthersAndIsNamed() {
        told("w1", false, Duration.ofSeconds(1), "no systemctl");
        told("w2", false, Duration.ofSeconds(121), "");
        up("v", true, true, List.of());
        up("lead", true, true, List.of());
        ShutdownPlan plan = plan(DrainMode.FINISH, DEADLINE, true);
        assertThat(plan.off()).as("those that may power off yet are told on").isEqualTo(ids("w1", "w2", "v"));
        assertThat(plan.isStuck()).isFalse();
        assertThat(plan.waitsFor())
                .contains("w1: it stays on: no systemctl", "w2: its board has not powered off yet")
                .doesNotContain(ShutdownPlan.STUCK);
    }

    @Test
    void whenEveryBoardThatIsOnSaysWhyOrIsOverdueThatIsSaid() {
        told("w", false, Duration.ofSeconds(1), "no systemctl");
        told("v", true, Duration.ofSeconds(121), "");
        told("lead", true, Duration.ofSeconds(1), "no systemctl");
        ups.add(new ShutdownPlan.Up(
                new NodeId("x"), "x", false, true, List.of(), true, Duration.ZERO, Optional.empty()));
        ShutdownPlan plan = plan(DrainMode.FINISH, DEADLINE, true);
        assertThat(plan.isStuck()).isTrue();
        assertThat(plan.waitsFor()).contains(ShutdownPlan.STUCK);
        told("late", true, Duration.ofSeconds(119), "");
        assertThat(plan(DrainMode.FINISH, DEADLINE, true).isStuck()).isFalse();
    }
}
