package dev.bramble.time;

import java.time.Duration;
import java.util.PriorityQueue;

/**
 * Virtual time for simulations: one queue of things to do, ordered by instant and then by the order of posting, so that
 * the same inputs give the same run. Single-threaded.
 */
public final class SimTime {
    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private long nowNanos;
    private long posted;

    public long nanos() {
        return nowNanos;
    }

    /** Runs {@code task} at {@code delay} from now. */
    public EventLoop.Timer after(Duration delay, Runnable task) {
        Step step = new Step(nowNanos + Math.max(0, delay.toNanos()), posted++, task);
        steps.add(step);
        return () -> step.cancelled = true;
    }

    /** Runs the next thing that is due; false when nothing is left. */
    public boolean step() {
        Step next = steps.poll();
        if (next == null) {
            return false;
        }
        nowNanos = next.atNanos;
        if (!next.cancelled) {
            next.task.run();
        }
        return true;
    }

    /** When the next thing is due, in nanoseconds; {@link Long#MAX_VALUE} when nothing is left. */
    public long nextNanos() {
        Step next = steps.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos;
    }

    /** A loop on this time. When {@link SimLoop#halt()} is called, nothing posted to it runs any more (a crash). */
    public SimLoop newLoop() {
        return new SimLoop(this);
    }

    /** One simulated process's event loop. */
    public static final class SimLoop implements EventLoop {
        private final SimTime time;
        private boolean halted;
        private long pausedUntilNanos;

        private SimLoop(SimTime time) {
            this.time = time;
        }

        /** Nothing posted to this loop runs from now on. */
        public void halt() {
            halted = true;
        }

        /** Freezes the loop: what is due before {@code duration} has passed runs then (a SIGSTOP and SIGCONT). */
        public void pause(Duration duration) {
            pausedUntilNanos = Math.max(pausedUntilNanos, time.nowNanos + duration.toNanos());
        }

        @Override
        public long nanos() {
            return time.nanos();
        }

        @Override
        public void execute(Runnable task) {
            after(Duration.ZERO, task);
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return time.after(delay, () -> turn(task));
        }

        private void turn(Runnable task) {
            if (halted) {
                return;
            }
            if (time.nowNanos < pausedUntilNanos) {
                time.after(Duration.ofNanos(pausedUntilNanos - time.nowNanos), () -> turn(task));
                return;
            }
            task.run();
        }
    }

    private static final class Step implements Comparable<Step> {
        final long atNanos;
        final long order;
        final Runnable task;
        boolean cancelled;

        Step(long atNanos, long order, Runnable task) {
            this.atNanos = atNanos;
            this.order = order;
            this.task = task;
        }

        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
