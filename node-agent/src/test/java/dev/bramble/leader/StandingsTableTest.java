package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.ledger.BoardLife;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator is told and what happens, for each standing of a node and each thing that can be done to it. */
class StandingsTableTest {
    private static final NodeId A = new NodeId("a");
    private static final DrainSpec SPEC =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.REBOOT, 1);

    // Refusals, by their beginnings.
    private static final String NOT_DRAINED = "a is not being drained";
    private static final String ONLY_CORDONED = NOT_DRAINED + ": it is CORDONED, and `bramble uncordon a`";
    private static final String DRAINED_ALREADY =
            "a is being drained already, by ann (fan): cancel that drain first, or wait for it";
    private static final String AT_REST_ALREADY =
            "a is drained already, by ann (fan): `bramble uncordon a` brings it back";
    private static final String CANCEL_IT = "a is being drained, by ann (fan): `bramble drain --cancel a` ends that";
    private static final String OUT_ALREADY = "a takes no work already: it is ";
    private static final String TOLD_TO_GO = "a is drained and its board was told to go down (";
    private static final String GOES_DOWN =
            "a is about to go down, or is down: its board reboots; uncordon it when it is back";

    private final LeaderBench bench = new LeaderBench();
    private final DeskBench desk = new DeskBench(bench, "ada", UserRole.ADMIN);

    StandingsTableTest() {
        bench.ready("a", "b", "c");
    }

    private void begin(NodeStanding... steps) {
        bench.append(new Command.OrderDrain(1, List.of(A), SPEC, "fan", "ann"));
        for (NodeStanding step : steps) {
            if (step == NodeStanding.MAINTENANCE) {
                bench.append(new Command.BeginMaintenance(A, 1, new BoardLife("a1", ""), "its board reboots"));
            } else {
                bench.append(new Command.StepDrain(A, 1, step, "why"));
            }
        }
    }

    private void set(NodeStanding standing, String by) {
        bench.append(new Command.SetStanding(A, standing, "noise", by));
    }

    private NodeRecord node() {
        return bench.state().node(A).orElseThrow();
    }

    /**
     * A row of the table: what each action comes to.
     *
     * <p>A word that is no standing is the beginning of a refusal.
     */
    enum Row {
        READY("DRAINING", NOT_DRAINED, "CORDONED", "READY"),
        DRAIN_WAITS(DRAINED_ALREADY, "READY", "CORDONED", CANCEL_IT),
        CORDONED("DRAINING", ONLY_CORDONED, "CORDONED", "READY"),
        CORDONED_AND_DRAIN_WAITS(DRAINED_ALREADY, "CORDONED", "CORDONED", CANCEL_IT),
        SET_ASIDE("DRAINING", NOT_DRAINED, "CORDONED", "READY"),
        SET_ASIDE_AND_DRAIN_WAITS(DRAINED_ALREADY, "QUARANTINED", "CORDONED", CANCEL_IT),
        DRAINING(DRAINED_ALREADY, "READY", OUT_ALREADY, CANCEL_IT),
        DRAINED(AT_REST_ALREADY, "READY", OUT_ALREADY, "READY"),
        EXPIRED(DRAINED_ALREADY, "READY", OUT_ALREADY, "READY"),
        QUARANTINED(DRAINED_ALREADY, "READY", OUT_ALREADY, "READY"),
        MAINTENANCE(DRAINED_ALREADY, TOLD_TO_GO, OUT_ALREADY, GOES_DOWN),
        AWAY_IN_MAINTENANCE(DRAINED_ALREADY, TOLD_TO_GO, OUT_ALREADY, GOES_DOWN),
        RETURNING(DRAINED_ALREADY, TOLD_TO_GO, OUT_ALREADY, "READY"),
        NOT_BACK_WELL(DRAINED_ALREADY, "READY", OUT_ALREADY, "READY");

        private final String drain;
        private final String cancel;
        private final String cordon;
        private final String uncordon;

        Row(String drain, String cancel, String cordon, String uncordon) {
            this.drain = drain;
            this.cancel = cancel;
            this.cordon = cordon;
            this.uncordon = uncordon;
        }
    }

    private void bring(Row row) {
        switch (row) {
            case READY -> {}
            case DRAIN_WAITS -> begin();
            case CORDONED -> set(NodeStanding.CORDONED, "bob");
            case CORDONED_AND_DRAIN_WAITS -> {
                set(NodeStanding.CORDONED, "bob");
                begin();
            }
            case SET_ASIDE -> set(NodeStanding.QUARANTINED, Happening.BRAMBLE);
            case SET_ASIDE_AND_DRAIN_WAITS -> {
                set(NodeStanding.QUARANTINED, Happening.BRAMBLE);
                begin();
            }
            case DRAINING -> begin(NodeStanding.DRAINING);
            case DRAINED -> begin(NodeStanding.DRAINING, NodeStanding.DRAINED);
            case EXPIRED -> begin(NodeStanding.DRAINING, NodeStanding.EXPIRED);
            case QUARANTINED -> begin(NodeStanding.DRAINING, NodeStanding.QUARANTINED);
            case MAINTENANCE -> begin(NodeStanding.DRAINING, NodeStanding.DRAINED, NodeStanding.MAINTENANCE);
            case AWAY_IN_MAINTENANCE -> {
                begin(NodeStanding.DRAINING, NodeStanding.DRAINED, NodeStanding.MAINTENANCE);
                bench.leave("a");
            }
            case RETURNING ->
                begin(NodeStanding.DRAINING, NodeStanding.DRAINED, NodeStanding.MAINTENANCE, NodeStanding.RETURNING);
            case NOT_BACK_WELL ->
                begin(NodeStanding.DRAINING, NodeStanding.DRAINED, NodeStanding.MAINTENANCE, NodeStanding.CORDONED);
        }
    }

    /** What the node is afterwards, or why it is not. */
    private String result(Action action) {
        CompletableFuture<Control.Done> done = desk.act(action);
        if (done.isCompletedExceptionally()) {
            return done.exceptionNow().getMessage();
        }
        return bench.state().node(A).map(node -> node.standing().name()).orElse("FORGOTTEN");
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    void drainOfANodeInThisStandingIsOrderedOrRefusedWithWhoDrainsIt(Row row) {
        bring(row);
        assertThat(result(new Action.OrderDrain(List.of(A), SPEC, "card"))).startsWith(row.drain);
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    void cancellingReturnsTheNodeToWhatItWasUntilItsBoardGoesDown(Row row) {
        bring(row);
        assertThat(result(new Action.CancelDrain(A))).startsWith(row.cancel);
        assertThat(node().drain().isPresent()).isEqualTo(row.cancel.equals(TOLD_TO_GO));
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    void cordonStaysBesideADrainThatWaitsAndDisturbsNoneThatHasBegun(Row row) {
        bring(row);
        NodeRecord before = node();
        assertThat(result(new Action.SetStanding(A, NodeStanding.CORDONED, "dust")))
                .startsWith(row.cordon);
        if (row.cordon.equals(OUT_ALREADY)) {
            assertThat(node()).isEqualTo(before);
        } else {
            assertThat(node().standingReason()).isEqualTo("dust");
            assertThat(node().drain().isPresent()).isEqualTo(before.drain().isPresent());
        }
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    void uncordonEndsWhatHasComeToItsEndAndSaysOfAllElseWhatDoes(Row row) {
        bring(row);
        NodeRecord before = node();
        String result = result(new Action.SetStanding(A, NodeStanding.READY, ""));
        assertThat(result).startsWith(row.uncordon);
        if (row.uncordon.equals("READY")) {
            assertThat(node().drain()).isEmpty();
        } else {
            assertThat(node()).isEqualTo(before);
        }
    }

    @Test
    void uncordonOfANodeThatWorksIsNoNews() {
        long before = bench.state().events().last();
        NodeRecord node = node();
        assertThat(result(new Action.SetStanding(A, NodeStanding.READY, "why not")))
                .isEqualTo("READY");
        assertThat(bench.state().events().last()).isEqualTo(before);
        assertThat(node()).isEqualTo(node);
    }

    /** A board that is up and empty, or away, may be forgotten whatever was ordered of it. */
    @ParameterizedTest
    @EnumSource(Row.class)
    void nodeInAnyStandingIsForgottenAndItsDrainWithIt(Row row) {
        bring(row);
        assertThat(result(new Action.ForgetNode(A))).isEqualTo("FORGOTTEN");
        assertThat(bench.state().nodes().get(A).drain()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    void cardInAnotherBoardIsAdoptedInAnyStandingAndKeepsIt(Row row) {
        bring(row);
        bench.leave("a");
        desk.strange.seen(A, "other");
        NodeRecord before = node();
        assertThat(result(new Action.AdoptBoard(A))).isEqualTo(before.standing().name());
        assertThat(node().boardSerial()).isEqualTo("other");
        assertThat(node().drain()).isEqualTo(before.drain());
    }
}
