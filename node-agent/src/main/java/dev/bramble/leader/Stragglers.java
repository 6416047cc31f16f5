package dev.bramble.leader;

import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.Grant;
import dev.bramble.scheduler.NodeOffer;
import dev.bramble.scheduler.Speculation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Brings jobs near their end before {@link Speculation}, and tells of the copies it wants. Event loop only. */
final class Stragglers {
    private final Leader leader;

    Stragglers(Leader leader) {
        this.leader = leader;
    }

    /** Copies to grant now. Called when no other work fits any more. */
    List<Grant> plan(List<NodeOffer> offers) {
        List<Speculation.Job> jobs = new ArrayList<>();
        for (JobQueue queue : leader.queues().values()) {
            boolean mayHave = queue.job().spec().filter().isEmpty()
                    && !queue.job().spec().isExclusive()
                    && queue.isCurrent()
                    && queue.pacedTasks() > 0
                    && queue.running() > 0;
            if (mayHave && !queue.supply().hasNext()) {
                jobs.add(job(queue));
            }
        }
        return Speculation.plan(offers, jobs);
    }

    private Speculation.Job job(JobQueue queue) {
        JobRecord job = queue.job();
        List<Speculation.Running> running = new ArrayList<>();
        for (NodeBook book : leader.books().values()) {
            for (NodeBook.Held held : book.held()) {
                int task = held.task.index();
                boolean isOurs = held.task.job().equals(job.id()) && held.retryEpoch == job.retryEpoch();
                if (isOurs
                        && held.running
                        && held.count == 1
                        && task != job.spec().reduceIndex()
                        && !job.hasOutcome(task)
                        && !leader.suspects().isSuspect(job, task)
                        && !queue.isHeldTwice(task)) {
                    running.add(new Speculation.Running(task, book.member().node(), Duration.ofMillis(held.millis)));
                }
            }
        }
        return new Speculation.Job(
                job.id(),
                job.spec().needs(),
                queue.paceSeconds(),
                queue.pacedTasks(),
                queue.running(),
                queue.heldTwice(),
                job.spec().atOnce() - leader.planning().heldOf(job.id()),
                running);
    }

    /** The copy of {@code grant} is on its way. */
    void granted(Grant grant) {
        JobId job = grant.job();
        int task = grant.tasks().from();
        for (NodeBook book : leader.books().values()) {
            for (NodeBook.Held held : book.held()) {
                boolean isIts = held.task.job().equals(job) && held.tasks().equals(new TaskRange(task, 1));
                if (isIts && book.member().node().equals(grant.node())) {
                    held.copy = true;
                } else if (isIts && held.running) {
                    tell(grant, book, held);
                }
            }
        }
    }

    private void tell(Grant grant, NodeBook book, NodeBook.Held slow) {
        JobQueue queue = leader.queues().get(grant.job());
        double seconds = slow.millis / 1000.0;
        String text = String.format(
                Locale.ROOT,
                "task %d of job %s has run for %.1f s on %s, %.1f times as long as its fellows: a second attempt starts"
                        + " on %s",
                slow.task.index(),
                grant.job(),
                seconds,
                leader.name(book.member().node()),
                seconds / Math.max(queue.paceSeconds(), 0.001),
                leader.name(grant.node()));
        leader.note(Happening.ofTask(
                EventKind.SPECULATIVE_COPY, grant.node(), grant.job(), slow.task.index(), Happening.BRAMBLE, text));
    }
}
