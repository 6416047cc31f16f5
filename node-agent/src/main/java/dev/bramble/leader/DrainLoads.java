package dev.bramble.leader;

import dev.bramble.control.DrainPreview;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Setting;
import dev.bramble.scheduler.NodeOffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

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
        boolean staysOut = spec.then() == AfterDrain.STAY || spec.then() == AfterDrain.POWEROFF;
        if (staysOut) {
            nodes.forEach(node -> leaving.add(node.node()));
        }
        List<DrainLoad> loads = nodes.stream().map(node -> of(node, leaving)).toList();
        Set<NodeId> out = new HashSet<>(leaving);
        loads.stream().sorted(DrainLoad.leastFirst(spec)).limit(spec.maxOut()).forEach(load -> out.add(load.node()));
        long rate = leader.state().settings().get(Setting.BLOBS_COPY_RATE);
        return DrainForecast.of(loads, spec, votes, rate, slacks(out));
    }

    private List<DrainForecast.Slack> slacks(Set<NodeId> out) {
        List<NodeOffer> offers = leader.planning().offers();
        List<NodeOffer> others =
                offers.stream().filter(offer -> !out.contains(offer.node())).toList();
        List<DrainForecast.Slack> slacks = new ArrayList<>();
        for (JobQueue queue : leader.queues().values()) {
            JobRecord job = queue.job();
            Optional<Duration> remaining = leader.planning().remaining(queue, offers);
            if (job.deadline().isEmpty() || remaining.isEmpty()) {
                continue;
            }
            Duration left = job.deadline().get().since(leader.now());
            slacks.add(new DrainForecast.Slack(
                    job.id(),
                    job.spec().name(),
                    left.minus(remaining.get()),
                    leader.planning().remaining(queue, others).map(left::minus)));
        }
        return slacks;
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
                    running.add(running(held));
                } else {
                    waiting += held.count;
                }
            }
        }
        boolean isOnly = leader.state().nodes().values().stream()
                .noneMatch(other -> !other.node().equals(id) && other.role() == NodeRole.AGENT && !other.forgotten());
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
                (int) targets,
                !isOnly && leader.isVoter(id),
                !isOnly && leader.self().equals(id));
    }

    private DrainLoad.Running running(NodeBook.Held held) {
        JobQueue queue = leader.queues().get(held.task.job());
        OptionalDouble each = queue == null ? OptionalDouble.empty() : queue.taskSeconds();
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
                leader.state()
                        .job(held.task.job())
                        .filter(job -> job.spec().checkpoints())
                        .isPresent());
    }

    /** Files that would have too few copies without this node. */
    private List<BlobRecord> alone(NodeId node, Set<NodeId> leaving, long targets) {
        LedgerState state = leader.state();
        List<BlobRecord> alone = new ArrayList<>();
        for (BlobId blob : state.blobTable().heldBy(node)) {
            BlobRecord record = state.blob(blob).orElseThrow();
            long elsewhere = record.holders().stream()
                    .filter(holder -> !holder.equals(node)
                            && !leaving.contains(holder)
                            && leader.books().containsKey(holder)
                            && keeps(holder))
                    .count();
            if (elsewhere < Math.max(1, Math.min(BlobTable.COPIES, targets))) {
                alone.add(record);
            }
        }
        return alone;
    }

    private boolean keeps(NodeId node) {
        return leader.state().node(node).filter(known -> !known.isLeaving()).isPresent();
    }
}
