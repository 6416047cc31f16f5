package dev.bramble.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.model.LineFiles;
import dev.bramble.time.SimTime;
import dev.bramble.worker.Filters.Answers;
import dev.bramble.worker.Filters.BatchEnded;
import dev.bramble.worker.Filters.BatchOrder;
import dev.bramble.worker.Filters.FailedLine;
import dev.bramble.worker.Filters.Program;
import dev.bramble.worker.SimFilters.Deed;
import dev.bramble.worker.SimFilters.Play;
import dev.bramble.worker.Workers.ProcessLimits;
import dev.bramble.worker.filter.BatchCourse;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for a batch's course, with programs that do by script what bad programs do. */
class SimFiltersTest {
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int FIRST_TASK = 4000;

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private Play play = Play.of(SimFiltersTest::upper);
    private final SimFilters filters = new SimFilters(loop, _ -> play);
    private final List<BatchEnded> told = new ArrayList<>();
    private Framing framing = Framing.LINES;
    private Duration timeout = MINUTE;
    private long batches;

    private static Deed upper(byte[] line) {
        return new Deed.Print(MILLI, (new String(line, UTF_8).toUpperCase() + "\n").getBytes(UTF_8));
    }

    /** As {@link #upper}, but with the lines that are named in {@code bad}. */
    private static Function<byte[], Deed> except(Deed bad, String... lines) {
        return line -> List.of(lines).contains(new String(line, UTF_8)) ? bad : upper(line);
    }

    private static Deed print(String text) {
        return new Deed.Print(MILLI, text.getBytes(UTF_8));
    }

    private AttemptId start(List<String> lines) {
        var limits = new ProcessLimits(1000, 64, 1, 0, 0);
        var program = new Program(new JobId(1), 0, List.of("x"), new LinkedHashMap<>(), List.of(), limits);
        var id = new AttemptId(1, ++batches);
        filters.run(
                new BatchOrder(id, program, framing, FIRST_TASK, lines.size(), from -> bytes(lines, from), timeout),
                told::add);
        return id;
    }

