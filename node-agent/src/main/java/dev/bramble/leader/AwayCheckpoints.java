package dev.bramble.leader;

import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.NodeOffer;
import dev.bramble.scheduler.Suspicion;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.roaringbitmap.PeekableIntIterator;

/**
 * Tasks that go on from a checkpoint which only nodes have that are away: wherever they were sent, they would hold a
 * place and wait there. So they are sent nowhere until one of these nodes is back. Event loop of the leader; reads
 * only.
 */
final class AwayCheckpoints {
    private final Leader leader;

    AwayCheckpoints(Leader leader) {
        this.leader = leader;
    }

    /** Where the task may run, its earlier losses considered, too. */
    Suspicion of(JobRecord job, int task, List<NodeOffer> offers) {
        return awaited(job, task).isEmpty()
                ? leader.suspects().of(job, task, offers)
                : new Suspicion(offers.stream().map(NodeOffer::node).collect(Collectors.toSet()), false, false);
    }

    /** Nodes of which one has to come back first; none when the task can begin, from its checkpoint or anew. */
    private SortedSet<NodeId> awaited(JobRecord job, int task) {
        SortedSet<NodeId> awaited = Collections.emptySortedSet();
        for (Output.Stored file : job.checkpoint(task).map(Checkpoint::stored).orElse(List.of())) {
            SortedSet<NodeId> holders =
                    leader.state().blob(file.blob()).map(BlobRecord::holders).orElse(Collections.emptySortedSet());
            if (holders.isEmpty()) {
                return Collections.emptySortedSet();
            }
            if (holders.stream().noneMatch(leader.books()::containsKey)) {
                awaited = holders;
            }
        }
        return awaited;
    }

    /** Why what is left of the job waits, in words; empty when any of it could begin somewhere. */
    String waitingBecause(JobQueue queue) {
        JobRecord job = queue.job();
        if (!job.spec().checkpoints()) {
            return "";
        }
        Optional<String> because = Optional.empty();
        for (PeekableIntIterator open = job.open().getIntIterator(); open.hasNext(); ) {
            int task = open.next();
            if (queue.isHeld(new TaskRange(task, 1))) {
                continue;
            }
            SortedSet<NodeId> awaited = awaited(job, task);
            if (awaited.isEmpty()) {
                return "";
            }
            if (because.isEmpty()) {
                String nodes = awaited.stream().map(leader::name).collect(Collectors.joining(" and "));
                because = Optional.of("its task " + task + " goes on from a checkpoint that only " + nodes
                        + (awaited.size() == 1 ? " has" : " have") + ", which "
                        + (awaited.size() == 1 ? "is away" : "are away"));
            }
        }
        return because.orElse("");
    }
}
