package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.model.TaskId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** Keeps the leader's books of what nodes hold in step with what they say that they hold. Event loop only. */
final class Holdings {
    private final Leader leader;

    Holdings(Leader leader) {
        this.leader = leader;
    }

    /** Enters what the node says that it holds, and withdraws what nobody wants of it. */
    void adopt(NodeBook book, List<Message.Held> reports) {
        List<AttemptId> unwanted = new ArrayList<>();
        for (Message.Held reported : reports) {
            NodeBook.Held held = book.held(reported.attempt());
            JobQueue queue = leader.queues().get(reported.task().job());
            boolean wanted = queue != null
                    && queue.job().retryEpoch() == reported.retryEpoch()
                    && queue.job().nextWithoutOutcome(reported.task().index())
                            < reported.tasks().end()
                    && leader.exclusives().mayHold(book.member(), queue.job(), reported);
            boolean isSpare = held == null && !reported.running() && wanted && queue.isHeld(reported.tasks());
            if (!wanted || isSpare) {
                // Said again with every report: the first withdrawal may have been lost.
                unwanted.add(reported.attempt());
            }
            if (held == null) {
                if (!wanted || isSpare) {
                    continue;
                }
                JobRecord job = queue.job();
                held = new NodeBook.Held(
                        reported.attempt(),
                        reported.task(),
                        reported.count(),
                        reported.retryEpoch(),
                        job.triesSpent(reported.task().index()) + 1,
                        0,
                        job.spec().needs(),
                        leader.loop().nanos());
                hold(book, queue, held);
            }
            boolean counts = queue != null && queue.job().retryEpoch() == held.retryEpoch;
            if (counts && held.running != reported.running()) {
                queue.countRunning(reported.running() ? 1 : -1);
            }
            book.heard(held, reported.running(), reported.millis());
            if (counts && reported.running() && reported.count() == 1) {
                queue.noteRunning(reported.millis() / 1000.0 * Planning.speed(book));
            }
        }
        if (!unwanted.isEmpty()) {
            leader.cluster()
                    .send(
                            book.member().node(),
                            new Message.Withdraw(
                                    leader.term(),
                                    unwanted,
                                    "nobody waits for this attempt any more",
                                    Optional.empty()));
        }
    }

    private void hold(NodeBook book, JobQueue queue, NodeBook.Held held) {
        book.add(held);
        queue.take(held.tasks());
    }

    /**
     * Enters an attempt that ended under an earlier leader, whose outcome is about to be recorded: until it is, nobody
     * else is to have its tasks.
     */
    void holdEnded(NodeBook book, AttemptId attempt, TaskId first, int count, int retryEpoch) {
        Optional<JobQueue> queue = leader.queueOf(first.job(), retryEpoch);
        if (queue.isPresent() && book.held(attempt) == null) {
            JobRecord job = queue.get().job();
            hold(
                    book,
                    queue.get(),
                    new NodeBook.Held(
                            attempt,
                            first,
                            count,
                            retryEpoch,
                            job.triesSpent(first.index()) + 1,
                            0,
                            job.spec().needs(),
                            leader.loop().nanos()));
        }
    }

    /** Attempts that the node should hold by now but does not: their orders were lost, or they were withdrawn. */
    void dropVanished(NodeBook book, Message.Status status) {
        if (status.outcomesMore()) {
            return;
        }
        Set<AttemptId> present = new HashSet<>();
        status.held().forEach(held -> present.add(held.attempt()));
        status.outcomes().forEach(outcome -> present.add(outcome.attempt()));
        status.batches().forEach(batch -> present.add(batch.attempt()));
        for (NodeBook.Held held : List.copyOf(book.held())) {
            boolean seen = held.ordersNumber <= status.ordersSeen();
            boolean overdue = leader.loop().nanos() - held.sinceNanos > Leader.ORDERS_LOST_AFTER.toNanos();
            boolean isGone = leader.exclusives().isGone(held).orElse(seen || overdue);
            if (!present.contains(held.attempt) && !leader.recording().isUnderWay(held.attempt) && isGone) {
                book.remove(held.attempt);
                book.forgetToldOf(held.task.job());
                leader.released(held, Leader.Left.ENDED);
            }
        }
    }

    /** Gives back what the node held; the single tasks that it ran. */
    TreeMap<JobId, RoaringBitmap> lose(NodeBook book) {
        leader.books().remove(book.member().node());
        TreeMap<JobId, RoaringBitmap> running = new TreeMap<>();
        for (NodeBook.Held held : book.held()) {
            // One whose outcome is being recorded had ended before its node was lost. Of a batch it is not known which
            // task to blame: smaller ones follow until it is alone.
            boolean isRecorded = leader.recording().isUnderWay(held.attempt);
            if (held.running && held.count == 1 && !isRecorded) {
                running.computeIfAbsent(held.task.job(), job -> new RoaringBitmap())
                        .add(held.task.index());
            }
            leader.released(held, isRecorded ? Leader.Left.RECORDING : Leader.Left.LOST);
        }
        return running;
    }

    /** Nobody waits for attempts of the job any more. */
    void withdrawAll(JobId job, String reason) {
        for (NodeBook book : leader.books().values()) {
            List<AttemptId> attempts = book.held().stream()
                    .filter(held ->
                            held.task.job().equals(job) && !leader.recording().isUnderWay(held.attempt))
                    .map(held -> held.attempt)
                    .toList();
            if (!attempts.isEmpty()) {
                leader.cluster()
                        .send(
                                book.member().node(),
                                new Message.Withdraw(leader.term(), attempts, reason, Optional.empty()));
            }
        }
    }
}
