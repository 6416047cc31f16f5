package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.ExclusiveGrant;
import dev.bramble.ledger.Forgetting;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.worker.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A simulation that finds nothing proves nothing unless it finds what was planted. */
class PlantedDefectsTest {
    /** Seeds within which a defect must be found. */
    private static final int SEEDS_MAX = 300;

    private static final CborCodec CODEC = new CborCodec();

    private final String test;

    PlantedDefectsTest(TestInfo info) {
        test = info.getTestMethod().orElseThrow().getName();
    }

    @Test
    void twoAcceptedOutcomesOfOneTaskAreFound() {
        assertThat(found((node, replica) -> new AcceptsTwice(replica))).contains("one outcome per task and epoch");
    }

    @Test
    void anAcceptedJobThatVanishesIsFound() {
        assertThat(found((node, replica) ->
                        new Drops(replica, (index, command) -> index % 5 == 0 && isSubmission(command))))
                .contains("nothing accepted is forgotten");
    }

    private static boolean isSubmission(Command command) {
        return command.bare() instanceof Command.SubmitJob;
    }

    @Test
    void oneCopyThatGoesItsOwnWayIsFound() {
        assertThat(found((node, replica) -> new Drops(
                        replica,
                        (index, command) -> node.value().endsWith("2") && command instanceof Command.CreateToken)))
                .contains("equal state at equal index");
    }

    @Test
    void aTaskThatIsGrantedAgainWithoutWaitingIsFound() {
        assertThat(found((node, replica) -> new TakesLossForEnd(replica), SimOptions::exclusive))
                .contains("exclusive attempts never overlap");
    }

    @Test
    void anAttemptWhoseGuardDoesNotWorkIsFound() {
        assertThat(found(new NoGuards(), SimOptions::exclusive)).contains("exclusive attempts never overlap");
    }

    @Test
    void aNewLeaderThatGrantsBeforeAnOldLeaseHasLapsedIsFound() {
        assertThat(found((node, replica) -> new TakesNewTermForEnd(replica), SimOptions::exclusive))
                .contains("exclusive attempts never overlap");
    }

    @Test
    void theLineOfAFailureSaysWhichTestMakesItOnceMore() {
        assertThat(new SimulationFailure(new Simulation(SimOptions.of(7)), "it broke", null))
                .hasMessageContaining("rerun: mvn -pl node-agent test -Dtest=BrambleSimulationTest"
                        + "#everythingAcceptedEndsOnceUnderFaults -Dsim.seed=7\n");
        assertThat(new SimulationFailure(new Simulation(SimOptions.exclusive(5)), "it broke", null))
                .hasMessageContaining("rerun: mvn -pl node-agent test -Dtest=BrambleSimulationTest"
                        + "#exclusiveAttemptsNeverOverlapWhereNodesAreTornApart -Dsim.exclusive.seed=5\n");
    }

    /** As if deadlines were kept as calendar time, and bramble time followed a calendar that jumped. */
    @Test
    void timeThatGoesBackIsFound() {
        assertThat(found((node, replica) ->
                        new Moves(replica, () -> Forgetting.timeSince(replica, CODEC, Duration.ofSeconds(2)))))
                .contains("bramble time went back");
    }

    @Test
    void aDeadlineThatMovesIsFound() {
        assertThat(found((node, replica) ->
                        new Moves(replica, () -> Forgetting.acceptances(replica, CODEC, Duration.ofMillis(1)))))
                .contains("the acceptance or the deadline of job");
    }

    @Test
    void timeThatRunsAheadIsFound() {
        assertThat(found((node, replica) -> new RunsAhead(replica))).contains("bramble time ran ahead");
    }

    /** What the first simulation says that fails with the defect. */
    private String found(Defect defect) {
        return found(defect, SimOptions::of);
    }

    private String found(Defect defect, LongFunction<SimOptions> seeds) {
        Long one = Long.getLong("sim.seed");
        long last = one == null ? SEEDS_MAX : one;
        for (long seed = one == null ? 1 : one; seed <= last; seed++) {
            SimOptions options = seeds.apply(seed);
            if (options.nodes() > 12 || options.tasksMax() > 100) {
                continue;
            }
            try {
                new Simulation(options, defect).rerunBy(rerun(seed)).run();
            } catch (SimulationFailure failure) {
                System.out.println("planted defect found after " + seed + " seeds:");
                failure.getMessage().lines().limit(3).forEach(System.out::println);
                assertThat(failure).hasMessageContaining(rerun(seed));
                return failure.getMessage();
            }
        }
        return "nothing found in the seeds up to " + last;
    }

    private String rerun(long seed) {
        return "-Dtest=PlantedDefectsTest#" + test + " -Dsim.seed=" + seed;
    }

    /** Passes everything on to the copy. */
    private abstract static class Passing implements Ledger.StateMachine {
        final Replica replica;

        Passing(Replica replica) {
            this.replica = replica;
        }

        @Override
        public byte[] snapshot() {
            return replica.snapshot();
        }

        @Override
        public void restore(long index, long term, byte[] snapshot) {
            replica.restore(index, term, snapshot);
        }

        @Override
        public void leading(long term) {
            replica.leading(term);
        }

        @Override
        public void following(long term, Optional<NodeId> leader) {
            replica.following(term, leader);
        }

        @Override
        public void votersChanged(List<Ledger.Peer> voters) {
            replica.votersChanged(voters);
        }

        @Override
        public void steppedAside(String trouble) {
            replica.steppedAside(trouble);
        }
    }

    /** A success is taken for one of another task, too, which had one already, on every copy alike. */
    private static final class AcceptsTwice extends Passing {
        AcceptsTwice(Replica replica) {
            super(replica);
        }

