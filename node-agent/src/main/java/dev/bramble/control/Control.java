package dev.bramble.control;

import dev.bramble.model.BlobId;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A bramble as a head sees it. Safe for many threads.
 *
 * <p>Futures fail with {@link dev.bramble.model.RefusedException} when something is wrong that a person should know.
 */
public interface Control {
    /**
     * Asks a question of this head's copy of the bramble.
     *
     * @param afterIndex a write's index that the answer must include, or 0; after 2 s of waiting for it the future
     *     fails with UNAVAILABLE and says how far behind this head is
     * @param question runs on the event loop: quick, keeps nothing of {@link Views} but the records it returns
     */
    <T> CompletionStage<T> read(long afterIndex, Function<Views, T> question);

    /**
     * Asks the leader to do something in the name of whoever owns {@code credential}; the voters check the credential.
     * Completes when the action is in the ledger, or refused.
     */
    default CompletionStage<Done> act(String credential, Action action) {
        return act(credential, action, "");
    }

    /**
     * The same with where it comes from, for the audit trail and to slow down whoever guesses.
     *
     * @param address of the client's connection; never what a header claims
     */
    CompletionStage<Done> act(String credential, Action action, String address);

    /**
     * Completes once the job is final or not there, and after {@code limit} at the latest; sooner when too many wait.
     * What it is then, {@link #read} tells.
     *
     * @param afterIndex as for {@link #read}
     */
    CompletionStage<Void> ended(long afterIndex, JobId job, Duration limit);

    /** What draining {@code nodes} would do; asked of the leader. */
    CompletionStage<DrainPreview> previewDrain(List<NodeId> nodes, DrainSpec spec);

    /**
     * Completes once there is an event after {@code number}, or their numbers went back since the ledger was recovered
     * from an older copy; and after {@code limit} at the latest.
     */
    CompletionStage<Void> eventsAfter(long number, Duration limit);

    /** Tasks of a job that run or wait on nodes now, in order of index from {@code fromTask}; asked of the leader. */
    CompletionStage<RunningTasks> running(JobId job, int fromTask, int limit);

    /** Tasks that run or wait on a node now, those that run first, the newest first; asked of the leader. */
    CompletionStage<NodeTasks> runningOn(NodeId node, int limit);

    /**
     * A piece of what a task's newest attempt printed: from its node while it runs, from its recorded result after.
     *
     * @param offset in bytes; negative counts from the end
     */
    CompletionStage<LogSlice> log(JobId job, int task, LogStream stream, long offset, int bytesMax);

    /**
     * Takes a file in: streams it to two nodes (or as many as are up), flushed, and names it. Blocks. Fails with
     * {@link dev.bramble.model.RefusedException} when no node can take it.
     */
    UploadedBlob upload(InputStream bytes) throws IOException;

    /** Opens a blob from whichever node has a whole copy. Blocks. Empty when nobody has one. */
    Optional<InputStream> open(BlobId blob) throws IOException;

    /** The same for a slice of a segment, which is small. */
    Optional<InputStream> open(Output.Slice slice) throws IOException;

    /**
     * Writes the answers of a filter's tasks from {@code from} on, in order, each ended by LF; an empty line for a task
     * that failed, or that its job's end left without an outcome. Blocks. Fails with an IOException when a segment
     * cannot be read, in the middle.
     *
     * @return the first task without an outcome, where it stopped; −1 when all are written
     */
    int writeAnswers(JobId job, int from, OutputStream out) throws IOException;

    /** What a task prints to. */
    enum LogStream {
        STDOUT,
        STDERR
    }

    /**
     * @param job set for SubmitJob
     * @param secret a new token's text, shown once
     * @param index read after it to see the effect
     */
    record Done(long index, Optional<JobId> job, Optional<String> secret) {}

    /** Flushed on {@code holders}; register it with {@link Action.HoldBlob}. */
    record UploadedBlob(BlobId blob, long sizeBytes, List<NodeId> holders) {}

    /**
     * @param offset position of {@code bytes} in the stream
     * @param sizeBytes of the stream so far; while nobody has it, as far as was asked for, so that a reader that
     *     follows it neither gets anything nor takes it for the shorter stream of a new attempt
     * @param ended whether nothing will be added
     * @param tailOnly the node is gone and this is the last that the leader heard of it
     */
    record LogSlice(long offset, byte[] bytes, long sizeBytes, boolean ended, boolean tailOnly) {}

    /** @param next index to ask from for more; −1 when there is no more */
    record RunningTasks(List<RunningTask> tasks, int next) {}

    /** @param running false while it waits on its node for a free place */
    record RunningTask(int task, NodeId node, int attempt, boolean running, long millis) {}

    /** @param more how many were left out for the limit */
    record NodeTasks(List<NodeTask> tasks, int more) {}

    /**
     * @param lines how many tasks it stands for: more than one for a filter's batch, of which {@code task} is the first
     * @param running false while it waits for a free place
     */
    record NodeTask(JobId job, int task, int lines, int attempt, boolean running, long millis) {}
}
