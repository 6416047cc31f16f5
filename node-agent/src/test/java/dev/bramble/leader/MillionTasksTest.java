package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.TaskSupply;
import dev.bramble.time.Moment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A job of a million tasks is nothing special for the leader. Alone, since it looks at the heap of all. */
@Isolated
class MillionTasksTest {
    private static final int TASKS = 1_000_000;
    /** What such a job may take of the leader's heap through its whole life. */
    private static final long MEMORY_BYTES_MAX = 64L << 20;

    private static final int BATCH = 512;
    private static final JobId JOB = new JobId(1);
    private static final NodeId NODE = new NodeId("a");

    private final CborCodec codec = new CborCodec();
    private final LedgerState state = new LedgerState();

    /** A hundred bytes a task: a voter of a gigabyte bears some such jobs. */
    private static final long SLICES_BYTES_MAX = 128L << 20;

    /** What tasks of ten kilobytes fill a segment with. */
    private static final int SLICES = 400;

    @Test
    void aMillionMiddlingResultsTakeAHundredBytesEach() {
        apply(new Command.SubmitJob(new JobId(0), SampleJob.of(1).spec(), "ada", "", ""));
        long empty = usedBytes();
        apply(new Command.SubmitJob(JOB, SampleJob.of(TASKS).spec(), "ada", "key", "body"));
        long entryBytes = 0;
        for (int done = 0; done < TASKS; done += SLICES) {
            entryBytes += apply(new Command.RecordOutcomes(NODE, slices(done)));
        }
        assertThat(state.job(JOB).orElseThrow().phase()).isEqualTo(JobPhase.SUCCEEDED);
        long full = usedBytes() - empty;
        byte[] snapshot = codec.encodeImage(state.image());
        System.out.printf(
                "a job of %,d tasks with a slice each, %,d segments: %.1f bytes a task in memory, %.1f in entries,"
                        + " %.1f in the snapshot%n",
                TASKS,
                state.blobs().size(),
                (double) full / TASKS,
                (double) entryBytes / TASKS,
                (double) snapshot.length / TASKS);
        assertThat(full).isLessThan(SLICES_BYTES_MAX);
        Reference.reachabilityFence(state);
    }

    private static List<AttemptOutcome> slices(int done) {
        Output.Stored segment = new Output.Stored(
                new BlobId("%064x".formatted(done)), SLICES * 10_000L, List.of(NODE, new NodeId("b")), "");
        List<AttemptOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < SLICES; i++) {
            Output slice = new Output.Slice(segment, i * 10_000L, 10_000, "accuracy 0.9731 loss 0.0421");
            outcomes.add(SampleJob.outcome(
                    new AttemptId(1, done + i + 1), new TaskId(JOB, done + i), 0, AttemptEnd.SUCCEEDED, slice));
        }
        return outcomes;
    }

    @Test
    void aMillionTasksNeedLittleMemoryThroughTheirWholeLife() {
        apply(new Command.SubmitJob(new JobId(0), SampleJob.of(1).spec(), "ada", "", ""));
        long empty = usedBytes();
        long began = System.nanoTime();
        apply(new Command.SubmitJob(JOB, SampleJob.of(TASKS).spec(), "ada", "key", "body"));
        JobRecord job = state.job(JOB).orElseThrow();
        JobQueue queue = new JobQueue(job);
        long acceptedNanos = System.nanoTime() - began;
        long accepted = usedBytes() - empty;

        long most = accepted;
        long entryBytes = 0;
        int entries = 0;
        for (int done = 0; done < TASKS; done += BATCH) {
            entryBytes += apply(new Command.RecordOutcomes(NODE, batch(queue, done)));
            entries++;
            if (done % (BATCH * 500) == 0) {
                most = Math.max(most, usedBytes() - empty);
            }
        }
        assertThat(job.phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(job.succeededTasks()).isEqualTo(TASKS);
        long full = usedBytes() - empty;
        byte[] snapshot = codec.encodeImage(state.image());
        System.out.printf(
                "a job of %,d tasks: accepted in %.1f ms, %.1f MB then, %.1f MB at the most, %.1f MB when done; "
                        + "%,d entries of %,d bytes each; snapshot %.1f MB%n",
                TASKS,
                acceptedNanos / 1e6,
                accepted / 1e6,
                Math.max(most, full) / 1e6,
                full / 1e6,
                entries,
                entryBytes / entries,
                snapshot.length / 1e6);
        assertThat(Math.max(most, full)).isLessThan(MEMORY_BYTES_MAX);
        Reference.reachabilityFence(queue);
        Reference.reachabilityFence(state);
    }

    /** What a node reports of the next tasks: each printed its number. */
    private List<AttemptOutcome> batch(JobQueue queue, int done) {
        TaskSupply supply = queue.supply();
        List<AttemptOutcome> outcomes = new ArrayList<>();
        while (outcomes.size() < BATCH && supply.hasNext()) {
            int task = supply.next(1).from();
            queue.take(new TaskRange(task, 1));
            outcomes.add(SampleJob.outcome(
                    new AttemptId(1, task + 1),
                    new TaskId(JOB, task),
                    0,
                    AttemptEnd.SUCCEEDED,
                    Integer.toString(done + outcomes.size())));
        }
        outcomes.forEach(outcome -> queue.settle(new TaskRange(outcome.task().index(), 1)));
        return outcomes;
    }

    /** The way of every command: decided, encoded, decoded, applied. */
    private int apply(Command command) {
        byte[] bytes = codec.encodeEntry(new Entry(Moment.FOUNDING, List.of(command)));
        state.apply(codec.decodeEntry(bytes));
        return bytes.length;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
