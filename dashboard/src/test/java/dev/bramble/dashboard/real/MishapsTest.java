package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.trust.Identity;
import dev.bramble.trust.x509.IdentityFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/**
 * What happens to brambles: boards come without a token, with somebody else's identity, or after they were forgotten; a
 * head dies, a card is full, an upload breaks off. One bramble of three voters takes it all; the voter node3 has a
 * small disk of its own where the machine allows it.
 */
@Tag("slow")
class MishapsTest {
    /** What the agent's process says when the bramble will never have it. */
    private static final int EXIT_REFUSED = 64;
    /** What the command line says when it cannot reach the bramble. */
    private static final int EXIT_UNREACHABLE = 3;
    /** What the command line says when it may not do it. */
    private static final int EXIT_NOT_ALLOWED = 4;

    /** Whoever needs nodes and head to be well shares it; whoever hurts them has it alone. */
    private static final String BRAMBLE = "the bramble of this test";

    private static final List<String> NODES = List.of("node1", "node2", "node3");

    /** Of 100 kB each: half of what one user's jobs may take in the ledger. */
    private static final int LARGE_JOBS = 20;

    @TempDir
    private static Path temporary;

    private static LocalProcesses bramble;
    private static Optional<SmallDisk> disk = Optional.empty();

    @BeforeAll
    static void start() throws IOException {
        Path folder = temporary.resolve("bramble");
        disk = SmallDisk.mount(Files.createDirectories(folder.resolve("node3")));
        bramble = new LocalProcesses(
                folder, LocalProcesses.freePort(), List.of("--nodes", "3", "--voters", "3", "--cpus", "1"));
        bramble.start();
        awaitThreeVoters();
    }

    @AfterAll
    static void stop() {
        if (bramble != null) {
            bramble.close();
        }
        disk.ifPresent(SmallDisk::close);
    }

    private static void awaitThreeVoters() {
        bramble.await(
                "three voters are well",
                () -> bramble.read("/voters").get("items").size() == 3
                        && warnings().stream().noneMatch(warning -> warning.startsWith("voter ")));
    }

    // --- Who may be in -----------------------------------------------------------------------------------------------

