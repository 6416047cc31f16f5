package dev.bramble.worker.process;

import dev.bramble.worker.Filters.Answers;
import dev.bramble.worker.Filters.BatchEnded;
import dev.bramble.worker.Filters.BatchOrder;
import dev.bramble.worker.filter.AnswerIndex;
import dev.bramble.worker.filter.BatchCourse;
import dev.bramble.worker.filter.Flight;
import dev.bramble.worker.filter.PassEnd;
import dev.bramble.worker.filter.PassPlan;
import dev.bramble.worker.filter.ProgramHabits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/** A batch that has not ended: its course, its answers, and the process that it has now. The loop's. */
final class RunningBatch {
    final BatchOrder order;
    final BatchCourse course;
    private final Consumer<BatchEnded> whenEnded;
    private final AnswerSpool spool;
    private final Optional<AnswerIndex> index;

    /** Waits for this process, or talks with it. */
    FilterProcess process;
    /** Set once the process is connected. */
    PassPlan plan;

    Talk talk;
    /** How long its process may still take when it is stopped; empty until then. */
    Optional<Duration> stopGrace = Optional.empty();

    private byte[] stderr = {};
    long nanos;

    RunningBatch(BatchOrder order, ProgramHabits habits, Path answers, Consumer<BatchEnded> whenEnded) {
        this.order = order;
        this.whenEnded = whenEnded;
        course = new BatchCourse(order.count(), habits);
        spool = new AnswerSpool(answers);
        index = Talk.index(order);
    }

    /** A pass with {@link #process} by {@link #plan}. */
    Talk newTalk() {
        Flight flight = new Flight(
                plan,
                (BitSet) course.settled().clone(),
                process.window,
                order.lineTimeout(),
                index,
                order.firstTask(),
                spool.sizeBytes());
        return new Talk(order, flight, spool);
    }

    /** The pass has ended; what is no whole answer is forgotten. */
    void passEnded(PassEnd end, boolean wasFresh, long nowNanos) {
        nanos += end instanceof PassEnd.Answered ? talk.nanos() : talk.nanosUntil(nowNanos);
        boolean counts = course.ended(talk.flight, wasFresh, end);
        spool.cut(talk.startBytes + (counts ? talk.flight.wholeBytes() : 0));
        talk = null;
    }

    void keepStderr(byte[] tail) {
        stderr = tail;
    }

    boolean hasAnswersInFile() {
        return spool.isInFile();
    }

    /** Tells the end; {@code answers} were {@linkplain #finish finished}. */
    void tell(Answers answers) {
        RoaringBitmap succeeded = BitSetUtil.bitmapOf(course.succeeded());
        boolean isAnyoneToBlame =
                course.failure().isPresent() || !course.failed().isEmpty();
        whenEnded.accept(new BatchEnded(
                order.batch(),
                succeeded,
                answers,
                course.failed(),
                course.failure(),
                course.unanswered(),
                isAnyoneToBlame ? stderr : new byte[0],
                Duration.ofNanos(nanos).toMillis()));
    }

    /** Deletes what is there of the answers. */
    void abandonAnswers() {
        try {
            spool.abandon();
        } catch (IOException stillThere) {
            // The next start of the agent deletes it.
        }
    }

    /** The answers came, and then their disk broke: nobody is to blame, and nothing is there. */
    void tellWithout(String sentence) {
        whenEnded.accept(new BatchEnded(
                order.batch(),
                new RoaringBitmap(),
                new Answers.InMemory(new byte[0]),
                List.of(),
                Optional.empty(),
                sentence,
                new byte[0],
                Duration.ofNanos(nanos).toMillis()));
    }

    /** Puts the answers into the order of their lines. Blocks when they are in a file. */
    Answers finish() throws IOException {
        if (course.failure().isPresent()) {
            spool.discard();
            return new Answers.InMemory(new byte[0]);
        }
        return index.isPresent() ? spool.finish(course.succeeded(), index.get()) : spool.finish();
    }
}