        @Override
        public void apply(long index, long term, byte[] bytes) {
            Entry entry = CODEC.decodeEntry(bytes);
            List<Command> commands = new ArrayList<>();
            for (Command command : entry.commands()) {
                if (command instanceof Command.RecordOutcomes record) {
                    List<AttemptOutcome> seconds = record.outcomes().stream()
                            .flatMap(outcome -> second(outcome).stream())
                            .toList();
                    seconds.forEach(second -> Forgetting.success(replica, second.task()));
                    commands.add(new Command.RecordOutcomes(record.node(), seconds));
                }
                commands.add(command);
            }
            replica.apply(index, term, CODEC.encodeEntry(new Entry(entry.at(), commands)));
        }

        private Optional<AttemptOutcome> second(AttemptOutcome outcome) {
            JobId id = outcome.task().job();
            return replica.state()
                    .job(id)
                    .filter(job -> outcome.end() == AttemptEnd.SUCCEEDED && job.accepts(outcome))
                    .filter(job -> job.hasSucceeded(0) && outcome.stdout().sizeBytes() > 0)
                    .map(job -> SampleJob.outcome(
                            outcome.attempt(),
                            new TaskId(id, 0),
                            outcome.retryEpoch(),
                            AttemptEnd.SUCCEEDED,
                            outcome.stdout()));
        }
    }

    /** Some commands change nothing. */
    private static final class Drops extends Passing {
        private final BiPredicate<Long, Command> dropped;

        Drops(Replica replica, BiPredicate<Long, Command> dropped) {
            super(replica);
            this.dropped = dropped;
        }

        @Override
        public void apply(long index, long term, byte[] bytes) {
            Entry entry = CODEC.decodeEntry(bytes);
            List<Command> kept = entry.commands().stream()
                    .filter(command -> !dropped.test(index, command))
                    .toList();
            replica.apply(index, term, CODEC.encodeEntry(new Entry(entry.at(), kept)));
        }
    }

    /** A node that is lost is taken for the end of what was granted to it, on every copy alike. */
    private static final class TakesLossForEnd extends Passing {
        TakesLossForEnd(Replica replica) {
            super(replica);
        }

        @Override
        public void apply(long index, long term, byte[] bytes) {
            Entry entry = CODEC.decodeEntry(bytes);
            List<Command> commands = new ArrayList<>();
            for (Command command : entry.commands()) {
                if (command instanceof Command.NodeLost lost) {
                    commands.add(new Command.RecordOutcomes(lost.node(), endsOn(lost.node())));
                }
                commands.add(command);
            }
            replica.apply(index, term, CODEC.encodeEntry(new Entry(entry.at(), commands)));
        }

        private List<AttemptOutcome> endsOn(NodeId node) {
            return ends(replica, grant -> grant.node().equals(node));
        }
    }

    /** What an earlier leader granted is taken for over as soon as there is a new one, on every copy alike. */
    private static final class TakesNewTermForEnd extends Passing {
        TakesNewTermForEnd(Replica replica) {
            super(replica);
        }

        @Override
        public void apply(long index, long term, byte[] bytes) {
            Entry entry = CODEC.decodeEntry(bytes);
            List<AttemptOutcome> ends = ends(replica, grant -> grant.attempt().term() < term);
            List<Command> commands = new ArrayList<>(entry.commands());
            if (!ends.isEmpty()) {
                commands.addFirst(new Command.RecordOutcomes(new NodeId("nobody"), ends));
            }
            replica.apply(index, term, CODEC.encodeEntry(new Entry(entry.at(), commands)));
        }
    }

    /** As if each of these attempts had been killed. */
    private static List<AttemptOutcome> ends(Replica replica, Predicate<ExclusiveGrant> isMeant) {
        List<AttemptOutcome> ends = new ArrayList<>();
        for (JobRecord job : replica.state().jobs().values()) {
            job.exclusiveGrants().forEach((task, grant) -> {
                if (isMeant.test(grant)) {
                    ends.add(SampleJob.outcome(
                            grant.attempt(),
                            new TaskId(job.id(), task),
                            job.retryEpoch(),
                            AttemptEnd.KILLED,
                            Output.Inline.EMPTY));
                }
            });
        }
        return ends;
    }

    /** Nobody ends an attempt whose lease has run out. */
    private static final class NoGuards implements Defect {
        @Override
        public Ledger.StateMachine before(NodeId node, Replica replica) {
            return replica;
        }

        @Override
        public Workers.ProcessOrder ordered(Workers.ProcessOrder order) {
            return new Workers.ProcessOrder(
                    order.attempt(),
                    order.job(),
                    order.argv(),
                    order.env(),
                    order.files(),
                    order.checkpoint(),
                    order.stdin(),
                    order.limits(),
                    Optional.empty());
        }
    }

    /** After an entry in the middle, on every copy alike, times are others. */
    private static final class Moves extends Passing {
        private static final long AT_INDEX = 40;

        private final Runnable move;

        Moves(Replica replica, Runnable move) {
            super(replica);
            this.move = move;
        }

        @Override
        public void apply(long index, long term, byte[] entry) {
            replica.apply(index, term, entry);
            if (index == AT_INDEX) {
                move.run();
            }
        }
    }

    /** Entries are stamped an hour later than they were. */
    private static final class RunsAhead extends Passing {
        RunsAhead(Replica replica) {
            super(replica);
        }

        @Override
        public void apply(long index, long term, byte[] bytes) {
            Entry entry = CODEC.decodeEntry(bytes);
            Entry later = new Entry(entry.at().plus(Duration.ofHours(1)), entry.commands());
            replica.apply(index, term, CODEC.encodeEntry(later));
        }
    }
}