    @Test
    @ResourceLock(BRAMBLE)
    void copiedCardIsSentAwayAndTheOriginalGoesOnWithItsTasks() throws Exception {
        try (OpenFolder open = new OpenFolder()) {
            long job = bramble.submit("clone", waitingJob("clone", 3, open));
            bramble.await(
                    "every node runs a task",
                    () -> bramble.read("/jobs/" + job).get("running").asInt() == 3);
            long original = bramble.pid("node2");
            Path copy = copy(bramble.folder().resolve("node2"), temporary.resolve("copied-card"));
            try (PluggedAgent clone = new PluggedAgent(bramble, copy, "node2").start()) {
                assertThat(clone.process().exitCode()).isEqualTo(EXIT_REFUSED);
                assertThat(clone.process().sentence())
                        .startsWith("the node id node2-")
                        .contains("is already up at 127.0.0.1:", "copied card", "enrol it as a new node");
            }
            open.file("go");
            bramble.awaitPhase(job, "succeeded");
            for (JsonNode task : bramble.tasks(job)) {
                assertThat(task.get("attempts").asInt()).as("%s", task).isEqualTo(1);
                assertThat(task.get("lastLine").asString())
                        .isEqualTo("result " + task.get("task").asInt());
            }
            assertThat(bramble.pid("node2")).isEqualTo(original);
            awaitThreeVoters();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = BRAMBLE, mode = ResourceAccessMode.READ)
    void boardWithoutATokenJoinsUnderItsCodeAndRunsATask() throws Exception {
        Path folder = temporary.resolve("newcomer");
        try (PluggedAgent newcomer = new PluggedAgent(bramble, folder, "newcomer", "labels: {seat: window}").start()) {
            String code = awaitCode(newcomer);
            JsonNode waiting = awaitWaiting("newcomer");
            assertThat(waiting.get("code").asString().replace(" ", "")).isEqualTo(code);
            String enrolment = waiting.get("enrolment").asString();
            String wrong = code.startsWith("1") ? "200000" : "100000";
            assertThat(bramble.commandLine("admit", enrolment, "--code", wrong).exitCode())
                    .isEqualTo(EXIT_NOT_ALLOWED);
            assertThat(nodes()).doesNotContain("newcomer");

            // As the board itself says it.
            JavaProcess admit = bramble.commandLine("admit", code);
            assertThat(admit.exitCode()).as(admit.said()).isZero();
            bramble.await("the board is up", () -> isUp("newcomer"));
            long job = bramble.submit(
                    "window", job("window", "echo result {index}", 1, "\"labels\": {\"seat\": \"window\"}"));
            bramble.awaitPhase(job, "succeeded");
            assertThat(nameOf(bramble.tasks(job).getFirst().get("node").asString()))
                    .isEqualTo("newcomer");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = BRAMBLE, mode = ResourceAccessMode.READ)
    void boardThatIsTurnedAwayEndsWithTheReason() throws Exception {
        try (PluggedAgent stranger = new PluggedAgent(bramble, temporary.resolve("stranger"), "stranger").start()) {
            String code = awaitCode(stranger);
            awaitWaiting("stranger");
            assertThat(bramble.commandLine("refuse", code).exitCode()).isZero();
            assertThat(stranger.process().exitCode()).isEqualTo(EXIT_REFUSED);
            assertThat(stranger.process().sentence())
                    .isEqualTo("the bramble refused this node: admin did not let this board in");
        }
        assertThat(nodes()).doesNotContain("stranger");
        assertThat(temporary.resolve("stranger/identity/certificate.pem")).doesNotExist();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @ResourceLock(value = BRAMBLE, mode = ResourceAccessMode.READ)
    void forgottenNodeIsOutAndItsCertificateOpensNothing() throws Exception {
        Path folder = temporary.resolve("leaver");
        String join = "join: \"" + joinToken() + "\"";
        try (PluggedAgent leaver = new PluggedAgent(bramble, folder, "leaver", join).start();
                PluggedAgent worker = new PluggedAgent(bramble, temporary.resolve("worker"), "worker", join).start()) {
            bramble.await("both are up", () -> isUp("leaver") && isUp("worker"));
            // The worker keeps no ledger in which it could read who was forgotten.
            List<String> doors = new ArrayList<>(bramble.addresses("door"));
            doors.add(worker.door());
            assertThat(doors).allSatisfy(door -> assertThat(knock(door, folder)).startsWith("HTTP/1.1 404"));

            assertThat(bramble.commandLine("forget", "leaver", "--yes").exitCode())
                    .isZero();
            assertThat(leaver.process().exitCode()).isEqualTo(EXIT_REFUSED);
            assertThat(leaver.process().sentence()).contains("enrol it anew");
            for (String door : doors) {
                bramble.await(
                        "the door " + door + " is shut",
                        () -> knock(door, folder).startsWith("HTTP/1.1 403"));
            }

            // It has its old certificate, and tries again.
            leaver.start();
            assertThat(leaver.process().exitCode()).isEqualTo(EXIT_REFUSED);
            assertThat(leaver.process().sentence()).contains("enrol it anew");
        }
        assertThat(nodes()).doesNotContain("leaver");
    }

    private static String joinToken() {
        JavaProcess token = bramble.commandLine("token", "join");
        assertThat(token.exitCode()).isZero();
        return token.said()
                .lines()
                .filter(line -> line.startsWith("bramble-join"))
                .findFirst()
                .orElseThrow();
    }

    /** What the door answers to the node of this folder when it asks for a file that nobody has. */
    private static String knock(String door, Path folder) {
        try {
            String serial = Files.readString(folder.resolve("identity/board")).strip();
            Identity identity =
                    new IdentityFolder(folder.resolve("identity")).load(serial).orElseThrow();
            int port = Integer.parseInt(door.substring(door.indexOf(':') + 1));
            try (Socket socket = identity.sslContext().getSocketFactory().createSocket("127.0.0.1", port)) {
                String request =
                        "GET /v1/blobs/" + "0".repeat(64) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            }
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private static String awaitCode(PluggedAgent agent) {
        Pattern code = Pattern.compile("`bramble admit (\\d{6})`");
        bramble.await(
                "the board shows a code",
                () -> code.matcher(agent.process().said()).find());
        Matcher shown = code.matcher(agent.process().said());
        shown.find();
        return shown.group(1);
    }

    private static JsonNode awaitWaiting(String name) {
        JsonNode[] found = new JsonNode[1];
        bramble.await(name + " waits", () -> {
            for (JsonNode board : bramble.read("/enrolments").get("items")) {
                if (board.get("name").asString().equals(name)) {
                    found[0] = board;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    private static List<String> nodes() {
        List<String> names = new ArrayList<>();
        bramble.read("/nodes")
                .get("items")
                .forEach(node -> names.add(node.get("name").asString()));
        return names;
    }

    private static boolean isUp(String name) {
        for (JsonNode node : bramble.read("/nodes").get("items")) {
            if (node.get("name").asString().equals(name)) {
                return node.get("link").asString().equals("up");
            }
        }
        return false;
    }

    private static String nameOf(String idOrName) {
        return bramble.read("/nodes/" + idOrName).get("name").asString();
    }

    // --- What breaks -------------------------------------------------------------------------------------------------

    @Test
    @ResourceLock(BRAMBLE)
    void waitingCommandOutlivesItsHeadAndAnImpatientOneSaysThatNobodyAnswers() throws Exception {
        try (OpenFolder open = new OpenFolder()) {
            String script = "until [ -e " + open.path().resolve("go") + " ]; do sleep 0.1; done; echo result {index}";
            try (JavaProcess waiting = bramble.commandLine(
                    "submit", "--count", "2", "--memory", "16M", "--wait", "--", "sh", "-c", script)) {
                bramble.await("the job is accepted", () -> waiting.said().contains("is accepted"));
                bramble.leaveDead();
                try {
                    bramble.kill("head");
                    bramble.await(
                            "the command tells of it", () -> waiting.said().contains("cannot reach the bramble since"));
                    JavaProcess impatient = bramble.commandLine("status", "--patience", "1s");
                    assertThat(impatient.exitCode()).isEqualTo(EXIT_UNREACHABLE);
                    assertThat(impatient.said().lines()).hasSize(1);
                    assertThat(impatient.lastLine())
                            .startsWith("bramble: cannot reach the bramble of the profile 'local', for ")
                            .contains("https://127.0.0.1:" + bramble.port(), "'bramble local' starts it again");
                    assertThat(waiting.isAlive()).isTrue();
                } finally {
                    bramble.revive();
                }
                open.file("go");
                assertThat(waiting.exitCode()).as(waiting.said()).isZero();
                assertThat(waiting.said()).contains("succeeded: 2 of 2 tasks");
            }
        }
    }

    @Test
    @ResourceLock(BRAMBLE)
    void uploadCutHalfWayLeavesNothingOnAnyNodeAndTheNextOneWorks() throws Exception {
        byte[] bytes = new byte[8 << 20];
        new Random(11).nextBytes(bytes);
        Files.write(temporary.resolve("measurements"), bytes);
        bramble.await("a node takes half of it in", () -> isTakenInHalf(bytes));
        bramble.await("nothing of it is left", () -> stored("incoming").isEmpty());
        assertThat(stored("blobs")).noneMatch(size -> size >= bytes.length / 4);

        JavaProcess whole = bramble.commandLine(
                "submit",
                "--count",
                "1",
                "--memory",
                "16M",
                "--ship",
                "measurements",
                "--wait",
                "--",
                "sh",
                "-c",
                "wc -c < measurements | tr -d ' '");
        assertThat(whole.exitCode()).as(whole.said()).isZero();
        assertThat(stored("blobs")).filteredOn(size -> size == bytes.length).hasSizeGreaterThanOrEqualTo(2);
    }

    /** Sends half, and breaks off when a node writes it; false when the head answers, as it may while nodes leave. */
    private static boolean isTakenInHalf(byte[] bytes) {
        try (SSLSocket socket = (SSLSocket)
                LocalProcesses.trustingAnyone().getSocketFactory().createSocket("127.0.0.1", bramble.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + bramble.token()
                            + "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + bytes.length
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
            socket.setSoTimeout(50);
            while (stored("incoming").isEmpty()) {
                try {
                    socket.getInputStream().read();
                    return false;
                } catch (SocketTimeoutException noAnswerYet) {
                    continue;
                }
            }
            socket.setSoLinger(true, 0);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Sizes of the files in this part of the nodes' stores. */
    private static List<Long> stored(String part) {
        List<Long> sizes = new ArrayList<>();
        for (String node : NODES) {
            try (Stream<Path> files =
                    Files.walk(bramble.folder().resolve(node).resolve("store").resolve(part))) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    sizes.add(Files.size(file));
                }
            } catch (IOException | java.io.UncheckedIOException gone) {
                return stored(part); // a file went while it was listed
            }
        }
        return sizes;
    }

    @Test
    @ResourceLock(BRAMBLE)
    void voterWithAFullDiskSaysSoNothingIsLostAndItVotesAgainByItself() throws Exception {
        assumeTrue(disk.isPresent(), "a file system of its own needs root");
        SmallDisk small = disk.get();
        Set<Long> accepted = new TreeSet<>();
        long agent = bramble.pid("node3");
        small.fill();
        try {
            bramble.await("the bramble says which voter stands aside, and why", () -> {
                // A user may describe only so much; these are more than the disk had room for.
                if (accepted.size() < LARGE_JOBS) {
                    accepted.add(bramble.submit("full-" + accepted.size(), largeJob("full-" + accepted.size())));
                }
                return warnings().stream()
                        .anyMatch(warning -> warning.contains("node3") && warning.contains("No space left on device"));
            });
            accepted.add(bramble.submit("two-are-enough", job("two-are-enough", "echo result {index}", 20, "")));
            for (long job : accepted) {
                bramble.awaitPhase(job, "succeeded");
            }
            for (String command : List.of("status", "voters", "events")) {
                awaitSaid(command, "node3 ", "No space left on device");
            }
        } finally {
            small.makeRoom();
        }
        awaitThreeVoters();
        assertThat(bramble.pid("node3")).isEqualTo(agent);

        // With one of the others frozen, nothing is accepted without its vote.
        long frozen = bramble.pid("node2");
        signal(frozen, "STOP");
        try {
            accepted.add(bramble.submit("it-votes", job("it-votes", "echo result {index}", 1, "")));
        } finally {
            signal(frozen, "CONT");
        }
        for (long job : accepted) {
            bramble.awaitPhase(job, "succeeded");
            List<String> results = bramble.tasks(job).stream()
                    .map(task -> task.get("lastLine").asString())
                    .toList();
            assertThat(results)
                    .isEqualTo(IntStream.range(0, results.size())
                            .mapToObj(task -> "result " + task)
                            .toList());
        }
        awaitThreeVoters();
    }

    /** Until one line of what the command prints has all these words. */
    private static void awaitSaid(String command, String... words) {
        bramble.await("`bramble " + command + "` says " + String.join("…", words), () -> {
            JavaProcess asked = bramble.commandLine(command);
            assertThat(asked.exitCode()).as(asked.said()).isZero();
            return asked.said().lines().anyMatch(line -> Stream.of(words).allMatch(line::contains));
        });
    }

    private static List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        bramble.read("/bramble").get("warnings").forEach(warning -> warnings.add(warning.asString()));
        return warnings;
    }

    // --- Jobs --------------------------------------------------------------------------------------------------------

    private static String job(String name, String script, int tasks, String needs) {
        return "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script + "\"], \"tasks\": {\"count\": "
                + tasks + "}, \"needs\": {\"cpus\": 1, \"memory\": \"16M\"" + (needs.isEmpty() ? "" : ", " + needs)
                + "}}";
    }

    /** Its tasks end when there is a file {@code go}. */
    private static String waitingJob(String name, int tasks, OpenFolder open) {
        return job(
                name,
                "until [ -e " + open.path().resolve("go") + " ]; do sleep 0.1; done; echo result {index}",
                tasks,
                "");
    }

    /** Fills a page of the ledger's log soon. */
    private static String largeJob(String name) {
        String env = "\"env\": {\"BALLAST\": \"" + "x".repeat(100_000) + "\"}, ";
        return "{" + env + job(name, "echo result {index}", 1, "").substring(1);
    }

    private static void signal(long pid, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** As it is at this moment: the original goes on writing. */
    private static Path copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is) throws IOException {
                if (folder.equals(from.resolve("work"))) {
                    return FileVisitResult.SKIP_SUBTREE; // of running tasks: neither a card's nor ours to read
                }
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (NoSuchFileException gone) {
                    // As if it had gone before it was listed.
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path gone, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return to;
    }
}
