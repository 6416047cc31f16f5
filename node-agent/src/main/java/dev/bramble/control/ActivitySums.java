package dev.bramble.control;

import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What nodes did for a job, in a fixed number of steps that grow longer as the job does. */
final class ActivitySums {
    /** About as many as a phone has room for; a job of a day has steps of a quarter of an hour. */
    static final int STEPS_MAX = 120;

    private static final long FIRST_STEP_MILLIS = 1_000;

    private final Map<NodeId, List<TaskActivityView.Step>> nodes = new HashMap<>();
    private long stepMillis = FIRST_STEP_MILLIS;

    long stepMillis() {
        return stepMillis;
    }

    List<TaskActivityView.Step> of(NodeId node) {
        return List.copyOf(nodes.getOrDefault(node, List.of()));
    }

    /** @param endedMillis since the job was submitted; what ran before that does not count */
    void add(NodeId node, long endedMillis, long runMillis, TaskActivityView.Step counts) {
        long end = Math.max(0, endedMillis);
        reach(end);
        List<TaskActivityView.Step> steps = nodes.computeIfAbsent(node, any -> new ArrayList<>());
        int last = (int) (end / stepMillis);
        while (steps.size() <= last) {
            steps.add(TaskActivityView.Step.NONE);
        }
        steps.set(last, steps.get(last).plus(counts));
        long begin = Math.max(0, end - runMillis);
        for (int step = (int) (begin / stepMillis); step <= last; step++) {
            long busy = Math.min(end, (step + 1) * stepMillis) - Math.max(begin, step * stepMillis);
            steps.set(step, steps.get(step).plus(new TaskActivityView.Step(busy, 0, 0, 0)));
        }
    }

    /** Has room up to then: a job whose attempts are long has not ended one for many steps. */
    void reach(long millis) {
        while (millis / stepMillis >= STEPS_MAX) {
            lengthen();
        }
    }

    private void lengthen() {
        stepMillis *= 2;
        nodes.replaceAll((node, steps) -> {
            List<TaskActivityView.Step> longer = new ArrayList<>();
            for (int i = 0; i < steps.size(); i += 2) {
                longer.add(i + 1 < steps.size() ? steps.get(i).plus(steps.get(i + 1)) : steps.get(i));
            }
            return longer;
        });
    }
}
