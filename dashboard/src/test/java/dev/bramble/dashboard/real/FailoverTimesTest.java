package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * How long work stands still when a process dies or freezes, over many faults, one at a time: prints the times in one
 * table, with how busy the machine was meanwhile, and asserts on none. {@code -Dfailover.samples=N} sets how many.
 */
@Tag("slow")
class FailoverTimesTest {
    private static final int AGENTS = 5;
    private static final int VOTERS = 3;
    /** Of each fault. */
    private static final int SAMPLES = Integer.getInteger("failover.samples", 10);

    private static final List<String> EVERYBODY = List.of("node1", "node2", "node3", "node4", "node5", "head");

    @TempDir
    Path temporary;

    private final Times killed = new Times("killed agent → its task runs elsewhere");
    private final Times killedLeading = new Times("the same, of agents that led");
    private final Times frozen = new Times("frozen agent → its task runs elsewhere");
    private final Times frozenLeading = new Times("the same, of agents that led");
    private final Times leaders = new Times("killed leader → next accepted job");
    private final Times all = new Times("all killed, started again → next accepted job");
    private Path marks;

    /** A sample of each of the four faults takes some forty seconds in all; many are asked for on purpose. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void workGoesOnElsewhereAndJobsAreAcceptedAfterEachFault() throws IOException {
        try (OpenFolder open = new OpenFolder();
                LocalProcesses bramble = new LocalProcesses(
                        temporary.resolve("bramble"),
                        LocalProcesses.freePort(),
                        List.of(
                                "--nodes",
                                Integer.toString(AGENTS),
                                "--voters",
                                Integer.toString(VOTERS),
                                "--cpus",
                                "1"))) {
            marks = open.file("marks");
            bramble.start();
            bramble.await(
                    "three voters", () -> bramble.read("/voters").get("items").size() == 3);
            int deaths = 0;
            while (killed.millis.size() + killedLeading.millis.size() < SAMPLES) {
                millisUntilElsewhere(bramble, deaths++, false);
            }
            while (frozen.millis.size() + frozenLeading.millis.size() < SAMPLES) {
                millisUntilElsewhere(bramble, deaths++, true);
            }
            for (int death = 0; death < SAMPLES; death++) {
                millisUntilAccepted(bramble, death);
            }
            for (int cut = 0; cut < SAMPLES; cut++) {
                millisUntilAllAccept(bramble, cut);
            }
        } finally {
            for (Times times : List.of(killed, killedLeading, frozen, frozenLeading, leaders, all)) {
                times.print();
            }
        }
    }

    /** One task for ever, a place left free for it, and its agent dies or freezes. */
    private void millisUntilElsewhere(LocalProcesses bramble, int death, boolean freeze) {
        String script = "echo " + death + " $(date +%s%3N) >> " + marks + "; sleep 600";
        long job = bramble.submit("task-" + death, job("task-" + death, script));
        bramble.await("the task runs", () -> marksOf(death).size() == 1);
        String[] node = new String[1];
        bramble.await("its node is known", () -> {
            JsonNode current = bramble.tasks(job).getFirst().get("current");
            node[0] = current.isNull() ? null : current.get("node").asString();
            return node[0] != null;
        });
        boolean isLeader = bramble.leader().equals(node[0]);
        String pid = Long.toString(bramble.pid(node[0]));
        double load = load();
        long begun = System.currentTimeMillis();
        assertThat(Card.run("kill", freeze ? "-STOP" : "-KILL", pid)).isTrue();
        bramble.await("the task runs again", () -> marksOf(death).size() >= 2);
        if (freeze) {
            Card.run("kill", "-CONT", pid);
        }
        assertThat(bramble.tasks(job)).hasSize(1);
        bramble.cancel(job);
        awaitWhole(bramble);
        Times times = freeze ? (isLeader ? frozenLeading : frozen) : (isLeader ? killedLeading : killed);
        times.add(marksOf(death).get(1) - begun, load);
    }

    private void millisUntilAccepted(LocalProcesses bramble, int death) {
        String leader = bramble.leader();
        double load = load();
        long begun = System.nanoTime();
        bramble.kill(leader);
        long job = bramble.submit("leader-" + death, job("leader-" + death, "true"));
        leaders.add((System.nanoTime() - begun) / 1_000_000, load);
        bramble.awaitPhase(job, "succeeded");
        awaitWhole(bramble);
    }

    private void millisUntilAllAccept(LocalProcesses bramble, int cut) throws IOException {
        double load = load();
        bramble.killAll(EVERYBODY);
        long begun = System.nanoTime();
        bramble.start();
        long job = bramble.submit("cut-" + cut, job("cut-" + cut, "true"));
        all.add((System.nanoTime() - begun) / 1_000_000, load);
        bramble.awaitPhase(job, "succeeded");
        awaitWhole(bramble);
    }

    /** Processes that want a processor now, on the average of the last minute; includes the bramble's own. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** All agents are up, and every voter votes: else the next death is one of two at once. */
    private static void awaitWhole(LocalProcesses bramble) {
        bramble.await(
                "all are up", () -> bramble.read("/bramble").get("nodesUp").asInt() == AGENTS);
        bramble.await("all voters vote", () -> {
            int well = 0;
            for (JsonNode voter : bramble.read("/voters").get("items")) {
                boolean isWell = voter.get("up").asBoolean()
                        && voter.get("trouble").asString().isEmpty()
                        && listens(voter.get("address").asString());
                well += isWell ? 1 : 0;
            }
            return well == VOTERS;
        });
    }

    private static boolean listens(String address) {
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        try (Socket connection = new Socket(address.substring(0, colon), port)) {
            return connection.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<Long> marksOf(int death) {
        try {
            return Files.readAllLines(marks).stream()
                    .map(line -> line.split(" "))
                    .filter(words -> words.length == 2 && words[0].equals(Integer.toString(death)))
                    .map(words -> Long.valueOf(words[1]))
                    .toList();
        } catch (IOException notYet) {
            return List.of();
        }
    }

    private static String job(String name, String script) {
        return "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script
                + "\"], \"tasks\": {\"count\": 1}, \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}";
    }

    /** Times of one kind, and how busy the machine was at each. */
    private static final class Times {
        private final String what;
        private final List<Long> millis = new ArrayList<>();
        private final List<Double> loads = new ArrayList<>();

        Times(String what) {
            this.what = what;
        }

        void add(long time, double load) {
            millis.add(time);
            loads.add(load);
        }

        void print() {
            if (millis.isEmpty()) {
                return;
            }
            List<Long> sorted = millis.stream().sorted().toList();
            List<Double> busy = loads.stream().sorted().toList();
            System.out.printf(
                    "%-45s %3d times: p50 %6d ms, p95 %6d ms, most %6d ms; load %.1f to %.1f on %d processors%n",
                    what,
                    sorted.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1),
                    sorted.getLast(),
                    busy.getFirst(),
                    busy.getLast(),
                    Runtime.getRuntime().availableProcessors());
        }
    }
}
