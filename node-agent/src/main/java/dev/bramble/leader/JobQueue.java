package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.JobPhase;
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.TaskSupply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/**
 * The leader's soft state of one job that is not final: which of its open tasks nobody holds, in which order they go
 * out, in batches of which size, and how fast they run. Tasks given back go first.
 */
final class JobQueue {
    /** Run time taken for a job none of whose tasks has ended yet, in seconds. */
    static final double UNKNOWN_TASK_SECONDS = 1;
    /** Weight of the newest run time in the running mean: the last dozen tasks decide. */
    private static final double NEWEST_WEIGHT = 0.15;
    /** The rate shown is over this window. */
    static final Duration RATE_WINDOW = Duration.ofSeconds(10);
    /** Tasks of a filter's first batch: if each takes a minute, no more wait behind the first. */
    static final int FIRST_BATCH_TASKS = 16;
    /** A batch may have so many times the tasks of the largest one that ended: what is measured carries no further. */
    static final int BATCH_GROWTH = 8;
    /**
     * Time that a batch should take: its cost (orders, report, entry, two flushed copies: some 20 ms) is small beside
     * it, and so is what is repeated when its node dies.
     */
    static final Duration BATCH_AIM = Duration.ofMillis(250);
    /** Near the job's end batches shrink so that all slots end together, but not below this. */
    static final Duration BATCH_LEAST = Duration.ofMillis(5);
    /** Batches that each slot should still get while batches shrink near the end. */
    private static final int BATCHES_PER_SLOT = 2;
    /** A batch lost with its node is granted again in so many parts, until the line is alone that takes nodes down. */
    static final int LOST_PARTS = 16;

    private final JobRecord job;
    /** Granted again in pieces of at most {@code most} tasks. */
    private record Back(TaskRange tasks, int most) {
        boolean isPart() {
            return most < tasks.count();
        }
    }

    private final ArrayDeque<Back> givenBack = new ArrayDeque<>();
    /** Tasks that somebody holds, and those in {@link #settling}. */
    private final RoaringBitmap taken = new RoaringBitmap();
    /** How many others hold a task that somebody holds; only those that are held more than once. */
    private final TreeMap<Integer, Integer> copies = new TreeMap<>();
    /** Tasks in {@link #taken} that nobody holds: their outcomes are being recorded, or are waited for. */
    private final RoaringBitmap settling = new RoaringBitmap();

    private final ArrayDeque<long[]> ended = new ArrayDeque<>();
    private final int retryEpoch;
    private final Paces paces = new Paces();
    private double guessSeconds = UNKNOWN_TASK_SECONDS;
    private int held;
    private int running;
    private int largestBatch;
    private double meanSeconds = Double.NaN;
    private int paced;
    private double paceSeconds;

