package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another program holds a port that a process of Bramble needs. */
@Execution(ExecutionMode.CONCURRENT)
class PortInUseTest {
    /** What the command line says when it is not possible now. */
    private static final int EXIT_CONFLICT = 6;
    /** What the agent's process says when another start may help. */
    private static final int EXIT_FAILED = 70;

    @TempDir
    private Path temporary;

    private Path files;

    @BeforeEach
    void makeFolderForTemporaryFiles() throws IOException {
        files = Files.createDirectory(temporary.resolve("files"));
    }

    private JavaProcess local(String... arguments) {
        List<String> all = new ArrayList<>(List.of("local", "--nodes", "1"));
        all.addAll(List.of(arguments));
        return JavaProcess.commandLine(temporary, temporary.resolve("log"), files, all);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void localNamesTheTakenPortOfItsDashboardAndLeavesNothing() throws Exception {
        try (ServerSocket taken = LocalProcesses.taken()) {
            JavaProcess local = local("--port", Integer.toString(taken.getLocalPort()));
            assertThat(local.exitCode()).isEqualTo(EXIT_CONFLICT);
            assertThat(local.said())
                    .isEqualTo("bramble: port " + taken.getLocalPort()
                            + " is in use by another program: stop that, or choose another port with --port\n");
            assertThat(list(files)).isEmpty();
            assertThat(temporary.resolve("config")).doesNotExist();
        }
    }

    /** It waits a while, since children of a supervisor that was killed let go of their ports only then. */
    @Test
    void localNamesTheTakenPortOfAnAgentAndStartsNothing() throws Exception {
        try (ServerSocket taken = LocalProcesses.taken()) {
            Path folder = Files.createDirectory(temporary.resolve("bramble"));
            String plan = "{\"votersMax\": 1, \"httpPort\": " + LocalProcesses.freePort() + ", \"headClusterPort\": "
                    + LocalProcesses.freePort() + ", \"nodes\": [{\"name\": \"node1\", \"cluster\": "
                    + LocalProcesses.freePort() + ", \"ledger\": " + taken.getLocalPort() + ", \"door\": "
                    + LocalProcesses.freePort() + "}]}";
            Files.writeString(folder.resolve("local.json"), plan);
            JavaProcess local = local("--dir", folder.toString());
            assertThat(local.exitCode()).isEqualTo(EXIT_CONFLICT);
            assertThat(local.said())
                    .isEqualTo("bramble: port " + taken.getLocalPort()
                            + ", which node1 had at the last start, is in use by another program: stop that, or use a"
                            + " fresh folder\n");
            assertThat(folder.resolve("local.json")).hasContent(plan);
            assertThat(folder.resolve("processes.json")).doesNotExist();
            assertThat(folder.resolve("node1")).doesNotExist();
        }
    }

    /** The first start had made its keys already when it met the taken port: the second has to found all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"cluster_port", "ledger_port", "door_port"})
    void foundingAgentNamesTheTakenPortAndFoundsWhenItIsFree(String which) throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("first"));
        int port;
        try (ServerSocket taken = LocalProcesses.taken()) {
            port = taken.getLocalPort();
            writeConfig(folder, which, port);
            JavaProcess agent = JavaProcess.agent(folder.resolve("agent.yaml"), temporary.resolve("log"));
            assertThat(agent.exitCode()).as(agent.said()).isEqualTo(EXIT_FAILED);
            assertThat(agent.lastLine()).contains("127.0.0.1:" + port, "use");
        }
        // The socket of the test may linger for a moment.
        await("the port is free", () -> isFree(port));
        startUntilFounded(folder);
    }

    /** The process ended between the first entries of the ledger and the file with the tokens. */
    @Test
    void foundingThatBrokeOffBeforeItsTokensWereKeptMakesNewOnes() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("first"));
        writeConfig(folder, "", 0);
        startUntilFounded(folder);
        String before = Files.readString(folder.resolve("founding.json"));
        Files.delete(folder.resolve("founding.json"));
        Files.createFile(folder.resolve("founding.begun"));
        startUntilFounded(folder);
        assertThat(folder.resolve("founding.json"))
                .content()
                .contains("adminToken")
                .isNotEqualTo(before);
    }

    private void startUntilFounded(Path folder) throws Exception {
        try (JavaProcess agent = JavaProcess.agent(folder.resolve("agent.yaml"), temporary.resolve("log-2"))) {
            await("it has founded, or ended", () -> !agent.isAlive() || hasFounded(folder));
            assertThat(agent.isAlive()).as(agent.said()).isTrue();
        }
    }

    private static boolean hasFounded(Path folder) {
        return Files.exists(folder.resolve("founding.json")) && Files.notExists(folder.resolve("founding.begun"));
    }

    /** @param which has {@code port}; the others have any */
    private static void writeConfig(Path folder, String which, int port) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of("name: first", "dir: .", "found: true", "board: simulated", "stop_at_stdin_end: true"));
        for (String each : List.of("cluster_port", "ledger_port", "door_port")) {
            lines.add(each + ": " + (each.equals(which) ? port : LocalProcesses.freePort()));
        }
        Files.write(folder.resolve("agent.yaml"), lines);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LocalProcesses.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not in time: " + what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
