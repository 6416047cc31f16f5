package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code bramble local} in a process of its own, with its children's pids and a client of its REST interface. */
public final class LocalProcesses extends HeadClient implements AutoCloseable {
    /** Where a local bramble does not look for ports of its own. */
    private static final int PORTS_FROM = 10_000;

    private static final int PORTS = 8_000;
    /** The supervisor gives up on nodes that are not up three minutes after the head. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(4);

    /** From anywhere: test runs beside each other hardly meet. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final Path folder;
    private final List<String> options;
    private final int port;
    private final AtomicInteger commands = new AtomicInteger();
    private Process supervisor;

    public LocalProcesses(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.bramble.cli.Main",
                "local",
                "--dir",
                folder.toString(),
                "--port",
                Integer.toString(port)));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolveSibling("supervisor.log").toFile()));
        builder.environment()
                .put("XDG_CONFIG_HOME", folder.resolveSibling("config").toString());
        supervisor = builder.start();
        await(
                "the head answers",
                () -> get("/readyz")
                        .filter(answer -> answer.statusCode() == 200)
                        .isPresent());
        // Commands go by what the supervisor writes when all nodes are up.
        Path profile = folder.resolveSibling("config").resolve("bramble/profiles/local.json");
        await("commands find the bramble", READY_LIMIT, () -> Files.exists(profile));
    }

    @Override
    public String url() {
        return "https://127.0.0.1:" + port;
    }

    /**
     * A port that is free, and handed out once. Below those that outgoing connections get, since one of them could take
     * it before the process that it is for has started.
     */
    public static int freePort() {
        try (ServerSocket socket = taken()) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Takes such a port; close it to let go of it. */
    public static ServerSocket taken() {
        while (true) {
            int port = PORTS_FROM + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try {
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (IOException inUse) {
                // The next one may be free.
            }
        }
    }

    /** Where everything of the bramble lies. */
    public Path folder() {
        return folder;
    }

    public int port() {
        return port;
    }

    public ProcessHandle supervisor() {
        return supervisor.toHandle();
    }

    /** Starts the command line, which finds this bramble by itself; what it says goes to a file of its own. */
    JavaProcess commandLine(String... arguments) {
        Path log = folder.resolveSibling("command-" + commands.incrementAndGet() + ".log");
        return JavaProcess.commandLine(folder.getParent(), log, List.of(arguments));
    }

    /** Forgets a node that is not there any more, as its operator does; gives the command's exit code. */
    public int forget(String node) {
        return commandLine("forget", node, "--yes").exitCode();
    }

    @Override
    public String log() {
        StringBuilder log = new StringBuilder();
        for (Path file : logs()) {
            log.append("== ").append(file).append('\n').append(tail(file)).append('\n');
        }
        return log.toString();
    }

    private List<Path> logs() {
        List<Path> logs = new ArrayList<>(List.of(folder.resolveSibling("supervisor.log")));
        try (Stream<Path> processes = Files.list(folder)) {
            processes
                    .map(process -> process.resolve("log"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(logs::add);
        } catch (IOException notStarted) {
            // Then the supervisor says why.
        }
        return logs;
    }

    private static String tail(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException absent) {
            return absent.toString();
        }
    }

    private JsonNode processes() {
        try {
            return JSON.readTree(Files.readString(folder.resolve("processes.json")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Pid of a child, as {@code processes.json} has it now; -1 while it does not run. */
    public long pid(String name) {
        for (JsonNode process : processes()) {
            if (process.get("name").asString().equals(name)) {
                return process.get("pid").asLong(-1);
            }
        }
        return -1;
    }

    /** host:port of each agent, for what: cluster, ledger or door. */
    public List<String> addresses(String what) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode process : processes()) {
            if (process.get("role").asString().equals("agent")) {
                addresses.add("127.0.0.1:" + process.get("ports").get(what).asInt());
            }
        }
        return addresses;
    }

    public void kill(String name) {
        ProcessHandle.of(pid(name)).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Nobody starts again what dies from now on. */
    public void leaveDead() {
        signal("STOP");
    }

    /** What died meanwhile is started again, and whatever dies. */
    public void revive() {
        signal("CONT");
    }

    private void signal(String name) {
        if (!Card.run("kill", "-" + name, Long.toString(supervisor.pid()))) {
            throw new AssertionError("the supervisor could not be sent " + name);
        }
    }

    /** A power cut: the supervisor and every child at once. */
    public void killAll(List<String> names) {
        List<ProcessHandle> victims = new ArrayList<>(List.of(supervisor.toHandle()));
        names.forEach(name -> ProcessHandle.of(pid(name)).ifPresent(victims::add));
        victims.forEach(ProcessHandle::destroyForcibly);
        await("all are dead", () -> victims.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public String token() {
        return founding("adminToken");
    }

    /** With which the first admin is made. */
    public String setupCode() {
        return founding("setupCode");
    }

    private String founding(String field) {
        try {
            Path shared = folder.resolve("sim001/founding.json");
            Path founding = Files.exists(shared) ? shared : folder.resolve("node1/founding.json");
            return JSON.readTree(Files.readString(founding)).get(field).asString();
        } catch (IOException notYet) {
            return "";
        }
    }

    @Override
    public void close() {
        supervisor.destroy();
        try {
            if (!supervisor.waitFor(30, TimeUnit.SECONDS)) {
                supervisor.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            supervisor.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
