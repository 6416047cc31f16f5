package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five agents, three voters, kill −9: what was accepted ends, each task with one result, counted from the marks that
 * tasks leave in a file of their own and from the results as a user reads them.
 */
class PowerCutTest {
    private static final int TASKS = 2000;
    private static final List<String> EVERYBODY = List.of("node1", "node2", "node3", "node4", "node5", "head");

    @TempDir
    Path temporary;

    private Path marks;

    @Test
    void everyTaskHasOneResultThoughAgentsLeaderAndAllAreKilled() throws IOException {
        try (OpenFolder open = new OpenFolder();
                LocalProcesses bramble = new LocalProcesses(
                        temporary.resolve("bramble"),
                        LocalProcesses.freePort(),
                        List.of("--nodes", "5", "--voters", "3", "--cpus", "1"))) {
            marks = open.file("marks");
            bramble.start();
            bramble.await(
                    "three voters", () -> bramble.read("/voters").get("items").size() == 3);
            long job = bramble.submit("power-cut", job("marks", TASKS));

            awaitSucceeded(bramble, job, TASKS / 5);
            String worker = follower(bramble);
            long killedAgent = System.currentTimeMillis();
            bramble.kill(worker);

            awaitSucceeded(bramble, job, TASKS * 2 / 5);
            String leader = bramble.leader();
            long killedLeader = System.nanoTime();
            bramble.kill(leader);
            long second = bramble.submit("after-the-leader", job("second", 10));
            System.out.printf("leader killed → next accepted job: %.2f s%n", (System.nanoTime() - killedLeader) / 1e9);

            awaitSucceeded(bramble, job, TASKS * 3 / 5);
            bramble.killAll(EVERYBODY);
            long restarted = System.nanoTime();
            bramble.start();
            long third = bramble.submit("after-the-power-cut", job("third", 10));
            System.out.printf("all killed, started again → accepting: %.2f s%n", (System.nanoTime() - restarted) / 1e9);

            for (long each : List.of(job, second, third)) {
                bramble.await(
                        "job " + each + " ends", () -> phase(bramble, each).equals("succeeded"));
            }
            assertEachTaskHasItsOwnResult(bramble, job);
            reportRepeats(job, killedAgent);
        }
    }

    private String job(String name, int tasks) {
        String script = "echo " + name + " {index} $BRAMBLE_ATTEMPT $(date +%s%3N) >> " + marks
                + "; sleep 0.02; echo result {index}";
        return "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script + "\"], \"tasks\": {\"count\": "
                + tasks + "}, \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}";
    }

    private static void awaitSucceeded(LocalProcesses bramble, long job, int tasks) {
        bramble.await(
                tasks + " tasks succeeded",
                () -> bramble.read("/jobs/" + job).get("succeeded").asInt() >= tasks);
    }

    private static String phase(LocalProcesses bramble, long job) {
        return bramble.read("/jobs/" + job).get("phase").asString();
    }

    private static String follower(LocalProcesses bramble) {
        Set<String> voters = new TreeSet<>();
        bramble.read("/voters")
                .get("items")
                .forEach(voter -> voters.add(voter.get("name").asString()));
        return EVERYBODY.stream()
                .filter(name -> name.startsWith("node") && !voters.contains(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertEachTaskHasItsOwnResult(LocalProcesses bramble, long job) {
        List<String> results = new ArrayList<>();
        bramble.tasks(job).forEach(task -> results.add(task.get("lastLine").asString()));
        assertThat(results)
                .isEqualTo(IntStream.range(0, TASKS)
                        .mapToObj(task -> "result " + task)
                        .toList());
    }

    /** Counts the marks from outside; a task may have run more than once, never not at all. */
    private void reportRepeats(long job, long killedAgentMillis) throws IOException {
        Map<Integer, List<Long>> starts = new TreeMap<>();
        for (String line : Files.readAllLines(marks)) {
            String[] words = line.split(" ");
            if (words[0].equals("marks")) {
                starts.computeIfAbsent(Integer.parseInt(words[1]), task -> new ArrayList<>())
                        .add(Long.parseLong(words[3]));
            }
        }
        assertThat(starts).hasSize(TASKS);
        List<Long> waits = new ArrayList<>();
        for (List<Long> times : starts.values()) {
            if (times.size() > 1 && times.getFirst() <= killedAgentMillis && times.get(1) > killedAgentMillis) {
                waits.add(times.get(1) - killedAgentMillis);
            }
        }
        waits.sort(Comparator.naturalOrder());
        long repeated =
                starts.values().stream().mapToLong(times -> times.size() - 1).sum();
        System.out.printf(
                "%d tasks of job %d, %d runs repeated; killed agent → its running tasks elsewhere: %s ms%n",
                TASKS, job, repeated, waits);
    }
}
