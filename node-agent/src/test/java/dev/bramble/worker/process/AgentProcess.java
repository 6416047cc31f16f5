package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bramble.time.ThreadEventLoop;
import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Watcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A JVM that runs attempts and is then killed or frozen by a test.
 *
 * <p>Arguments: cage, folder, mark, script. Says {@code running} when two attempts run the script; on a line
 * {@code stop MILLIS} it stops both with that grace and says {@code stopping}. Ends with its stdin.
 */
final class AgentProcess {
    private AgentProcess() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var loop = new ThreadEventLoop("agent", Throwable::printStackTrace);
        var workers = ProcessWorkers.open(Cage.valueOf(args[0]).settings(Path.of(args[1])), loop);
        List<ProcessOrder> orders = List.of(order(args), order(args));
        var toStart = new CountDownLatch(orders.size());
        for (ProcessOrder order : orders) {
            loop.execute(() -> workers.start(order, new Watcher() {
                @Override
                public void started(long pid) {
                    toStart.countDown();
                }

                @Override
                public void ended(Ended ended) {
                    System.out.println("ended " + ended);
                }
            }));
        }
        try (var in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            toStart.await();
            System.out.println("running");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Duration grace = Duration.ofMillis(Long.parseLong(line.split(" ")[1]));
                orders.forEach(order -> loop.execute(() -> workers.stop(order.attempt(), grace)));
                // The spawner takes one order after the other: when it answers this one, it has the stops.
                loop.execute(() -> workers.start(TestOrder.of("/nosuch").make(), new Watcher() {
                    @Override
                    public void started(long pid) {}

                    @Override
                    public void ended(Ended ended) {
                        System.out.println("stopping");
                    }
                }));
            }
        }
        workers.close();
        // What the spawner said last is on the loop by now.
        var isTold = new CountDownLatch(1);
        loop.execute(isTold::countDown);
        isTold.await();
        loop.close();
    }

    private static ProcessOrder order(String[] args) {
        return TestOrder.sh(args[3]).env(Bed.MARK, args[2]).make();
    }
}