    private static ByteArrayInputStream bytes(List<String> lines, int from) {
        String text = lines.subList(from, lines.size()).stream()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private BatchEnded run(List<String> lines) {
        start(lines);
        while (told.isEmpty() && time.step()) {
            // Until it has ended.
        }
        assertThat(told).hasSize(1);
        return told.removeFirst();
    }

    private BatchEnded run(String... lines) {
        return run(List.of(lines));
    }

    private String text(BatchEnded ended) {
        return switch (ended.answers()) {
            case Answers.InMemory(byte[] bytes) -> new String(bytes, UTF_8);
            case Answers.InFile file -> new String(filters.bytes(file.file()).orElseThrow(), UTF_8);
        };
    }

    private static List<Integer> lines(BatchEnded ended) {
        return ended.failed().stream().map(FailedLine::line).toList();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "l" + i).toList();
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void everyLineHasItsAnswerAndTheProcessStaysWarm(Framing with) {
        framing = with;
        for (int i = 0; i < 3; i++) {
            BatchEnded ended = run("a", "", "b");
            assertThat(text(ended)).isEqualTo("A\n\nB\n");
            assertThat(ended.succeeded().toArray()).containsExactly(0, 1, 2);
            assertThat(ended.unanswered()).isEmpty();
            assertThat(ended.millis()).isEqualTo(3);
        }
        assertThat(filters.started()).isEqualTo(1);
        assertThat(filters.idleMemoryBytes()).isEqualTo(64);
    }

    @Test
    void idleProcessesEndAfterTheirTimeOrWhenTheirRoomOrJobIsGone() {
        run("a");
        while (time.step()) {
            // To the end of all that is planned.
        }
        assertThat(filters.idleMemoryBytes()).isZero();
        run("a");
        filters.endIdle();
        assertThat(filters.idleMemoryBytes()).isZero();
        run("a");
        filters.release(new JobId(2));
        assertThat(filters.idleMemoryBytes()).isPositive();
        filters.release(new JobId(1));
        assertThat(filters.idleMemoryBytes()).isZero();
        assertThat(filters.started()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void theLineThatCrashesIsChargedAndNoOther(Framing with) {
        framing = with;
        play = Play.of(except(new Deed.Exit(MILLI, 3), "l777"));
        BatchEnded ended = run(numbers(1000));
        assertThat(lines(ended)).containsExactly(777);
        assertThat(ended.failed().getFirst().blame().exitCode()).isEqualTo(3);
        assertThat(ended.failed().getFirst().blame().reason())
                .isEqualTo("the program ended with exit code 3 at this line, without an answer");
        assertThat(ended.succeeded().getCardinality()).isEqualTo(999);
        assertThat(text(ended)).doesNotContain("L777\n").contains("L776\nL778\n");
    }

    @Test
    void exitZeroWhileALineIsOwedIsACrash() {
        play = Play.of(except(new Deed.Exit(MILLI, 0), "b"));
        BatchEnded ended = run("a", "b", "c");
        assertThat(lines(ended)).containsExactly(1);
        assertThat(text(ended)).isEqualTo("A\nC\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatCrashesOnEveryLineIsChargedForTheFirstAndGivenBackInTheEnd(boolean buffers) {
        play = new Play(buffers, Optional.empty(), _ -> new Deed.Exit(MILLI, 1));
        BatchEnded ended = run(numbers(1000));
        assertThat(ended.failed()).isNotEmpty();
        assertThat(lines(ended))
                .containsExactlyElementsOf(
                        IntStream.range(0, lines(ended).size()).boxed().toList());
        assertThat(ended.succeeded().isEmpty()).isTrue();
        assertThat(ended.unanswered()).contains("256 times");
        assertThat(filters.started()).isEqualTo(BatchCourse.STARTS_MAX);
    }

    @Test
    void whatBuffersIsAskedByClosingItsStdinAndThenRunsOneProcessPerBatch() {
        play = new Play(true, Optional.empty(), SimFiltersTest::upper);
        assertThat(text(run(numbers(100)))).endsWith("L99\n");
        assertThat(filters.started()).as("one to learn it, one for the rest").isEqualTo(2);
        long beganNanos = time.nanos();
        assertThat(run(numbers(100)).succeeded().getCardinality()).isEqualTo(100);
        assertThat(filters.started()).isEqualTo(3);
        assertThat(Duration.ofNanos(time.nanos() - beganNanos)).isLessThan(Duration.ofSeconds(1));
        assertThat(filters.idleMemoryBytes()).isZero();
    }

    @Test
    void ofWhatBuffersTheCulpritIsFoundByHalves() {
        play = new Play(true, Optional.empty(), except(new Deed.Exit(MILLI, 9), "l3001"));
        BatchEnded ended = run(numbers(4096));
        assertThat(lines(ended)).containsExactly(3001);
        assertThat(ended.succeeded().getCardinality()).isEqualTo(4095);
        assertThat(text(ended)).contains("L3000\nL3002\n");
        assertThat(filters.started()).isLessThan(50);
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void aLineThatHangsIsTimedOutAndTheOthersGoOn(Framing with) {
        framing = with;
        timeout = Duration.ofSeconds(10);
        play = Play.of(except(new Deed.Hang(), "l5"));
        BatchEnded ended = run(numbers(40));
        assertThat(lines(ended)).containsExactly(5);
        assertThat(ended.failed().getFirst().blame().end()).isEqualTo(AttemptEnd.TIMED_OUT);
        assertThat(ended.succeeded().getCardinality()).isEqualTo(39);
    }

    @Test
    void theTimeoutOfALineCountsFromWhenItWasTheOldestOwed() {
        timeout = Duration.ofMillis(1500);
        play = Play.of(line -> new Deed.Print(Duration.ofMillis(1400), upperBytes(line)));
        BatchEnded ended = run(numbers(30));
        assertThat(ended.failed()).isEmpty();
        assertThat(ended.succeeded().getCardinality()).isEqualTo(30);
    }

    private static byte[] upperBytes(byte[] line) {
        return ((Deed.Print) upper(line)).bytes();
    }

    @Test
    void aLineTooManyFailsTheBatchAndNothingOfItCounts() {
        play = Play.of(except(print("X\nY\n"), "l30"));
        BatchEnded ended = run(numbers(100));
        // One line is short by then: the rest was given before the extra one came, or none is owed at the end.
        assertThat(ended.failure()).isPresent();
        assertThat(ended.failure().get().reason()).contains("more lines than it was given");
        assertThat(ended.succeeded().isEmpty()).isTrue();
        assertThat(text(ended)).isEmpty();
        assertThat(lines(ended)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLineThatIsLeftOutIsChargedAndNoOtherGetsAnAnswerThatIsNotItsOwn(boolean buffers) {
        play = new Play(buffers, Optional.empty(), except(print(""), "l70", "l71", "l300"));
        BatchEnded ended = run(numbers(1000));
        assertThat(ended.failure()).isEmpty();
        assertThat(lines(ended)).containsExactly(70, 71, 300);
        assertThat(text(ended)).contains("L69\nL72\n").contains("L299\nL301\n").endsWith("L999\n");
        assertThat(ended.succeeded().getCardinality()).isEqualTo(997);
        assertThat(filters.started()).isLessThan(100);
    }

    @Test
    void anAnswerThatIsTooLongIsChargedToItsLine() {
        byte[] huge = new byte[LineFiles.LINE_BYTES_MAX + 2];
        Arrays.fill(huge, (byte) 'x');
        huge[huge.length - 1] = '\n';
        play = Play.of(except(new Deed.Print(MILLI, huge), "b"));
        BatchEnded ended = run("a", "b", "c");
        assertThat(lines(ended)).containsExactly(1);
        assertThat(ended.failed().getFirst().blame().reason()).contains("longer than 1048576 bytes");
        assertThat(text(ended)).isEqualTo("A\nC\n");
        byte[] allowed = Arrays.copyOf(huge, LineFiles.LINE_BYTES_MAX + 1);
        allowed[allowed.length - 1] = '\n';
        play = Play.of(except(new Deed.Print(MILLI, allowed), "b"));
        assertThat(run("a", "b", "c").failed()).isEmpty();
    }

    @Test
    void aProgramThatCannotStartFailsTheBatchWithItsSentence() {
        play = new Play(false, Optional.of("no such program"), SimFiltersTest::upper);
        BatchEnded ended = run("a", "b");
        assertThat(ended.failure().orElseThrow().reason()).isEqualTo("no such program");
    }

    @Test
    void whatWasAnsweredBeforeAStopCounts() {
        AttemptId id = start(numbers(10_000));
        for (int i = 0; i < 2; i++) {
            time.step();
        }
        loop.after(Duration.ofMillis(20), () -> filters.stop(id, Duration.ZERO));
        while (told.isEmpty() && time.step()) {
            // Until it has ended.
        }
        BatchEnded ended = told.getFirst();
        assertThat(ended.unanswered()).isEqualTo("the batch was stopped");
        assertThat(ended.succeeded().getCardinality()).isBetween(1, 9_999);
        assertThat(text(ended).lines().count()).isEqualTo(ended.succeeded().getCardinality());
    }

    @Test
    void nobodyIsToldAfterTheNodeDied() {
        start(numbers(10));
        time.step();
        filters.halt();
        while (time.step()) {
            // To the end of all that is planned.
        }
        assertThat(told).isEmpty();
        assertThat(filters.running()).isEmpty();
    }

    /** Crashes that depend on the line alone: exactly those lines are charged, whatever the program is like. */
    @ParameterizedTest
    @EnumSource(Framing.class)
    void exactlyTheLinesThatCrashAreChargedAndEveryOtherHasItsAnswer(Framing with) {
        framing = with;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int count = 1 + random.nextInt(500);
            Set<Integer> bad = new TreeSet<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                bad.add(random.nextInt(count));
            }
            int code = random.nextInt(3);
            boolean buffers = random.nextBoolean();
            Duration takes = Duration.ofNanos(1L << random.nextInt(28));
            play = new Play(buffers, Optional.empty(), line -> {
                int number = Integer.parseInt(new String(line, UTF_8).substring(1));
                return bad.contains(number) ? new Deed.Exit(takes, code) : new Deed.Print(takes, upperBytes(line));
            });
            filters.release(new JobId(1));
            BatchEnded ended = run(numbers(count));
            assertThat(lines(ended)).as("seed %d", seed).containsExactlyElementsOf(bad);
            assertThat(ended.succeeded().getCardinality()).as("seed %d", seed).isEqualTo(count - bad.size());
            assertThat(text(ended))
                    .as("seed %d", seed)
                    .isEqualTo(IntStream.range(0, count)
                            .filter(i -> !bad.contains(i))
                            .mapToObj(i -> "L" + i + "\n")
                            .collect(Collectors.joining()));
        }
    }
}
