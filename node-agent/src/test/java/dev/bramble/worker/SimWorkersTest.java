package dev.bramble.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.time.SimTime;
import dev.bramble.worker.SimWorkers.Play;
import dev.bramble.worker.Workers.Collected;
import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.LogPiece;
import dev.bramble.worker.Workers.ProcessLimits;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Stdin;
import dev.bramble.worker.Workers.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SimWorkersTest {
    private static final AttemptId ATTEMPT = new AttemptId(3, 1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Exit DONE = new Exit.Code(0);

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private final List<String> told = new ArrayList<>();
    private Play play = Play.of(MINUTE, DONE);
    private final SimWorkers workers = new SimWorkers(loop, order -> play);

    private final Workers.Watcher watcher = new Workers.Watcher() {
        @Override
        public void started(long pid) {
            told.add(seconds() + " started");
        }

        @Override
        public void ended(Ended ended) {
            told.add(seconds() + " " + ended.exit() + " after " + ended.millis());
        }
    };

    private long seconds() {
        return Duration.ofNanos(time.nanos()).toSeconds();
    }

    private void start() {
        var limits = new ProcessLimits(1000, 1, 1, 4, 0);
        workers.start(
                new ProcessOrder(
                        ATTEMPT,
                        new JobId(1),
                        List.of("x"),
                        new LinkedHashMap<>(),
                        List.of(),
                        List.of(),
                        new Stdin.Empty(),
                        limits,
                        Optional.empty()),
                watcher);
    }

    private void runAll() {
        while (time.step()) {
            // To the end of all that is planned.
        }
    }

    private <T> T answer(CompletionStage<T> stage) {
        runAll();
        return stage.toCompletableFuture().getNow(null);
    }

    @Test
    void aProcessStartsAndEndsInVirtualTime() {
        start();
        assertThat(workers.running()).containsExactly(ATTEMPT);
        runAll();
        assertThat(told).containsExactly("0 started", "60 Code[code=0] after 60000");
        assertThat(workers.running()).isEmpty();
    }

    @Test
    void aProcessThatCannotStartSaysWhy() {
        play = Play.of(MINUTE, new Exit.NotStarted("no such program"));
        start();
        runAll();
        assertThat(told).containsExactly("0 NotStarted[sentence=no such program] after 0");
    }

    @Test
    void stopIsATermOrAKillAfterTheGrace() {
        start();
        workers.stop(ATTEMPT, Duration.ofSeconds(5));
        runAll();
        assertThat(told).containsExactly("0 started", "0 Signal[number=15] after 0");
        told.clear();
        workers.discard(ATTEMPT);
        play = new Play(MINUTE, DONE, Optional.empty(), new byte[0], new byte[0], new TreeMap<>());
        start();
        workers.stop(ATTEMPT, Duration.ofSeconds(5));
        runAll();
        assertThat(told).hasSize(2).last().asString().contains("Signal[number=9] after 5000");
    }

    @Test
    void nobodyIsToldAfterTheNodeDied() {
        start();
        time.step();
        workers.halt();
        runAll();
        assertThat(told).containsExactly("0 started");
        assertThat(workers.running()).isEmpty();
    }

    @Test
    void logsAndFilesAreWhatThePlaySays() {
        TreeMap<String, byte[]> files = new TreeMap<>();
        files.put("model.bin", "weights".getBytes(UTF_8));
        files.put("notes.txt", new byte[0]);
        play = new Play(MINUTE, DONE, Optional.empty(), "123456".getBytes(UTF_8), new byte[0], files);
        start();
        assertThat(answer(workers.collect(ATTEMPT, List.of("*"))).problems())
                .containsExactly("attempt 3-1 has not ended here");
        LogPiece piece = answer(workers.log(ATTEMPT, Stream.STDOUT, 1, 2)).orElseThrow();
        assertThat(piece.bytes()).isEqualTo("23".getBytes(UTF_8));
        assertThat(piece.sizeBytes()).as("cut at the limit").isEqualTo(4);
        Collected collected = answer(workers.collect(ATTEMPT, List.of("*.bin", "x")));
        assertThat(collected.problems()).containsExactly("no file matches the output 'x'");
        assertThat(workers.bytes(collected.files().getFirst().path())).hasValue("weights".getBytes(UTF_8));
        workers.discard(ATTEMPT);
        assertThat(answer(workers.log(ATTEMPT, Stream.STDOUT, 0, 2))).isEmpty();
    }

    @Test
    void whatRunsCannotBeDiscarded() {
        start();
        assertThatThrownBy(() -> workers.discard(ATTEMPT)).isInstanceOf(IllegalStateException.class);
    }
}
