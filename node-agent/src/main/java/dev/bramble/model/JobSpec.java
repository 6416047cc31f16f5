package dev.bramble.model;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * A job as accepted: checked, complete, its files named by their hashes.
 *
 * @param name for people; 1 to 64 characters, need not be unique
 * @param command program and arguments of each task; {@code {name}} stands for a declared parameter
 * @param filter how {@code command} answers lines if it is a filter, which takes many tasks one after the other; empty
 *     when each task has a process of its own
 * @param ship files placed in each attempt's folder
 * @param tasks where the tasks come from
 * @param env variables that each attempt gets beside BRAMBLE_*, PATH, HOME and LANG
 * @param needs what one attempt takes of its node
 * @param deadline when the job should be done, counted from acceptance
 * @param cancelAtDeadline whether a missed deadline cancels the job; otherwise it is only marked LATE
 * @param timeout longest run of one attempt; of a filter: longest wait for the answer to a line
 * @param attempts tries that may fail or time out before the task is failed; lost attempts do not count
 * @param atOnce most attempts of this job that run together; of a filter: processes
 * @param outputs patterns of files kept from each task's folder
 * @param reduce one more task when all others succeeded
 * @param after jobs that must have succeeded before this one starts
 * @param priority rank before deadline and fairness
 * @param keep how long the finished job and its results stay
 * @param traits what is unusual about its tasks; empty when nothing is
 */
public record JobSpec(
        String name,
        List<String> command,
        Optional<Framing> filter,
        List<ShippedFile> ship,
        TaskSource tasks,
        SequencedMap<String, String> env,
        Needs needs,
        Optional<Duration> deadline,
        boolean cancelAtDeadline,
        Duration timeout,
        int attempts,
        int atOnce,
        List<String> outputs,
        Optional<Reduce> reduce,
        List<JobId> after,
        Priority priority,
        Duration keep,
        Optional<TaskTraits> traits) {

    /**
     * The job's last task.
     *
     * @param command program and arguments; no parameters
     * @param outputs patterns of files kept from its folder
     */
    public record Reduce(List<String> command, List<String> outputs) {}

    /** Bytes of a file's name, size and hash, as a job keeps them in memory. */
    private static final long FILE_BYTES = 200;

    /** About how many bytes of memory its words and lists of files take, for as long as the job is kept. */
    public long heldBytes() {
        long bytes = name.length() + bytes(command) + bytes(outputs) + files(ship);
        bytes += bytes(env.sequencedKeySet()) + bytes(env.sequencedValues());
        bytes += reduce.map(last -> bytes(last.command()) + bytes(last.outputs()))
                .orElse(0L);
        return bytes
                + switch (tasks) {
                    case TaskSource.Count count -> 0;
                    case TaskSource.Grid grid ->
                        bytes(grid.parameters().sequencedKeySet())
                                + grid.parameters().values().stream()
                                        .mapToLong(JobSpec::bytes)
                                        .sum();
                    case TaskSource.Lines lines -> files(List.of(lines.file()));
                    case TaskSource.Each each -> files(each.files());
                };
    }

    private static long bytes(Collection<String> words) {
        return words.stream().mapToLong(word -> 50 + word.length()).sum();
    }

    private static long files(List<ShippedFile> files) {
        return files.stream()
                .mapToLong(file -> FILE_BYTES + file.name().length())
                .sum();
    }

    /** Every file that its tasks read. */
    public List<ShippedFile> inputs() {
        return switch (tasks) {
            case TaskSource.Count _, TaskSource.Grid _ -> ship;
            case TaskSource.Lines lines -> with(List.of(lines.file()));
            case TaskSource.Each each -> with(each.files());
        };
    }

    private List<ShippedFile> with(List<ShippedFile> more) {
        return Stream.concat(ship.stream(), more.stream()).toList();
    }

    /** Whether attempts of one of its tasks never overlap. */
    public boolean isExclusive() {
        return traits.orElse(TaskTraits.NONE).exclusive();
    }

    /** Whether its tasks leave checkpoints when they are stopped. */
    public boolean checkpoints() {
        return traits.orElse(TaskTraits.NONE).checkpoints();
    }

    /** Index of the reduce among the tasks, also when there is none. */
    public int reduceIndex() {
        return tasks.count();
    }

    /** Tasks with the reduce, if any. */
    public int totalTasks() {
        return tasks.count() + (reduce.isPresent() ? 1 : 0);
    }
}
