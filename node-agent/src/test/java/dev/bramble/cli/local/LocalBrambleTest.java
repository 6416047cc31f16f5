package dev.bramble.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Pace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LocalBrambleTest {
    @TempDir
    Path home;

    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());

    static LocalOptions options(Optional<Path> folder, Optional<Integer> nodes, int httpPort) {
        return new LocalOptions(
                folder,
                nodes,
                Optional.empty(),
                Optional.empty(),
                httpPort == 0 ? Optional.empty() : Optional.of(httpPort),
                Optional.empty(),
                new LocalOptions.Program(standIn("agent"), standIn("agent"), standIn("boards"), standIn("head")));
    }

    private static List<String> standIn(String role) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StandIn.class.getName(),
                role);
    }

    private LocalBramble prepare(Path folder, Integer nodes, int httpPort) {
        return LocalBramble.prepare(
                options(Optional.ofNullable(folder), Optional.ofNullable(nodes), httpPort), notices::add, Pace.REAL);
    }

    private LocalBramble started(Path folder, Integer nodes, int httpPort) {
        LocalBramble bramble = prepare(folder, nodes, httpPort);
        try {
            bramble.start(step -> {});
            return bramble;
        } catch (RuntimeException e) {
            bramble.close();
            throw e;
        }
    }

    private static int freePort() {
        return new FreePorts(Set.of()).next();
    }

    private static Map<String, JsonNode> processes(Path folder) {
        try {
            Map<String, JsonNode> byName = new TreeMap<>();
            for (JsonNode one : Json.parse(Files.readString(folder.resolve("processes.json")))) {
                byName.put(one.path("name").asString(), one);
            }
            return byName;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void brambleIsFoundedJoinedServedAndStopped() throws Exception {
        Path folder = home.resolve("d");
        int port = freePort();
        List<Long> pids;
        try (LocalBramble bramble = started(folder, 2, port)) {
            assertThat(bramble.endpoint().heads().getFirst().url()).hasToString("https://127.0.0.1:" + port);
            assertThat(bramble.endpoint().heads().getFirst().pin()).isPresent();
            assertThat(bramble.endpoint().token()).isEqualTo("admin");
            Map<String, JsonNode> processes = processes(folder);
            assertThat(processes.keySet()).containsExactly("head", "node1", "node2");
            assertThat(processes.get("head").path("role").asString()).isEqualTo("head");
            assertThat(processes.get("head").path("ports").path("http").asInt()).isEqualTo(port);
            assertThat(processes.get("node1").path("role").asString()).isEqualTo("agent");
            assertThat(processes.get("node1").path("ports").propertyNames())
                    .containsExactly("cluster", "ledger", "door");
            pids = processes.values().stream()
                    .map(one -> one.path("pid").asLong())
                    .toList();
            assertThat(pids).allMatch(LocalBrambleTest::isAlive);
            assertThat(folder.resolve("node2/joined-with")).hasContent("join-agent");
            assertThat(Files.readString(folder.resolve("head/head.yaml"))).contains("join: \"join-head\"");
            assertThat(Files.readString(folder.resolve("node2/log"))).contains("this is node2 of agent");
            assertThat(permissions(folder)).isEqualTo("rwx------");
            assertThat(permissions(folder.resolve("node1"))).isEqualTo("rwx------");
            assertThat(permissions(folder.resolve("node1/agent.yaml"))).isEqualTo("rw-------");
        }
        assertThat(pids).noneMatch(LocalBrambleTest::isAlive);
        assertThat(notices).isEmpty();
        assertThat(folder.resolve("node1/founding.json")).exists();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void childThatDiesIsStartedAgainAndTheOthersStay() {
        Path folder = home.resolve("d");
        try (LocalBramble bramble = started(folder, 2, freePort())) {
            assertThat(bramble.nodes()).isEqualTo(2);
            Map<String, JsonNode> before = processes(folder);
            long victim = before.get("node2").path("pid").asLong();
            ProcessHandle.of(victim).orElseThrow().destroyForcibly();
            Eventually.holds("node2 runs again under another pid", () -> {
                long now = processes(folder).get("node2").path("pid").asLong(0);
                return now != 0 && now != victim && isAlive(now);
            });
            Map<String, JsonNode> after = processes(folder);
            assertThat(after.get("node1")).isEqualTo(before.get("node1"));
            assertThat(after.get("head")).isEqualTo(before.get("head"));
            assertThat(after.get("node2").path("ports"))
                    .isEqualTo(before.get("node2").path("ports"));
            assertThat(notices).containsExactly("node2 was ended by signal 9; it is started again in 1 s");
        }
    }

    /** Ends as an agent does when its simulated board is told to. */
    private static void end(Path folder, String node, int exitCode) throws IOException {
        Files.writeString(folder.resolve(node).resolve("die"), Integer.toString(exitCode));
        long victim = processes(folder).get(node).path("pid").asLong();
        ProcessHandle.of(victim).orElseThrow().destroyForcibly();
    }

    @Test
    void aBoardThatRebootsComesBackAndOneThatPowersOffStaysOffUntilItIsSwitchedOn() throws Exception {
        Path folder = home.resolve("d");
        try (LocalBramble bramble = started(folder, 2, freePort())) {
            end(folder, "node2", 75);
            Eventually.holds("node2 reboots", () -> notices.contains("node2 reboots"));
            Files.writeString(folder.resolve("node2/die"), "76");
            String off = "node2 has powered off; `touch " + folder.resolve("node2/power-on") + "` switches it on";
            Eventually.holds("node2 is off", () -> notices.contains(off));
            Eventually.holds(
                    "node2 has no process",
                    () -> processes(folder).get("node2").path("pid").isNull());

            Files.delete(folder.resolve("node2/die"));
            Files.createFile(folder.resolve("node2/power-on"));
            Eventually.holds(
                    "node2 runs again",
                    () -> isAlive(processes(folder).get("node2").path("pid").asLong(0)));
            assertThat(folder.resolve("node2/power-on")).doesNotExist();
            assertThat(bramble.nodes()).isEqualTo(2);
        }
    }

    @Test
    void onceEveryBoardIsOffWhoeverRunsTheBrambleIsToldOnce() throws Exception {
        Path folder = home.resolve("d");
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        try (LocalBramble bramble = started(folder, 2, freePort())) {
            bramble.whenAllOff(() -> told.add("all off"));
            end(folder, "node1", 76);
            Eventually.holds(
                    "node1 is off",
                    () -> processes(folder).get("node1").path("pid").isNull());
            assertThat(told).isEmpty();
            end(folder, "node2", 76);
            Eventually.holds("it is told", () -> !told.isEmpty());
            long head = processes(folder).get("head").path("pid").asLong();
            ProcessHandle.of(head).orElseThrow().destroyForcibly();
            Eventually.holds("something changes after that", () -> {
                long now = processes(folder).get("head").path("pid").asLong(head);
                return now != head && isAlive(now);
            });
            assertThat(told).containsExactly("all off");
        }
    }

    @Test
    void folderComesBackOnItsPortsAndNodesAddedLaterJoinWithAFreshToken() {
        Path folder = home.resolve("d");
        Map<String, JsonNode> before;
        try (LocalBramble bramble = started(folder, 2, freePort())) {
            assertThat(bramble.isTemporary()).isFalse();
            before = processes(folder);
        }
        try (LocalBramble bramble = started(folder, 3, 0)) {
            assertThat(bramble.nodes()).isEqualTo(3);
            Map<String, JsonNode> after = processes(folder);
            for (String name : before.keySet()) {
                assertThat(after.get(name).path("ports"))
                        .isEqualTo(before.get(name).path("ports"));
            }
            assertThat(folder.resolve("node1/agent.yaml")).content().doesNotContain("found:");
            assertThat(folder.resolve("node3/joined-with")).hasContent("fresh-token");
        }
        assertThatThrownBy(() -> prepare(folder, 2, 0))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("holds 3 nodes");
        try (LocalBramble bramble = prepare(folder, null, 0)) {
            assertThat(bramble.nodes()).isEqualTo(3);
        }
    }

    @Test
    void temporaryFolderIsDeletedAtTheEnd() {
        Path folder;
        try (LocalBramble bramble = started(null, 1, freePort())) {
            folder = bramble.folder();
            assertThat(folder).isDirectory();
            assertThat(bramble.isTemporary()).isTrue();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void portInUseIsNamedTogetherWithTheOption() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> prepare(home.resolve("d"), 1, port))
                    .isInstanceOf(Failure.class)
                    .hasMessage("port " + port + " is in use by another program: stop that, or choose another port with"
                            + " --port");
        }
        // The folder is free again after the refusal.
        prepare(home.resolve("d"), 1, freePort()).close();
    }

    @Test
    void portOfANodeIsRefusedForTheDashboard() {
        prepare(home.resolve("d"), 2, freePort()).close();
        int door =
                LocalPlan.read(home.resolve("d/local.json")).nodes().getLast().door();
        assertThatThrownBy(() -> prepare(home.resolve("d"), 2, door))
                .isInstanceOf(Failure.class)
                .hasMessage("port " + door + " is one of node2 of this bramble: choose another port with --port");
    }

    @Test
    void folderInUseIsRefused() {
        Path folder = home.resolve("d");
        try (LocalBramble bramble = prepare(folder, 1, freePort())) {
            assertThat(bramble.folder()).isEqualTo(folder);
            assertThatThrownBy(() -> prepare(folder, 1, freePort())).isInstanceOfSatisfying(Failure.class, failure -> {
                assertThat(failure.code()).isEqualTo(ExitCode.CONFLICT);
                assertThat(failure)
                        .hasMessageContaining("is in use by another 'bramble local' (process "
                                + ProcessHandle.current().pid() + ")");
            });
        }
    }

    @Test
    void sizesThatMakeNoSenseAreRefused() {
        LocalOptions even = new LocalOptions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(2),
                Optional.of(freePort()),
                Optional.empty(),
                new LocalOptions.Program(List.of(), List.of(), List.of(), List.of()));
        assertThatThrownBy(() -> LocalBramble.prepare(even, notices::add, Pace.REAL))
                .hasMessageContaining("--voters must be 1, 3 or 5");
        for (String cpus : List.of("0", "0.05", "-1", "many", "1,5", "")) {
            LocalOptions odd = new LocalOptions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(freePort()),
                    Optional.of(cpus),
                    new LocalOptions.Program(List.of(), List.of(), List.of(), List.of()));
            assertThatThrownBy(() -> LocalBramble.prepare(odd, notices::add, Pace.REAL))
                    .hasMessageContaining("--cpus must be a number of cores");
        }
        assertThatThrownBy(() -> prepare(null, 0, freePort())).hasMessageContaining("--nodes must be from 1 to 100");
        assertThatThrownBy(() -> prepare(null, 101, freePort())).hasMessageContaining("--nodes must be from 1 to 100");
    }

    @Test
    void nodeThatCannotFoundEndsTheStartWithTheEndOfItsLog() throws Exception {
        Path folder = home.resolve("d");
        Files.createDirectories(folder.resolve("node1"));
        Files.writeString(folder.resolve("node1/die"), "64");
        assertThatThrownBy(() -> started(folder, 1, freePort()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the first node has not founded the ledger: the end of its log")
                .hasMessageContaining("cannot do it: the sentence why");
        // Unless the start is given up before its end is seen.
        assertThat(notices)
                .allMatch(notice -> notice.contains("node1 ended with exit code 64; it is started again in 30 s"));
    }

    @Test
    void nodeThatCannotRunDoesNotKeepTheOthersFromServing() throws Exception {
        Path folder = home.resolve("d");
        Files.createDirectories(folder.resolve("node2"));
        Files.writeString(folder.resolve("node2/die"), "64");
        try (LocalBramble bramble = started(folder, 2, freePort())) {
            assertThat(bramble.nodes()).isEqualTo(2);
            assertThat(notices).anyMatch(notice -> notice.startsWith("the bramble goes on without node2: "));
            Eventually.holds(
                    "its end is told",
                    () -> notices.stream()
                            .anyMatch(notice ->
                                    notice.contains("node2 ended with exit code 64; it is started again in 30 s")));
        }
    }

    @Test
    void headThatDiesAtOnceAgainAndAgainEndsTheStart() throws Exception {
        Path folder = home.resolve("d");
        Files.createDirectories(folder.resolve("head"));
        Files.writeString(folder.resolve("head/die"), "3");
        assertThatThrownBy(() -> started(folder, 1, freePort()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the head does not serve")
                .hasMessageContaining("the sentence why");
        assertThat(notices.stream().filter(notice -> notice.startsWith("head ended with exit code 3")))
                .hasSize(3);
        assertThat(notices.getLast()).contains("it is started again in 2 s", "the end of its log");
    }

    @Test
    void childThatOutlivesItsTermIsKilled() throws Exception {
        Path folder = Files.createDirectories(home.resolve("node1"));
        Files.writeString(
                folder.resolve("agent.yaml"),
                "name: node1\ncluster_port: %d\nledger_port: %d\ndoor_port: %d\n"
                        .formatted(freePort(), freePort(), freePort()));
        Files.writeString(folder.resolve("stubborn"), "");
        List<String> command = new ArrayList<>(standIn("agent"));
        command.add(folder.resolve("agent.yaml").toString());
        Child child = new Child(
                new ChildSpec("node1", ChildSpec.Role.AGENT, command, folder, new java.util.LinkedHashMap<>()),
                () -> {},
                notices::add);
        child.start();
        Eventually.holds("it listens", () -> Files.exists(folder.resolve("joined-with")));
        long pid = child.pid().orElseThrow();
        child.askToStop();
        child.awaitEnd(TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(isAlive(pid)).isFalse();
        assertThat(notices).containsExactly("node1 does not end: it is killed");
    }

    @Test
    void childrenEndByThemselvesWhenTheirSupervisorIsKilled() throws Exception {
        Path folder = home.resolve("d");
        int port = freePort();
        Process supervisor = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StandInSupervisor.class.getName(),
                        folder.toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = supervisor.inputReader()) {
            assertThat(out.readLine()).isEqualTo("up");
            List<Long> pids = processes(folder).values().stream()
                    .map(one -> one.path("pid").asLong())
                    .toList();
            assertThat(pids).hasSize(3).allMatch(LocalBrambleTest::isAlive);
            supervisor.destroyForcibly().waitFor();
            Eventually.holds("all children ended", () -> pids.stream().noneMatch(LocalBrambleTest::isAlive));
        } finally {
            supervisor.destroyForcibly();
        }
        try (LocalBramble again = started(folder, null, 0)) {
            assertThat(again.nodes()).isEqualTo(2);
        }
    }

    @Test
    void tasksOfTwoBramblesNeverShareAUser() throws Exception {
        Path locks = home.resolve("locks");
        Path wide = Files.writeString(home.resolve("wide"), "         0          0 4294967295\n");
        Path narrow = Files.writeString(home.resolve("narrow"), "         0     100000      65536\n");
        try (TaskUsers first = TaskUsers.take(locks, wide, 4);
                TaskUsers second = TaskUsers.take(locks, wide, 4)) {
            assertThat(first.firstOf(99) + first.perNode()).isLessThanOrEqualTo(second.firstOf(0));
        }
        try (TaskUsers first = TaskUsers.take(locks, narrow, 16);
                TaskUsers second = TaskUsers.take(locks, narrow, 16)) {
            assertThat(first.firstOf(15) + first.perNode()).isLessThanOrEqualTo(second.firstOf(0));
            assertThat(second.firstOf(15) + second.perNode()).isLessThan(65536);
            assertThatThrownBy(() -> TaskUsers.take(locks, narrow, 17)).hasMessageContaining("16 nodes only");
        }
    }

    @Test
    void logIsBoundedAndItsEndCanBeShown() throws Exception {
        LogFile log = new LogFile(home.resolve("log"));
        byte[] line = ("x".repeat(99) + "\n").getBytes();
        byte[] much = new byte[20 << 20];
        for (int i = 0; i + line.length <= much.length; i += line.length) {
            System.arraycopy(line, 0, much, i, line.length);
        }
        log.take(new java.io.ByteArrayInputStream(much));
        long kept = Files.size(home.resolve("log")) + Files.size(home.resolve("log.1"));
        assertThat(kept).isBetween(8L << 20, 17L << 20);
        log.take(new java.io.ByteArrayInputStream("\nfirst\nsecond\n".getBytes()));
        assertThat(log.tail(2)).containsExactly("first", "second");
    }
}
