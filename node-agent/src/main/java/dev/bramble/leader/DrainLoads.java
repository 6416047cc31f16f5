package dev.bramble.leader;

import dev.bramble.control.DrainPreview;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Setting;
import dev.bramble.scheduler.NodeOffer;
import dev.bramble.scheduler.Places;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** Looks up what nodes have that a drain would end, move or copy. Event loop of the leader; reads only. */
final class DrainLoads {
    private final Leader leader;

    DrainLoads(Leader leader) {
        this.leader = leader;
    }

    /**
     * @param refusals why it would be refused
     * @param votes what would become of them
     */
    DrainPreview preview(List<NodeRecord> nodes, DrainSpec spec, List<String> refusals, VoteOutlook votes) {
        if (!refusals.isEmpty()) {
            return DrainForecast.refused(refusals);
        }
        Set<NodeId> leaving = new HashSet<>();
        if (!spec.then().comesBack()) {
            nodes.forEach(node -> leaving.add(node.node()));
        }
        TreeMap<NodeId, NodeRecord> all = asIfOrdered(nodes, spec);
        List<NodeId> turns = leastFirst(waiting(all.values()));
        List<DrainLoad> loads = turns.stream()
                .map(all::get)
                .filter(node -> isAmong(nodes, node))
                .map(node -> of(node, leaving))
                .toList();
        long rate = leader.state().settings().get(Setting.BLOBS_COPY_RATE);
        return DrainForecast.of(loads, spec, votes, rate, slacks(outTogether(loads, leaving, spec.maxOut())), needs -> {
            Map<NodeId, Long> every = needsOfOthers(all.values(), rate);
            every.putAll(needs);
            return RoundForecast.of(all.values(), turns, upMilliCpus(), every);
        });
    }

    private static boolean isAmong(List<NodeRecord> nodes, NodeRecord node) {
        return nodes.stream().anyMatch(each -> each.node().equals(node.node()));
    }

    /** Every node as it would be after the order. */
    private TreeMap<NodeId, NodeRecord> asIfOrdered(List<NodeRecord> ordered, DrainSpec spec) {
        TreeMap<NodeId, NodeRecord> all = new TreeMap<>();
        for (NodeRecord node : leader.state().nodes().values()) {
            if (!node.forgotten()) {
                all.put(node.node(), node);
            }
        }
        long order = leader.state().nextDrain();
        long number = order;
        for (NodeRecord node : ordered) {
            DrainRecord.Before before = new DrainRecord.Before(
                    node.standing(), node.standingReason(), node.standingBy(), node.standingSince());
            DrainRecord drain = new DrainRecord(
                    number++, order, spec, "", "", leader.now(), Optional.empty(), before, false, Optional.empty());
            all.put(node.node(), node.drain(Optional.of(drain)));
        }
        return all;
    }

    /** How long those of other orders need that are out, or whose turn may come first. */
    private Map<NodeId, Long> needsOfOthers(Collection<NodeRecord> nodes, long rate) {
        Map<NodeId, Long> needs = new HashMap<>();
        for (NodeRecord node : nodes) {
            if (node.drain().isEmpty()) {
                continue;
            }
            DrainRecord drain = node.drain().get();
            boolean isDrained = drain.hasBegun() && node.standing() != NodeStanding.DRAINING;
            needs.put(
                    node.node(),
                    isDrained
                            ? DrainForecast.REBOOT.toMillis()
                            : DrainForecast.needsMillis(of(node, Set.of()), left(drain), rate));
        }
        return needs;
    }

    /** As if it were ordered now, with what is left of its deadline. */
    private DrainSpec left(DrainRecord drain) {
        DrainSpec spec = drain.spec();
        Duration deadline = drain.deadline().map(end -> end.since(leader.now())).orElse(spec.deadline());
        return new DrainSpec(
                spec.mode(),
                deadline.isNegative() ? Duration.ZERO : deadline,
                spec.grace(),
                spec.then(),
                spec.maxOut());
    }

    /** Nodes whose drain has not begun. */
    static List<NodeRecord> waiting(Collection<NodeRecord> nodes) {
        return nodes.stream()
                .filter(node -> !node.forgotten())
                .filter(node -> node.drain().filter(drain -> !drain.hasBegun()).isPresent())
                .toList();
    }

    /** Older orders first; within one order those that are cordoned already, then the one that moves least. */
    List<NodeId> leastFirst(List<NodeRecord> waiting) {
        Map<NodeId, DrainLoad> byNode = new HashMap<>();
        waiting.forEach(node -> byNode.put(node.node(), of(node, Set.of())));
        Comparator<NodeRecord> byOrder =
                Comparator.comparing(node -> drain(node).order());
        return waiting.stream()
                .sorted(byOrder.thenComparing(node -> node.standing().takesWork())
                        .thenComparing(
                                (one, other) -> DrainLoad.leastFirst(drain(one).spec())
                                        .compare(byNode.get(one.node()), byNode.get(other.node()))))
                .map(NodeRecord::node)
                .toList();
    }

    private static DrainRecord drain(NodeRecord node) {
        return node.drain().orElseThrow();
    }

    /** What the nodes that are up offer to attempts. */
    Map<NodeId, Integer> upMilliCpus() {
        Map<NodeId, Integer> milliCpus = new HashMap<>();
        leader.books().forEach((node, book) -> {
            if (book.hasReported()) {
                milliCpus.put(node, book.status().capacity().milliCpus());
            }
        });
        return milliCpus;
    }

