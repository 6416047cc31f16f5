package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Simulated boards that share processes, as {@code bramble local --boards} plays them. */
@Tag("slow")
class ManyBoardsTest {
    private static final int BOARDS = 9;

    @TempDir
    Path temporary;

    private static JsonNode node(LocalProcesses bramble, String name) {
        return bramble.read("/nodes/" + name);
    }

    private static int up(LocalProcesses bramble) {
        int up = 0;
        for (JsonNode node : bramble.read("/nodes").get("items")) {
            boolean counts = node.get("role").asString().equals("agent")
                    && node.get("link").asString().equals("up");
            up += counts ? 1 : 0;
        }
        return up;
    }

    private static String boot(LocalProcesses bramble, String name) {
        return node(bramble, name).path("health").path("bootId").asString("");
    }

    private static String light(LocalProcesses bramble, String name) {
        return node(bramble, name).path("health").path("panel").path("light").asString("");
    }

    @Test
    void boardsThatShareAProcessWorkRebootAndGoDownLikeOthers() throws IOException {
        try (LocalProcesses bramble = new LocalProcesses(
                temporary.resolve("bramble"),
                LocalProcesses.freePort(),
                List.of("--boards", Integer.toString(BOARDS), "--nodes", "3"))) {
            bramble.start();
            bramble.await("all boards are up", () -> up(bramble) == BOARDS);
            assertThat(node(bramble, "sim005").get("health").get("board").asString())
                    .contains("simulated");
            assertThat(node(bramble, "sim005")
                            .get("capacity")
                            .get("labels")
                            .get("power")
                            .asString())
                    .isEqualTo("supply01");

            long job = bramble.submit(
                    "where",
                    "{\"name\": \"where\", \"command\": [\"sh\", \"-c\", \"sleep 0.3; echo {index}\"],"
                            + " \"tasks\": {\"count\": 40}, \"needs\": {\"memory\": \"16M\"}}");
            bramble.await(
                    "the job is done",
                    () -> bramble.read("/jobs/" + job).get("phase").asString().equals("succeeded"));
            assertThat(bramble.rows(job))
                    .isEqualTo(
                            IntStream.range(0, 40).mapToObj(Integer::toString).toList());

            Files.createFile(bramble.folder().resolve("sim005/button"));
            bramble.await(
                    "a press drains it, and its light says so",
                    () -> light(bramble, "sim005").startsWith("steady green"));
            Files.createFile(bramble.folder().resolve("sim005/button-long"));
            bramble.await(
                    "a long one has it work again",
                    () -> light(bramble, "sim005").startsWith("slow green"));

            String before = boot(bramble, "sim006");
            bramble.write("PUT", "/nodes/sim006/drain", "{\"reason\": \"a look\", \"then\": \"reboot\"}");
            bramble.await(
                    "sim006 is back in another life and works, and nobody else rebooted",
                    () -> !boot(bramble, "sim006").isEmpty()
                            && !boot(bramble, "sim006").equals(before)
                            && node(bramble, "sim006")
                                    .get("standing")
                                    .asString()
                                    .equals("ready"));
            assertThat(up(bramble)).isEqualTo(BOARDS);

            bramble.write("PUT", "/nodes/sim007/drain", "{\"reason\": \"a rest\", \"then\": \"poweroff\"}");
            bramble.await(
                    "sim007 is off",
                    () -> node(bramble, "sim007").get("link").asString().equals("down"));
            assertThat(up(bramble)).isEqualTo(BOARDS - 1);
            bramble.await("its button works", () -> {
                try {
                    Files.createFile(bramble.folder().resolve("sim007/power-on"));
                    return true;
                } catch (IOException pressed) {
                    return node(bramble, "sim007").get("link").asString().equals("up");
                }
            });
            bramble.await("sim007 is back", () -> up(bramble) == BOARDS);

            bramble.kill("boards2");
            bramble.await("the boards of a killed process are gone", () -> up(bramble) < BOARDS);
            bramble.await("and come back with it", () -> up(bramble) == BOARDS);
        }
    }
}
