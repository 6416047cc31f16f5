package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Departure;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EventRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VanishingTest {
    private static final long SECOND = 1_000_000_000L;
    private final Vanishing vanishing = new Vanishing();

    private static List<NodeId> nodes(String... names) {
        return Stream.of(names).map(NodeId::new).toList();
    }

    @Test
    void moreThanHalfAndALittleOfFourAreTooMany() {
        assertThat(vanishing.left(nodes("a", "b", "c"), 1, 0)).isTrue();
        assertThat(vanishing.isTogether(new NodeId("a"))).isTrue();
        assertThat(vanishing.isOver(Vanishing.HOLD.toNanos() - 1)).isFalse();
        assertThat(vanishing.isOver(Vanishing.HOLD.toNanos())).isTrue();
    }

    @Test
    void halfOfThemOrAllButOneOfThreeAreNot() {
        assertThat(vanishing.left(nodes("a", "b"), 2, 0)).isFalse();
        vanishing.clear();
        assertThat(vanishing.left(nodes("a", "b"), 1, 0)).isFalse();
    }

    @Test
    void thoseThatGoWithinFiveSecondsGoTogether() {
        assertThat(vanishing.left(nodes("a"), 3, 0)).isFalse();
        assertThat(vanishing.left(nodes("b"), 2, 2 * SECOND)).isFalse();
        assertThat(vanishing.left(nodes("c"), 1, 4 * SECOND)).isTrue();
    }

    @Test
    void thoseThatGoOneByOneDoNot() {
        assertThat(vanishing.left(nodes("a"), 3, 0)).isFalse();
        assertThat(vanishing.left(nodes("b"), 2, 6 * SECOND)).isFalse();
        assertThat(vanishing.left(nodes("c"), 1, 12 * SECOND)).isFalse();
    }

    @Test
    void oneThatIsBackHasNotGoneWithTheOthers() {
        assertThat(vanishing.left(nodes("a"), 3, 0)).isFalse();
        vanishing.there(nodes("a", "b", "c", "d"));
        assertThat(vanishing.left(nodes("b", "c"), 2, 3 * SECOND)).isFalse();
    }

    @Test
    void thoseThatGoInOrderSayNothingOfASwitch() {
        LeaderBench bench = new LeaderBench();
        List<EventKind> kinds = new ArrayList<>();
        bench.leader.whenNoted(what -> kinds.add(what.kind()));
        bench.ready("a", "b", "c", "d", "e");
        for (String name : List.of("b", "c", "d", "e")) {
            bench.leave(name, Departure.FAREWELL);
        }
        assertThat(kinds).doesNotContain(EventKind.SWITCH_SUSPECTED);
        bench.ready("b", "c", "d", "e");
        for (String name : List.of("b", "c", "d", "e")) {
            bench.leave(name, Departure.UNKNOWN);
        }
        assertThat(kinds).contains(EventKind.SWITCH_SUSPECTED);
    }

    /** A leader with five nodes, one task on each, and all but one of them gone. */
    private static final class Switch {
        final LeaderBench bench = new LeaderBench();
        final JobId job;
        final List<String> names = List.of("a", "b", "c", "d", "e");
        final WorkOrder onE;

        Switch() {
            bench.leader.whenNoted(what -> bench.leader.append(new Command.NoteEvents(List.of(what))));
            names.forEach(name -> bench.ready(name));
            job = bench.submit(SampleJob.of(5).needs(2000, 0));
            names.forEach(name -> bench.report(
                    name, List.of(LeaderBench.running(bench.orders(name).getFirst()))));
            onE = bench.orders("e").getFirst();
            bench.leave("b", "c", "d", "e");
        }

        int orders() {
            return names.stream().mapToInt(name -> bench.orders(name).size()).sum();
        }

        long events(EventKind kind) {
            return bench.state().events().after(0).stream()
                    .map(EventRecord::what)
                    .filter(what -> what.kind() == kind)
                    .count();
        }
    }

    @Test
    void nothingOfNodesThatVanishedTogetherIsGivenToOthersWhileTheyAreWaitedFor() {
        Switch dead = new Switch();
        dead.bench.report(
                "a", List.of(), LeaderBench.ended(dead.bench.orders("a").getFirst(), AttemptEnd.SUCCEEDED));
        dead.bench.pass(Duration.ofSeconds(20));
        dead.bench.report("a");
        assertThat(dead.orders()).isEqualTo(5);
        assertThat(dead.events(EventKind.SWITCH_SUSPECTED)).isEqualTo(1);
        assertThat(dead.events(EventKind.TASKS_LOST)).isZero();
        dead.bench.pass(Duration.ofSeconds(12));
        dead.bench.report("a");
        assertThat(dead.orders()).as("afterwards the rest is given to others").isGreaterThan(5);
        assertThat(dead.events(EventKind.TASKS_LOST))
                .as("what ran is not to blame")
                .isZero();
        assertThat(dead.events(EventKind.SWITCH_CLEARED)).isEqualTo(1);
    }

    @Test
    void thoseThatComeBackGoOnAsIfNothingHadHappened() {
        Switch dead = new Switch();
        dead.bench.pass(Duration.ofSeconds(15));
        for (String name : List.of("b", "c", "d", "e")) {
            dead.bench.join(name, 1);
            dead.bench.report(
                    name, List.of(LeaderBench.running(dead.bench.orders(name).getFirst())));
        }
        dead.bench.pass(Duration.ofSeconds(40));
        assertThat(dead.orders()).isEqualTo(5);
        assertThat(dead.events(EventKind.SWITCH_CLEARED)).isEqualTo(1);
        assertThat(dead.events(EventKind.TASKS_LOST)).isZero();
        assertThat(LeaderProbe.drift(dead.bench.leader)).isEmpty();
        for (String name : dead.names) {
            dead.bench.report(
                    name, List.of(), LeaderBench.ended(dead.bench.orders(name).getFirst(), AttemptEnd.SUCCEEDED));
        }
        assertThat(dead.bench.job(dead.job).phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void thoseThatWereRestartedAreLostAtOnce() {
        Switch dead = new Switch();
        dead.bench.pass(Duration.ofSeconds(5));
        dead.bench.join("e", 2);
        dead.bench.report("e");
        assertThat(dead.bench.orders("e")).hasSize(2);
        assertThat(dead.bench.orders("e").getLast().task()).isEqualTo(dead.onE.task());
    }

    @Test
    void aNewLeaderThatMissesMostOfThoseWhoWereThereGrantsNothingForAWhile() {
        LeaderBench bench = new LeaderBench();
        bench.leader.whenNoted(what -> bench.leader.append(new Command.NoteEvents(List.of(what))));
        Presences presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        bench.ready("a", "b", "c", "d");
        bench.pass(Duration.ofSeconds(3));
        bench.leader.following();
        bench.leave("b", "c", "d");
        bench.leadAnew();
        bench.submit(SampleJob.of(2));
        bench.report("a");
        bench.pass(Duration.ofSeconds(20));
        bench.report("a");
        assertThat(bench.orders("a")).isEmpty();
        assertThat(bench.state().presence(new NodeId("b")).orElseThrow().up()).isTrue();
        bench.join("b", 1);
        bench.join("c", 1);
        bench.join("d", 1);
        bench.report("b");
        bench.report("c");
        assertThat(bench.orders("a")).as("one has not said what it runs").isEmpty();
        bench.report("d");
        assertThat(Stream.of("a", "b", "c", "d")
                        .mapToInt(name -> bench.orders(name).size())
                        .sum())
                .isEqualTo(2);
        assertThat(bench.state().events().after(0))
                .extracting(event -> event.what().kind())
                .containsOnlyOnce(EventKind.SWITCH_SUSPECTED)
                .containsOnlyOnce(EventKind.SWITCH_CLEARED)
                .doesNotContain(EventKind.NODE_LOST);
    }

    @Test
    void afterAStartOfAllNobodySuspectsTheSwitch() {
        LeaderBench bench = new LeaderBench();
        bench.leader.whenNoted(what -> bench.leader.append(new Command.NoteEvents(List.of(what))));
        Presences presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        String self = LeaderBench.SELF.value();
        bench.ready(self, "a", "b", "c", "d");
        bench.pass(Duration.ofSeconds(3));
        bench.leader.following();
        bench.leave(self, "a", "b", "c", "d");
        bench.join(self, 2);
        bench.leadAnew();
        assertThat(bench.leader.heldBooks().warnings())
                .containsExactly("of those that were up before this node started, 4 nodes are not back yet: new work"
                        + " starts when all are, or 30 s after this node took over");
        bench.join("a", 2);
        bench.join("b", 2);
        bench.join("c", 2);
        bench.join("d", 2);
        bench.settle();
        assertThat(bench.leader.heldBooks().warnings()).isEmpty();
        assertThat(bench.state().events().after(0))
                .extracting(event -> event.what().kind())
                .doesNotContain(EventKind.SWITCH_SUSPECTED, EventKind.SWITCH_CLEARED);
    }

    @Test
    void aNewLeaderWaitsNoLongerThanTheHoldAndTheLossesCountNothing() {
        LeaderBench bench = new LeaderBench();
        Presences presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        bench.ready("a", "b", "c", "d");
        bench.pass(Duration.ofSeconds(3));
        bench.leader.following();
        bench.leave("b", "c", "d");
        bench.leadAnew();
        bench.submit(SampleJob.of(2));
        bench.pass(Vanishing.HOLD.minusSeconds(2));
        bench.report("a");
        assertThat(bench.orders("a")).isEmpty();
        bench.pass(Duration.ofSeconds(4));
        assertThat(bench.orders("a")).hasSize(2);
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.state().presence(new NodeId("b")).orElseThrow().up()).isFalse();
        assertThat(lossScore(bench, "b")).isZero();
    }

    @Test
    void theFirstOnesOfManySpeakAgainstNoNodeEither() {
        LeaderBench bench = new LeaderBench();
        Presences presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        bench.ready("a", "b", "c", "d", "e");
        bench.pass(Duration.ofSeconds(10));
        bench.leave("e");
        assertThat(lossScore(bench, "e")).isEqualTo(1);
        bench.pass(Duration.ofSeconds(2));
        bench.leave("b", "c", "d");
        bench.pass(Duration.ofSeconds(2));
        assertThat(lossScore(bench, "e")).isZero();
        bench.pass(Duration.ofSeconds(60));
        assertThat(lossScore(bench, "b")).isZero();
        bench.join("e", 1);
        bench.pass(Duration.ofSeconds(10));
        bench.leave("e");
        bench.pass(Duration.ofSeconds(10));
        assertThat(lossScore(bench, "e")).as("alone again").isEqualTo(1);
    }

    private static double lossScore(LeaderBench bench, String node) {
        return bench.state().presence(new NodeId(node)).orElseThrow().lossScore();
    }

    @Test
    void whatVanishesTogetherSpeaksAgainstNoNode() {
        LeaderBench bench = new LeaderBench();
        Presences presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        bench.ready("a", "b", "c", "d", "e");
        bench.pass(Duration.ofSeconds(10));
        bench.leave("b", "c", "d", "e");
        bench.pass(Duration.ofSeconds(10));
        assertThat(bench.state().presence(new NodeId("b")).orElseThrow().up()).isTrue();
        bench.pass(Duration.ofSeconds(30));
        assertThat(bench.state().presence(new NodeId("b")).orElseThrow().up()).isFalse();
        assertThat(bench.state().presence(new NodeId("b")).orElseThrow().lossScore())
                .isZero();
        bench.leave("a");
        assertThat(bench.state().presence(new NodeId("a")).orElseThrow().lossScore())
                .isEqualTo(1);
    }

    @Test
    void drainedNodesThatAreUnpluggedSayNothingOfTheSwitch() {
        LeaderBench bench = new LeaderBench();
        bench.ready("a", "b", "c", "d");
        List<NodeId> drained = Stream.of("b", "c", "d").map(NodeId::new).toList();
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 3);
        bench.append(new Command.OrderDrain(1, drained, spec, "fans", "ann"));
        for (int i = 0; i < drained.size(); i++) {
            bench.append(new Command.StepDrain(drained.get(i), 1 + i, NodeStanding.DRAINING, ""));
            bench.append(new Command.StepDrain(drained.get(i), 1 + i, NodeStanding.DRAINED, "safe to unplug"));
        }
        bench.leave("b", "c", "d");
        assertThat(bench.leader.heldBooks().warnings()).isEmpty();
        bench.leader.following();
        bench.leadAnew();
        assertThat(bench.leader.heldBooks().warnings()).as("of a new leader").isEmpty();
    }
}
