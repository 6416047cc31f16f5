package dev.bramble.leader;

import dev.bramble.ledger.JobRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalDouble;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * The leader's soft state of one job that is not final: which of its open tasks nobody holds, in which order they go
 * out, and how fast they run. Tasks given back go first.
 */
final class JobQueue {
    /** Weight of the newest run time in the running mean: the last dozen tasks decide. */
    private static final double NEWEST_WEIGHT = 0.15;
    /** The rate shown is over this window. */
    static final Duration RATE_WINDOW = Duration.ofSeconds(10);

    private final JobRecord job;
    private final ArrayDeque<Integer> givenBack = new ArrayDeque<>();
    /** Tasks that somebody holds or that have an outcome. */
    private final RoaringBitmap taken = new RoaringBitmap();

    private final ArrayDeque<long[]> ended = new ArrayDeque<>();
    private int retryEpoch;
    private int held;
    private int running;
    private double meanSeconds = Double.NaN;

    JobQueue(JobRecord job) {
        this.job = job;
        this.retryEpoch = job.retryEpoch();
        job.forEachOutcome(taken::add);
    }

    JobRecord job() {
        return job;
    }

    /** Whether this queue is of the job's present epoch; a retried job gets a new queue. */
    boolean isCurrent() {
        return retryEpoch == job.retryEpoch();
    }

    /** Attempts of this job that nodes hold. */
    int held() {
        return held;
    }

    /** Attempts of this job that run, by the nodes' last word. */
    int running() {
        return running;
    }

    void countRunning(int change) {
        running += change;
    }

    boolean mayBeGranted(int task) {
        return !taken.contains(task) && !job.hasOutcome(task);
    }

    /** Open tasks that nobody holds: those given back first, then by index. Reads; takes nothing. */
    IntIterator supply() {
        RoaringBitmap back = RoaringBitmap.bitmapOf(
                givenBack.stream().mapToInt(Integer::intValue).toArray());
        boolean reducing = job.phase() == dev.bramble.model.JobPhase.REDUCING;
        int end = reducing ? job.spec().reduceIndex() + 1 : job.spec().tasks().count();
        ArrayDeque<Integer> first = new ArrayDeque<>();
        givenBack.stream().filter(task -> mayBeGranted(task) && task < end).forEach(first::add);
        return new Supply(first, back, reducing ? job.spec().reduceIndex() : 0, end);
    }

    /** A node holds {@code task} now. */
    void take(int task) {
        taken.add(task);
        givenBack.remove(task);
        held++;
    }

    /** One more node holds it; it was taken already. */
    void takeAgain(int task) {
        taken.add(task);
        held++;
    }

    /** Its attempt is over and gave no outcome: it goes to the head of the queue, unless another node holds it. */
    void giveBack(int task, boolean heldElsewhere) {
        held--;
        if (!heldElsewhere && !job.hasOutcome(task)) {
            taken.remove(task);
            givenBack.addFirst(task);
        }
    }

    /** Nobody holds it and it has no outcome: it goes to the head of the queue, if it is not there. */
    void reopen(int task) {
        if (taken.contains(task) && !job.hasOutcome(task)) {
            taken.remove(task);
            givenBack.addFirst(task);
        }
    }

    /** Its attempt is over and the ledger has an outcome. */
    void settle(int task) {
        held--;
    }

    void noteEnded(long nowMillis, double seconds) {
        meanSeconds = Double.isNaN(meanSeconds) ? seconds : meanSeconds + NEWEST_WEIGHT * (seconds - meanSeconds);
        if (!ended.isEmpty() && nowMillis - ended.peekLast()[0] < 100) {
            ended.peekLast()[1]++;
        } else {
            ended.addLast(new long[] {nowMillis, 1});
        }
        forgetBefore(nowMillis - RATE_WINDOW.toMillis());
    }

    private void forgetBefore(long millis) {
        while (!ended.isEmpty() && ended.peekFirst()[0] < millis) {
            ended.removeFirst();
        }
    }

    /** Mean run time of one task on one node, the newest weighing most. */
    OptionalDouble taskSeconds() {
        return Double.isNaN(meanSeconds) ? OptionalDouble.empty() : OptionalDouble.of(meanSeconds);
    }

    double tasksPerSecond(long nowMillis) {
        forgetBefore(nowMillis - RATE_WINDOW.toMillis());
        if (ended.isEmpty()) {
            return 0;
        }
        long count = ended.stream().mapToLong(bucket -> bucket[1]).sum();
        double window = Math.max(1000, Math.min(RATE_WINDOW.toMillis(), nowMillis - ended.peekFirst()[0] + 100));
        return count * 1000.0 / window;
    }

    /** Reads given-back tasks, then free indexes in order. */
    private final class Supply implements IntIterator {
        private final ArrayDeque<Integer> first;
        private final RoaringBitmap skip;
        private final int end;
        private long next;

        Supply(ArrayDeque<Integer> first, RoaringBitmap skip, int begin, int end) {
            this.first = first;
            this.skip = skip;
            this.end = end;
            this.next = advance(begin);
        }

        private long advance(long from) {
            long candidate = taken.nextAbsentValue((int) from);
            while (candidate < end && (skip.contains((int) candidate) || job.hasOutcome((int) candidate))) {
                candidate = taken.nextAbsentValue((int) candidate + 1);
            }
            return candidate;
        }

        @Override
        public boolean hasNext() {
            return !first.isEmpty() || next < end;
        }

        @Override
        public int next() {
            if (!first.isEmpty()) {
                return first.removeFirst();
            }
            int task = (int) next;
            next = advance(next + 1);
            return task;
        }

        @Override
        public IntIterator clone() {
            throw new UnsupportedOperationException("a supply is read once");
        }
    }
}
