package dev.bramble.worker.filter;

import dev.bramble.model.LineFiles;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/**
 * One pass while it runs: lines that were given to the process and have no answer yet. One side offers lines, the other
 * hears what the process prints, a third looks at the time; they take turns under a lock of the caller's. Times are
 * nanoseconds of one monotonic clock.
 */
public final class Flight {
    /**
     * Lines are owed and nothing moves for so long: the program may wait for the end of its input. DESIGN section 7.
     */
    public static final Duration SILENCE_MAX = Duration.ofSeconds(2);

    /** What the time says. */
    public enum Alarm {
        NONE,
        /** Close stdin: the program may be one that buffers. */
        CLOSE,
        /** The oldest line owed has waited too long. */
        TIMED_OUT,
        /** All is answered, stdin is closed, and the process does not end. */
        ENOUGH
    }

    /** What was heard. */
    public enum Verdict {
        FINE,
        /** {@link PassEnd.TooLong}. */
        TOO_LONG,
        /** {@link PassEnd.Broke}, with {@link #fault}. */
        BROKEN
    }

    private final PassPlan plan;
    private final Window window;
    private final long timeoutNanos;
    private final long silenceNanos;
    private final int toOffer;
    private final AnswerScan scan;
    private final BitSet settled;

    private int offered;
    private int offeredTo;
    private int answered;
    private int firstOwed;
    private boolean isWriting;
    private boolean isClosed;
    private boolean isProving;
    private long movedNanos;
    private long oldestNanos;

