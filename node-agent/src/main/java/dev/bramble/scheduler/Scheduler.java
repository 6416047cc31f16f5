package dev.bramble.scheduler;

import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.SizeText;
import dev.bramble.model.TaskRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** The planner. Stateless: the same offers and demands give the same grants. */
public final class Scheduler {
    /**
     * Work that a node should have in hand beyond what runs: long enough to bridge a round trip to the leader and the
     * flush of an outcome on a slow card (some 100 ms), short enough that nothing piles up on one node near a job's
     * end.
     */
    public static final Duration IN_HAND = Duration.ofMillis(500);

    /**
     * A node is given more to wait for once its work in hand is below this share of {@link #IN_HAND}: orders of many
     * tiny tasks at a time instead of a few with every outcome.
     */
    static final double REFILL_BELOW = 0.75;

    /** Attempts one node may hold: bounds its status message (about 60 bytes each) well below the largest message. */
    public static final int HELD_MAX = 4096;

    /** Attempts granted in one plan: bounds how long the leader's event loop is busy planning. */
    public static final int GRANTS_MAX = 8192;

    /**
     * A job with a deadline goes before its fellows only when it is pressing: its slack is shorter than this or than
     * its remaining work. Otherwise a far deadline would be a way past fair share.
     */
    public static final Duration PRESSING = Duration.ofMinutes(10);

    private Scheduler() {}

    /** Plans grants for these nodes and jobs. */
    public static List<Grant> plan(Collection<NodeOffer> offers, Collection<JobDemand> demands) {
        List<Room> rooms = offers.stream().map(Room::new).filter(Room::isOpen).toList();
        List<Grant> grants = new ArrayList<>();
        if (rooms.isEmpty()) {
            return grants;
        }
        Map<String, Long> shares = new HashMap<>();
        PriorityQueue<Turn> turns = new PriorityQueue<>(Turn.ORDER);
        for (JobDemand demand : demands) {
            shares.put(demand.owner(), demand.ownerMilliCpus());
            if (demand.room() > 0 && demand.supply().hasNext()) {
                turns.add(new Turn(demand, demand.ownerMilliCpus()));
            }
        }
        // Most jobs need the same: which nodes could run that at all is asked once.
        Map<Needs, List<Room>> byNeeds = new HashMap<>();
        while (!turns.isEmpty() && grants.size() < GRANTS_MAX) {
            Turn turn = turns.poll();
            long share = shares.get(turn.demand.owner());
            if (turn.ownerMilliCpus != share) {
                turn.ownerMilliCpus = share;
                turns.add(turn);
                continue;
            }
            List<Room> fitting = byNeeds.computeIfAbsent(turn.demand.needs(), needs -> fitting(rooms, needs));
            if (!turn.grant(fitting, grants)) {
                continue;
            }
            shares.merge(turn.demand.owner(), (long) turn.demand.needs().milliCpus(), Long::sum);
            turns.add(turn);
        }
        return grants;
    }

    private static List<Room> fitting(List<Room> rooms, Needs needs) {
        return rooms.stream().filter(room -> feasible(room.offer, needs)).toList();
    }

    /**
     * Names of nodes that have room for a task of the job and do not get it, since it ends earlier elsewhere; none when
     * another node with room gets it.
     */
    public static List<String> tooSlow(Collection<NodeOffer> offers, JobDemand demand) {
        List<Room> fitting = fitting(offers.stream().map(Room::new).toList(), demand.needs());
        Optional<Map<NodeId, Integer>> most =
                LastTasks.mostNow(fitting.stream().map(each -> each.offer).toList(), demand);
        List<Room> open = fitting.stream().filter(room -> room.takes(demand)).toList();
        boolean isAnyInTime =
                open.stream().anyMatch(room -> most.isEmpty() || most.get().containsKey(room.offer.node()));
        return isAnyInTime
                ? List.of()
                : open.stream().map(room -> room.offer.name()).toList();
    }

    /** Whether any of the nodes would be given more, if there were something for it. */
    public static boolean isAnyOpen(Collection<NodeOffer> offers) {
        return offers.stream().map(Room::new).anyMatch(Room::isOpen);
    }

    /** Whether the node, were it empty, could run such a task. Stage <em>feasible</em>. */
    public static boolean feasible(NodeOffer offer, Needs needs) {
        return infeasibleBecause(offer, needs).isEmpty();
    }

