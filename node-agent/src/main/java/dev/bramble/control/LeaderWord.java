package dev.bramble.control;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.control.Views.HealthFlag;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a head heard last from a leader: who that is, and what is not in the ledger. Event loop of the head. */
final class LeaderWord {
    /** Five pulses: whoever lost a majority says nothing more, and whoever was only slow is heard by then. */
    static final Duration SILENT_AFTER = Timing.PULSE.multipliedBy(5);

    private final EventLoop loop;
    private final Cluster cluster;
    private Message.Pulse pulse;
    private long pulseNanos;
    private Message.SoftState soft = Message.SoftState.UNHEARD;
    private final Map<NodeId, Message.NodeSoft> nodes = new HashMap<>();
    private final Map<Long, Message.DrainSoft> drains = new HashMap<>();
    private final Map<JobId, Message.JobSoft> jobs = new HashMap<>();
    private final Map<NodeId, Set<HealthFlag>> flags = new HashMap<>();
    /** When nodes were heard last, also of those that are gone, in the loop's nanoseconds. */
    private final Map<NodeId, Long> heardNanos = new HashMap<>();

    LeaderWord(EventLoop loop, Cluster cluster) {
        this.loop = loop;
        this.cluster = cluster;
    }

    void received(Message.Pulse newest) {
        pulse = newest;
        pulseNanos = loop.nanos();
    }

    /**
     * @param known nodes that the ledger knows: what was heard of others is forgotten
     * @param limits from when on boards suffer
     */
    void received(Message.SoftState newest, Set<NodeId> known, HealthLimits limits) {
        soft = newest;
        nodes.clear();
        newest.nodes().forEach(node -> {
            nodes.put(node.node(), node);
            heardNanos.put(node.node(), loop.nanos() - node.heardMillisAgo() * 1_000_000);
        });
        heardNanos.keySet().retainAll(known);
        flags.keySet().retainAll(nodes.keySet());
        newest.nodes()
                .forEach(node -> node.health()
                        .ifPresent(health -> flags.merge(
                                node.node(),
                                HealthFlags.of(health, Set.of(), limits),
                                (before, fresh) -> HealthFlags.of(health, before, limits))));
        drains.clear();
        newest.drains().orElse(List.of()).forEach(drain -> drains.put(drain.number(), drain));
        jobs.clear();
        newest.jobs().forEach(job -> jobs.put(job.job(), job));
    }

    /** Who leads; empty when nobody says so any more. */
    Optional<NodeId> leader() {
        boolean isSilent = pulse == null || loop.nanos() - pulseNanos > SILENT_AFTER.toNanos();
        return isSilent
                ? Optional.empty()
                : Optional.of(pulse.leader()).filter(node -> cluster.view().has(node));
    }

    /** Whether what leaders alone know is known here. */
    enum Hearing {
        /** No leader is heard any more, or none was yet. */
        NOBODY,
        /** One is heard that has not told more of itself than that it leads: for a second after it began. */
        NOT_YET,
        CURRENT
    }

    /** What {@link #soft} is worth now. */
    Hearing hearing() {
        if (leader().isEmpty()) {
            return Hearing.NOBODY;
        }
        return soft.term() == pulse.term() ? Hearing.CURRENT : Hearing.NOT_YET;
    }

    /** State of the ledger behind the leader's last pulse; empty when none is heard. */
    OptionalLong ledgerIndex() {
        return leader().isEmpty() ? OptionalLong.empty() : OptionalLong.of(pulse.ledgerIndex());
    }

    /** The same, where that pulse is no older than {@code age}. */
    OptionalLong ledgerIndexWithin(Duration age) {
        boolean isYoung = pulse != null && loop.nanos() - pulseNanos <= age.toNanos();
        return isYoung ? ledgerIndex() : OptionalLong.empty();
    }

    /** Bramble time, as far as a leader has told it. */
    Optional<Moment> now() {
        return Optional.ofNullable(pulse).map(last -> last.now().plus(Duration.ofNanos(loop.nanos() - pulseNanos)));
    }

    /** Until when a board shows where it is, by the leader's last pulse. */
    Optional<Message.Located> located(NodeId node) {
        return Optional.ofNullable(pulse).flatMap(Message.Pulse::located).orElse(List.of()).stream()
                .filter(each -> each.node().equals(node))
                .findFirst();
    }

    /** Who keeps the ledger. */
    List<NodeId> voters() {
        return pulse == null ? List.of() : pulse.voters();
    }

    Message.SoftState soft() {
        return soft;
    }

    Collection<Message.NodeSoft> nodes() {
        return nodes.values();
    }

    Optional<Message.NodeSoft> node(NodeId node) {
        return Optional.ofNullable(nodes.get(node));
    }

    Optional<Message.DrainSoft> drain(long number) {
        return Optional.ofNullable(drains.get(number));
    }

    Optional<Message.JobSoft> job(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }

    List<HealthFlag> flags(NodeId node) {
        return List.copyOf(flags.getOrDefault(node, Set.of()));
    }

    /** How long ago a leader had word of the node, there still or not; empty when this head was never told. */
    OptionalLong heardMillisAgo(NodeId node) {
        Long heard = heardNanos.get(node);
        return heard == null ? OptionalLong.empty() : OptionalLong.of((loop.nanos() - heard) / 1_000_000);
    }
}
