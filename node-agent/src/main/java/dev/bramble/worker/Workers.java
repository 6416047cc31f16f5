package dev.bramble.worker;

import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletionStage;

/**
 * Starts, watches and ends the processes of attempts on this node.
 *
 * <p>Promises: a process that was started is reported ended exactly once; when an attempt has ended, nothing that it
 * started is left; when the agent dies in any way, nothing of any attempt is left. Callbacks and completions arrive on
 * the event loop.
 */
public interface Workers extends AutoCloseable {
    /** How attempts are kept apart from the agent and from each other on this machine. */
    Privilege privilege();

    /**
     * Gives the attempt an empty folder, puts its files there and starts its process. A failure to start is reported as
     * {@link Ended} with {@link Exit.NotStarted}. Nothing of an earlier attempt is to be found, of its own job neither.
     */
    void start(ProcessOrder order, Watcher watcher);

    /** SIGTERM to what the attempt started, then SIGKILL to all that is left after {@code grace}. */
    void stop(AttemptId attempt, Duration grace);

    /** A guarded attempt may run until then; does nothing when its time is over already. */
    void renew(AttemptId attempt, long untilNanos);

    /** A piece of what a running or ended, not yet discarded, attempt printed; empty bytes at the end. */
    CompletionStage<Optional<LogPiece>> log(AttemptId attempt, Stream stream, long offset, int bytesMax);

    /**
     * Finds the files that match {@code patterns} in an ended attempt's folder, as the task's user: regular files only,
     * no links, nothing outside the folder. The paths stay until {@link #discard}.
     */
    CompletionStage<Collected> collect(AttemptId attempt, List<String> patterns);

    /**
     * As {@link #collect}, of all files in the ended attempt's checkpoint folder. Whatever of it cannot be kept is a
     * problem: half a checkpoint is none.
     *
     * @param bytesMax most bytes of them together
     */
    CompletionStage<Collected> collectCheckpoint(AttemptId attempt, long bytesMax);

    /** All of a small file that {@link #collect} found. Blocks. */
    default byte[] read(CollectedFile file) throws IOException {
        return Files.readAllBytes(file.path());
    }

    /** Deletes the ended attempt's folder and logs. */
    void discard(AttemptId attempt);

    /** Ends every process and waits until they are gone. */
    @Override
    void close();

    /** The two things a process prints to. */
    enum Stream {
        STDOUT,
        STDERR
    }

    /**
     * @param job whose attempt it is: no two jobs share anything
     * @param argv program and arguments; the program is found on the PATH of {@code env} or relative to the folder
     * @param env the whole environment; {@code HOME} and BRAMBLE_CHECKPOINT_DIR are added by the implementation, since
     *     only it knows the folder
     * @param files placed in the folder before the start
     * @param checkpoint placed in the checkpoint folder before the start, as the task's own files
     * @param stdin what the process reads
     * @param limits what it may take
     * @param guard until when it may run; empty for one that may run as long as it likes
     */
    record ProcessOrder(
            AttemptId attempt,
            JobId job,
            List<String> argv,
            SequencedMap<String, String> env,
            List<PlacedFile> files,
            List<PlacedFile> checkpoint,
            Stdin stdin,
            ProcessLimits limits,
            Optional<Guard> guard) {
        /** The same, which ends in time. */
        public ProcessOrder guardedBy(Guard guard) {
            return new ProcessOrder(attempt, job, argv, env, files, checkpoint, stdin, limits, Optional.of(guard));
        }
    }

    /**
     * Ends an attempt in time, from outside the agent, which may be frozen or dead.
     *
     * @param untilNanos on the event loop's clock; then it gets SIGTERM, unless {@link #renew} was called
     * @param grace until SIGKILL
     */
    record Guard(long untilNanos, Duration grace) {}

    /**
     * A file in the attempt's folder.
     *
     * @param name relative name, checked again before it is used
     * @param source a file on this node that must not be changed by the attempt
     */
    record PlacedFile(String name, Path source, boolean executable) {}

    /** What a process reads on its stdin; then end of file. */
    sealed interface Stdin {
        record Empty() implements Stdin {}

        record Bytes(byte[] bytes) implements Stdin {}

        record FromFile(Path file) implements Stdin {}
    }

    /**
     * @param milliCpus thousandths of a core, where the machine can hold it to that
     * @param memoryBytes the same
     * @param processes most processes and threads
     * @param streamBytes most bytes kept of stdout and of stderr; the rest is read and dropped
     * @param diskBytes most bytes that it may have written to its folder, looked at now and then
     */
    record ProcessLimits(int milliCpus, long memoryBytes, int processes, long streamBytes, long diskBytes) {
        public ProcessLimits withStreamBytes(long streamBytes) {
            return new ProcessLimits(milliCpus, memoryBytes, processes, streamBytes, diskBytes);
        }
    }

    /** Told what happens to one attempt. */
    interface Watcher {
        /** The process runs. */
        void started(long pid);

        /** Nothing of the attempt is left. */
        void ended(Ended ended);
    }

    /**
     * @param millis from start to end
     * @param cut whether either stream was longer than the limit
     */
    record Ended(Exit exit, long millis, Printed stdout, Printed stderr, boolean cut) {}

    /** What is kept of a stream. Few bytes never become a file. */
    sealed interface Printed {
        Printed NOTHING = new InMemory(new byte[0]);

        long sizeBytes();

        record InMemory(byte[] bytes) implements Printed {
            @Override
            public long sizeBytes() {
                return bytes.length;
            }
        }

        /** The file stays until {@link #discard}. */
        record InFile(Path file, long sizeBytes) implements Printed {}
    }

    /** How a process ended. */
    sealed interface Exit {
        record Code(int code) implements Exit {}

        record Signal(int number) implements Exit {}

        /** A sentence: what could not be started, and why. */
        record NotStarted(String sentence) implements Exit {}

        /**
         * It reached a limit, and that is behind its end.
         *
         * @param code its exit code; 128 + number for a signal
         * @param sentence which limit, its value, the use, and what to do
         */
        record OverLimit(int code, String sentence) implements Exit {}

        /**
         * Its guard ended it, or did not let it begin. The task is not to blame.
         *
         * @param code its exit code; 128 + number for a signal; −1 when it did not begin
         */
        record Lapsed(int code) implements Exit {}

        /** A sentence: what ran it here broke down and took it along. The task is not to blame. */
        record Lost(String sentence) implements Exit {}
    }

    /** Bytes of a stream from {@code offset}; {@code sizeBytes} is the stream's length so far. */
    record LogPiece(long offset, byte[] bytes, long sizeBytes) {}

    /**
     * @param files found, in order of name
     * @param problems one sentence for each pattern without a match and each file that was refused
     */
    record Collected(List<CollectedFile> files, List<String> problems) {}

    /** A file to keep. */
    record CollectedFile(String name, Path path, long sizeBytes, boolean executable) {}

    /**
     * @param level machine word for the level
     * @param sentence what it means, for {@code bramble node}
     */
    record Privilege(Level level, String sentence) {}

    /** From strongest to weakest; DESIGN section 7. */
    enum Level {
        /** Own uid per slot, own cgroup with limits, own pid namespace and private /tmp. What a board gives. */
        BOARD,
        /** Own uid per slot, pid namespace, private /tmp, no cgroup limits. What root gives on a build machine. */
        OWN_UID,
        /** The agent's user, in a cgroup scope of its own. */
        CGROUP_SCOPE,
        /** The agent's user, in user and pid namespaces of its own. */
        NAMESPACES,
        /** The agent's user, in a process group; what leaves the group is found by descent. */
        PROCESS_GROUP
    }
}
