package dev.bramble.dashboard.tasks;

import dev.bramble.control.TaskActivityView;
import dev.bramble.control.TaskStreamView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The stream of a job's attempts over REST: in columns, since there are thousands of rows. */
record StreamJson(
        boolean active,
        long nowMillis,
        long seenFromMillis,
        long oldest,
        long last,
        boolean runningKnown,
        int waitingOnNodes,
        TotalsJson totals,
        List<NodeJson> nodes,
        EndedJson ended,
        RunningJson running) {

    record TotalsJson(long succeeded, long failed, long timedOut, long killed, long lost) {}

    record NodeJson(String node, String name, int slots) {}

    record EndedJson(
            List<Long> number,
            List<Long> task,
            List<Long> tasks,
            List<Long> node,
            List<Long> lane,
            List<Long> beganMillis,
            List<Long> endedMillis,
            List<Long> millis,
            List<Long> end) {

        static EndedJson of(List<TaskStreamView.Attempt> attempts, ToLongFunction<TaskStreamView.Attempt> node) {
            return new EndedJson(
                    column(attempts, TaskStreamView.Attempt::number),
                    column(attempts, TaskStreamView.Attempt::task),
                    column(attempts, TaskStreamView.Attempt::lines),
                    column(attempts, node),
                    column(attempts, TaskStreamView.Attempt::lane),
                    column(attempts, TaskStreamView.Attempt::beganMillis),
                    column(attempts, TaskStreamView.Attempt::endedMillis),
                    column(attempts, TaskStreamView.Attempt::millis),
                    column(attempts, attempt -> attempt.end().ordinal()));
        }
    }

    record RunningJson(List<Long> task, List<Long> attempt, List<Long> node, List<Long> lane, List<Long> beganMillis) {

        static RunningJson of(List<RunningLanes.Place> places, ToLongFunction<RunningLanes.Place> node) {
            return new RunningJson(
                    column(places, place -> place.task().task()),
                    column(places, place -> place.task().attempt()),
                    column(places, node),
                    column(places, RunningLanes.Place::lane),
                    column(places, RunningLanes.Place::beganMillis));
        }
    }

    static TotalsJson of(TaskStreamView.Totals totals) {
        return new TotalsJson(totals.succeeded(), totals.failed(), totals.timedOut(), totals.killed(), totals.lost());
    }

    private static <T> List<Long> column(List<T> rows, ToLongFunction<T> of) {
        return rows.stream().map(of::applyAsLong).toList();
    }

    /** What nodes did, summed up in steps of time. */
    record ActivityJson(
            boolean active,
            long nowMillis,
            long seenFromMillis,
            long stepMillis,
            boolean runningKnown,
            List<NodeActivityJson> nodes) {}

    record NodeActivityJson(
            String node,
            String name,
            int slots,
            List<Long> busyMillis,
            List<Long> succeeded,
            List<Long> failed,
            List<Long> moved) {

        /** @param extraBusy what runs now adds to each step */
        static NodeActivityJson of(TaskActivityView.OnNode node, long[] extraBusy) {
            List<TaskActivityView.Step> steps = node.steps();
            List<Long> busy = new ArrayList<>();
            for (int i = 0; i < Math.max(steps.size(), extraBusy.length); i++) {
                busy.add(
                        (i < steps.size() ? steps.get(i).busyMillis() : 0) + (i < extraBusy.length ? extraBusy[i] : 0));
            }
            return new NodeActivityJson(
                    node.node().value(),
                    node.name(),
                    node.slots(),
                    List.copyOf(busy),
                    column(steps, TaskActivityView.Step::succeeded),
                    column(steps, TaskActivityView.Step::failed),
                    column(steps, TaskActivityView.Step::moved));
        }
    }
}
