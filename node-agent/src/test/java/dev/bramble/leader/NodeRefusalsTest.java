package dev.bramble.leader;

import static dev.bramble.leader.LeaderBench.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeRefusalsTest {
    private static final NodeId A = new NodeId("a");

    private final LeaderBench bench = new LeaderBench();
    private final DeskBench desk = new DeskBench(bench, "root", UserRole.ADMIN);

    private String refusal(Action action) {
        return desk.act(action).exceptionNow().getMessage();
    }

    @Test
    void aMovedCardIsShownWithTheCommandThatAdoptsItAndLivesOnItsNewBoardAfterIt() {
        bench.ready("a");
        bench.leave("a");
        desk.strange.seen(A, "other");
        desk.strange.seen(A, "other");
        bench.settle();
        assertThat(desk.strange.warnings())
                .containsExactly("a shows board other but was enrolled on board a: `bramble node adopt a` if the"
                        + " card was moved");
        assertThat(bench.state().events().after(0))
                .filteredOn(event -> event.what().kind() == EventKind.NODE_REFUSED)
                .extracting(event -> event.what().text())
                .containsExactly("a was refused on board other: it was enrolled on board a");
        assertThat(desk.act(new Action.AdoptBoard(A))).isCompleted();
        assertThat(bench.state().node(A).orElseThrow().boardSerial()).isEqualTo("other");
        assertThat(desk.strange.warnings()).isEmpty();
    }

    @Test
    void onlyTheLeaderSendsABoardAwaySinceAnOtherVoterMayKnowTheBoardOfLongAgo() {
        bench.ready("a");
        NodeRecord known = bench.state().node(A).orElseThrow();
        assertThat(Voter.refusal(known, "a", true)).isEmpty();
        assertThat(Voter.refusal(known, "other", false)).isEmpty();
        assertThat(Voter.refusal(known, "other", true).orElseThrow())
                .startsWith("a was enrolled on board a and now shows board other: a card was moved or copied;");
        desk.strange.seen(A, "other");
        bench.leave("a");
        assertThat(desk.act(new Action.AdoptBoard(A))).isCompleted();
        assertThat(Voter.refusal(bench.state().node(A).orElseThrow(), "other", true))
                .isEmpty();
    }

    @Test
    void copiesOfACardThatTakeTurnsAreToldOfOnceInAnHour() {
        bench.ready("a");
        for (int i = 0; i < 100; i++) {
            desk.strange.seen(A, "other");
            desk.strange.seen(A, "third");
            bench.pass(Duration.ofSeconds(30));
        }
        assertThat(refusals()).isEqualTo(2);
        bench.pass(Duration.ofMinutes(11));
        desk.strange.seen(A, "other");
        bench.settle();
        assertThat(refusals()).isEqualTo(3);
    }

    private long refusals() {
        return bench.state().events().after(0).stream()
                .filter(event -> event.what().kind() == EventKind.NODE_REFUSED)
                .count();
    }

    @Test
    void withoutAnotherBoardThereIsNothingToAdopt() {
        bench.ready("a");
        String nothing = "no other board has shown the card of a within the last 10 minutes: it belongs to board"
                + " a; start the board that has the card now, and then adopt it";
        assertThat(refusal(new Action.AdoptBoard(A))).isEqualTo(nothing);
        bench.leave("a");
        desk.strange.seen(A, "other");
        bench.pass(Duration.ofMinutes(11));
        assertThat(refusal(new Action.AdoptBoard(A))).isEqualTo(nothing);
        assertThat(desk.strange.warnings()).isEmpty();
    }

    @Test
    void aCopyOfACardThatIsUpIsNotAdopted() {
        bench.ready("a");
        desk.strange.seen(A, "other");
        assertThat(desk.strange.warnings().getFirst())
                .startsWith("board other shows the card of a, which is up on board a: it is a copy");
        assertThat(refusal(new Action.AdoptBoard(A)))
                .startsWith("a is up on board a, so what board other shows is a copy of its card");
        assertThat(bench.state().node(A).orElseThrow().boardSerial()).isEqualTo("a");
    }

    @Test
    void aNodeThatStillHasWorkOrTheOnlyCopyOfAFileIsNotForgottenWhileItIsUp() {
        bench.ready("a");
        bench.append(new Command.HoldBlob(
                new BlobId("ab".repeat(32)), 10, "ada", List.of(A), Moment.FOUNDING.plus(Duration.ofHours(1))));
        bench.submit(SampleJob.of(1));
        bench.report("a", List.of(running(bench.orders("a").getFirst())));
        assertThat(refusal(new Action.ForgetNode(A)))
                .isEqualTo("a is up and has 1 task and holds 1 file of which no other node that is up and stays"
                        + " has a copy: `bramble drain a` moves that elsewhere; one that is gone for"
                        + " good can be forgotten once it is switched off");
        bench.leave("a");
        assertThat(desk.act(new Action.ForgetNode(A))).isCompleted();
        assertThat(bench.state().node(A)).isEmpty();
    }

    @Test
    void copiesOnNodesThatAreDownOrDrainedDoNotCountWhenANodeIsForgotten() {
        bench.ready("a", "b");
        NodeId b = new NodeId("b");
        bench.append(new Command.HoldBlob(
                new BlobId("ab".repeat(32)), 10, "ada", List.of(A, b), Moment.FOUNDING.plus(Duration.ofHours(1))));
        String alone = "a is up and holds 1 file of which no other node that is up and stays has a copy";
        bench.leave("b");
        assertThat(refusal(new Action.ForgetNode(A))).startsWith(alone);
        bench.ready("b");
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofHours(1), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        bench.append(new Command.OrderDrain(1, List.of(b), spec, "fan", "ann"));
        bench.append(new Command.StepDrain(b, 1, NodeStanding.DRAINING, ""));
        assertThat(refusal(new Action.ForgetNode(A))).startsWith(alone);
        bench.append(new Command.CancelDrain(b, 1, "ann"));
        assertThat(desk.act(new Action.ForgetNode(A))).isCompleted();
    }
}
