package dev.bramble.scheduler;

import dev.bramble.model.Needs;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What these nodes have for tasks with some needs, found once for all jobs that need the same: of a thousand jobs most
 * do, and asking a hundred nodes for each would hold up the leader for as long as a plan takes.
 */
public final class Places {
    private final List<NodeOffer> offers;
    private final Map<Needs, Fit> fits = new HashMap<>();

    private record Fit(long slots, double slotsAtSpeed, Optional<String> impossible) {}

    public Places(Collection<NodeOffer> offers) {
        this.offers = List.copyOf(offers);
    }

    public List<NodeOffer> offers() {
        return offers;
    }

    /** Tasks that could run together if they had the nodes alone. */
    public long slots(Needs needs) {
        return fit(needs).slots;
    }

    /** The same, where a throttled node counts by its speed. */
    public double slotsAtSpeed(Needs needs) {
        return fit(needs).slotsAtSpeed;
    }

    /** Why no such task can begin, whatever ends, in words for its owner; empty when some node can run it. */
    public Optional<String> impossibleBecause(Needs needs) {
        return fit(needs).impossible;
    }

    /** Why none begins now, in words for its owner. */
    public String waitingBecause(Needs needs) {
        return fit(needs).impossible.orElse("all nodes that can run it are busy");
    }

    private Fit fit(Needs needs) {
        return fits.computeIfAbsent(needs, this::find);
    }

    private Fit find(Needs needs) {
        long slots = 0;
        double slotsAtSpeed = 0;
        for (NodeOffer offer : offers) {
            int here = Scheduler.feasible(offer, needs) ? slots(needs, offer) : 0;
            slots += here;
            slotsAtSpeed += here * offer.speed();
        }
        return new Fit(slots, slotsAtSpeed, Scheduler.impossibleBecause(needs, offers));
    }

    private static int slots(Needs needs, NodeOffer offer) {
        int byCpu = offer.capacity().milliCpus() / Math.max(1, needs.milliCpus());
        long memoryBytes = needs.memoryBytes();
        return memoryBytes == 0 ? byCpu : (int) Math.min(byCpu, offer.capacity().memoryBytes() / memoryBytes);
    }
}
