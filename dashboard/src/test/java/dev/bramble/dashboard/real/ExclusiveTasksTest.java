package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Timing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * Exclusive tasks run for as long as nothing breaks; then the agent of one is frozen, that of another is cut off, that
 * of a third is killed, and the leader is frozen. Each begins anew elsewhere, and what the attempts left outside says
 * that no two of them ever ran at once.
 */
@Tag("slow")
class ExclusiveTasksTest {
    private static final int AGENTS = 5;
    private static final int TASKS = 3;
    private static final String JOB = "exclusive";

    @TempDir
    private Path temporary;

    private Path file;
    private Fleet fleet;

    private Marks marks() {
        try {
            return Marks.read(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String name(int task) {
        return JOB + "/" + task;
    }

    @Test
    void noTwoAttemptsEverRunAtOnceWhateverBreaks() throws IOException {
        try (OpenFolder folder = new OpenFolder();
                Fleet boards = new Fleet(temporary.resolve("fleet"), AGENTS, 1)) {
            fleet = boards;
            file = folder.file("marks");
            Path stop = folder.path().resolve("stop");
            fleet.start();
            fleet.await("three voters", () -> fleet.read("/voters").get("items").size() == 3);
            long job = submit(new ExclusiveProgram(file, JOB).withTasks(TASKS).script("[ ! -e " + stop + " ]"));
            leasesAreRenewed();
            breaks("frozen agent", 0, node -> fleet.signal(node, "STOP"), node -> fleet.signal(node, "CONT"));
            if (fleet.hasCables()) {
                breaks("agent without its cable", 1, fleet::pullCable, fleet::plugInCable);
            } else {
                System.out.println("nobody is cut off: networks of their own need root");
            }
            breaks("killed agent", 2, node -> fleet.kill(List.of(node), Duration.ofSeconds(3)), node -> {});
            freezeLeader();
            Files.createFile(stop);
            // It has one try, which no fault may cost it.
            fleet.awaitPhase(job, "succeeded");
            Marks all = marks();
            System.out.println(all.exclusives());
            assertThat(all.overlaps()).isEmpty();
        }
    }

    private long submit(String script) {
        ObjectNode job = HeadClient.JSON.createObjectNode();
        job.put("name", JOB).put("exclusive", true).put("attempts", 1);
        job.putArray("command").add("sh").add("-c").add(script);
        job.putObject("tasks").put("count", TASKS);
        job.putObject("needs").put("cpus", 1).put("memory", "16M");
        return fleet.submit(JOB, job.toString());
    }

    private void leasesAreRenewed() {
        long lease = Timing.LEASE.plus(Timing.LEASE_GRACE).toMillis();
        fleet.await("each runs for longer than the lease that it began with", () -> {
            Marks now = marks();
            for (int task = 0; task < TASKS; task++) {
                assertThat(now.begun(name(task))).as("runs of task %d", task).isLessThan(2);
                if (now.begun(name(task)) == 0 || now.lastMillis(name(task)) - now.begunMillis(name(task)) < lease) {
                    return false;
                }
            }
            return true;
        });
    }

    /** What is done to a node. */
    private interface Deed {
        void to(String node);
    }

    private void breaks(String what, int task, Deed fault, Deed mending) {
        int before = marks().begun(name(task));
        String node = marks().node(name(task));
        long broken = System.currentTimeMillis();
        fault.to(node);
        fleet.await("the task of a " + what + " begins anew", () -> marks().begun(name(task)) > before);
        Marks now = marks();
        System.out.printf(
                "%s: its last mark %d ms later, begun anew after %d ms on %s%n",
                what,
                now.lastMillisOn(name(task), node) - broken,
                now.begunMillis(name(task)) - broken,
                now.node(name(task)).equals(node) ? "the same node" : "another one");
        mending.to(node);
        fleet.await("all are up", () -> fleet.read("/bramble").get("nodesUp").asInt() == AGENTS);
    }

    private void freezeLeader() {
        String leader = fleet.leader();
        fleet.signal(leader, "STOP");
        fleet.await("another one leads", () -> !fleet.leader().equals(leader));
        awaitRunning("under the next leader");
        fleet.signal(leader, "CONT");
        fleet.await("all are up", () -> fleet.read("/bramble").get("nodesUp").asInt() == AGENTS);
        awaitRunning("when the earlier one is back");
    }

    private void awaitRunning(String when) {
        long since = System.currentTimeMillis();
        fleet.await("all tasks run " + when, () -> {
            Marks now = marks();
            for (int task = 0; task < TASKS; task++) {
                if (now.lastMillis(name(task)) < since) {
                    return false;
                }
            }
            return true;
        });
    }
}
