package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The node of the leader drains like any other, while work goes on; prints how soon another one leads. */
class DrainedLeaderTest {
    private static final int AGENTS = 4;

    @TempDir
    private Path temporary;

    @Test
    void anotherLeadsNothingElsewhereIsRestartedAndTheNodeEndsDrained() throws IOException {
        try (OpenFolder open = new OpenFolder();
                Fleet fleet = new Fleet(temporary.resolve("fleet"), AGENTS, 1)) {
            fleet.start();
            fleet.await("three voters are well", () -> wellVoters(fleet) == 3);
            Path marks = open.file("marks");
            String script = "echo {index} >> " + marks + "; while [ ! -e " + open.path() + "/go ]; do sleep 0.1; done;"
                    + " echo ended {index}";
            long job = fleet.submit("running", job("running", script, AGENTS));
            fleet.await("every node runs a task", () -> runs(marks).size() == AGENTS);
            String leader = fleet.leader();
            String onTheLeader = taskOn(fleet, job, leader);

            long began = System.nanoTime();
            String order = "{\"reason\": \"a test\", \"mode\": \"move\", \"deadline\": \"1m\", \"grace\": \"1s\"}";
            fleet.await(
                    "the drain is ordered",
                    () -> fleet.write("PUT", "/nodes/" + leader + "/drain", order)
                            .filter(answer -> answer.statusCode() / 100 == 2)
                            .isPresent());
            fleet.await("another one leads", () -> !fleet.leader().equals(leader));
            double secondsToLeader = (System.nanoTime() - began) / 1e9;
            long later = fleet.submit("later", job("later", "echo later {index}", 2));
            double secondsToJob = (System.nanoTime() - began) / 1e9;
            open.file("go");
            fleet.awaitPhase(later, "succeeded");
            fleet.awaitPhase(job, "succeeded");
            fleet.await("it is safe to unplug", () -> standing(fleet, leader).equals("drained"));
            System.out.printf(
                    "leader's node drained → another leads %.1f s, next job accepted %.1f s, drained %.1f s%n",
                    secondsToLeader, secondsToJob, (System.nanoTime() - began) / 1e9);

            assertThat(fleet.rows(job)).containsExactly("ended 0", "ended 1", "ended 2", "ended 3");
            runs(marks).forEach((task, times) -> {
                if (!task.equals(onTheLeader)) {
                    assertThat(times)
                            .as("runs of task %s, which ran elsewhere", task)
                            .isEqualTo(1);
                }
            });
            for (JsonNode task : fleet.tasks(job)) {
                assertThat(task.get("attempts").asInt())
                        .as("%s: a drain costs no try", task)
                        .isLessThanOrEqualTo(1);
            }
            fleet.await("three voters are well", () -> wellVoters(fleet) == 3);
            for (JsonNode voter : fleet.read("/voters").get("items")) {
                assertThat(voter.get("name").asString()).isNotEqualTo(leader);
            }
        }
    }

    private static String taskOn(Fleet fleet, long job, String node) {
        String[] found = new String[1];
        fleet.await("where each task runs is known", () -> {
            for (JsonNode task : fleet.tasks(job)) {
                JsonNode current = task.get("current");
                if (!current.isNull() && current.get("node").asString().startsWith(node)) {
                    found[0] = task.get("task").asString();
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** How often each task began. */
    private static Map<String, Long> runs(Path marks) {
        try {
            return Files.readAllLines(marks).stream()
                    .collect(Collectors.groupingBy(task -> task, Collectors.counting()));
        } catch (IOException notYet) {
            return Map.of();
        }
    }

    private static String standing(Fleet fleet, String name) {
        List<String> found = new java.util.ArrayList<>();
        for (JsonNode node : fleet.read("/nodes").get("items")) {
            if (node.get("name").asString().equals(name)) {
                found.add(node.get("standing").asString());
            }
        }
        return found.getFirst();
    }

    private static long wellVoters(Fleet fleet) {
        long well = 0;
        for (JsonNode voter : fleet.read("/voters").get("items")) {
            well += voter.get("up").asBoolean()
                            && voter.get("trouble").asString().isEmpty()
                    ? 1
                    : 0;
        }
        return well;
    }

    private static String job(String name, String script, int tasks) {
        return "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script + "\"], \"tasks\": {\"count\": "
                + tasks + "}, \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}";
    }
}
