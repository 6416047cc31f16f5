package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Forgetting;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** A simulation that finds nothing proves nothing unless it finds what was planted. */
class PlantedDefectsTest {
    /** Seeds within which a defect must be found. */
    private static final int SEEDS_MAX = 300;

    private static final CborCodec CODEC = new CborCodec();

    @Test
    void twoAcceptedOutcomesOfOneTaskAreFound() {
        assertThat(found((node, replica) -> new AcceptsTwice(replica)))
                .contains("one outcome per task and epoch")
                .contains("rerun: mvn -pl node-agent test -Dtest=BrambleSimulationTest -Dsim.seed=");
    }

    @Test
    void anAcceptedJobThatVanishesIsFound() {
        assertThat(found((node, replica) ->
                        new Drops(replica, (index, command) -> index % 5 == 0 && command instanceof Command.SubmitJob)))
                .contains("nothing accepted is forgotten");
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

    /** As if deadlines were kept as calendar time, and bramble time followed a calendar that jumped. */
    @Test
    void timesThatMoveAreFound() {
        assertThat(found((node, replica) ->
                        new Moves(replica, () -> Forgetting.timeSince(replica, CODEC, Duration.ofSeconds(2)))))
                .contains("bramble time went back");
        assertThat(found((node, replica) ->
                        new Moves(replica, () -> Forgetting.acceptances(replica, CODEC, Duration.ofMillis(1)))))
                .contains("the acceptance or the deadline of job");
        assertThat(found((node, replica) -> new RunsAhead(replica))).contains("bramble time ran ahead");
    }

    /** What the first simulation says that fails with the defect. */
    private static String found(Defect defect) {
        return found(defect, SimOptions::of);
    }

    private static String found(Defect defect, LongFunction<SimOptions> seeds) {
        for (long seed = 1; seed <= SEEDS_MAX; seed++) {
            SimOptions options = seeds.apply(seed);
            if (options.nodes() > 12 || options.tasksMax() > 100) {
                continue;
            }
            try {
                new Simulation(options, defect).run();
            } catch (SimulationFailure failure) {
                System.out.println("planted defect found after " + seed + " seeds:");
                failure.getMessage().lines().limit(3).forEach(System.out::println);
                return failure.getMessage();
            }
        }
        return "nothing found in " + SEEDS_MAX + " seeds";
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

    /** A second success of a task replaces the first, on every copy alike. */
    private static final class AcceptsTwice extends Passing {
        AcceptsTwice(Replica replica) {
            super(replica);
        }

        @Override
        public void apply(long index, long term, byte[] entry) {
            for (Command command : CODEC.decodeEntry(entry).commands()) {
                if (command instanceof Command.RecordOutcomes record) {
                    record.outcomes().stream()
                            .filter(this::isSecond)
                            .forEach(outcome -> Forgetting.success(replica, CODEC, outcome.task()));
                }
            }
            replica.apply(index, term, entry);
        }

        private boolean isSecond(AttemptOutcome outcome) {
            Optional<JobRecord> job = replica.state().job(outcome.task().job());
            return job.map(record -> record.retryEpoch() == outcome.retryEpoch()
                            && record.hasSucceeded(outcome.task().index()))
                    .orElse(false);
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
            List<AttemptOutcome> ends = new ArrayList<>();
            for (JobRecord job : replica.state().jobs().values()) {
                job.exclusiveGrants().forEach((task, grant) -> {
                    if (grant.node().equals(node)) {
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
