package dev.bramble.worker;

import dev.bramble.model.AttemptId;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Runs batches of lines through filters: programs that stay warm between batches, one line in, one line out. DESIGN
 * section 7 has the rules.
 *
 * <p>Promises: a batch that was given is reported ended exactly once; a process never sees lines of two jobs, nor of
 * two epochs of one; when the agent dies in any way, nothing of any filter is left. Called, and calls back, on the
 * event loop.
 */
public interface Filters extends AutoCloseable {
    /** Longest an unused process stays warm: a pause between two batches is far shorter, and it holds memory. */
    Duration IDLE_MAX = Duration.ofSeconds(10);

    /** Most bytes of one batch's answers; with more, the lines not answered yet are given back. */
    long ANSWER_BYTES_MAX = 32L << 20;

    /** Answers up to so many bytes are handed over in memory: they ride in the ledger, or nearly. */
    int ANSWER_BYTES_IN_MEMORY_MAX = 64 * 1024;

    /** Last bytes of stderr kept for each process. */
    int STDERR_BYTES_MAX = 64 * 1024;

    /** Runs the batch in a warm process of its program if one is free, else in a new one. */
    void run(BatchOrder order, Consumer<BatchEnded> ended);

    /**
     * Ends the batch early: its process is stopped (SIGTERM, then SIGKILL after {@code grace}) and what was answered
     * until then counts. Nothing happens if it has ended.
     */
    void stop(AttemptId batch, Duration grace);

    /** No more batches of this job come: its idle processes end. */
    void release(JobId job);

    /** Whether a process waits for the next batch of this job: such a batch takes no more memory. */
    boolean hasIdle(JobId job, int retryEpoch);

    /** Processes that are there now: with a batch, without one, and on their way out. */
    int processes();

    /** Memory that processes without a batch hold now, by the limits they were started with. */
    long idleMemoryBytes();

    /** Ends the processes that have no batch now, since something else needs their room. */
    void endIdle();

    /** Ends every process and waits until they are gone. */
    @Override
    void close();

    /**
     * @param retryEpoch epochs of a job do not share processes
     * @param env the whole environment, as in {@link Workers.ProcessOrder}; what unbuffers programs is added here
     * @param files placed in the process's folder before the start; it stays as long as the process
     */
    record Program(
            JobId job,
            int retryEpoch,
            List<String> argv,
            SequencedMap<String, String> env,
            List<Workers.PlacedFile> files,
            Workers.ProcessLimits limits) {}

    /**
     * @param firstTask what the batch's first line is called in sentences and in indexed framing
     * @param count lines of the batch
     * @param lines opened on a thread that may block, closed there; maybe more than once, as lines are replayed
     * @param lineTimeout longest wait for an answer, counted from when its line became the oldest owed
     */
    record BatchOrder(
            AttemptId batch,
            Program program,
            Framing framing,
            int firstTask,
            int count,
            Lines lines,
            Duration lineTimeout) {}

    /** The lines of a batch. */
    @FunctionalInterface
    interface Lines {
        /** The lines from {@code line} (0 is the batch's first) to its last, each ended by LF. */
        InputStream open(int line) throws IOException;
    }

    /**
     * What became of a batch. A line that neither succeeded nor failed was not answered, and that costs it nothing.
     *
     * @param succeeded lines with an answer, from 0
     * @param answers the answers of those, in the order of the lines, each ended by LF
     * @param failed lines that are to blame for something, in order
     * @param failure the whole batch is to blame: nothing of it counts, {@code succeeded} and {@code failed} are empty
     * @param unanswered why lines are left without an answer though nobody is to blame; empty when none are
     * @param stderr the last of what the process printed there, when something failed; at most
     *     {@link #STDERR_BYTES_MAX}
     * @param millis from the first line written to the last answer, starts of processes not counted
     */
    record BatchEnded(
            AttemptId batch,
            RoaringBitmap succeeded,
            Answers answers,
            List<FailedLine> failed,
            Optional<BatchOutcome.Blame> failure,
            String unanswered,
            byte[] stderr,
            long millis) {}

    /** One line that costs its task a try. */
    record FailedLine(int line, BatchOutcome.Blame blame) {}

    /** Bytes of answers. */
    sealed interface Answers {
        record InMemory(byte[] bytes) implements Answers {}

        /** A file that belongs to whoever was told of it: to be moved or deleted. */
        record InFile(Path file, long sizeBytes) implements Answers {}
    }
}
