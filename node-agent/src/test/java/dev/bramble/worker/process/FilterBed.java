package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.bramble.model.AttemptId;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.worker.Filters.Answers;
import dev.bramble.worker.Filters.BatchEnded;
import dev.bramble.worker.Filters.BatchOrder;
import dev.bramble.worker.Filters.FailedLine;
import dev.bramble.worker.Filters.Program;
import dev.bramble.worker.Workers.PlacedFile;
import dev.bramble.worker.Workers.ProcessLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Filters on workers in a folder of their own, for tests that wait. */
final class FilterBed implements AutoCloseable {
    private static final AtomicLong SEQUENCE = new AtomicLong();

    final Bed bed;
    final ProcessFilters filters;

    FilterBed(Cage cage) throws IOException {
        this(Bed.open(cage));
    }

    FilterBed(Bed bed) throws IOException {
        this(bed, ProcessFilters.open(bed.workers, bed.loop));
    }

    FilterBed(Bed bed, ProcessFilters filters) {
        this.bed = bed;
        this.filters = filters;
    }

    /** A program of a job of its own, with everything ordinary but what a test changes. */
    static final class Job {
        final JobId id = new JobId(SEQUENCE.incrementAndGet());
        final List<String> argv;
        final SequencedMap<String, String> env = new LinkedHashMap<>();
        final List<PlacedFile> files = new ArrayList<>();
        Framing framing = Framing.LINES;
        Duration timeout = Duration.ofMinutes(10);
        int retryEpoch;
        long diskBytes = 1L << 30;

        private Job(List<String> argv) {
            this.argv = argv;
            env.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        }

        static Job of(String... argv) {
            return new Job(List.of(argv));
        }

        /** The system's own, which any user may run. */
        static Job python(String script) {
            return of("/usr/bin/python3", "-c", script);
        }

        Job timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        Job diskBytes(long bytes) {
            diskBytes = bytes;
            return this;
        }

        Job indexed() {
            framing = Framing.INDEXED;
            return this;
        }

        /** What unbuffers programs has no effect. */
        Job buffering() {
            env.put("PYTHONUNBUFFERED", "");
            env.put("_STDBUF_O", "");
            return this;
        }

        Program program() {
            var limits = new ProcessLimits(1000, 256L << 20, 400, 0, diskBytes);
            return new Program(id, retryEpoch, argv, env, files, limits);
        }
    }

    /** One batch, and what became of it. */
    static final class Batch {
        final AttemptId id = new AttemptId(1, SEQUENCE.incrementAndGet());
        private final CompletableFuture<BatchEnded> ended = new CompletableFuture<>();
        private int told;

        private void ended(BatchEnded end) {
            told++;
            ended.complete(end);
        }

        BatchEnded end() {
            return Bed.get(ended);
        }

        boolean hasEnded() {
            return ended.isDone();
        }

        int told() {
            return told;
        }

        List<Integer> succeeded() {
            return IntStream.of(end().succeeded().toArray()).boxed().toList();
        }

        List<Integer> failed() {
            return end().failed().stream().map(FailedLine::line).toList();
        }

        FailedLine onlyFailed() {
            if (end().failed().size() != 1) {
                throw new AssertionError("not one failed line: " + describe());
            }
            return end().failed().getFirst();
        }

        String failure() {
            return end().failure().map(blame -> blame.reason()).orElse("");
        }

        String text() {
            return new String(answers(), ISO_8859_1);
        }

        byte[] answers() {
            try {
                return switch (end().answers()) {
                    case Answers.InMemory(byte[] bytes) -> bytes;
                    case Answers.InFile file -> Files.readAllBytes(file.file());
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String stderr() {
            return new String(end().stderr(), ISO_8859_1);
        }

        String describe() {
            return end().failed() + " " + end().failure() + " '" + end().unanswered() + "' " + end().succeeded();
        }
    }

    Batch run(Job job, String... lines) {
        return run(job, List.of(lines));
    }

    Batch run(Job job, List<String> lines) {
        int[] starts = new int[lines.size() + 1];
        for (int i = 0; i < lines.size(); i++) {
            starts[i + 1] = starts[i] + lines.get(i).length() + 1;
        }
        byte[] all = lines.stream()
                .map(line -> line + "\n")
                .collect(Collectors.joining())
                .getBytes(ISO_8859_1);
        Batch batch = new Batch();
        var order = new BatchOrder(
                batch.id,
                job.program(),
                job.framing,
                5000,
                lines.size(),
                line -> new ByteArrayInputStream(all, starts[line], all.length - starts[line]),
                job.timeout);
        bed.loop.execute(() -> filters.run(order, batch::ended));
        return batch;
    }

    /** A batch whose lines are gone. */
    Batch runWithout(Job job, int count) {
        Batch batch = new Batch();
        var order = new BatchOrder(
                batch.id,
                job.program(),
                job.framing,
                0,
                count,
                line -> {
                    throw new IOException("no such file");
                },
                job.timeout);
        bed.loop.execute(() -> filters.run(order, batch::ended));
        return batch;
    }

    void onLoop(Runnable task) {
        Bed.get(CompletableFuture.runAsync(task, bed.loop));
    }

    <T> T askLoop(Supplier<T> question) {
        return Bed.get(CompletableFuture.supplyAsync(question, bed.loop));
    }

    static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line " + i).toList();
    }

    static String joined(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    @Override
    public void close() {
        filters.close();
        bed.close();
    }

    static void discard(FilterBed bed) throws IOException {
        if (bed != null) {
            bed.close();
            Bed.delete(bed.bed.folder);
        }
    }
}
