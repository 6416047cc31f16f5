package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.PowerAct;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AfterDrainDutyTest {
    private static final NodeId A = new NodeId("a");
    private static final Duration PULSES = Duration.ofSeconds(3);
    private static final Duration RETURN_MAX = Duration.ofMinutes(2);

    private final LeaderBench bench = new LeaderBench();
    private final AfterDrainDuty duty = new AfterDrainDuty(bench.leader, new BlobDuty(bench.leader));

    AfterDrainDutyTest() {
        bench.ready("a", "b");
        bench.append(new Command.ChangeSetting(Setting.DRAINS_RETURN_MAX.key(), RETURN_MAX.toMillis(), "ada"));
        bench.leader.withEveryPulse(duty::check);
    }

    private void drained(AfterDrain then) {
        DrainSpec spec = new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(5), then, 1);
        bench.append(new Command.OrderDrain(1, List.of(A), spec, "dust", "ada"));
        bench.append(new Command.StepDrain(A, 1, NodeStanding.DRAINING, ""));
        bench.append(new Command.StepDrain(A, 1, NodeStanding.DRAINED, "all is elsewhere"));
        bench.rest(PULSES, "boot1", "a", "b");
    }

    private NodeRecord node() {
        return bench.state().node(A).orElseThrow();
    }

    private List<Message.BoardOrder> told() {
        return bench.messages("a", Message.BoardOrder.class);
    }

    @Test
    void aBoardIsToldUntilItIsAwayAndItsNodeWorksOnceItIsBackAndSteady() {
        drained(AfterDrain.REBOOT);
        assertThat(node().standing()).isEqualTo(NodeStanding.MAINTENANCE);
        assertThat(told())
                .hasSizeGreaterThan(1)
                .containsOnly(new Message.BoardOrder(bench.leader.term(), 1, "a1", PowerAct.REBOOT, Optional.empty()));
        bench.leave("a");
        bench.rest(Duration.ofSeconds(20), "boot1", "b");
        bench.join("a", 2);
        bench.rest(Duration.ofSeconds(5), "boot2", "a", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.RETURNING);
        bench.rest(Duration.ofSeconds(4), "boot2", "b");
        bench.rest(Duration.ofSeconds(7), "boot2", "a", "b");
        assertThat(node().standing()).as("it was silent for a while").isEqualTo(NodeStanding.RETURNING);
        bench.rest(Duration.ofSeconds(5), "boot2", "a", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.READY);
        assertThat(node().drain()).isEmpty();
    }

    @Test
    void anAgentThatIsRestartedHasNotRebooted() {
        drained(AfterDrain.REBOOT);
        bench.join("a", 2);
        bench.rest(Duration.ofSeconds(15), "boot1", "a", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.MAINTENANCE);
        assertThat(told().getLast().incarnation()).as("and is told anew").isEqualTo("a2");
    }

    @Test
    void aBoardThatDoesNotComeBackInTimeIsSetAside() {
        drained(AfterDrain.REBOOT);
        bench.leave("a");
        bench.rest(RETURN_MAX.minusSeconds(10), "boot1", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.MAINTENANCE);
        bench.rest(Duration.ofSeconds(15), "boot1", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(node().standingReason()).isEqualTo("it did not come back from its reboot within 2 min");
    }

    @Test
    void whatABoardSaysThatItCannotIsWrittenDown() {
        drained(AfterDrain.REBOOT);
        duty.received(A, new Message.BoardTrouble(1, "no such command"));
        bench.rest(PULSES, "boot1", "a", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(node().standingReason()).isEqualTo("its board did not reboot: no such command");
    }

    @Test
    void aBoardThatPowersOffStaysDrained() {
        drained(AfterDrain.POWEROFF);
        assertThat(told()).isNotEmpty().allMatch(order -> order.act() == PowerAct.POWEROFF);
        bench.leave("a");
        bench.rest(Duration.ofSeconds(8), "boot1", "b");
        assertThat(node().standing()).as("it may be a cut cable").isEqualTo(NodeStanding.MAINTENANCE);
        bench.rest(Duration.ofSeconds(5), "boot1", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.DRAINED);
        assertThat(node().standingReason()).isEqualTo("it was told to power off, and it left the cluster");
    }

    @Test
    void nothingFollowsADrainThatStays() {
        drained(AfterDrain.STAY);
        long index = bench.leader.appliedIndex();
        bench.rest(Duration.ofMinutes(3), "boot1", "a", "b");
        assertThat(node().standing()).isEqualTo(NodeStanding.DRAINED);
        assertThat(told()).isEmpty();
        assertThat(bench.leader.appliedIndex()).isEqualTo(index);
    }
}
