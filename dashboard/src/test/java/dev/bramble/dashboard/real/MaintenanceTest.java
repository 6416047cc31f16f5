package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Boards are rebooted, moved, powered off and started again while a bramble works. */
@Tag("slow")
class MaintenanceTest {
    private static final List<String> EVERYBODY = List.of("node1", "node2", "node3", "head");
    /** What an agent's process says when the bramble will not have it. */
    private static final int EXIT_REFUSED = 64;

    /** More than run at once. */
    private static final int TASKS = 12;

    @TempDir
    Path temporary;

    private LocalProcesses bramble(int nodes) throws IOException {
        return new LocalProcesses(
                temporary.resolve("bramble"),
                LocalProcesses.freePort(),
                List.of("--nodes", Integer.toString(nodes), "--voters", nodes < 3 ? "1" : "3", "--cpus", "2"));
    }

    /** Returns once so many tasks run; they end when there is a file {@code name}. One failed try fails the job. */
    private static long submit(LocalProcesses bramble, OpenFolder open, String name, int places) {
        String script = "until [ -e " + open.path().resolve(name) + " ]; do sleep 0.1; done; echo result {index}";
        long job = bramble.submit(
                name,
                "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script
                        + "\"], \"attempts\": 1, \"tasks\": {\"count\": " + TASKS
                        + "}, \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}");
        bramble.await(
                "every place is taken",
                () -> bramble.read("/jobs/" + job).get("running").asInt() == places);
        return job;
    }

    private static void awaitRight(LocalProcesses bramble, long job) {
        bramble.await(
                "job " + job + " ends",
                () -> !List.of("queued", "running")
                        .contains(bramble.read("/jobs/" + job).get("phase").asString()));
        assertThat(bramble.rows(job))
                .isEqualTo(IntStream.range(0, TASKS)
                        .mapToObj(task -> "result " + task)
                        .toList());
    }

    private static JsonNode node(LocalProcesses bramble, String name) {
        for (JsonNode node : bramble.read("/nodes").get("items")) {
            if (node.get("name").asString().equals(name)) {
                return node;
            }
        }
        return LocalProcesses.JSON.createObjectNode().put("standing", "unknown").put("link", "down");
    }

    private static void awaitStanding(LocalProcesses bramble, String name, String standing) {
        bramble.await(
                name + " is " + standing,
                () -> node(bramble, name).get("standing").asString().equals(standing));
    }

    /** Kinds of all events, and with each the node that it is about, the oldest first. */
    private static List<String> happened(LocalProcesses bramble) {
        List<String> happened = new ArrayList<>();
        for (JsonNode event : bramble.read("/events?limit=1000").get("items")) {
            happened.add(event.get("kind").asString() + " " + event.path("name").asString(""));
        }
        return happened;
    }

    private static void order(LocalProcesses bramble, String... words) {
        JavaProcess command = bramble.commandLine(words);
        assertThat(command.exitCode()).as(command.said()).isZero();
    }

    @Test
    void boardsRebootArePowerCutAndShutDownAndNothingIsLost() throws IOException {
        try (OpenFolder open = new OpenFolder();
                LocalProcesses bramble = bramble(3)) {
            bramble.start();
            bramble.await(
                    "three voters", () -> bramble.read("/voters").get("items").size() == 3);
            long first = submit(bramble, open, "reboot", 6);
            order(
                    bramble,
                    "drain",
                    "node3",
                    "--reason",
                    "kernel",
                    "--then",
                    "reboot",
                    "--deadline",
                    "2s",
                    "--grace",
                    "2s",
                    "--yes");
            awaitStanding(bramble, "node3", "ready");
            open.file("reboot");
            awaitRight(bramble, first);
            assertThat(happened(bramble))
                    .contains("maintenance-ended node3", "node-left node3")
                    .doesNotContain("node-lost node3", "task-failed node3");

            order(bramble, "drain", "node2", "--reason", "fan", "--deadline", "5s", "--grace", "2s", "--yes");
            bramble.killAll(EVERYBODY);
            bramble.start();
            assertThat(node(bramble, "node2").get("standing").asString()).isEqualTo("drained");
            order(bramble, "uncordon", "node2");

            long second = submit(bramble, open, "shutdown", 6);
            order(bramble, "shutdown", "--reason", "move", "--deadline", "1s", "--grace", "1s", "--yes");
            bramble.await("all boards are off", () -> !bramble.supervisor().isAlive());
            bramble.start();
            bramble.await("work goes on", () -> happened(bramble).containsAll(List.of("shutdown-done ", "resumed ")));
            open.file("shutdown");
            awaitRight(bramble, second);
            assertThat(bramble.tasks(second))
                    .allSatisfy(task -> assertThat(task.get("state").asString()).isEqualTo("succeeded"));
        }
    }

