package dev.bramble.worker.process;

import dev.bramble.time.ThreadEventLoop;
import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Watcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * How many attempts of {@code /bin/true} a second come through, four at a time, at each level, against what the shell's
 * {@code xargs} starts. Run by hand: {@code java -cp … dev.bramble.worker.process.StartRate [COUNT [CAGE…]]}.
 */
final class StartRate implements Watcher {
    private static final int AT_ONCE = 4;
    /** Until the JVM has compiled what matters. */
    private static final int WARM_UP = 500;

    private final ThreadEventLoop loop;
    private final ProcessWorkers workers;
    private final CountDownLatch toEnd;
    private int toStart;

    private StartRate(ThreadEventLoop loop, ProcessWorkers workers, int count) {
        this.loop = loop;
        this.workers = workers;
        toEnd = new CountDownLatch(count);
        toStart = count;
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
        List<Cage> cages =
                args.length > 1 ? Arrays.stream(args).skip(1).map(Cage::valueOf).toList() : List.of(Cage.values());
        for (Cage cage : cages) {
            measure(cage, count);
        }
    }

    private static void measure(Cage cage, int count) throws Exception {
        Path folder = Bed.newFolder();
        ThreadEventLoop loop = new ThreadEventLoop("rate", Throwable::printStackTrace);
        try (ProcessWorkers workers = ProcessWorkers.open(cage.settings(folder), loop)) {
            String idle = residentSize(workers.spawnerPid());
            new StartRate(loop, workers, WARM_UP).seconds();
            double seconds = new StartRate(loop, workers, count).seconds();
            double shell = xargsSeconds(count);
            double builder = builderSeconds(count, folder);
            System.out.printf(
                    "%-22s %5.0f/s  xargs %5.0f/s  ProcessBuilder %5.0f/s  spawner idle %s, after %s%n",
                    cage, count / seconds, count / shell, count / builder, idle, residentSize(workers.spawnerPid()));
        } finally {
            loop.close();
            Bed.delete(folder);
        }
    }

    private double seconds() throws InterruptedException {
        long began = System.nanoTime();
        for (int i = 0; i < AT_ONCE; i++) {
            loop.execute(this::startNext);
        }
        toEnd.await();
        return (System.nanoTime() - began) / 1e9;
    }

    private void startNext() {
        if (toStart-- > 0) {
            ProcessOrder order = TestOrder.of("/bin/true").make();
            workers.start(order, new Watcher() {
                @Override
                public void started(long pid) {
                    StartRate.this.started(pid);
                }

                @Override
                public void ended(Ended ended) {
                    workers.discard(order.attempt());
                    StartRate.this.ended(ended);
                }
            });
        }
    }

    @Override
    public void started(long pid) {}

    @Override
    public void ended(Ended ended) {
        if (!ended.exit().equals(new Exit.Code(0))) {
            throw new IllegalStateException(ended.toString());
        }
        toEnd.countDown();
        startNext();
    }

    private static double xargsSeconds(int count) throws IOException, InterruptedException {
        long began = System.nanoTime();
        new ProcessBuilder("sh", "-c", "seq " + count + " | xargs -P" + AT_ONCE + " -n1 /bin/true")
                .inheritIO()
                .start()
                .waitFor();
        return (System.nanoTime() - began) / 1e9;
    }

    /** The plain way of a JVM, without folders, walls or limits. */
    private static double builderSeconds(int count, Path folder) throws InterruptedException {
        AtomicInteger toStart = new AtomicInteger(count);
        Runnable starter = () -> {
            while (toStart.getAndDecrement() > 0) {
                try {
                    new ProcessBuilder("/bin/true")
                            .redirectOutput(folder.resolve("out").toFile())
                            .redirectError(folder.resolve("err").toFile())
                            .start()
                            .waitFor();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        long began = System.nanoTime();
        List<Thread> threads =
                Stream.generate(() -> new Thread(starter)).limit(AT_ONCE).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static String residentSize(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.substring("VmRSS:".length()).strip())
                .findFirst()
                .orElse("gone");
    }
}