    private static Optional<String> infeasibleBecause(NodeOffer offer, Needs needs) {
        NodeCapacity capacity = offer.capacity();
        if (needs.milliCpus() > capacity.milliCpus()) {
            return Optional.of("it needs " + cores(needs.milliCpus()) + " cpus and the node offers "
                    + cores(capacity.milliCpus()));
        }
        if (needs.memoryBytes() > capacity.memoryBytes()) {
            return Optional.of("it needs " + (needs.memoryBytes() >> 20) + " MiB of memory and the node offers "
                    + (capacity.memoryBytes() >> 20) + " MiB");
        }
        if (needs.diskBytes() > offer.diskFreeBytes().orElse(Long.MAX_VALUE)) {
            return Optional.of("it needs " + SizeText.rounded(needs.diskBytes()) + " of disk and the node has "
                    + SizeText.rounded(offer.diskFreeBytes().getAsLong())
                    + " free: make room there, or ask for less under needs.disk");
        }
        if (!needs.nodes().isEmpty() && !needs.nodes().contains(offer.name())) {
            return Optional.of("it is to run on " + String.join(", ", needs.nodes()) + " only");
        }
        for (var label : needs.labels().entrySet()) {
            if (!label.getValue().equals(capacity.labels().get(label.getKey()))) {
                return Optional.of("it needs the label " + label.getKey() + "=" + label.getValue());
            }
        }
        return Optional.empty();
    }

    /** See {@link Places#impossibleBecause}. */
    static Optional<String> impossibleBecause(Needs needs, Collection<NodeOffer> offers) {
        if (offers.isEmpty()) {
            return Optional.of("no node takes work now");
        }
        Optional<String> first = Optional.empty();
        for (NodeOffer offer : offers) {
            Optional<String> reason = infeasibleBecause(offer, needs);
            if (reason.isEmpty()) {
                return Optional.empty();
            }
            first = first.isEmpty() ? reason : first;
        }
        return first.map(reason -> "no node can run it: " + reason);
    }

    private static String cores(int milliCpus) {
        return milliCpus % 1000 == 0 ? Integer.toString(milliCpus / 1000) : Double.toString(milliCpus / 1000.0);
    }

    /** A job's place in line. */
    private static final class Turn {
        static final Comparator<Turn> ORDER = Comparator.<Turn>comparingInt(
                        turn -> -turn.demand.priority().ordinal())
                .thenComparingLong(Turn::pressingSlackMillis)
                .thenComparingLong(turn -> turn.ownerMilliCpus)
                .thenComparing(turn -> turn.demand.submitted())
                .thenComparing(turn -> turn.demand.job());

        final JobDemand demand;
        long ownerMilliCpus;
        private int room;
        /** Grants that nodes may still get; empty but near the job's end. */
        private Optional<Map<NodeId, Integer>> mostNow = Optional.empty();

        private boolean isEndKnown;

        Turn(JobDemand demand, long ownerMilliCpus) {
            this.demand = demand;
            this.ownerMilliCpus = ownerMilliCpus;
            this.room = demand.room();
        }

        long pressingSlackMillis() {
            if (demand.slack().isEmpty()) {
                return Long.MAX_VALUE;
            }
            Duration slack = demand.slack().get();
            boolean pressing = slack.compareTo(PRESSING) < 0 || slack.compareTo(demand.remaining()) < 0;
            return pressing ? slack.toMillis() : Long.MAX_VALUE;
        }

        /**
         * Grants the next task; false when the job has none left or no node has room for it.
         *
         * @param rooms of the nodes that could run it
         */
        boolean grant(List<Room> rooms, List<Grant> grants) {
            // The supply cannot be looked at without taking, so the room is found for "any task" first.
            while (room > 0 && demand.supply().hasNext()) {
                Room likely = best(rooms, Set.of(), Suspicion.NONE, false);
                if (likely == null) {
                    return false;
                }
                if (!isEndKnown) {
                    isEndKnown = true;
                    mostNow = LastTasks.mostNow(
                            rooms.stream().map(each -> each.offer).toList(), demand);
                }
                TaskRange tasks = demand.supply().next(demand.batchOn(likely.offer));
                Suspicion suspicion = demand.suspicion().apply(tasks.from());
                Set<NodeId> failedOn = demand.failedOn().apply(tasks.from());
                // What should not go just anywhere does not wait for the best place.
                boolean isChoosy = suspicion.barred().isEmpty() && failedOn.isEmpty();
                Room best = best(rooms, failedOn, suspicion, isChoosy);
                // One that may have none of these nodes waits for another; those behind it do not.
                if (best != null) {
                    best.take(demand, tasks.count(), suspicion);
                    mostNow.ifPresent(most -> most.merge(best.offer.node(), -1, Integer::sum));
                    grants.add(new Grant(demand.job(), tasks, best.offer.node()));
                    room--;
                    return true;
                }
            }
            return false;
        }

