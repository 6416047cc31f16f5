package dev.bramble.scheduler;

import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Near a job's end a slow board that takes one more task may end the job later than if the task waited for a faster
 * one. Each of the tasks that are left is thought to go where it ends first, which for equal tasks is the earliest end
 * there is (earliest completion time first, on uniform machines); what then begins now may begin now.
 */
final class LastTasks {
    /** Boards nearer to each other in speed are alike: run times differ by as much. */
    private static final double ALIKE = 1.1;
    /** Nobody waits for less than this to be won. */
    private static final double WORTH_SECONDS = 0.25;

    private LastTasks() {}

    /** A place for a task on a node: when it is free, counted from now, and how long a task takes there. */
    private record Slot(int node, double freeSeconds, double taskSeconds) {
        static final Comparator<Slot> FIRST_TO_END = Comparator.comparingDouble(Slot::endSeconds)
                .thenComparingDouble(Slot::freeSeconds)
                .thenComparingInt(Slot::node);

        double endSeconds() {
            return freeSeconds + taskSeconds;
        }
    }

    /**
     * Grants of the job that each node may get now.
     *
     * @param nodes those that could run it
     * @return empty while so much is left that every node is of use, and where they are alike
     */
    static Optional<Map<NodeId, Integer>> mostNow(Collection<NodeOffer> nodes, JobDemand demand) {
        List<NodeOffer> offers = List.copyOf(nodes);
        double[] seconds = offers.stream().mapToDouble(demand::grantSecondsOn).toArray();
        double slowest = 0;
        double fastest = Double.MAX_VALUE;
        double useful = 0;
        for (double each : seconds) {
            slowest = Math.max(slowest, each);
            fastest = Math.min(fastest, each);
        }
        for (int node = 0; node < seconds.length; node++) {
            useful += slots(demand, offers.get(node)) * (slowest / seconds[node] + 1);
        }
        long left = demand.grantsLeft();
        // While nobody knows how long a task takes, only that it takes longer on some.
        boolean isWorthIt = demand.taskSeconds().isEmpty() || slowest - fastest >= WORTH_SECONDS;
        if (slowest < fastest * ALIKE || !isWorthIt || left > useful) {
            return Optional.empty();
        }
        PriorityQueue<Slot> slots = new PriorityQueue<>(Slot.FIRST_TO_END);
        for (int node = 0; node < seconds.length; node++) {
            for (double free : free(demand, offers.get(node))) {
                slots.add(new Slot(node, free, seconds[node]));
            }
        }
        Map<NodeId, Integer> now = new HashMap<>();
        for (long task = 0; task < left; task++) {
            Slot slot = slots.poll();
            if (slot.freeSeconds <= Scheduler.IN_HAND.toMillis() / 1000.0) {
                now.merge(offers.get(slot.node).node(), 1, Integer::sum);
            }
            slots.add(new Slot(slot.node, slot.endSeconds(), slot.taskSeconds));
        }
        return Optional.of(now);
    }

    private static int slots(JobDemand demand, NodeOffer offer) {
        return offer.capacity().milliCpus() / Math.max(1, demand.needs().milliCpus());
    }

    /** When each place for such a task on the node is free, in seconds from now. */
    private static List<Double> free(JobDemand demand, NodeOffer offer) {
        int capacity = offer.capacity().milliCpus();
        List<NodeOffer.Busy> running = new ArrayList<>(offer.running().get());
        running.sort(Comparator.comparingDouble(NodeOffer.Busy::secondsLeft));
        int free =
                capacity - running.stream().mapToInt(NodeOffer.Busy::milliCpus).sum();
        double waiting = offer.heldCpuSeconds() / (capacity / 1000.0);
        List<Double> slots = new ArrayList<>();
        double at = 0;
        int ended = 0;
        int need = Math.max(1, demand.needs().milliCpus());
        for (int slot = 1; slot <= slots(demand, offer); slot++) {
            while (free < slot * need && ended < running.size()) {
                at = running.get(ended).secondsLeft();
                free += running.get(ended).milliCpus();
                ended++;
            }
            slots.add(at + waiting);
        }
        return slots;
    }
}
