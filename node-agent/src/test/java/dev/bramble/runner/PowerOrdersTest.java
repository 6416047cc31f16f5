package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.SimBoardPower;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Message.BoardOrder;
import dev.bramble.model.NodeId;
import dev.bramble.model.PowerAct;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PowerOrdersTest extends RunnerBed {
    private final List<PowerAct> acts = new ArrayList<>();
    private final SimBoardPower power = new SimBoardPower(acts::add);
    private Optional<Message.Rest> rest = Optional.of(new Message.Rest(1, 0, 0, 0));
    private final PowerOrders orders = new PowerOrders(new PowerOrders.Parts(
            new Offload(loop, task -> loop.after(disk, task)), cluster, power, "mine", runner::leader, () -> rest));

    private void order(long number, String incarnation, PowerAct act) {
        orders.received(LEADER, new BoardOrder(1, number, incarnation, act, Optional.empty()));
        pass(Duration.ofMillis(10));
    }

    private List<Message> troubles() {
        return sent.stream()
                .filter(message -> message instanceof Message.BoardTrouble)
                .toList();
    }

    @Test
    void anOrderIsCarriedOutOnceHoweverOftenItComes() {
        order(7, "mine", PowerAct.REBOOT);
        order(7, "mine", PowerAct.REBOOT);
        order(6, "mine", PowerAct.POWEROFF);
        assertThat(acts).containsExactly(PowerAct.REBOOT);
        order(8, "mine", PowerAct.POWEROFF);
        assertThat(acts).containsExactly(PowerAct.REBOOT, PowerAct.POWEROFF);
    }

    @Test
    void nobodyButTheLeaderThatIsFollowedSwitchesABoard() {
        orders.received(new NodeId("other"), new BoardOrder(9, 7, "mine", PowerAct.POWEROFF, Optional.empty()));
        pass(Duration.ofSeconds(20));
        orders.received(LEADER, new BoardOrder(1, 7, "mine", PowerAct.POWEROFF, Optional.empty()));
        pass(Duration.ofMillis(10));
        assertThat(acts).as("the leader has been silent for a lease").isEmpty();
        pulse();
        order(7, "mine", PowerAct.POWEROFF);
        assertThat(acts).containsExactly(PowerAct.POWEROFF);
    }

    @Test
    void anOrderForTheAgentThatWasHereBeforeTheRebootMeansNothing() {
        order(7, "before", PowerAct.REBOOT);
        assertThat(acts).isEmpty();
    }

    private void workIsHere() {
        rest = Optional.of(new Message.Rest(1, 0, 1, 0));
    }

    @Test
    void aBoardWithWorkStaysUpAndSaysSoOnceItHoldsUpOthers() {
        workIsHere();
        for (int i = 0; i < PowerOrders.UNTOLD_MAX; i++) {
            order(7, "mine", PowerAct.REBOOT);
        }
        assertThat(acts).isEmpty();
        assertThat(troubles()).isEmpty();
        order(7, "mine", PowerAct.REBOOT);
        assertThat(troubles()).containsExactly(new Message.BoardTrouble(7, PowerOrders.WORK_IS_HERE));
        rest = Optional.of(new Message.Rest(1, 0, 0, 0));
        order(7, "mine", PowerAct.REBOOT);
        assertThat(acts).hasSize(1);
    }

    @Test
    void onceTheTimeOfAShutdownIsOverABoardGoesDownWithWhatStillRunsThere() {
        workIsHere();
        orders.received(LEADER, new BoardOrder(1, 7, "mine", PowerAct.POWEROFF, Optional.of(false)));
        pass(Duration.ofMillis(10));
        assertThat(acts).isEmpty();
        orders.received(LEADER, new BoardOrder(1, 7, "mine", PowerAct.POWEROFF, Optional.of(true)));
        pass(Duration.ofMillis(10));
        assertThat(acts).containsExactly(PowerAct.POWEROFF);
    }

    @Test
    void anOrderThatReachesANodeThatTakesWorkAgainIsTooLate() {
        rest = Optional.empty();
        orders.received(LEADER, new BoardOrder(1, 7, "mine", PowerAct.POWEROFF, Optional.of(true)));
        pass(Duration.ofMillis(10));
        assertThat(acts).isEmpty();
        assertThat(troubles()).isEmpty();
    }

    @Test
    void whyABoardDoesNotSwitchIsSaidToTheLeaderAgainAndAgain() {
        power.breakDown("no such command");
        order(7, "mine", PowerAct.REBOOT);
        order(7, "mine", PowerAct.REBOOT);
        assertThat(troubles())
                .containsExactly(
                        new Message.BoardTrouble(7, "no such command"), new Message.BoardTrouble(7, "no such command"));
        assertThat(acts).isEmpty();
    }
}
