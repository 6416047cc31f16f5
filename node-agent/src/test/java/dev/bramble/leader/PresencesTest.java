package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodePresence;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresencesTest {
    private static final NodeId A = new NodeId("a");
    private final LeaderBench bench = new LeaderBench();
    private Presences presences;

    private void watch() {
        presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        bench.pass(Duration.ofSeconds(1));
    }

    private List<EventKind> kinds(NodeId node) {
        return bench.state().events().after(0).stream()
                .map(EventRecord::what)
                .filter(what -> what.node().equals(java.util.Optional.of(node)))
                .map(Happening::kind)
                .filter(kind -> kind != EventKind.NODE_ADMITTED)
                .toList();
    }

    private String newest() {
        return bench.state().events().newestFirst().iterator().next().what().text();
    }

    private NodeStanding standing(String name) {
        return bench.state().node(new NodeId(name)).orElseThrow().standing();
    }

    /** Leaves and is back after some seconds. */
    private void flap(String name, int times) {
        for (int i = 0; i < times; i++) {
            bench.leave(name);
            bench.pass(Duration.ofSeconds(2));
            bench.join(name, 1);
            bench.pass(Duration.ofSeconds(2));
        }
    }

    private void quiet() {
        long index = bench.leader.appliedIndex();
        bench.pass(Duration.ofMinutes(2));
        assertThat(bench.leader.appliedIndex()).as("idle: no entries").isEqualTo(index);
    }

    @AfterEach
    void nothingIsWrittenOnceNothingHappens() {
        bench.pass(Duration.ofMinutes(30));
        quiet();
    }

    @Test
    void aNodeJoinsIsLostAndReturns() {
        watch();
        bench.join("a", 1);
        assertThat(kinds(A)).containsExactly(EventKind.NODE_JOINED);
        bench.leave("a");
        assertThat(newest()).isEqualTo("a was lost: it left the cluster");
        bench.pass(Duration.ofSeconds(12));
        bench.join("a", 1);
        assertThat(newest()).isEqualTo("a is back after 12 s");
        assertThat(kinds(A)).containsExactly(EventKind.NODE_JOINED, EventKind.NODE_LOST, EventKind.NODE_RETURNED);
    }

    @Test
    void aRestartIsALoss() {
        watch();
        bench.join("a", 1);
        bench.join("a", 2);
        assertThat(kinds(A)).containsExactly(EventKind.NODE_JOINED, EventKind.NODE_LOST, EventKind.NODE_RETURNED);
        assertThat(bench.state().presence(A).orElseThrow().lossScore()).isEqualTo(1);
    }

    @Test
    void aLossThatNobodySawDoesNotCount() {
        bench.join("a", 2);
        bench.append(new Command.NodeArrived(A, "a1"));
        watch();
        assertThat(kinds(A)).containsExactly(EventKind.NODE_JOINED, EventKind.NODE_LOST, EventKind.NODE_RETURNED);
        assertThat(bench.state().presence(A).orElseThrow().lossScore()).isZero();
    }

    @Test
    void aNodeThatWasGoneBeforeThisLeaderBeganIsGivenTimeToBoot() {
        bench.join("a", 1);
        bench.append(new Command.NodeArrived(A, "a1"));
        bench.leave("a");
        watch();
        bench.pass(Presences.UNSEEN_GRACE.minusSeconds(3));
        assertThat(bench.state().presence(A).orElseThrow().up()).isTrue();
        bench.pass(Duration.ofSeconds(5));
        NodePresence presence = bench.state().presence(A).orElseThrow();
        assertThat(presence.up()).isFalse();
        assertThat(presence.lossScore()).isZero();
    }

    @Test
    void aNodeThatComesAndGoesIsSetAsideAndComesBackOnceItIsSteady() {
        watch();
        bench.join("a", 1);
        bench.join("b", 1);
        flap("a", 3);
        assertThat(standing("a")).isEqualTo(NodeStanding.READY);
        flap("a", 1);
        assertThat(standing("a")).isEqualTo(NodeStanding.QUARANTINED);
        assertThat(bench.state().node(A).orElseThrow().standingBy()).isEqualTo(Happening.BRAMBLE);
        assertThat(bench.state().node(A).orElseThrow().standingReason())
                .startsWith("it comes and goes: lost about 4 times");
        bench.pass(Duration.ofMinutes(9));
        assertThat(standing("a")).isEqualTo(NodeStanding.QUARANTINED);
        bench.pass(Duration.ofMinutes(2));
        assertThat(standing("a")).isEqualTo(NodeStanding.READY);
    }

    @Test
    void fourLossesWithinFourMinutesAreEnoughAndWithinSixAreNot() {
        watch();
        bench.join("a", 1);
        bench.join("b", 1);
        for (int i = 0; i < 4; i++) {
            flap("a", 1);
            bench.pass(Duration.ofSeconds(74));
        }
        assertThat(standing("a")).isEqualTo(NodeStanding.QUARANTINED);
        for (int i = 0; i < 4; i++) {
            flap("b", 1);
            bench.pass(Duration.ofSeconds(114));
        }
        assertThat(standing("b")).isEqualTo(NodeStanding.READY);
        assertThat(presences.warnings()).isEmpty();
    }

    @Test
    void onlySoManyAreSetAsideAndForTheOthersThereIsAWarning() {
        watch();
        bench.join("a", 1);
        bench.join("b", 1);
        flap("a", 4);
        flap("b", 4);
        assertThat(List.of(standing("a"), standing("b"))).containsExactly(NodeStanding.QUARANTINED, NodeStanding.READY);
        assertThat(presences.warnings()).singleElement().asString().startsWith("b comes and goes");
    }

    @Test
    void anOperatorWhoUncordonsForgivesAllLosses() {
        watch();
        bench.join("a", 1);
        flap("a", 4);
        bench.append(new Command.SetStanding(A, NodeStanding.READY, "", "ben"));
        bench.pass(Duration.ofSeconds(5));
        assertThat(standing("a")).isEqualTo(NodeStanding.READY);
        assertThat(bench.state().presence(A).orElseThrow().lossScore()).isZero();
    }
}