    JobQueue(JobRecord job) {
        this.job = job;
        this.retryEpoch = job.retryEpoch();
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

    /** Whether some node holds one of {@code tasks}. */
    boolean isHeld(TaskRange tasks) {
        RoaringBitmap holding = within(taken, tasks);
        holding.andNot(settling);
        return !holding.isEmpty();
    }

    private static RoaringBitmap within(RoaringBitmap set, TaskRange tasks) {
        RoaringBitmap range = new RoaringBitmap();
        range.add((long) tasks.from(), tasks.end());
        range.and(set);
        return range;
    }

    /** Open tasks that nobody holds: those given back first, then by index. Reads; takes nothing. */
    TaskSupply supply() {
        boolean reducing = job.phase() == JobPhase.REDUCING;
        int reduce = job.spec().reduceIndex();
        return new Supply(reducing ? reduce : 0, reducing ? reduce + 1 : reduce);
    }

    /** One more node holds {@code tasks}. */
    void take(TaskRange tasks) {
        held++;
        RoaringBitmap again = within(taken, tasks);
        again.andNot(settling);
        again.forEach((org.roaringbitmap.IntConsumer) task -> copies.merge(task, 1, Integer::sum));
        settling.remove((long) tasks.from(), tasks.end());
        taken.add((long) tasks.from(), tasks.end());
    }

    /**
     * Its attempt is over and left tasks without an outcome: they go to the head of the queue, unless held elsewhere.
     */
    void giveBack(TaskRange tasks) {
        giveBack(tasks, TaskRange.COUNT_MAX);
    }

    /** The same, when its node was lost: maybe one of the tasks is to blame. */
    void giveBackLost(TaskRange tasks) {
        giveBack(tasks, Math.max(1, tasks.count() / LOST_PARTS));
    }

    /** An attempt that this leader never heard of was lost: what is open of its tasks goes out in parts. */
    void partLost(TaskRange tasks) {
        part(tasks, Math.max(1, tasks.count() / LOST_PARTS));
    }

    /** The same in parts of at most {@code most}. */
    void part(TaskRange tasks, int most) {
        givenBack.addFirst(new Back(tasks, most));
    }

    /** Whether {@code task}, which nobody holds, was in a batch that was lost. */
    boolean isPart(int task) {
        return givenBack.stream()
                .anyMatch(back -> back.isPart()
                        && back.tasks().from() <= task
                        && task < back.tasks().end());
    }

    /** What is to go out in parts, since it was lost with a node. */
    Stream<Message.LegacyPart> parts() {
        return givenBack.stream()
                .filter(Back::isPart)
                .map(back -> new Message.LegacyPart(job.id(), retryEpoch, back.tasks(), back.most()));
    }

    private void giveBack(TaskRange tasks, int most) {
        free(release(tasks), tasks, most);
    }

    /** Its attempt is over and the ledger has an outcome, or is about to: see {@link #reopen}. */
    void settle(TaskRange tasks) {
        RoaringBitmap left = release(tasks);
        settling.or(left);
    }

    /** Nobody may have the task: an attempt at it may still run somewhere; see {@link #reopen}. */
    void park(int task) {
        if (taken.checkedAdd(task)) {
            settling.add(task);
        }
    }

    /** Outcomes for {@code tasks} were recorded, or were not: those without one go to the head of the queue. */
    void reopen(TaskRange tasks) {
        RoaringBitmap left = within(settling, tasks);
        settling.remove((long) tasks.from(), tasks.end());
        free(left, tasks, TaskRange.COUNT_MAX);
    }

    /** Counts one holder less; the tasks that nobody else holds. */
    private RoaringBitmap release(TaskRange tasks) {
        held--;
        RoaringBitmap left = within(taken, tasks);
        Iterator<java.util.Map.Entry<Integer, Integer>> others =
                copies.subMap(tasks.from(), tasks.end()).entrySet().iterator();
        while (others.hasNext()) {
            java.util.Map.Entry<Integer, Integer> other = others.next();
            left.remove(other.getKey());
            if (other.getValue() == 1) {
                others.remove();
            } else {
                other.setValue(other.getValue() - 1);
            }
        }
        return left;
    }

    private void free(RoaringBitmap nobodyHolds, TaskRange tasks, int most) {
        if (nobodyHolds.isEmpty()) {
            return;
        }
        taken.andNot(nobodyHolds);
        if (job.nextWithoutOutcome(nobodyHolds.first()) < tasks.end()) {
            givenBack.addFirst(new Back(tasks, most));
        }
    }

    /** How many tasks are held more than once. */
    int heldTwice() {
        return copies.size();
    }

    boolean isHeldTwice(int task) {
        return copies.containsKey(task);
    }

    /** @param seconds run time of one task that succeeded, as on a board at its full speed */
    void notePace(double seconds) {
        paced++;
        paceSeconds += (seconds - paceSeconds) / paced;
    }

    /** Mean of what {@link #notePace} was told. */
    double paceSeconds() {
        return paceSeconds;
    }

    int pacedTasks() {
        return paced;
    }

    /** @param seconds how long a task has run, as on a board at its full speed: one takes no less */
    void noteRunning(double seconds) {
        guessSeconds = Math.max(guessSeconds, seconds);
    }

    /** What to take for {@link #taskSeconds} while that is not known. */
    double guessSeconds() {
        return guessSeconds;
    }

    /** How its tasks fare on which node. */
    Paces paces() {
        return paces;
    }

    /** Tasks that nobody holds. */
    int open() {
        return job.phase() == JobPhase.REDUCING
                ? 1
                : Math.max(
                        0,
                        job.spec().tasks().count() - job.succeededTasks() - job.failedTasks() - taken.getCardinality());
    }

    /**
     * @param secondsPerTask run time of each of the {@code tasks} tasks that ended together, as on a board at its full
     *     speed
     */
    void noteEnded(long nowMillis, int tasks, double secondsPerTask) {
        largestBatch = Math.max(largestBatch, tasks);
        meanSeconds = Double.isNaN(meanSeconds)
                ? secondsPerTask
                : meanSeconds + NEWEST_WEIGHT * (secondsPerTask - meanSeconds);
        if (!ended.isEmpty() && nowMillis - ended.peekLast()[0] < 100) {
            ended.peekLast()[1] += tasks;
        } else {
            ended.addLast(new long[] {nowMillis, tasks});
        }
        forgetBefore(nowMillis - RATE_WINDOW.toMillis());
    }

    private void forgetBefore(long millis) {
        while (!ended.isEmpty() && ended.peekFirst()[0] < millis) {
            ended.removeFirst();
        }
    }

    /** Mean run time of one task on a board at its full speed, the newest weighing most. */
    OptionalDouble taskSeconds() {
        return Double.isNaN(meanSeconds) ? OptionalDouble.empty() : OptionalDouble.of(meanSeconds);
    }

    /**
     * Most tasks of the next grant: 1 of a command; of a filter by measured speed, and by what is left near the end.
     *
     * @param slots attempts of this job that can run together
     */
    int batchTasks(int slots) {
        if (job.spec().filter().isEmpty()) {
            return 1;
        }
        if (largestBatch == 0) {
            return FIRST_BATCH_TASKS;
        }
        double seconds = Math.max(meanSeconds, 1e-9);
        long left = job.spec().tasks().count() - job.succeededTasks() - job.failedTasks();
        long share = left / ((long) BATCHES_PER_SLOT * Math.max(1, slots));
        long least = (long) (BATCH_LEAST.toNanos() / 1e9 / seconds);
        long most = (long) (BATCH_AIM.toNanos() / 1e9 / seconds);
        long tasks = Math.min(most, Math.max(share, least));
        return (int) Math.clamp(tasks, 1, Math.min(TaskRange.COUNT_MAX, (long) largestBatch * BATCH_GROWTH));
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
    private final class Supply implements TaskSupply {
        private final Iterator<Back> back;
        private final int end;
        /** Given-back tasks that were read. */
        private final RoaringBitmap read = new RoaringBitmap();
        /** Where to look on, in what is given back and behind it. */
        private int from;

        private int backEnd;
        private int backMost;
        private int next;

        Supply(int begin, int end) {
            List<Back> present = new ArrayList<>();
            for (Iterator<Back> all = givenBack.iterator(); all.hasNext(); ) {
                Back each = all.next();
                if (nextFree(each.tasks().from()) >= each.tasks().end()) {
                    all.remove();
                } else {
                    present.add(each);
                }
            }
            this.back = present.iterator();
            this.end = end;
            this.next = begin;
            find();
        }

        /** Finds where the next tasks begin. */
        private void find() {
            while (true) {
                if (from < backEnd) {
                    from = nextFree(from);
                    if (from < Math.min(backEnd, end)) {
                        return;
                    }
                }
                if (!back.hasNext()) {
                    break;
                }
                Back each = back.next();
                from = each.tasks().from();
                backEnd = each.tasks().end();
                backMost = each.most();
            }
            from = 0;
            backEnd = 0;
            next = nextFree(next);
        }

        private int nextFree(int task) {
            int free = task;
            while (true) {
                long candidate = taken.nextAbsentValue(free);
                candidate = read.nextAbsentValue((int) candidate);
                candidate = job.nextWithoutOutcome((int) candidate);
                if (candidate == free) {
                    return free;
                }
                free = (int) candidate;
            }
        }

        private static int before(int limit, long found) {
            return found < 0 ? limit : (int) Math.min(limit, found);
        }

        @Override
        public boolean hasNext() {
            return backEnd > 0 || next < end;
        }

        @Override
        public TaskRange next(int most) {
            boolean isBack = backEnd > 0;
            int first = isBack ? from : next;
            int limit =
                    Math.min(isBack ? Math.min(backEnd, end) : end, first + Math.min(most, isBack ? backMost : most));
            int last = Math.min(before(limit, taken.nextValue(first)), before(limit, read.nextValue(first)));
            last = Math.min(last, Math.min(job.nextSucceeded(first), job.nextFailed(first)));
            // A line that was lost with a node goes alone, also when this leader knows nothing of the batch it was in.
            last = Math.min(last, Math.max(first + 1, job.nextLost(first)));
            TaskRange tasks = new TaskRange(first, last - first);
            if (isBack) {
                read.add((long) first, last);
                from = last;
            } else {
                next = last;
            }
            find();
            return tasks;
        }
    }
}
