package dev.bramble.worker.filter;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.BatchOutcome.Blame;
import dev.bramble.model.LineFiles;
import dev.bramble.worker.Filters.FailedLine;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The course of one batch: which lines go through a process next, and who is to blame for what ended a pass.
 *
 * <p>A line is charged for a crash only when a process that has been given nothing else dies with it, after another has
 * died owing it first.
 */
public final class BatchCourse {
    /**
     * Most processes for one batch: each costs a board some milliseconds to a second, and a program that needs more of
     * them fails on every other line. What is left then is given back; the next batch goes on from there.
     */
    public static final int STARTS_MAX = 256;

    private final int count;
    private final ProgramHabits habits;
    private final BitSet succeeded = new BitSet();
    private final BitSet settled = new BitSet();
    private final List<FailedLine> failed = new ArrayList<>();
    private Optional<Blame> failure = Optional.empty();
    private String unanswered = "";
    private boolean isOver;
    private int starts;

    /** Lines before this one were owed when a process died. */
    private int replayTo;
    /** The line that a process owed first when it died; −1 for none. */
    private int suspect = -1;

    private boolean needsFresh;
    /** The window is replayed in parts, each ended by end of file: the program does not answer before. */
    private boolean isInParts;

    private int partLines;
    /** A part that goes well is followed by a larger one; not when each that is too large costs a timeout. */
    private boolean partsGrow;

    public BatchCourse(int count, ProgramHabits habits) {
        this.count = count;
        this.habits = habits;
        partLines = count;
    }

    /** The next pass; empty when the batch has ended. */
    public Optional<PassPlan> next() {
        int from = settled.nextClearBit(0);
        if (isOver || from >= count) {
            return Optional.empty();
        }
        if (starts >= STARTS_MAX) {
            halt("the program had to be started " + STARTS_MAX + " times for one batch");
            return Optional.empty();
        }
        boolean isReplay = from < replayTo;
        if (!isReplay) {
            isInParts = false;
            partLines = count;
        }
        if (habits.buffers || isInParts) {
            int end = isInParts ? replayTo : count;
            return Optional.of(
                    new PassPlan(from, Math.min(end, from + Math.min(partLines, end)), true, false, false, true));
        }
        return Optional.of(
                isReplay
                        ? new PassPlan(from, replayTo, needsFresh, true, false, false)
                        : new PassPlan(from, count, needsFresh, false, !habits.answersAtOnce, false));
    }

    /** A process was started for this batch. */
    public void started() {
        starts++;
    }

    /** The lines that no later pass takes. */
    public BitSet settled() {
        return settled;
    }

    /**
     * A pass ended; {@code isFresh} when its process had been given nothing before.
     *
     * @return whether the answers of the pass count
     */
    public boolean ended(Flight flight, boolean isFresh, PassEnd end) {
        if (end instanceof PassEnd.Died(int exitCode, String _) && exitCode == 0 && flight.hasLeftOut()) {
            // It has read all, and has left some line out: whose the others are is not known.
            suspect = flight.plan().from();
            replay(flight.plan().from(), flight.offeredTo(), flight.offered(), true);
            return false;
        }
        habits.answersAtOnce |= flight.isProved();
        flight.addAnsweredTo(succeeded);
        settled.or(succeeded);
        if (flight.answered() > 0) {
            needsFresh = false;
        }
        switch (end) {
            case PassEnd.Answered _ -> answered(flight);
            case PassEnd.Died died -> died(flight, isFresh, died);
            case PassEnd.TimedOut _ -> timedOut(flight);
            case PassEnd.TooLong _ ->
                charge(
                        flight.tooLongLine(),
                        AttemptEnd.FAILED,
                        -1,
                        "the answer is longer than " + LineFiles.LINE_BYTES_MAX + " bytes");
            case PassEnd.Broke broke -> fail(broke.sentence());
            case PassEnd.NotStarted notStarted -> notStarted(notStarted.sentence());
            case PassEnd.Halted halted -> halt(halted.sentence());
        }
        return failure.isEmpty();
    }

    private void answered(Flight flight) {
        if (isInParts && partsGrow) {
            partLines = Math.min(count, 2 * partLines);
        }
        if (flight.isClosed() && !flight.plan().closesStdin()) {
            // One that has answered a line alone was only slow.
            habits.buffers = !habits.answersAtOnce;
        }
    }

    private void died(Flight flight, boolean isFresh, PassEnd.Died died) {
        boolean isAlone = isFresh && flight.answered() == 0 && flight.owed() <= 1;
        if (flight.owed() == 0 && !isAlone) {
            // It ended between two lines, or all came once its stdin was closed; another goes on with the next.
            answered(flight);
            return;
        }
        // One that ends before it can be given any line is charged to the first: it must not start for ever.
        int line = flight.firstOwed();
        if (isAlone && suspect == line) {
            charge(line, AttemptEnd.FAILED, died.exitCode(), died.how() + " at this line, without an answer");
            suspect = -1;
            replayTo = isInParts ? replayTo : 0;
            return;
        }
        suspect = line;
        replay(line, flight.offeredTo(), flight.owed(), flight.isClosed() || habits.buffers);
    }

    private void timedOut(Flight flight) {
        if (flight.isClosed() && flight.owed() > 1 && !habits.answersAtOnce) {
            // Its answers may all be ready, in its buffer: only a line alone is known to be slow.
            replay(flight.firstOwed(), flight.offeredTo(), flight.owed(), true);
            partsGrow = false;
        } else {
            charge(flight.firstOwed(), AttemptEnd.TIMED_OUT, -1, "no answer came within the timeout of a line");
        }
    }

    private void replay(int from, int to, int lines, boolean inParts) {
        needsFresh = true;
        replayTo = Math.max(replayTo, Math.max(to, from + 1));
        isInParts = inParts;
        partLines = Math.max(1, lines / 2);
        partsGrow = true;
    }

    private void charge(int line, AttemptEnd end, int exitCode, String reason) {
        failed.add(new FailedLine(line, new Blame(end, exitCode, reason)));
        settled.set(line);
    }

    private void fail(String sentence) {
        failure = Optional.of(new Blame(AttemptEnd.FAILED, -1, sentence));
        isOver = true;
    }

    /** A program that ran a moment ago is not to blame for what the node cannot give now. */
    private void notStarted(String sentence) {
        if (settled.isEmpty()) {
            fail(sentence);
        } else {
            halt(sentence);
        }
    }

    /** Ends the batch with what it has; nobody is to blame for the rest. */
    public void halt(String sentence) {
        if (!isOver && settled.nextClearBit(0) < count) {
            unanswered = sentence;
        }
        isOver = true;
    }

    /** No process could be begun. */
    public void refused(String sentence) {
        notStarted(sentence);
    }

    /** Nothing of the batch counts. */
    public void broke(String sentence) {
        fail(sentence);
    }

    /** The lines with an answer that counts. */
    public BitSet succeeded() {
        return failure.isPresent() ? new BitSet() : succeeded;
    }

    public List<FailedLine> failed() {
        return failure.isPresent()
                ? List.of()
                : failed.stream()
                        .sorted(Comparator.comparingInt(FailedLine::line))
                        .toList();
    }

    public Optional<Blame> failure() {
        return failure;
    }

    public String unanswered() {
        return unanswered;
    }
}
