package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The network between simulated members, and the faults of it and of them. Single-threaded and deterministic: the same
 * seed gives the same run.
 *
 * <p>Views are made as the real cluster makes them. The earliest member of a group coordinates it; whom the coordinator
 * cannot talk to both ways, as far as has been noticed, is not in its group. Faults are noticed after the delays of
 * {@link Options}, and so is their end. In between, members believe in each other and what they say is lost.
 */
public final class SimNetwork {
    private final SimTime time;
    private final RandomGenerator random;
    private Options options;
    /** In the order of joining. A restarted node has a new entry; the old one goes when its end has been noticed. */
    private final Set<SimCluster> members = new LinkedHashSet<>();

    /** Started and not yet with the others. */
    private final Set<SimCluster> arriving = new LinkedHashSet<>();

    /** Each with a number, so that a link which is cut, mended and cut again is noticed after its second cut. */
    private final Map<Link, Long> cut = new LinkedHashMap<>();

    private final Set<Link> noticedCut = new HashSet<>();
    private final Map<Link, Long> lastArrivalNanos = new LinkedHashMap<>();
    /** How those ended whose process is over; until they join again. */
    private final Map<NodeId, Departure> ended = new LinkedHashMap<>();

    private long cuts;
    private long regroupings;

    /**
     * What the network does without any fault, and how long faults go unnoticed.
     *
     * @param delayMin of a message
     * @param delayMax of a message
     * @param loss share of messages that vanish, 0 to 1; the real cluster loses them only with their view
     * @param duplication share of messages that arrive twice; the real cluster has none
     * @param reordering share of messages that may overtake or be overtaken; the real cluster has none
     * @param crashNoticed until others see that a process is gone, its connections closed with it
     * @param silenceNoticed until others see that a member says nothing: frozen, without power, cut off
     * @param reunionNoticed at most, until those who can talk again share a view
     */
    public record Options(
            Duration delayMin,
            Duration delayMax,
            double loss,
            double duplication,
            double reordering,
            Duration crashNoticed,
            Duration silenceNoticed,
            Duration reunionNoticed) {
        /** The delays of the real cluster on one switch, as measured, and no fault. */
        public static final Options CALM = new Options(
                Duration.ofNanos(100_000),
                Duration.ofMillis(2),
                0,
                0,
                0,
                Duration.ofMillis(600),
                Duration.ofMillis(5_500),
                Duration.ofSeconds(6));

        public Options withMessages(double lost, double doubled, double reordered) {
            return new Options(
                    delayMin, delayMax, lost, doubled, reordered, crashNoticed, silenceNoticed, reunionNoticed);
        }

        public Options withDelays(Duration min, Duration max) {
            return new Options(min, max, loss, duplication, reordering, crashNoticed, silenceNoticed, reunionNoticed);
        }
    }

    private record Link(SimCluster from, SimCluster to) {
        boolean touches(SimCluster member) {
            return from == member || to == member;
        }
    }

    public SimNetwork(SimTime time, RandomGenerator random, Options options) {
        this.time = time;
        this.random = random;
        this.options = options;
    }

    /** What it does from now on. */
    public void behave(Options newOptions) {
        options = newOptions;
    }

    /** Starts a member; it is alone at first, and with those it can reach after two message delays. */
    public SimCluster join(Member self, SimTime.SimLoop loop, Cluster.Listener listener) {
        SimCluster joining = new SimCluster(this, self, loop, listener);
        arriving.add(joining);
        joining.install(0, List.of(self));
        time.after(delay().plus(delay()), () -> admit(joining));
        return joining;
    }

    private void admit(SimCluster joining) {
        if (joining.isGone()) {
            arriving.remove(joining);
            return;
        }
        SimCluster namesake = memberOf(joining.self().node());
        if (namesake == null) {
            arriving.remove(joining);
            members.add(joining);
            ended.remove(joining.self().node());
            regroup();
        } else if (namesake.isGone()) {
            time.after(options.crashNoticed(), () -> admit(joining)); // a restart, and the old one is not noticed yet
        } else {
            arriving.remove(joining);
            joining.refuse("the node id " + joining.self().node() + " is already up (board "
                    + namesake.self().boardSerial() + "): this looks like a copied card");
        }
    }

    private SimCluster memberOf(NodeId node) {
        return members.stream()
                .filter(member -> member.self().node().equals(node))
                .findFirst()
                .orElse(null);
    }

    private List<SimCluster> arriving(NodeId node) {
        return arriving.stream()
                .filter(member -> member.self().node().equals(node))
                .toList();
    }

    /** A process ends without a word, and its loop with it. */
    public void crash(NodeId node) {
        arriving(node).forEach(SimCluster::crash);
        SimCluster member = memberOf(node);
        if (member != null && !member.isGone()) {
            member.crash();
            ended.put(node, Departure.closed(options.crashNoticed()));
            time.after(options.crashNoticed(), () -> forget(member));
        }
    }

