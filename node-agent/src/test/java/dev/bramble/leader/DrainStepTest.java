package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrainStepTest {
    private static final NodeId NODE = new NodeId("n1");
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration OVER = DEADLINE.plus(GRACE).plus(DrainStep.SETTLING);
    private static final Message.Rest NOTHING_LEFT = new Message.Rest(7, 0, 0, 0);
    private static final DrainStep.Files COPIED = new DrainStep.Files(3, 0, 0, 0, 4);

    private NodeRecord node = drained(NodeStanding.DRAINING);
    private Duration since = Duration.ofSeconds(1);
    private boolean isUp = true;
    private boolean isThere = true;
    private Optional<Message.Rest> rest = Optional.of(NOTHING_LEFT);
    private int open;
    private int told;
    private Duration stoppingFor = Duration.ZERO;
    private DrainStep.Files files = COPIED;
    private boolean votes;
    private boolean getsVote;
    private boolean leads;
    private boolean isOnly;

    private static NodeRecord drained(NodeStanding standing) {
        LedgerState state = new LedgerState();
        DrainSpec spec = new DrainSpec(DrainMode.FINISH, DEADLINE, GRACE, AfterDrain.STAY, 1);
        state.apply(new Entry(
                Moment.FOUNDING,
                List.of(
                        new Command.AdmitNode(
                                NodeRecord.admitted(NODE, "pi07", NodeRole.AGENT, "s", "key", "root", Moment.FOUNDING)),
                        new Command.OrderDrain(1, List.of(NODE), spec, "fan", "ann"),
                        new Command.StepDrain(NODE, 1, NodeStanding.DRAINING, ""),
                        new Command.StepDrain(NODE, 1, standing, ""))));
        return state.node(NODE).orElseThrow();
    }

    private DrainStep.Verdict verdict() {
        return DrainStep.of(new DrainStep.Seen(
                node,
                Moment.FOUNDING.plus(since),
                isUp,
                isThere,
                rest,
                open,
                told,
                stoppingFor,
                files,
                votes,
                getsVote,
                leads,
                isOnly));
    }

    private void staysFor(String sentence) {
        assertThat(verdict().next()).isEmpty();
        assertThat(verdict().waitsFor()).containsExactly(sentence);
    }

    @Test
    void nodeOfWhichNothingIsNeededIsDrainedAndTheProofIsSaid() {
        assertThat(verdict().next()).contains(NodeStanding.DRAINED);
        assertThat(verdict().why())
                .isEqualTo(
                        "safe to unplug: it starts nothing, as of entry 7 of the ledger; no process of a task is left;"
                                + " all outcomes are recorded; other nodes have copies of all it holds (3 files);"
                                + " it has no vote and does not lead");
    }

    @Test
    void processesThatAreToldToStopBeforeTheDeadlineAreNotSaidToEndByThemselves() {
        rest = Optional.of(new Message.Rest(7, 0, 3, 0));
        told = 1;
        assertThat(verdict().waitsFor())
                .containsExactly(
                        "1 process being stopped", "2 processes that may end until the deadline in 9 min 59 s");
        told = 3;
        staysFor("3 processes being stopped");
    }

    @Test
    void eachMissingThingAloneKeepsItFromBeingDrained() {
        rest = Optional.empty();
        staysFor("its agent has not acknowledged yet that it starts nothing");
        rest = Optional.of(new Message.Rest(7, 2, 0, 0));
        staysFor("2 tasks on the way back to the queue");
        rest = Optional.of(new Message.Rest(7, 0, 1, 0));
        staysFor("1 process that may end until the deadline in 9 min 59 s");
        rest = Optional.of(new Message.Rest(7, 0, 0, 1));
        staysFor("1 outcome to be recorded");
        rest = Optional.of(NOTHING_LEFT);
        open = 1;
        staysFor("1 task of which the leader has not heard the end yet");
        open = 0;
        files = new DrainStep.Files(3, 1, 2048, 1, 4);
        staysFor("1 file (2K) without enough copies on other nodes");
        files = new DrainStep.Files(3, 2, 2048, 2, 0);
        staysFor("2 files (2K) without enough copies on other nodes, and no other node that is up takes copies");
        files = COPIED;
        leads = true;
        staysFor("it leads the bramble: the leadership has to move");
        leads = false;
        votes = true;
        staysFor("it keeps a copy of the ledger: its vote has to move");
        votes = false;
        getsVote = true;
        staysFor("a vote is on its way to it, and has to move on");
        getsVote = false;
        assertThat(verdict().next()).contains(NodeStanding.DRAINED);
    }

    @Test
    void whatIsMissingWhenTheTimeIsOverMakesItExpiredAndIsNamed() {
        files = new DrainStep.Files(3, 1, 2048, 1, 4);
        since = OVER.minusMillis(1);
        assertThat(verdict().next()).isEmpty();
        since = OVER;
        assertThat(verdict().next()).contains(NodeStanding.EXPIRED);
        assertThat(verdict().why()).isEqualTo("not safe to unplug: 1 file (2K) without enough copies on other nodes");
    }

    @Test
    void expiredNodeBecomesDrainedByItself() {
        node = drained(NodeStanding.EXPIRED);
        since = OVER.plusDays(1);
        files = new DrainStep.Files(3, 1, 2048, 1, 4);
        assertThat(verdict().next()).isEmpty();
        files = COPIED;
        assertThat(verdict().next()).contains(NodeStanding.DRAINED);
    }

    @Test
    void processThatOutlivesItsKillIsQuarantinedAndOneThatWasToldLateIsNot() {
        rest = Optional.of(new Message.Rest(7, 0, 1, 0));
        since = OVER.plusHours(1);
        stoppingFor = GRACE.plus(DrainStep.UNKILLABLE_AFTER).minusMillis(1);
        assertThat(verdict().next()).contains(NodeStanding.EXPIRED);
        stoppingFor = GRACE.plus(DrainStep.UNKILLABLE_AFTER);
        assertThat(verdict().next()).contains(NodeStanding.QUARANTINED);
        assertThat(verdict().why()).startsWith("1 process cannot be killed");
        node = drained(NodeStanding.QUARANTINED);
        assertThat(verdict().next()).isEmpty();
        rest = Optional.of(NOTHING_LEFT);
        assertThat(verdict().next()).contains(NodeStanding.DRAINED);
    }

    @Test
    void nodeThatIsDownAttestsNothing() {
        isUp = false;
        rest = Optional.empty();
        staysFor("it has not answered the new leader yet");
        isThere = false;
        assertThat(verdict().next()).isEmpty();
        assertThat(verdict().waitsFor()).singleElement().asString().startsWith("pi07 is down");
    }

    @Test
    void aNodeThatWasDrainedMayStayTheOnlyOneWithAFileAndThenSaysSo() {
        assertThat(DrainStep.missingSince(COPIED)).isEmpty();
        assertThat(DrainStep.missingSince(new DrainStep.Files(3, 2, 2048, 0, 4)))
                .as("one copy elsewhere")
                .isEmpty();
        assertThat(DrainStep.missingSince(new DrainStep.Files(3, 2, 2048, 1, 4)))
                .containsExactly("leave it plugged in: 1 file that it holds has no copy on a node that is up and stays;"
                        + " copying goes on");
        assertThat(DrainStep.missingSince(new DrainStep.Files(3, 2, 2048, 2, 0)))
                .containsExactly("leave it plugged in: 2 files that it holds have no copy on a node that is up and"
                        + " stays, and no other node takes copies");
    }

    @Test
    void theOnlyNodeIsStoppedInPlaceWithItsFilesAndItsVote() {
        isOnly = true;
        leads = true;
        votes = true;
        files = new DrainStep.Files(3, 3, 2048, 3, 0);
        assertThat(verdict().next()).contains(NodeStanding.DRAINED);
        assertThat(verdict().why()).startsWith("stopped in place").contains("its card must stay in");
        rest = Optional.of(new Message.Rest(7, 0, 1, 0));
        assertThat(verdict().next()).isEmpty();
    }

    @Test
    void tasksStopAsTheModeSays() {
        assertThat(DrainStep.isStopped(DrainMode.FINISH, false, true)).isFalse();
        assertThat(DrainStep.isStopped(DrainMode.FINISH, true, false)).isTrue();
        assertThat(DrainStep.isStopped(DrainMode.CHECKPOINT, false, true)).isTrue();
        assertThat(DrainStep.isStopped(DrainMode.CHECKPOINT, false, false)).isFalse();
        assertThat(DrainStep.isStopped(DrainMode.CHECKPOINT, true, false)).isTrue();
        assertThat(DrainStep.isStopped(DrainMode.MOVE, false, false)).isTrue();
    }
}