        private Room best(List<Room> rooms, Set<NodeId> failedOn, Suspicion suspicion, boolean isChoosy) {
            Room best = null;
            for (Room candidate : rooms) {
                if (candidate.takes(demand)
                        && candidate.mayHave(suspicion)
                        && (!isChoosy || endsInTime(candidate))
                        && (best == null || candidate.compare(best, demand, failedOn) < 0)) {
                    best = candidate;
                }
            }
            return best;
        }

        /** Whether one more task there does not end the job later than if it waited for a faster node. */
        private boolean endsInTime(Room candidate) {
            return mostNow.map(most -> most.getOrDefault(candidate.offer.node(), 0) > 0)
                    .orElse(true);
        }
    }

    /** A node's room while a plan is made. */
    private static final class Room {
        final NodeOffer offer;
        private int milliCpus;
        private long memoryBytes;
        private double cpuSeconds;
        private int attempts;
        private boolean holdsSuspect;
        private boolean holdsLastChance;

        Room(NodeOffer offer) {
            this.offer = offer;
            this.milliCpus = offer.heldMilliCpus();
            this.memoryBytes = offer.heldMemoryBytes();
            this.cpuSeconds = offer.heldCpuSeconds();
            this.attempts = offer.heldAttempts();
            this.holdsSuspect = offer.holdsSuspect();
            this.holdsLastChance = offer.holdsLastChance();
        }

        boolean isOpen() {
            return attempts < HELD_MAX
                    && (milliCpus < offer.capacity().milliCpus() || cpuSeconds < REFILL_BELOW * inHandCpuSeconds());
        }

        private double inHandCpuSeconds() {
            return IN_HAND.toMillis() / 1000.0 * offer.capacity().milliCpus() / 1000.0;
        }

        /** Whether it takes more of a job that it could run at all. */
        boolean takes(JobDemand demand) {
            return attempts < HELD_MAX
                    && !offer.avoids().contains(demand.job())
                    && (startsNow(demand) || waitsBriefly(demand));
        }

        boolean mayHave(Suspicion suspicion) {
            return !suspicion.barred().contains(offer.node())
                    && !(suspicion.isSuspect() && holdsLastChance)
                    && !(suspicion.isLastChance() && holdsSuspect);
        }

        private boolean startsNow(JobDemand demand) {
            return milliCpus + demand.needs().milliCpus() <= offer.capacity().milliCpus()
                    && memoryBytes + demand.needs().memoryBytes()
                            <= offer.capacity().memoryBytes();
        }

        private boolean waitsBriefly(JobDemand demand) {
            return demand.taskSeconds().isPresent()
                    && cpuSeconds + cpuSeconds(demand, demand.batchOn(offer)) <= inHandCpuSeconds();
        }

        private double cpuSeconds(JobDemand demand, int tasks) {
            return tasks * demand.secondsOn(offer) * demand.needs().milliCpus() / 1000.0;
        }

        /** Stage <em>rank</em>: below 0 when this node is the better one. */
        int compare(Room other, JobDemand demand, Set<NodeId> failedOn) {
            int byFailure = Boolean.compare(failedOn.contains(offer.node()), failedOn.contains(other.offer.node()));
            if (byFailure != 0) {
                return byFailure;
            }
            int byStart = Boolean.compare(other.startsNow(demand), startsNow(demand));
            if (byStart != 0) {
                return byStart;
            }
            int byLeaving = Boolean.compare(offer.leavesSoon(), other.offer.leavesSoon());
            if (byLeaving != 0) {
                return byLeaving;
            }
            int byLoad = Double.compare(load(demand), other.load(demand));
            if (byLoad != 0) {
                return byLoad;
            }
            int byWarmth = Boolean.compare(
                    other.offer.warmJobs().contains(demand.job()),
                    offer.warmJobs().contains(demand.job()));
            if (byWarmth != 0) {
                return byWarmth;
            }
            return offer.node().compareTo(other.offer.node());
        }

        /** What it would hold with one more, as a share of what it can do at its speed: a slow board fills earlier. */
        private double load(JobDemand demand) {
            double cores = offer.capacity().milliCpus() / 1000.0;
            double held = (milliCpus + demand.needs().milliCpus()) / 1000.0;
            return (held / demand.speedOn(offer) + cpuSeconds) / cores;
        }

        void take(JobDemand demand, int tasks, Suspicion suspicion) {
            holdsSuspect |= suspicion.isSuspect();
            holdsLastChance |= suspicion.isLastChance();
            cpuSeconds += startsNow(demand) ? 0 : cpuSeconds(demand, tasks);
            milliCpus += demand.needs().milliCpus();
            memoryBytes += demand.needs().memoryBytes();
            attempts++;
        }
    }
}
