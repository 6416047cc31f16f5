package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bramble.codec.CborCodec;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** What passes by in the ledger becomes the stream of a job's attempts. */
class TaskStreamTest {
    private static final JobId JOB = new JobId(1);
    private static final NodeId NODE = new NodeId("n1");
    private static final NodeId OTHER = new NodeId("n2");
    private static final long SUBMITTED_MILLIS = 5_000;

    private final CborCodec codec = new CborCodec();
    private final Replica replica = new Replica(codec, new Passing());
    private final TaskStream stream = new TaskStream(replica, new LeaderWord(new SimTime().newLoop(), null));

    private final class Passing implements Replica.Observer {
        @Override
        public void passed(Entry entry) {
            stream.applied(entry);
        }

        @Override
        public void applied(long index, LedgerState.Applied effects) {}

        @Override
        public void restored() {
            stream.restored();
        }

        @Override
        public void leading(long term) {}

        @Override
        public void following(long term, Optional<NodeId> leader) {}

        @Override
        public void votersChanged(List<Ledger.Peer> voters) {}

        @Override
        public void steppedAside(String trouble) {}
    }

    @BeforeEach
    void submit() {
        apply(0, new Command.Found(new LedgerId("l"), "kitchen", "", Optional.of(Language.OWN)));
        submit(JOB);
    }

    private void submit(JobId job) {
        apply(SUBMITTED_MILLIS, new Command.SubmitJob(job, SampleJob.of(100_000).spec(), "ada", "", ""));
    }

    private void apply(long atMillis, Command command) {
        replica.apply(replica.index() + 1, 1, codec.encodeEntry(new Entry(new Moment(atMillis), List.of(command))));
    }

    private static AttemptOutcome outcome(JobId job, int task, AttemptEnd end, long millis) {
        return new AttemptOutcome(
                new AttemptId(1, task),
                new TaskId(job, task),
                0,
                end,
                end == AttemptEnd.SUCCEEDED ? 0 : 1,
                "",
                millis,
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of(),
                Optional.empty());
    }

    private void end(long atMillis, NodeId node, AttemptOutcome... outcomes) {
        apply(atMillis, new Command.RecordOutcomes(node, List.of(outcomes)));
    }

    private TaskStreamView view(long after) {
        return stream.view(JOB, after, 100_000, new Moment(20_000)).orElseThrow();
    }

    @Test
    void attemptIsSeenWithItsNodeItsTimeAndItsEnd() {
        end(8_000, NODE, outcome(JOB, 3, AttemptEnd.SUCCEEDED, 1_500));
        end(9_000, OTHER, outcome(JOB, 4, AttemptEnd.FAILED, 200));
        end(9_500, OTHER, outcome(JOB, 5, AttemptEnd.TIMED_OUT, 100), outcome(JOB, 6, AttemptEnd.KILLED, 100));

        assertThat(view(0).nowMillis()).isEqualTo(15_000);
        assertThat(view(0).seenFromMillis()).isZero();
        assertThat(view(0).attempts())
                .startsWith(
                        new TaskStreamView.Attempt(1, 3, 1, NODE, 0, 1_500, 3_000, 1_500, End.SUCCEEDED),
                        new TaskStreamView.Attempt(2, 4, 1, OTHER, 0, 3_800, 4_000, 200, End.FAILED));
        assertThat(view(0).totals()).isEqualTo(new TaskStreamView.Totals(1, 1, 1, 1, 0));
        assertThat(view(2).attempts())
                .extracting(TaskStreamView.Attempt::end)
                .containsExactly(End.TIMED_OUT, End.KILLED);
    }

    @Test
    void outcomeThatIsRecordedTwiceIsOneAttempt() {
        end(8_000, NODE, outcome(JOB, 3, AttemptEnd.SUCCEEDED, 1_500));
        end(8_500, NODE, outcome(JOB, 3, AttemptEnd.SUCCEEDED, 1_500));

        assertThat(view(0).attempts()).hasSize(1);
        assertThat(view(0).totals().all()).isEqualTo(1);
    }