    @Test
    void onlyNodeIsStoppedInPlaceAMovedCardIsAdoptedAndItsPowerCommandRebootsIt() throws IOException {
        try (OpenFolder open = new OpenFolder();
                LocalProcesses bramble = bramble(1)) {
            bramble.start();
            order(bramble, "drain", "node1", "--reason", "dust", "--deadline", "1s", "--grace", "1s", "--yes");
            JsonNode drained = node(bramble, "node1");
            assertThat(drained.get("standing").asString()).isEqualTo("drained");
            assertThat(drained.get("drain").get("stoppedInPlace").asBoolean()).isTrue();
            assertThat(drained.get("drain").get("safeToUnplug").asBoolean())
                    .as("its card has the only copy")
                    .isFalse();
            order(bramble, "uncordon", "node1");

            Path folder = temporary.resolve("mover");
            Path told = temporary.resolve("told");
            try (PluggedAgent mover = new PluggedAgent(
                    bramble,
                    folder,
                    "mover",
                    "join: \"" + joinToken(bramble) + "\"",
                    "power_command: " + powerCommand(told))) {
                moveCard(bramble, mover.start(), folder);
                reboot(bramble, open, mover, told);
            }
        }
    }

    private static String joinToken(LocalProcesses bramble) {
        JavaProcess token = bramble.commandLine("token", "join");
        assertThat(token.exitCode()).isZero();
        return token.said()
                .lines()
                .filter(line -> line.startsWith("bramble-join"))
                .findFirst()
                .orElseThrow();
    }

    private static void moveCard(LocalProcesses bramble, PluggedAgent mover, Path folder) throws IOException {
        awaitUp(bramble, "mover");
        mover.process().kill();
        Files.delete(folder.resolve("board-id"));
        mover.start();
        assertThat(mover.process().exitCode()).isEqualTo(EXIT_REFUSED);
        assertThat(mover.process().sentence()).contains("`bramble node adopt mover`");
        order(bramble, "node", "adopt", "mover");
        mover.start();
        awaitUp(bramble, "mover");
        assertThat(happened(bramble)).contains("node-adopted mover");
    }

    private static void awaitUp(LocalProcesses bramble, String name) {
        bramble.await(
                name + " is up",
                () -> node(bramble, name).get("link").asString().equals("up"));
    }

    /** As systemctl does: it returns at once, and then the agent is told to end. */
    private String powerCommand(Path told) throws IOException {
        Path script = temporary.resolve("power");
        Files.writeString(script, "#!/bin/sh\necho \"$*\" >> '" + told + "'\nkill -TERM $PPID\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return "[\"" + script + "\", \"-n\"]";
    }

    private static void reboot(LocalProcesses bramble, OpenFolder open, PluggedAgent board, Path told)
            throws IOException {
        long job = submit(bramble, open, "reboot", 3);
        JavaProcess drain = bramble.commandLine(
                "drain",
                "mover",
                "--reason",
                "kernel",
                "--then",
                "reboot",
                "--deadline",
                "2s",
                "--grace",
                "2s",
                "--yes");
        assertThat(board.process().exitCode()).as("ended by SIGTERM").isEqualTo(143);
        board.start();
        assertThat(drain.exitCode()).as(drain.said()).isZero();
        awaitStanding(bramble, "mover", "ready");
        open.file("reboot");
        awaitRight(bramble, job);
        assertThat(told).hasContent("-n reboot");
        assertThat(happened(bramble))
                .contains("maintenance-ended mover", "node-left mover")
                .doesNotContain("task-failed mover");
    }
}
