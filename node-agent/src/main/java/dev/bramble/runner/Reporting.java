package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells the leader what became of what this node holds: at once what is new, and with every pulse all of it, since a
 * message may be lost and a leader may be new. Event loop only.
 */
final class Reporting {
    /** Outcomes in one message: with four kilobytes of inline output each they stay below the largest message. */
    static final int OUTCOMES_MAX = 512;
    /** What the outcomes of one message hold, about, for the same reason. */
    static final int OUTCOMES_BYTES_MAX = 256 * 1024;
    /**
     * Pause between two reports while there is plenty in hand: nobody waits for the next order, and each report costs
     * the leader and all voters a millisecond, however little is new in it.
     */
    static final Duration PAUSE_WITH_PLENTY = Duration.ofMillis(100);
    /** Attempts that wait for each processor and are plenty. */
    static final int PLENTY_PER_CPU = 3;

    private final EventLoop loop;
    private final Cluster cluster;
    private final NodeCapacity capacity;
    private final Map<AttemptId, HeldAttempt> held;
    private final Collection<HeldAttempt> waiting;
    private final Supplier<Optional<Message.Rest>> rest;
    /** What the leader does not know yet: which attempts run, and what others came to. */
    private final LinkedHashSet<HeldAttempt> news = new LinkedHashSet<>();

    private NodeId leader;
    private long term;
    private long ordersSeen;
    private boolean isAllDue;
    private boolean isPosted;
    private long dueNanos;
    private EventLoop.Timer timer = () -> {};
    private long toldNanos;

    /**
     * @param held all that this node holds, as it changes; oldest first
     * @param waiting those of them that wait for room
     * @param rest what is left of the node's work while it takes none
     */
    Reporting(
            EventLoop loop,
            Cluster cluster,
            NodeCapacity capacity,
            Map<AttemptId, HeldAttempt> held,
            Collection<HeldAttempt> waiting,
            Supplier<Optional<Message.Rest>> rest) {
        this.loop = loop;
        this.cluster = cluster;
        this.capacity = capacity;
        this.held = held;
        this.waiting = waiting;
        this.rest = rest;
        this.toldNanos = loop.nanos();
    }

    /** From now on {@code newLeader} is told; of what an earlier one knew it knows nothing. */
    void follow(NodeId newLeader, long newTerm, long orders) {
        leader = newLeader;
        term = newTerm;
        ordersSeen = orders;
        news.clear();
        held.values().stream().filter(HeldAttempt::hasOutcome).forEach(news::add);
    }

    boolean follows(NodeId node, long ofTerm) {
        return node.equals(leader) && ofTerm == term;
    }

    /** The newest orders that have arrived; those of a leader that is not followed yet come with {@link #follow}. */
    void saw(long ofTerm, long orders) {
        if (ofTerm == term) {
            ordersSeen = orders;
        }
    }

    /** The attempt runs now, or its outcome is known. */
    void tellSoon(HeldAttempt attempt) {
        news.add(attempt);
        post();
    }

    /** Something is not held any more, and the leader does not know: only all that is left says so. */
    void tellAllSoon() {
        isAllDue = true;
        post();
    }

    /** Once what is already posted to the loop is done and the pause is over, however often it is asked. */
    private void post() {
        boolean hasPlenty = waiting.size() > PLENTY_PER_CPU * capacity.milliCpus() / 1000;
        long now = loop.nanos();
        long due = hasPlenty ? Math.max(now, toldNanos + PAUSE_WITH_PLENTY.toNanos()) : now;
        if (isPosted && dueNanos - due <= 0) {
            return;
        }
        timer.cancel();
        isPosted = true;
        dueNanos = due;
        timer = loop.after(Duration.ofNanos(due - now), () -> {
            isPosted = false;
            tell();
        });
    }

    private void tell() {
        if (isAllDue) {
            tellAll(Optional.empty());
        } else if (leader != null) {
            tellNews();
        }
    }

    private void tellNews() {
        List<Message.Held> running = new ArrayList<>();
        Outcomes outcomes = new Outcomes();
        for (Iterator<HeldAttempt> next = news.iterator(); next.hasNext() && !outcomes.isFull(); ) {
            HeldAttempt attempt = next.next();
            // Since it was news it may have been settled, or withdrawn.
            if (held.get(attempt.order.attempt()) != attempt) {
                next.remove();
            } else if (!attempt.hasOutcome()) {
                running.add(entry(attempt));
                next.remove();
            } else if (outcomes.add(attempt)) {
                next.remove();
            }
        }
        if (!running.isEmpty() || !outcomes.isEmpty()) {
            toldNanos = loop.nanos();
            cluster.send(leader, new Message.Progress(term, running, outcomes.tasks, outcomes.batches));
        }
        if (!news.isEmpty()) {
            post();
        }
    }

    /** All that is held; of outcomes as many as fit, and the rest as news. */
    void tellAll(Optional<BoardHealth> health) {
        isAllDue = false;
        if (leader == null) {
            return;
        }
        toldNanos = loop.nanos();
        List<Message.Held> holding = new ArrayList<>();
        Outcomes outcomes = new Outcomes();
        boolean more = false;
        for (HeldAttempt attempt : held.values()) {
            if (!attempt.hasOutcome()) {
                holding.add(entry(attempt));
                news.remove(attempt);
            } else if (outcomes.add(attempt)) {
                news.remove(attempt);
            } else {
                // Its outcome follows: until then nobody else is to have its task.
                holding.add(entry(attempt));
                more = true;
            }
        }
        cluster.send(
                leader,
                new Message.Status(
                        term,
                        ordersSeen,
                        capacity,
                        health,
                        holding,
                        outcomes.tasks,
                        outcomes.batches,
                        more,
                        rest.get()));
        if (!news.isEmpty()) {
            post();
        }
    }

    private Message.Held entry(HeldAttempt attempt) {
        boolean running = attempt.stage == HeldAttempt.Stage.RUNNING;
        long millis = running ? (loop.nanos() - attempt.startedNanos) / 1_000_000 : 0;
        return new Message.Held(
                attempt.order.attempt(),
                attempt.order.task(),
                attempt.order.count(),
                attempt.order.retryEpoch(),
                running,
                millis);
    }

    /** The outcomes of one message. */
    private static final class Outcomes {
        final List<AttemptOutcome> tasks = new ArrayList<>();
        final List<BatchOutcome> batches = new ArrayList<>();
        private long bytes;
        private boolean isFull;

        boolean isEmpty() {
            return tasks.isEmpty() && batches.isEmpty();
        }

        boolean isFull() {
            return isFull;
        }

        /** False when it does not fit any more; the first one always does. */
        boolean add(HeldAttempt attempt) {
            int count = tasks.size() + batches.size();
            long more = attempt.batch == null ? attempt.outcome.messageBytes() : attempt.batch.messageBytes();
            isFull |= count >= OUTCOMES_MAX || count > 0 && bytes + more > OUTCOMES_BYTES_MAX;
            if (isFull) {
                return false;
            }
            bytes += more;
            if (attempt.batch != null) {
                batches.add(attempt.batch);
            } else {
                tasks.add(attempt.outcome);
            }
            return true;
        }
    }
}
