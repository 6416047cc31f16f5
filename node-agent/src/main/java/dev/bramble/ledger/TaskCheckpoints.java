package dev.bramble.ledger;

import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What stopped attempts of a job's open tasks left for the next ones. Changed by {@link JobRecord} only. */
final class TaskCheckpoints {
    /**
     * A task beyond starts anew: so many at once would be a job stopped on all slots of a hundred boards many times.
     */
    static final int TASKS_MAX = 10_000;

    private final TreeMap<Integer, Saved> saved;
    /** What is not needed any more since the last {@link #takeReleased}; always empty between two commands. */
    private final List<Released> released = new ArrayList<>();

    /**
     * @param attempt the newest that left one; what an older one left does not count any more
     * @param checkpoint empty when none could be kept, or it was lost
     */
    record Saved(AttemptId attempt, Optional<Checkpoint> checkpoint) {}

    /** A task's files that are not needed any more. */
    record Released(int task, List<Output.Stored> files) {}

    TaskCheckpoints(Map<Integer, Saved> image) {
        saved = new TreeMap<>(image);
    }

    Map<Integer, Saved> image() {
        return new TreeMap<>(saved);
    }

    Optional<Checkpoint> of(int task) {
        return Optional.ofNullable(saved.get(task)).flatMap(Saved::checkpoint);
    }

    /** Whether the outcome has a checkpoint, and one that is newer than what the task has. */
    boolean isNews(AttemptOutcome outcome) {
        Saved before = saved.get(outcome.task().index());
        return outcome.checkpoint().isPresent()
                && (before == null ? saved.size() < TASKS_MAX : before.attempt().compareTo(outcome.attempt()) < 0);
    }

    /** Takes the place of an older one, unless it could not be kept. */
    void put(AttemptOutcome outcome) {
        int task = outcome.task().index();
        Optional<Checkpoint> whole =
                outcome.checkpoint().filter(left -> !left.files().isEmpty());
        Optional<Checkpoint> older = of(task);
        if (whole.isPresent()) {
            release(task);
        }
        saved.put(task, new Saved(outcome.attempt(), whole.or(() -> older)));
    }

    /** No node has it whole any more; false when there is none, or another one. */
    boolean lose(int task, AttemptId leftBy) {
        Saved before = saved.get(task);
        if (before == null || before.checkpoint().isEmpty() || !before.attempt().equals(leftBy)) {
            return false;
        }
        release(task);
        saved.put(task, new Saved(leftBy, Optional.empty()));
        return true;
    }

    /** The newest attempt that left one. */
    Optional<AttemptId> leftBy(int task) {
        return Optional.ofNullable(saved.get(task)).map(Saved::attempt);
    }

    /** The task needs none any more. */
    void release(int task) {
        Saved before = saved.remove(task);
        if (before != null && before.checkpoint().isPresent()) {
            released.add(new Released(task, before.checkpoint().get().stored()));
        }
    }

    void releaseAll() {
        List.copyOf(saved.keySet()).forEach(this::release);
    }

    List<Released> takeReleased() {
        List<Released> taken = List.copyOf(released);
        released.clear();
        return taken;
    }
}