    @Test
    void ofManyAttemptsTheNewestAreKeptAndAllAreCounted() {
        int all = JobStream.ATTEMPTS_MAX + 640;
        int together = 64;
        for (int first = 0; first < all; first += together) {
            end(
                    8_000 + first,
                    NODE,
                    IntStream.range(first, first + together)
                            .mapToObj(task -> outcome(JOB, task, AttemptEnd.SUCCEEDED, 1))
                            .toArray(AttemptOutcome[]::new));
        }

        TaskStreamView seen = view(0);
        assertThat(seen.attempts()).hasSize(JobStream.ATTEMPTS_MAX);
        assertThat(seen.attempts().getLast().task()).isEqualTo(all - 1);
        assertThat(seen.oldest()).isEqualTo(641);
        assertThat(seen.totals().succeeded()).isEqualTo(all);
        assertThat(stream.activity(JOB, new Moment(20_000)).orElseThrow().nodes().getFirst().steps().stream()
                        .mapToInt(TaskActivityView.Step::succeeded)
                        .sum())
                .isEqualTo(all);
    }

    @Test
    void lostAttemptsShowOnTheNodeThatLeft() {
        RoaringBitmap tasks = RoaringBitmap.bitmapOf(7, 8);
        apply(9_000, new Command.RecordLosses(NODE, JOB, 0, tasks, "n1 left", Optional.of(4_000L)));

        assertThat(view(0).attempts())
                .extracting(TaskStreamView.Attempt::task, TaskStreamView.Attempt::end, TaskStreamView.Attempt::millis)
                .containsExactly(tuple(7, End.LOST, 2_000L), tuple(8, End.LOST, 2_000L));
    }

    @Test
    void batchIsOneBarThatSaysHowManyLinesItHad() {
        BatchOutcome batch = new BatchOutcome(
                new AttemptId(1, 1),
                JOB,
                new TaskRange(16, 3),
                0,
                RoaringBitmap.bitmapOf(16, 17),
                new Output.Inline("a\nb\n".getBytes(StandardCharsets.UTF_8)),
                List.of(),
                Optional.empty(),
                "",
                Output.Inline.EMPTY,
                40);
        apply(8_000, new Command.RecordBatches(NODE, List.of(batch)));

        assertThat(view(0).attempts())
                .containsExactly(new TaskStreamView.Attempt(1, 16, 3, NODE, 0, 2_960, 3_000, 40, End.SUCCEEDED));
    }

    @Test
    void whatWasBeforeASnapshotIsNotThereAndThePictureSaysSo() {
        end(8_000, NODE, outcome(JOB, 3, AttemptEnd.SUCCEEDED, 1_500));
        replica.restore(replica.index(), 1, replica.snapshot());
        end(9_000, NODE, outcome(JOB, 4, AttemptEnd.SUCCEEDED, 500));

        assertThat(view(0).attempts()).extracting(TaskStreamView.Attempt::task).containsExactly(4);
        assertThat(view(0).seenFromMillis()).isEqualTo(3_000);
    }

    @Test
    void jobsThatWereWorkedOnLongAgoMakeRoomAndSaySo() {
        end(8_000, NODE, outcome(JOB, 3, AttemptEnd.SUCCEEDED, 1_500));
        for (int other = 2; other <= TaskStream.JOBS_MAX + 1; other++) {
            submit(new JobId(other));
            end(9_000, NODE, outcome(new JobId(other), 1_000 * other, AttemptEnd.SUCCEEDED, 5));
        }

        assertThat(view(0).attempts()).isEmpty();
        assertThat(view(0).seenFromMillis()).isPositive();
    }

    @Test
    void thereIsNoStreamOfNoJob() {
        assertThat(stream.view(new JobId(99), 0, 10, new Moment(0))).isEmpty();
        assertThat(stream.activity(new JobId(99), new Moment(0))).isEmpty();
    }
}
