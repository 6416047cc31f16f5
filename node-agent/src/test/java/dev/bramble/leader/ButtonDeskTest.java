package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.control.Question;
import dev.bramble.ledger.AuditRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.ButtonPress;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RefusedException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ButtonDeskTest {
    private static final NodeId A = new NodeId("a");

    private final LeaderBench bench = new LeaderBench();
    private final RefusalTally refusals = new RefusalTally(0);
    private final DrainDuty drains = new DrainDuty(
            bench.leader,
            new BlobDuty(bench.leader),
            new RoundDuty(bench.leader, new DrainLoads(bench.leader)),
            bench.voters);
    private final ButtonDesk desk =
            new ButtonDesk(bench.leader, new DrainDesk(bench.leader, bench.voters, drains), refusals);
    private long presses;

    ButtonDeskTest() {
        bench.ready("a", "b", "c");
    }

    private String press(String node, ButtonPress press) {
        return press(node, press, ++presses);
    }

    private String press(String node, ButtonPress press, long id) {
        var done =
                desk.pressed(new NodeId(node), new Question.Pressed(press, id)).toCompletableFuture();
        bench.settle();
        return done.join();
    }

    private NodeRecord a() {
        return bench.state().node(A).orElseThrow();
    }

    private boolean isLocated(String node) {
        return bench.leader.locating().at(bench.leader.now()).stream()
                .anyMatch(each -> each.node().equals(new NodeId(node)));
    }

    private void locate(String node) {
        bench.leader.locating().begin(new NodeId(node), bench.leader.now().plus(Duration.ofMinutes(5)), "olga");
    }

    private AuditRecord lastAudited() {
        return bench.state().auditTrail().all().getLast();
    }

    @Test
    void pressDrainsItsOwnNodeInItsOwnNameWithAuditAndEvent() {
        press("a", ButtonPress.SHORT);

        DrainRecord drain = a().drain().orElseThrow();
        assertThat(a().standing()).isEqualTo(NodeStanding.DRAINING);
        assertThat(drain.by()).isEqualTo("the button on a");
        assertThat(drain.spec()).isEqualTo(ButtonDesk.SPEC);
        assertThat(bench.state().auditTrail().all())
                .anySatisfy(record -> assertThat(record.details()).hasValueSatisfying(details -> {
                    assertThat(details.origin().user()).isEqualTo("the button on a");
                    assertThat(details.origin().head()).isEqualTo("a");
                    assertThat(details.origin().action()).isEqualTo("press-button");
                }));
        assertThat(bench.state().events().after(0)).anySatisfy(event -> {
            assertThat(event.what().kind()).isEqualTo(EventKind.DRAIN_ORDERED);
            assertThat(event.what().by()).isEqualTo("the button on a");
        });
    }

    @Test
    void samePressSaidTwiceIsDoneOnce() {
        locate("b");
        press("a", ButtonPress.SHORT, 7);
        press("a", ButtonPress.SHORT, 7);
        assertThat(isLocated("b")).isFalse();
        assertThat(a().drain())
                .as("it was found, and not drained by the repetition")
                .isEmpty();
    }

    @Test
    void secondPressWhileItDrainsChangesNothing() {
        press("a", ButtonPress.SHORT);
        long number = a().drain().orElseThrow().number();
        press("a", ButtonPress.SHORT);
        assertThat(a().drain().orElseThrow().number()).isEqualTo(number);
    }

    @Test
    void pressAtAnyBoardWhileOneIsLookedForSaysFoundAndDrainsNothing() {
        locate("b");
        assertThat(press("a", ButtonPress.SHORT)).isEqualTo("found b");
        assertThat(isLocated("b")).isFalse();
        assertThat(a().standing()).isEqualTo(NodeStanding.READY);
        assertThat(lastAudited().what()).isEqualTo("found b");
    }

    @Test
    void twoPressesHaveItsBoardShowWhichOneItIs() {
        press("a", ButtonPress.DOUBLE);
        assertThat(isLocated("a")).isTrue();
        assertThat(isLocated("b")).isFalse();
        assertThat(lastAudited().by()).isEqualTo("the button on a");
    }

    @Test
    void longPressCancelsTheDrain() {
        press("a", ButtonPress.SHORT);
        press("a", ButtonPress.LONG);
        assertThat(a().standing()).isEqualTo(NodeStanding.READY);
        assertThat(a().drain()).isEmpty();
    }

    @Test
    void longPressLetsANodeThatIsDrainedOrCordonedTakeWorkAgain() {
        press("a", ButtonPress.SHORT);
        bench.append(new Command.StepDrain(
                A, a().drain().orElseThrow().number(), NodeStanding.DRAINED, "safe to unplug: all is elsewhere"));
        press("a", ButtonPress.LONG);
        assertThat(a().standing()).isEqualTo(NodeStanding.READY);
        bench.append(new Command.SetStanding(A, NodeStanding.CORDONED, "new fan", "olga"));
        press("a", ButtonPress.LONG);
        assertThat(a().standing()).isEqualTo(NodeStanding.READY);
        assertThat(a().standingBy()).isEqualTo("the button on a");
    }

    @Test
    void whatMakesNoSenseIsRefusedAndWrittenDown() {
        assertThatThrownBy(() -> press("a", ButtonPress.LONG))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing to cancel");
        assertThat(refusals.due(Duration.ofDays(1).toNanos())).isNotEmpty();
    }

    @Test
    void strangerHasNoButton() {
        assertThatThrownBy(() -> press("nobody", ButtonPress.SHORT)).hasMessageContaining("button");
    }

    @Test
    void boardsAreToldWhatToShowAndOnlyTheLeadersLookMakesOneSafe() {
        Signs signs = new Signs(bench.leader, drains);
        assertThat(signs.list()).isEmpty();
        press("a", ButtonPress.SHORT);
        assertThat(signs.list()).singleElement().satisfies(sign -> {
            assertThat(sign.standing()).isEqualTo(NodeStanding.DRAINING);
            assertThat(sign.safe()).isFalse();
        });
        bench.append(new Command.StepDrain(
                A, a().drain().orElseThrow().number(), NodeStanding.DRAINED, "safe to unplug: all is elsewhere"));
        assertThat(signs.list())
                .singleElement()
                .satisfies(sign -> assertThat(sign.safe())
                        .as("not looked at since it is drained")
                        .isFalse());
        drains.check();
        assertThat(signs.list())
                .singleElement()
                .satisfies(sign -> assertThat(sign.safe()).isTrue());
    }
}