    /** Tells a member that it does not belong here; it leaves. */
    public void dismiss(NodeId node, String sentence) {
        SimCluster member = memberOf(node);
        if (member != null && !member.isGone()) {
            member.refuse(sentence);
            leave(member);
        }
    }

    void leave(SimCluster member) {
        ended.put(member.self().node(), Departure.FAREWELL);
        time.after(delay(), () -> forget(member));
    }

    private void forget(SimCluster member) {
        members.remove(member);
        cut.keySet().removeIf(link -> link.touches(member));
        noticedCut.removeIf(link -> link.touches(member));
        lastArrivalNanos.keySet().removeIf(link -> link.touches(member));
        regroup();
    }

    /** A process stands still for a while: what is due in it happens when it goes on. */
    public void freeze(NodeId node, Duration duration) {
        arriving(node).forEach(member -> freeze(member, duration));
        SimCluster member = memberOf(node);
        if (member != null && !member.isGone()) {
            freeze(member, duration);
        }
    }

    private void freeze(SimCluster member, Duration duration) {
        member.pause(duration);
        time.after(options.silenceNoticed(), () -> {
            if (member.isPaused() && !member.isGone()) {
                member.noticeSilent(true);
                regroup();
            }
        });
        time.after(duration.plus(upTo(options.reunionNoticed())), () -> {
            if (!member.isPaused()) {
                member.noticeSilent(false);
                regroup();
            }
        });
    }

    /** Cuts all links between different groups, both ways; a node that is in none of them is alone. */
    public void split(Collection<Set<NodeId>> groups) {
        for (SimCluster from : members) {
            for (SimCluster to : members) {
                boolean together = groups.stream()
                        .anyMatch(group -> group.contains(from.self().node())
                                && group.contains(to.self().node()));
                if (from != to && !together) {
                    cut(from, to);
                }
            }
        }
    }

    /** Nothing that {@code from} sends reaches {@code to}; the other way still works. */
    public void cut(NodeId from, NodeId to) {
        SimCluster sender = memberOf(from);
        SimCluster receiver = memberOf(to);
        if (sender != null && receiver != null && sender != receiver) {
            cut(sender, receiver);
        }
    }

    private void cut(SimCluster from, SimCluster to) {
        Link link = new Link(from, to);
        if (cut.containsKey(link)) {
            return;
        }
        long number = cuts++;
        cut.put(link, number);
        time.after(options.silenceNoticed(), () -> {
            if (Long.valueOf(number).equals(cut.get(link)) && noticedCut.add(link)) {
                regroup();
            }
        });
    }

    /** Mends all links. */
    public void heal() {
        cut.clear();
        time.after(upTo(options.reunionNoticed()), () -> {
            if (noticedCut.retainAll(cut.keySet())) {
                regroup();
            }
        });
    }

    /** How a node left that is not in somebody's view any more. */
    Departure departure(NodeId node) {
        return memberOf(node) == null
                ? ended.getOrDefault(node, Departure.UNKNOWN)
                : Departure.silent(options.silenceNoticed());
    }

    /** Those who share a view, as far as faults have been noticed. */
    private void regroup() {
        long number = ++regroupings;
        List<SimCluster> left = new ArrayList<>(members);
        while (!left.isEmpty()) {
            SimCluster coordinator = left.getFirst();
            List<SimCluster> group =
                    left.stream().filter(other -> talk(coordinator, other)).toList();
            left.removeAll(group);
            List<Member> view = group.stream().map(SimCluster::self).toList();
            for (SimCluster member : group) {
                if (!member.isNoticedSilent()) {
                    time.after(delay(), () -> member.install(number, view));
                }
            }
        }
    }

    private boolean talk(SimCluster one, SimCluster other) {
        boolean linked = !noticedCut.contains(new Link(one, other)) && !noticedCut.contains(new Link(other, one));
        return one == other || (linked && !one.isNoticedSilent() && !other.isNoticedSilent());
    }

    void send(SimCluster from, NodeId to, Message message) {
        SimCluster receiver = memberOf(to);
        if (receiver == null || random.nextDouble() < options.loss()) {
            return;
        }
        carry(new Link(from, receiver), message);
        if (random.nextDouble() < options.duplication()) {
            carry(new Link(from, receiver), message);
        }
    }

    private void carry(Link link, Message message) {
        long arrivesNanos = time.nanos() + delay().toNanos();
        if (random.nextDouble() >= options.reordering()) {
            arrivesNanos = Math.max(arrivesNanos, lastArrivalNanos.getOrDefault(link, 0L));
            lastArrivalNanos.put(link, arrivesNanos);
        }
        time.after(Duration.ofNanos(arrivesNanos - time.nanos()), () -> {
            if (!cut.containsKey(link)) {
                link.to().deliver(link.from().self(), message);
            }
        });
    }

    Duration delay() {
        return options.delayMin().plus(upTo(options.delayMax().minus(options.delayMin())));
    }

    Duration roundTrip() {
        return options.delayMin().plus(options.delayMax());
    }

    private Duration upTo(Duration most) {
        return Duration.ofNanos(random.nextLong(most.toNanos() + 1));
    }
}
