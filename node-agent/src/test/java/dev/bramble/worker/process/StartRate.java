package dev.bramble.worker.process;

import dev.bramble.time.ThreadEventLoop;
import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Watcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many attempts of {@code /bin/true} a second come through, four at a time, at each level, against what the shell's
 * {@code xargs} starts; what one costs in CPU time, which says the same on a busy machine; and how long one takes on an
 * idle one. Run by hand: {@code java -cp … dev.bramble.worker.process.StartRate [COUNT [CAGE…]]}.
 */
final class StartRate implements Watcher {
    private static final int AT_ONCE = 4;
    /** Until the JVM has compiled what matters. */
    private static final int WARM_UP = 2000;
    /** One after the other. */
    private static final int ALONE = 200;

    private static final Duration PAUSE = Duration.ofMillis(5);

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
            Cost before = Cost.now(workers.spawnerPid());
            double seconds = new StartRate(loop, workers, count).seconds();
            Cost after = Cost.now(workers.spawnerPid());
            double alone = aloneMillis(loop, workers);
            double shell = xargsSeconds(count);
            double builder = builderSeconds(count, folder);
            System.out.printf(
                    "%-22s %5.0f/s  xargs %5.0f/s  ProcessBuilder %5.0f/s  CPU of one: %.2f ms outside and %.2f ms in"
                            + " the JVM  one alone takes %.2f ms  spawner idle %s, after %s%n",
                    cage,
                    count / seconds,
                    count / shell,
                    count / builder,
                    (after.outside - before.outside) * 1000 / count,
                    (after.inside - before.inside) * 1000 / count,
                    alone,
                    idle,
                    residentSize(workers.spawnerPid()));
        } finally {
            loop.close();
            Bed.delete(folder);
        }
    }

    /** CPU seconds of the spawner with all that it ran, and of this JVM. */
    private record Cost(double outside, double inside) {
        /** Of a second, in /proc; the same on every Linux that Bramble runs on. */
        private static final double TICKS = 100;

        static Cost now(long spawner) throws IOException {
            double outside = seconds(spawner);
            Path children = Path.of("/proc", spawner + "/task/" + spawner + "/children");
            for (String keeper : Files.readString(children).split(" ")) {
                outside += keeper.isBlank() ? 0 : seconds(Long.parseLong(keeper.strip()));
            }
            return new Cost(outside, seconds(ProcessHandle.current().pid()));
        }

        /** Its own and of those that it waited for: here no other ones than the spawner's and keepers'. */
        private static double seconds(long pid) throws IOException {
            String stat = Files.readString(Path.of("/proc", pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return IntStream.range(11, 15)
                            .mapToLong(i -> Long.parseLong(fields[i]))
                            .sum()
                    / TICKS;
        }
    }

    /** Median from order to end. */
    private static double aloneMillis(ThreadEventLoop loop, ProcessWorkers workers) throws InterruptedException {
        long[] nanos = new long[ALONE];
        for (int i = 0; i < ALONE; i++) {
            LockSupport.parkNanos(PAUSE.toNanos());
            CountDownLatch end = new CountDownLatch(1);
            ProcessOrder order = TestOrder.of("/bin/true").make();
            long began = System.nanoTime();
            long[] ended = new long[1];
            loop.execute(() -> workers.start(order, new Watcher() {
                @Override
                public void started(long pid) {}

                @Override
                public void ended(Ended how) {
                    ended[0] = System.nanoTime();
                    workers.discard(order.attempt());
                    end.countDown();
                }
            }));
            end.await();
            nanos[i] = ended[0] - began;
        }
        Arrays.sort(nanos);
        return nanos[ALONE / 2] / 1e6;
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
