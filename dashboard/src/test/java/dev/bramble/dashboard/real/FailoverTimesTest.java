package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How long work stands still when a process dies, over many deaths: prints the times, and asserts on none. */
@Tag("slow")
class FailoverTimesTest {
    private static final int AGENTS = 5;
    private static final int AGENT_DEATHS = 20;
    private static final int LEADER_DEATHS = 10;

    @TempDir
    Path temporary;

    private Path marks;

    @Test
    void tasksOfAKilledAgentRunElsewhereAndJobsAreAcceptedAfterALeadersDeath() throws IOException {
        try (OpenFolder open = new OpenFolder();
                LocalProcesses bramble = new LocalProcesses(
                        temporary.resolve("bramble"),
                        LocalProcesses.freePort(),
                        List.of("--nodes", Integer.toString(AGENTS), "--voters", "3", "--cpus", "1"))) {
            marks = open.file("marks");
            bramble.start();
            bramble.await(
                    "three voters", () -> bramble.read("/voters").get("items").size() == 3);
            List<Long> ofAgents = new ArrayList<>();
            List<Long> ofLeaders = new ArrayList<>();
            for (int death = 0; death < AGENT_DEATHS; death++) {
                millisUntilElsewhere(bramble, death, ofAgents, ofLeaders);
            }
            print("killed agent → its task runs elsewhere", ofAgents);
            print("killed agent that led → its task runs elsewhere", ofLeaders);
            List<Long> jobs = new ArrayList<>();
            for (int death = 0; death < LEADER_DEATHS; death++) {
                jobs.add(millisUntilAccepted(bramble, death));
            }
            print("killed leader → next accepted job", jobs);
        }
    }

    /** One task for ever, a place left free for it, and its agent dies. */
    private void millisUntilElsewhere(LocalProcesses bramble, int death, List<Long> ofAgents, List<Long> ofLeaders) {
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
        long killed = System.currentTimeMillis();
        bramble.kill(node[0]);
        bramble.await("the task runs again", () -> marksOf(death).size() == 2);
        assertThat(bramble.tasks(job)).hasSize(1);
        bramble.cancel(job);
        awaitWhole(bramble);
        (isLeader ? ofLeaders : ofAgents).add(marksOf(death).get(1) - killed);
    }

    private long millisUntilAccepted(LocalProcesses bramble, int death) {
        String leader = bramble.leader();
        long killed = System.nanoTime();
        bramble.kill(leader);
        long job = bramble.submit("leader-" + death, job("leader-" + death, "true"));
        long millis = (System.nanoTime() - killed) / 1_000_000;
        bramble.awaitPhase(job, "succeeded");
        awaitWhole(bramble);
        return millis;
    }

    /** All agents are up, and every voter votes: else the next death is one of two at once. */
    private static void awaitWhole(LocalProcesses bramble) {
        bramble.await(
                "all are up", () -> bramble.read("/bramble").get("nodesUp").asInt() == AGENTS);
        bramble.await("all voters vote", () -> {
            for (JsonNode voter : bramble.read("/voters").get("items")) {
                if (!voter.get("up").asBoolean()
                        || !voter.get("trouble").asString().isEmpty()) {
                    return false;
                }
            }
            return true;
        });
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

    private static void print(String what, List<Long> millis) {
        if (millis.isEmpty()) {
            return;
        }
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf(
                "%s, %d times: median %d ms, p95 %d ms, most %d ms%n",
                what,
                sorted.size(),
                sorted.get(sorted.size() / 2),
                sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1),
                sorted.getLast());
    }
}
