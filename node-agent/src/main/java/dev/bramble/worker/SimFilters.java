package dev.bramble.worker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bramble.model.AttemptId;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.time.EventLoop;
import dev.bramble.worker.filter.AnswerIndex;
import dev.bramble.worker.filter.BatchCourse;
import dev.bramble.worker.filter.Flight;
import dev.bramble.worker.filter.PassEnd;
import dev.bramble.worker.filter.PassPlan;
import dev.bramble.worker.filter.ProgramHabits;
import dev.bramble.worker.filter.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.roaringbitmap.BitSetUtil;

/**
 * Filters that exist only in a simulation: what a program does with each line is decided by a script, the loop's time
 * does the rest, and the rules for crashes, silences and lines too many are the real ones. There are no files: paths
 * are names for {@link #bytes}.
 */
public final class SimFilters implements Filters {
    /** What the program does with one line. */
    public sealed interface Deed {
        /** @param bytes as they are printed; with no LF in them, the answer comes without its end */
        record Print(Duration takes, byte[] bytes) implements Deed {}

        record Exit(Duration takes, int code) implements Deed {}

        record Hang() implements Deed {}
    }

    /**
     * @param buffers prints nothing until its stdin is closed or it exits by itself with code 0
     * @param notStarted why it cannot be started; empty when it can
     * @param deeds what it does with a line, which is given without its LF and number; the same line, the same deed
     */
    public record Play(boolean buffers, Optional<String> notStarted, Function<byte[], Deed> deeds) {
        public static Play of(Function<byte[], Deed> deeds) {
            return new Play(false, Optional.empty(), deeds);
        }
    }

    private static final Duration START = Duration.ofMillis(5);

    private final EventLoop loop;
    private final Function<Program, Play> plays;
    private final Map<AttemptId, Batch> batches = new TreeMap<>();
    private final Map<Key, ProgramHabits> habits = new TreeMap<>();
    private final List<Idle> idle = new ArrayList<>();
    private final Map<Path, byte[]> files = new TreeMap<>();
    private long started;
    private long answerFiles;
    private boolean halted;

    private record Key(JobId job, int retryEpoch) implements Comparable<Key> {
        static Key of(Program program) {
            return new Key(program.job(), program.retryEpoch());
        }

        @Override
        public int compareTo(Key other) {
            int byJob = job.compareTo(other.job);
            return byJob != 0 ? byJob : Integer.compare(retryEpoch, other.retryEpoch);
        }
    }

    private static final class Idle {
        final Program program;
        boolean isUsed;
        EventLoop.Timer end;

        Idle(Program program) {
            this.program = program;
        }
    }

    private static final class Batch {
        final BatchOrder order;
        final Consumer<BatchEnded> whenEnded;
        final Play play;
        final BatchCourse course;
        final Optional<AnswerIndex> index;
        byte[] answers = {};
        long nanos;
        boolean isStopped;
        boolean hasEnded;
        /** Ends the pass at this moment instead of at its own end. */
        Runnable cut = () -> {};

        Batch(BatchOrder order, Consumer<BatchEnded> whenEnded, Play play, ProgramHabits habits) {
            this.order = order;
            this.whenEnded = whenEnded;
            this.play = play;
            course = new BatchCourse(order.count(), habits);
            index = order.framing() == Framing.INDEXED ? Optional.of(new AnswerIndex(order.count())) : Optional.empty();
        }
    }

    /** @param plays what a program does; the same program must give the same play */
    public SimFilters(EventLoop loop, Function<Program, Play> plays) {
        this.loop = loop;
        this.plays = plays;
    }

    /** The batches that run now, for invariants. */
    public Set<AttemptId> running() {
        return new TreeSet<>(batches.keySet());
    }

    /** How many processes were started so far. */
    public long started() {
        return started;
    }

    /** The node dies: nothing runs any more, and nobody is told. */
    public void halt() {
        halted = true;
        batches.clear();
        idle.clear();
    }