    /**
     * @param settled lines of the batch that this pass leaves out; not changed while it runs
     * @param index where answers lie, when each says whose it is; empty when they come in order
     * @param firstTask the number by which the batch's first line is called
     * @param startBytes where among the batch's answers this pass begins
     */
    public Flight(
            PassPlan plan,
            BitSet settled,
            Window window,
            Duration lineTimeout,
            Optional<AnswerIndex> index,
            int firstTask,
            int startBytes) {
        this.plan = plan;
        this.settled = settled;
        this.window = window;
        timeoutNanos = nanos(lineTimeout);
        // A program that buffers must be asked before its first line is blamed.
        silenceNanos = Math.min(SILENCE_MAX.toNanos(), timeoutNanos / 2);
        int left = plan.to() - plan.from();
        toOffer = left - settled.get(plan.from(), plan.to()).cardinality();
        scan = index.<AnswerScan>map(where -> new IndexedScan(where, firstTask, startBytes))
                .orElseGet(OrderedScan::new);
        offeredTo = plan.from();
        firstOwed = plan.from();
        // An answer with a number is never taken for another's.
        isProving = plan.isProving() && index.isEmpty();
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException centuries) {
            return Long.MAX_VALUE;
        }
    }

    public PassPlan plan() {
        return plan;
    }

    /** Of a line; the largest number when it is longer than that. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    // ------------------------------------------------------------------------------------------------------- offering

    /** How many lines may be given to the process now. Not every single one: half a window at a time wakes a writer. */
    public int room() {
        if (isClosed) {
            return 0;
        }
        int limit = plan.closesStdin() ? Integer.MAX_VALUE : plan.isAlone() || isProving ? 1 : window.lines();
        int free = limit - owed();
        return free >= limit - free ? Math.min(free, toOffer - offered) : 0;
    }

    /** Whether no line is left to be given. */
    public boolean isOffered() {
        return offered == toOffer;
    }

    /** Whether line {@code line} is one of this pass. */
    public boolean takes(int line) {
        return !settled.get(line);
    }

    /** {@code count} more lines are being written; {@code to} is the line after the last of them. */
    public void offer(int count, int to, long nowNanos) {
        if (offered == 0) {
            window.resume(nowNanos);
        }
        if (owed() == 0) {
            oldestNanos = nowNanos;
        }
        offered += count;
        offeredTo = to;
        isWriting = true;
    }

    /** They are written. */
    public void wrote(long nowNanos) {
        isWriting = false;
        movedNanos = nowNanos;
    }

    /** Stdin is closed. */
    public void closed(long nowNanos) {
        isClosed = true;
        movedNanos = nowNanos;
    }

    /** Nothing too much came after the first answer. */
    public void proved(long nowNanos) {
        // What comes once stdin is closed may have waited for just that.
        if (!isClosed) {
            isProving = false;
            window.resume(nowNanos);
        }
    }

    public boolean isProving() {
        return isProving;
    }

    // -------------------------------------------------------------------------------------------------------- hearing

    /** The process printed {@code length} bytes. */
    public Verdict hear(byte[] chunk, int length, long nowNanos) {
        movedNanos = nowNanos;
        int before = answered;
        Verdict verdict = scan.scan(chunk, length);
        if (answered > before) {
            oldestNanos = nowNanos;
            window.answered(answered - before, nowNanos);
        }
        return verdict;
    }

    /** Bytes of this pass up to the end of the last whole answer. */
    public int wholeBytes() {
        return scan.wholeBytes;
    }

    public String fault() {
        return scan.fault;
    }

    public int answered() {
        return answered;
    }

    public int owed() {
        return offered - answered;
    }

    /** Every line of the pass has its answer. */
    public boolean isAnswered() {
        return answered == toOffer;
    }

    public Alarm alarm(long nowNanos) {
        if (owed() > 0 && nowNanos - oldestNanos >= timeoutNanos) {
            return Alarm.TIMED_OUT;
        }
        boolean isSilent = !isWriting && nowNanos - movedNanos >= silenceNanos;
        if (!isSilent) {
            return Alarm.NONE;
        }
        if (isClosed) {
            return owed() == 0 ? Alarm.ENOUGH : Alarm.NONE;
        }
        return owed() > 0 && !plan.closesStdin() ? Alarm.CLOSE : Alarm.NONE;
    }

    // --------------------------------------------------------------------------------------------- once it has ended

    boolean isClosed() {
        return isClosed;
    }

    /** The first line was answered alone, and nothing came after it. */
    boolean isProved() {
        return plan.isProving() && !isProving && scan instanceof OrderedScan;
    }

    /** It has read the end of its input and gives fewer answers than there were lines. */
    boolean hasLeftOut() {
        return isClosed && answered > 0 && owed() > 0 && scan instanceof OrderedScan;
    }

    int offered() {
        return offered;
    }

    /** The line after the last that was given. */
    int offeredTo() {
        return offeredTo;
    }

    /** The line that the process had to answer next; {@code plan.to()} when there is none. */
    int firstOwed() {
        return scan.firstOwed();
    }

    /** The line that {@link Verdict#TOO_LONG} is about. */
    int tooLongLine() {
        return scan.tooLongLine();
    }

    void addAnsweredTo(BitSet lines) {
        scan.addAnsweredTo(lines);
    }

    /** Finds the answers in what the process prints. */
    private abstract class AnswerScan {
        int wholeBytes;
        String fault = "";

        abstract Verdict scan(byte[] chunk, int length);

        abstract int firstOwed();

        abstract int tooLongLine();

        abstract void addAnsweredTo(BitSet lines);

        Verdict broken(String sentence) {
            fault = sentence;
            return Verdict.BROKEN;
        }
    }

    /** Every line answers the next one owed: what is settled is always the first lines of a batch. */
    private final class OrderedScan extends AnswerScan {
        private int partialBytes;

        @Override
        Verdict scan(byte[] chunk, int length) {
            int first = indexOfLineFeed(chunk, length);
            if (partialBytes + (first < 0 ? length : first) > LineFiles.LINE_BYTES_MAX) {
                return Verdict.TOO_LONG;
            }
            if (first < 0) {
                partialBytes += length;
                return owed() > 0 ? Verdict.FINE : tooMany();
            }
            int lines = 0;
            int last = first;
            for (int i = first; i < length; i++) {
                if (chunk[i] == '\n') {
                    lines++;
                    last = i;
                }
            }
            wholeBytes += partialBytes + last + 1;
            partialBytes = length - last - 1;
            if (lines > owed() || lines == owed() && partialBytes > 0) {
                return tooMany();
            }
            answered += lines;
            return Verdict.FINE;
        }

        private Verdict tooMany() {
            return broken("the program printed more lines than it was given (after line " + (plan.from() + offered)
                    + " of the batch): a filter prints exactly one line for each line; with 'framing: indexed' it can"
                    + " say which line an answer is for");
        }

        private static int indexOfLineFeed(byte[] chunk, int length) {
            for (int i = 0; i < length; i++) {
                if (chunk[i] == '\n') {
                    return i;
                }
            }
            return -1;
        }

        @Override
        int firstOwed() {
            return plan.from() + answered;
        }

        @Override
        int tooLongLine() {
            return firstOwed();
        }

        @Override
        void addAnsweredTo(BitSet lines) {
            lines.set(plan.from(), plan.from() + answered);
        }
    }

    /** {@code N<TAB>line}, in any order. */
    private final class IndexedScan extends AnswerScan {
        private final AnswerIndex index;
        private final int firstTask;
        private final int startBytes;
        private final BitSet answers = new BitSet();
        private int heardBytes;
        private boolean isInText;
        private long number = -1;
        private int textStart;

        IndexedScan(AnswerIndex index, int firstTask, int startBytes) {
            this.index = index;
            this.firstTask = firstTask;
            this.startBytes = startBytes;
        }

        @Override
        Verdict scan(byte[] chunk, int length) {
            for (int i = 0; i < length; i++) {
                byte next = chunk[i];
                if (isInText) {
                    int textBytes = heardBytes + i - textStart;
                    if (next == '\n') {
                        finish(textBytes, heardBytes + i + 1);
                    } else if (textBytes >= LineFiles.LINE_BYTES_MAX) {
                        return Verdict.TOO_LONG;
                    }
                } else if (next >= '0' && next <= '9' && number < Integer.MAX_VALUE) {
                    number = Math.max(0, number) * 10 + next - '0';
                } else if (next == '\t' && number >= 0) {
                    if (!isOwed(number - firstTask)) {
                        return broken("the program answered " + number + ", which is no line that it was given and has"
                                + " not answered yet: with 'framing: indexed' each answer begins with its line's own"
                                + " number");
                    }
                    isInText = true;
                    textStart = heardBytes + i + 1;
                } else {
                    return broken("the program printed a line that does not begin with a number and a tab, as"
                            + " 'framing: indexed' wants");
                }
            }
            heardBytes += length;
            return Verdict.FINE;
        }

        private boolean isOwed(long line) {
            return line >= plan.from() && line < offeredTo && !settled.get((int) line) && !answers.get((int) line);
        }

        private void finish(int textBytes, int end) {
            int line = (int) number - firstTask;
            answers.set(line);
            index.put(line, startBytes + textStart, textBytes);
            answered++;
            wholeBytes = end;
            isInText = false;
            number = -1;
        }

        @Override
        int firstOwed() {
            while (firstOwed < plan.to() && (settled.get(firstOwed) || answers.get(firstOwed))) {
                firstOwed++;
            }
            return firstOwed;
        }

        @Override
        int tooLongLine() {
            return (int) number - firstTask;
        }

        @Override
        void addAnsweredTo(BitSet lines) {
            lines.or(answers);
        }
    }
}