    /** Who is out at the same time, one round after the other: whichever of them costs a deadline most counts. */
    private static List<Set<NodeId>> outTogether(List<DrainLoad> loads, Set<NodeId> leaving, int maxOut) {
        List<Set<NodeId>> rounds = new ArrayList<>();
        int together = Math.max(1, maxOut);
        for (int from = 0; from < loads.size(); from += together) {
            Set<NodeId> out = new HashSet<>(leaving);
            loads.subList(from, Math.min(loads.size(), from + together)).forEach(load -> out.add(load.node()));
            rounds.add(out);
        }
        return rounds.stream().distinct().toList();
    }

    private List<DrainForecast.Slack> slacks(List<Set<NodeId>> rounds) {
        List<NodeOffer> offers = leader.planning().offers();
        Places all = new Places(offers);
        List<Places> others = rounds.stream()
                .map(out -> new Places(offers.stream()
                        .filter(offer -> !out.contains(offer.node()))
                        .toList()))
                .toList();
        List<DrainForecast.Slack> slacks = new ArrayList<>();
        for (JobQueue queue : leader.queues().values()) {
            JobRecord job = queue.job();
            Optional<Duration> remaining = leader.planning().remaining(queue, all);
            if (job.deadline().isEmpty() || remaining.isEmpty()) {
                continue;
            }
            Duration left = job.deadline().get().since(leader.now());
            slacks.add(new DrainForecast.Slack(
                    job.id(),
                    job.spec().name(),
                    left.minus(remaining.get()),
                    longest(queue, others).map(left::minus)));
        }
        return slacks;
    }

    /** Empty when it can run on none of the nodes that some round leaves. */
    private Optional<Duration> longest(JobQueue queue, List<Places> rounds) {
        Duration longest = Duration.ZERO;
        for (Places others : rounds) {
            Optional<Duration> remaining = leader.planning().remaining(queue, others);
            if (remaining.isEmpty()) {
                return Optional.empty();
            }
            longest = longest.compareTo(remaining.get()) > 0 ? longest : remaining.get();
        }
        return Optional.of(longest);
    }

    /** @param leaving other nodes whose copies will not count */
    DrainLoad of(NodeRecord node, Set<NodeId> leaving) {
        NodeId id = node.node();
        NodeBook book = leader.books().get(id);
        List<DrainLoad.Running> running = new ArrayList<>();
        int waiting = 0;
        if (book != null) {
            for (NodeBook.Held held : book.held()) {
                if (held.running) {
                    running.add(running(book, held));
                } else {
                    waiting += held.count;
                }
            }
        }
        boolean isOnly = NodeRecord.isOnlyAgent(id, leader.state().nodes().values());
        long targets = leader.books().keySet().stream()
                .filter(other -> !other.equals(id) && !leaving.contains(other) && keeps(other))
                .count();
        List<BlobRecord> alone = isOnly ? List.of() : alone(id, leaving, targets);
        return new DrainLoad(
                id,
                node.name(),
                leader.cluster().view().has(id),
                isOnly,
                running,
                waiting,
                alone.size(),
                alone.stream().mapToLong(BlobRecord::sizeBytes).sum(),
                (int) alone.stream()
                        .filter(blob -> elsewhere(blob, id, leaving) == 0)
                        .count(),
                (int) targets,
                !isOnly && leader.isVoter(id),
                !isOnly && leader.self().equals(id));
    }

    private DrainLoad.Running running(NodeBook book, NodeBook.Held held) {
        JobQueue queue = leader.queues().get(held.task.job());
        OptionalDouble each = queue == null ? OptionalDouble.empty() : Planning.taskSeconds(queue, book);
        Duration timeout = leader.state()
                .job(held.task.job())
                .map(job -> job.spec().timeout().multipliedBy(held.count))
                .orElse(Duration.ZERO);
        return new DrainLoad.Running(
                held.task.job(),
                held.count,
                Duration.ofMillis(held.millis),
                each.isPresent()
                        ? Optional.of(Duration.ofMillis((long) (each.getAsDouble() * 1000 * held.count)))
                        : Optional.empty(),
                timeout,
                keepsCheckpoints(leader, held));
    }

    /** Whether it goes on elsewhere where it was stopped. */
    static boolean keepsCheckpoints(Leader leader, NodeBook.Held held) {
        return leader.state()
                .job(held.task.job())
                .filter(job -> job.spec().checkpoints())
                .isPresent();
    }

    /** Files that would have too few copies without this node. */
    private List<BlobRecord> alone(NodeId node, Set<NodeId> leaving, long targets) {
        LedgerState state = leader.state();
        List<BlobRecord> alone = new ArrayList<>();
        for (BlobId blob : state.blobTable().heldBy(node)) {
            BlobRecord record = state.blob(blob).orElseThrow();
            if (elsewhere(record, node, leaving) < Math.max(1, Math.min(BlobTable.COPIES, targets))) {
                alone.add(record);
            }
        }
        return alone;
    }

    private long elsewhere(BlobRecord blob, NodeId node, Set<NodeId> leaving) {
        return blob.holders().stream()
                .filter(holder -> !holder.equals(node)
                        && !leaving.contains(holder)
                        && leader.books().containsKey(holder)
                        && keeps(holder))
                .count();
    }

    private boolean keeps(NodeId node) {
        return leader.state().node(node).filter(known -> !known.isLeaving()).isPresent();
    }
}