    /** What is at a path that this gave out. */
    public Optional<byte[]> bytes(Path path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public void run(BatchOrder order, Consumer<BatchEnded> ended) {
        ProgramHabits known = habits.computeIfAbsent(Key.of(order.program()), _ -> new ProgramHabits());
        Batch batch = new Batch(order, ended, plays.apply(order.program()), known);
        if (batches.putIfAbsent(order.batch(), batch) != null) {
            batch.course.broke("batch " + order.batch() + " is here already");
            later(Duration.ZERO, () -> tell(batch));
        } else {
            later(Duration.ZERO, () -> goOn(batch));
        }
    }

    private void later(Duration delay, Runnable step) {
        loop.after(delay, () -> {
            if (!halted) {
                step.run();
            }
        });
    }

    private void goOn(Batch batch) {
        if (batch.isStopped) {
            batch.course.halt("the batch was stopped");
        }
        Optional<PassPlan> next = batch.course.next();
        if (next.isEmpty()) {
            batches.remove(batch.order.batch());
            tell(batch);
            return;
        }
        Optional<Idle> warm = next.get().isFresh() ? Optional.empty() : takeIdle(batch.order.program());
        if (warm.isPresent()) {
            begin(batch, next.get(), warm.get());
            return;
        }
        batch.course.started();
        started++;
        later(START, () -> {
            if (batch.isStopped) {
                goOn(batch);
            } else if (batch.play.notStarted().isPresent()) {
                batch.course.refused(batch.play.notStarted().get());
                goOn(batch);
            } else {
                begin(batch, next.get(), new Idle(batch.order.program()));
            }
        });
    }

    private Optional<Idle> takeIdle(Program program) {
        Optional<Idle> found = idle.stream()
                .filter(process -> Key.of(process.program).equals(Key.of(program)))
                .findFirst();
        found.ifPresent(process -> {
            process.end.cancel();
            idle.remove(process);
        });
        return found;
    }

    private void begin(Batch batch, PassPlan plan, Idle process) {
        long began = loop.nanos();
        boolean wasFresh = !process.isUsed;
        process.isUsed = true;
        List<byte[]> lines = lines(batch, plan);
        // Its speed changes nothing that is told, so that one and the same pass may be played twice.
        Pass whole = new Pass(batch, plan, lines, began, Long.MAX_VALUE);
        PassEnd end = whole.play();
        boolean[] isOver = {false};
        batch.cut = () -> {
            if (!isOver[0]) {
                isOver[0] = true;
                Pass part = new Pass(batch, plan, lines, began, loop.nanos());
                ended(batch, part, part.play(), wasFresh);
            }
        };
        if (whole.now == Long.MAX_VALUE) {
            return;
        }
        later(Duration.ofNanos(whole.now - began), () -> {
            if (!isOver[0]) {
                isOver[0] = true;
                if (end instanceof PassEnd.Answered && !plan.closesStdin() && !whole.isClosed) {
                    rest(process);
                }
                ended(batch, whole, end, wasFresh);
            }
        });
    }

    private void ended(Batch batch, Pass pass, PassEnd end, boolean wasFresh) {
        batch.cut = () -> {};
        batch.nanos += pass.now - pass.began;
        int before = batch.answers.length;
        int whole = batch.course.ended(pass.flight, wasFresh, end) ? pass.flight.wholeBytes() : 0;
        batch.answers = Arrays.copyOf(batch.answers, before + whole);
        System.arraycopy(pass.printed.toByteArray(), 0, batch.answers, before, whole);
        goOn(batch);
    }

    private void rest(Idle process) {
        idle.add(process);
        process.end = loop.after(IDLE_MAX, () -> idle.remove(process));
    }

    private static List<byte[]> lines(Batch batch, PassPlan plan) {
        List<byte[]> lines = new ArrayList<>();
        try (InputStream in = batch.order.lines().open(plan.from())) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (byte next : in.readAllBytes()) {
                if (next == '\n') {
                    lines.add(line.toByteArray());
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return lines;
    }

    /** One pass, played at once on a clock of its own that begins at the loop's now. */
    private static final class Pass {
        private final Batch batch;
        private final PassPlan plan;
        private final List<byte[]> lines;
        private final long began;
        private final long until;
        private final Flight flight;
        private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private final Deque<Integer> given = new ArrayDeque<>();
        private int next;
        private long oldest;
        private long now;
        private boolean isClosed;

        Pass(Batch batch, PassPlan plan, List<byte[]> lines, long began, long until) {
            this.batch = batch;
            this.plan = plan;
            this.lines = lines;
            this.began = began;
            this.until = until;
            now = began;
            oldest = began;
            next = plan.from();
            flight = new Flight(
                    plan,
                    (BitSet) batch.course.settled().clone(),
                    new Window(),
                    batch.order.lineTimeout(),
                    batch.index,
                    batch.order.firstTask(),
                    batch.answers.length);
        }

        PassEnd play() {
            if (lines.size() < plan.to() - plan.from()) {
                return new PassEnd.Halted("the lines of the batch cannot be read on this node");
            }
            while (true) {
                give();
                if (given.isEmpty()) {
                    return flight.isAnswered() ? new PassEnd.Answered() : endOfInput();
                }
                int line = given.removeFirst();
                Optional<PassEnd> end = switch (batch.play.deeds().apply(lines.get(line - plan.from()))) {
                    case Deed.Hang _ -> Optional.of(spend(Long.MAX_VALUE));
                    case Deed.Exit exit -> exit(exit);
                    case Deed.Print print -> print(line, print);
                };
                if (end.isPresent()) {
                    return end.get();
                }
            }
        }

        private void give() {
            for (int room = flight.room(); room > 0; room = flight.room()) {
                while (!flight.takes(next)) {
                    next++;
                }
                given.add(next++);
                flight.offer(1, next, now);
                flight.wrote(now);
            }
        }

        /** Nothing is printed for so long; what comes of that, if anything does. */
        private PassEnd spend(long nanos) {
            long timeout = flight.timeoutNanos();
            long limit = timeout > Long.MAX_VALUE - oldest ? Long.MAX_VALUE : oldest + timeout;
            long to = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
            if (until <= Math.min(to, limit)) {
                now = until;
                return new PassEnd.Halted("the batch was stopped");
            }
            if (limit < to) {
                if (timeout >= 2 * Flight.SILENCE_MAX.toNanos()) {
                    close(limit);
                }
                now = limit;
                return new PassEnd.TimedOut();
            }
            now = to;
            return nanos == Long.MAX_VALUE ? new PassEnd.Halted("the program hangs") : null;
        }

        private void close(long at) {
            isClosed = true;
            flight.closed(at);
        }

        private Optional<PassEnd> exit(Deed.Exit exit) {
            PassEnd instead = spend(exit.takes().toNanos());
            if (instead != null) {
                return Optional.of(instead);
            }
            if (exit.code() == 0) {
                hear(held.toByteArray());
            }
            return Optional.of(new PassEnd.Died(exit.code(), "the program ended with exit code " + exit.code()));
        }

        private Optional<PassEnd> print(int line, Deed.Print print) {
            PassEnd instead = spend(print.takes().toNanos());
            if (instead != null) {
                return Optional.of(instead);
            }
            byte[] bytes = numbered(line, print.bytes());
            if (batch.play.buffers()) {
                held.writeBytes(bytes);
                return Optional.empty();
            }
            return hear(bytes);
        }

        private byte[] numbered(int line, byte[] bytes) {
            if (batch.order.framing() == Framing.LINES) {
                return bytes;
            }
            byte[] number = (batch.order.firstTask() + line + "\t").getBytes(US_ASCII);
            byte[] all = Arrays.copyOf(number, number.length + bytes.length);
            System.arraycopy(bytes, 0, all, number.length, bytes.length);
            return all;
        }

        private Optional<PassEnd> hear(byte[] bytes) {
            printed.writeBytes(bytes);
            int answered = flight.answered();
            Flight.Verdict verdict = flight.hear(bytes, bytes.length, now);
            if (flight.answered() > answered) {
                oldest = now;
            }
            if (flight.isProving() && flight.answered() > 0) {
                flight.proved(now);
            }
            return switch (verdict) {
                case FINE -> Optional.empty();
                case TOO_LONG -> Optional.of(new PassEnd.TooLong());
                case BROKEN -> Optional.of(new PassEnd.Broke(flight.fault()));
            };
        }

        /** It has read all that it was given and prints no more: its stdin is closed. */
        private PassEnd endOfInput() {
            if (!plan.closesStdin()) {
                PassEnd instead = spend(Flight.SILENCE_MAX.toNanos());
                if (instead != null) {
                    return instead;
                }
            }
            close(now);
            Optional<PassEnd> broken = hear(held.toByteArray());
            return broken.orElseGet(() -> flight.isAnswered()
                    ? new PassEnd.Answered()
                    : new PassEnd.Died(0, "the program ended with exit code 0"));
        }
    }

    private void tell(Batch batch) {
        if (!batch.hasEnded) {
            batch.hasEnded = true;
            batch.whenEnded.accept(new BatchEnded(
                    batch.order.batch(),
                    BitSetUtil.bitmapOf(batch.course.succeeded()),
                    answers(batch),
                    batch.course.failed(),
                    batch.course.failure(),
                    batch.course.unanswered(),
                    new byte[0],
                    Duration.ofNanos(batch.nanos).toMillis()));
        }
    }

    private Answers answers(Batch batch) {
        byte[] all = batch.course.failure().isPresent() ? new byte[0] : ordered(batch);
        if (all.length <= ANSWER_BYTES_IN_MEMORY_MAX) {
            return new Answers.InMemory(all);
        }
        Path path = Path.of("/simulated/answers", Long.toString(answerFiles++));
        files.put(path, all);
        return new Answers.InFile(path, all.length);
    }

    private static byte[] ordered(Batch batch) {
        if (batch.index.isEmpty()) {
            return batch.answers;
        }
        ByteArrayOutputStream sorted = new ByteArrayOutputStream();
        AnswerIndex index = batch.index.get();
        batch.course.succeeded().stream()
                .forEach(line -> sorted.write(batch.answers, index.start(line), index.length(line) + 1));
        return sorted.toByteArray();
    }

    @Override
    public void stop(AttemptId id, Duration grace) {
        Batch batch = batches.get(id);
        if (batch != null) {
            batch.isStopped = true;
            later(Duration.ZERO, () -> batch.cut.run());
        }
    }

    @Override
    public void release(JobId job) {
        endIdle(process -> process.program.job().equals(job));
        habits.keySet().removeIf(key -> key.job().equals(job));
    }

    @Override
    public boolean hasIdle(JobId job, int retryEpoch) {
        Key key = new Key(job, retryEpoch);
        return idle.stream().anyMatch(process -> Key.of(process.program).equals(key));
    }

    @Override
    public int processes() {
        return batches.size() + idle.size();
    }

    @Override
    public long idleMemoryBytes() {
        return idle.stream()
                .mapToLong(process -> process.program.limits().memoryBytes())
                .sum();
    }

    @Override
    public void endIdle() {
        endIdle(_ -> true);
    }

    private void endIdle(Predicate<Idle> which) {
        List<Idle> ending = idle.stream().filter(which).toList();
        ending.forEach(process -> process.end.cancel());
        idle.removeAll(ending);
    }

    @Override
    public void close() {
        for (Batch batch : List.copyOf(batches.values())) {
            batch.isStopped = true;
            batch.cut.run();
        }
        endIdle();
    }
}
