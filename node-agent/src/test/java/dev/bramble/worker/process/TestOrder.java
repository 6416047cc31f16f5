package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.worker.Workers.Guard;
import dev.bramble.worker.Workers.PlacedFile;
import dev.bramble.worker.Workers.ProcessLimits;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Stdin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;

/** An order with everything ordinary but what a test is about. */
final class TestOrder {
    private static final AtomicLong SEQUENCE = new AtomicLong();
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    private final List<String> argv;
    private final SequencedMap<String, String> env = new LinkedHashMap<>();
    private final List<PlacedFile> files = new ArrayList<>();
    private final List<PlacedFile> checkpoint = new ArrayList<>();
    private JobId job = new JobId(1);
    private Stdin stdin = new Stdin.Empty();
    private ProcessLimits limits = new ProcessLimits(1000, 256L << 20, 400, 1 << 20, 1L << 30);

    private Optional<Guard> guard = Optional.empty();

    private TestOrder(List<String> argv) {
        this.argv = argv;
        env.put("PATH", PATH);
    }

    static TestOrder of(String... argv) {
        return new TestOrder(List.of(argv));
    }

    static TestOrder sh(String script) {
        return of("sh", "-c", script);
    }

    TestOrder job(long number) {
        job = new JobId(number);
        return this;
    }

    TestOrder env(String name, String value) {
        env.put(name, value);
        return this;
    }

    TestOrder file(String name, Path source, boolean executable) {
        files.add(new PlacedFile(name, source, executable));
        return this;
    }

    TestOrder checkpoint(String name, Path source, boolean executable) {
        checkpoint.add(new PlacedFile(name, source, executable));
        return this;
    }

    /** May run for so long from now, unless it is renewed. */
    TestOrder guarded(Duration time, Duration grace) {
        guard = Optional.of(new Guard(System.nanoTime() + time.toNanos(), grace));
        return this;
    }

    TestOrder stdin(String text) {
        stdin = new Stdin.Bytes(text.getBytes(UTF_8));
        return this;
    }

    TestOrder stdin(Path file) {
        stdin = new Stdin.FromFile(file);
        return this;
    }

    TestOrder streamBytes(long bytes) {
        limits = limits.withStreamBytes(bytes);
        return this;
    }

    TestOrder processes(int processes) {
        limits = new ProcessLimits(
                limits.milliCpus(), limits.memoryBytes(), processes, limits.streamBytes(), limits.diskBytes());
        return this;
    }

    TestOrder memoryBytes(long bytes) {
        limits = new ProcessLimits(
                limits.milliCpus(), bytes, limits.processes(), limits.streamBytes(), limits.diskBytes());
        return this;
    }

    TestOrder diskBytes(long bytes) {
        limits = new ProcessLimits(
                limits.milliCpus(), limits.memoryBytes(), limits.processes(), limits.streamBytes(), bytes);
        return this;
    }

    ProcessOrder make() {
        AttemptId attempt = new AttemptId(7, SEQUENCE.incrementAndGet());
        return new ProcessOrder(attempt, job, argv, env, files, checkpoint, stdin, limits, guard);
    }
}
