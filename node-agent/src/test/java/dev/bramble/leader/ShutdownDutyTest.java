package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EventRecord;
import dev.bramble.model.DrainMode;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.PowerAct;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ShutdownDutyTest {
    private static final Duration PULSES = Duration.ofSeconds(3);

    private final LeaderBench bench = new LeaderBench();
    private final AfterDrainDuty powers = new AfterDrainDuty(bench.leader, new BlobDuty(bench.leader));
    private final ShutdownDuty duty = new ShutdownDuty(bench.leader, powers);

    ShutdownDutyTest() {
        bench.ready("head", "a", "b");
        bench.leader.withEveryPulse(duty::check);
    }

    private void order(Duration deadline, String... lives) {
        bench.append(new Command.OrderShutdown(
                1, DrainMode.FINISH, deadline, Duration.ofSeconds(5), "storm", "ada", Optional.of(List.of(lives))));
    }

    private List<Message.BoardOrder> told(String node) {
        return bench.messages(node, Message.BoardOrder.class);
    }

    private void awaitPowerOff() {
        order(Duration.ofMinutes(5), "head1", "a1", "b1");
        bench.rest(PULSES, "boot", "head", "a", "b");
        assertThat(bench.state().shutdown().orElseThrow().poweringOff()).contains(List.of("a1", "b1", "head1"));
    }

    @Test
    void workersPowerOffFirstAndTheLeaderLast() {
        awaitPowerOff();
        assertThat(told("a").getFirst())
                .isEqualTo(new Message.BoardOrder(bench.leader.term(), 1, "a1", PowerAct.POWEROFF, Optional.of(false)));
        assertThat(told("b")).isNotEmpty();
        assertThat(told("head")).as("others still need it").isEmpty();
        bench.leave("a");
        bench.rest(PULSES, "boot", "head", "b");
        assertThat(told("head")).isEmpty();
        bench.leave("b");
        bench.rest(PULSES, "boot", "head");
        assertThat(told("head")).isNotEmpty();
    }

    @Test
    void boardsThatCannotPowerOffHoldUpNobodyAndAreNamed() {
        awaitPowerOff();
        for (String node : List.of("a", "b")) {
            powers.received(new NodeId(node), new Message.BoardTrouble(1, "no such command"));
        }
        bench.rest(PULSES, "boot", "head", "a", "b");
        assertThat(told("head")).isNotEmpty();
        assertThat(duty.waitsFor()).contains("a: it stays on: no such command");
    }

    private CompletableFuture<Long> cancel() {
        DrainDuty drains = new DrainDuty(
                bench.leader,
                new BlobDuty(bench.leader),
                new RoundDuty(bench.leader, new DrainLoads(bench.leader)),
                bench.voters);
        PowerDesk desk = new PowerDesk(bench.leader, new DrainDesk(bench.leader, bench.voters, drains), duty);
        try {
            CompletableFuture<Long> done = desk.cancelShutdown("bob").toCompletableFuture();
            bench.settle();
            return done;
        } catch (RefusedException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private void stayOn(String... nodes) {
        for (String node : nodes) {
            powers.received(new NodeId(node), new Message.BoardTrouble(1, "no such command"));
        }
    }

    @Test
    void aShutdownIsCancelledWhileBoardsPowerOffOnlyOnceNoneOfThemWill() {
        awaitPowerOff();
        assertThat(cancel()).isCompletedExceptionally();
        stayOn("a", "b");
        bench.rest(PULSES, "boot", "head", "a", "b");
        assertThat(cancel()).as("the leader itself was told a moment ago").isCompletedExceptionally();
        stayOn("head");
        bench.rest(PULSES, "boot", "head", "a", "b");
        assertThat(duty.waitsFor()).contains(ShutdownPlan.STUCK);
        assertThat(cancel()).isCompleted();
        assertThat(bench.state().shutdown()).isEmpty();
        int orders = told("head").size();
        duty.following();
        bench.rest(PULSES, "boot", "head", "a", "b");
        assertThat(told("head")).as("no order comes late").hasSize(orders);
    }

    @Test
    void aCancelThatAnOrderToPowerOffOvertakesIsNotSaidToBeDone() {
        order(Duration.ofMinutes(5), "head1", "a1", "b1");
        bench.leader.append(new Command.BeginPowerOff(1, List.of("head1", "a1", "b1"), "all is done"));
        assertThat(cancel())
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("too late to call the shutdown off");
    }

    @Test
    void aLeaderThatCannotPowerOffLetsWorkGoOnOnceAnotherIsBack() {
        awaitPowerOff();
        stayOn("head");
        bench.leave("a", "b");
        bench.rest(PULSES, "boot", "head");
        assertThat(bench.state().shutdown()).isPresent();
        bench.join("a", 2);
        bench.rest(PULSES, "boot", "head", "a");
        assertThat(bench.state().shutdown()).isEmpty();
        assertThat(told("a")).noneMatch(order -> order.incarnation().equals("a2"));
    }

    @Test
    void aBoardWhoseWorkCannotBeStoppedIsPoweredOffWithIt() {
        order(Duration.ofSeconds(10), "head1", "a1", "b1");
        bench.rest(Duration.ofSeconds(32), "boot", "head", "a");
        assertThat(told("b"))
                .as("b has said nothing")
                .isNotEmpty()
                .allMatch(order -> order.force().orElse(false));
    }

    @Test
    void whatRunsIsStoppedAtTheDeadlineAndNotBefore() {
        bench.submit(SampleJob.of(1));
        WorkOrder task = bench.orders("a").isEmpty()
                ? bench.orders("b").getFirst()
                : bench.orders("a").getFirst();
        String node = bench.orders("a").isEmpty() ? "b" : "a";
        bench.report(node, List.of(LeaderBench.running(task)));
        order(Duration.ofSeconds(10), "head1", "a1", "b1");
        bench.pass(Duration.ofSeconds(8));
        assertThat(bench.messages(node, Message.Withdraw.class)).isEmpty();
        bench.pass(Duration.ofSeconds(4));
        assertThat(bench.messages(node, Message.Withdraw.class))
                .isNotEmpty()
                .allSatisfy(stop -> assertThat(stop.attempts()).containsExactly(task.attempt()));
        assertThat(bench.state().shutdown().orElseThrow().poweringOff()).isEmpty();
    }

    @Test
    void aLeaderThatBeganAfterBoardsPoweredOffLetsWorkGoOn() {
        awaitPowerOff();
        bench.leave("a", "b");
        bench.join("head", 2);
        bench.rest(PULSES, "boot2", "head");
        assertThat(bench.state().shutdown()).isEmpty();
        assertThat(told("head"))
                .as("it is not told what its board has done")
                .noneMatch(order -> order.incarnation().equals("head2"));
    }

    @Test
    void afterAPowerCutInTheMiddleOfAShutdownNobodyPowersOffAndWorkGoesOn() {
        order(Duration.ofMinutes(5), "head0", "a0", "b0");
        bench.rest(PULSES, "boot", "head", "a", "b");
        assertThat(bench.state().shutdown())
                .as("somebody who was there may still show up")
                .isPresent();
        bench.rest(ShutdownStart.SEES_ALL_AFTER, "boot", "head", "a", "b");
        assertThat(bench.state().shutdown()).isEmpty();
        assertThat(told("a")).isEmpty();
        assertThat(bench.state().events().newestFirst())
                .extracting(EventRecord::what)
                .extracting(what -> what.kind())
                .contains(EventKind.RESUMED)
                .doesNotContain(EventKind.SHUTDOWN_DONE);
    }
}
