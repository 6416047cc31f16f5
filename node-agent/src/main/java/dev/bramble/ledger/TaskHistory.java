package dev.bramble.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The attempts of a job's tasks that gave no outcome, remembered to explain what happened. */
final class TaskHistory {
    /** Attempts remembered for one task: enough to see a pattern, bounded when a task is retried for days. */
    static final int PER_TASK_MAX = 16;
    /** Tasks whose attempts are remembered: a job of a million failing tasks must not fill the memory. */
    static final int TASKS_MAX = 10_000;

    private final TreeMap<Integer, List<AttemptRecord>> attempts;

    TaskHistory(Map<Integer, List<AttemptRecord>> image) {
        attempts = new TreeMap<>(image);
    }

    Map<Integer, List<AttemptRecord>> image() {
        return new TreeMap<>(attempts);
    }

    List<AttemptRecord> of(int task) {
        return attempts.getOrDefault(task, List.of());
    }

    void add(int task, AttemptRecord attempt) {
        if (attempts.size() >= TASKS_MAX && !attempts.containsKey(task)) {
            return;
        }
        List<AttemptRecord> all = new ArrayList<>(of(task));
        all.add(attempt);
        attempts.put(task, List.copyOf(all.subList(Math.max(0, all.size() - PER_TASK_MAX), all.size())));
    }
}
