package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bramble.model.AttemptId;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.time.ThreadEventLoop;
import dev.bramble.worker.Filters.Answers;
import dev.bramble.worker.Filters.BatchEnded;
import dev.bramble.worker.Filters.BatchOrder;
import dev.bramble.worker.Filters.Lines;
import dev.bramble.worker.Filters.Program;
import dev.bramble.worker.Workers.ProcessLimits;
import java.io.BufferedOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * How many lines a second go through four processes of a filter, and what that costs this JVM. Run by hand: {@code java
 * -cp … dev.bramble.worker.process.FilterRate [LINES [BATCH_LINES [PROGRAM ARGUMENT…]]]}.
 */
final class FilterRate {
    private static final int AT_ONCE = 4;
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final ThreadEventLoop loop;
    private final ProcessFilters filters;
    private final Program program;
    private final Path lines;
    private final long[] offsets;
    private final int count;
    private final int batchLines;
    private final CountDownLatch toEnd;
    private int next;
    private long printedBytes;

    private FilterRate(
            ThreadEventLoop loop,
            ProcessFilters filters,
            Program program,
            Path lines,
            long[] offsets,
            int count,
            int batchLines) {
        this.loop = loop;
        this.filters = filters;
        this.program = program;
        this.lines = lines;
        this.offsets = offsets;
        this.count = count;
        this.batchLines = batchLines;
        toEnd = new CountDownLatch(offsets.length);
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        int batchLines = args.length > 1 ? Integer.parseInt(args[1]) : 65_536;
        List<String> argv = args.length > 2 ? Arrays.asList(args).subList(2, args.length) : List.of("cat");
        Path folder = Bed.newFolder();
        Path lines = Files.createTempFile("bramble-lines", "");
        long[] offsets = write(lines, count, batchLines);
        System.out.printf("%,d bytes of lines%n", Files.size(lines));
        ThreadEventLoop loop = new ThreadEventLoop("rate", Throwable::printStackTrace);
        Cage cage = Cage.isRoot() ? Cage.OWN_UID : Cage.PROCESS_GROUP;
        try (ProcessWorkers workers = ProcessWorkers.open(cage.settings(folder), loop);
                ProcessFilters filters = ProcessFilters.open(workers, loop)) {
            var env = new LinkedHashMap<String, String>();
            env.put("PATH", "/usr/local/bin:/usr/bin:/bin");
            var limits = new ProcessLimits(1000, 256L << 20, 100, 0, 1L << 30);
            for (int round = 1; round <= 3; round++) {
                var program = new Program(new JobId(round), 0, argv, env, List.of(), limits);
                new FilterRate(loop, filters, program, lines, offsets, count, batchLines).measure(round);
            }
        } finally {
            loop.close();
            Files.delete(lines);
            Bed.delete(folder);
        }
    }

    private static long[] write(Path file, int count, int batchLines) throws IOException {
        long[] offsets = new long[(count + batchLines - 1) / batchLines];
        long at = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            for (int i = 0; i < count; i++) {
                if (i % batchLines == 0) {
                    offsets[i / batchLines] = at;
                }
                byte[] line = ("line-" + i % 100_000 + "\n").getBytes(US_ASCII);
                out.write(line);
                at += line.length;
            }
        }
        return offsets;
    }

    private void measure(int round) throws InterruptedException {
        long began = System.nanoTime();
        long cpuBegan = cpuNanos();
        for (int i = 0; i < AT_ONCE; i++) {
            loop.execute(this::runNext);
        }
        toEnd.await();
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpu = (cpuNanos() - cpuBegan) / 1e9;
        System.out.printf(
                "round %d: %,d lines in batches of %,d: %,.0f lines/s, %.2f s, %.2f s of processor time in this JVM,"
                        + " %,d bytes printed%n",
                round, count, batchLines, count / seconds, seconds, cpu, printedBytes);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private void runNext() {
        if (next < offsets.length) {
            int batch = next++;
            int size = Math.min(batchLines, count - batch * batchLines);
            var id = new AttemptId(1, program.job().number() * offsets.length + batch);
            filters.run(
                    new BatchOrder(id, program, Framing.LINES, batch * batchLines, size, from(batch), FOR_EVER),
                    ended -> ended(ended, size));
        }
    }

    private Lines from(int batch) {
        return line -> {
            InputStream in = new FileInputStream(lines.toFile());
            in.skipNBytes(offsets[batch]);
            for (int i = 0; i < line; ) {
                i += in.read() == '\n' ? 1 : 0;
            }
            return in;
        };
    }

    private void ended(BatchEnded ended, int size) {
        printedBytes += switch (ended.answers()) {
            case Answers.InMemory(byte[] bytes) -> bytes.length;
            case Answers.InFile file -> file.sizeBytes();
        };
        if (ended.succeeded().getCardinality() != size) {
            throw new IllegalStateException("not whole: " + ended);
        }
        if (ended.answers() instanceof Answers.InFile(Path file, long _)) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        toEnd.countDown();
        runNext();
    }
}
