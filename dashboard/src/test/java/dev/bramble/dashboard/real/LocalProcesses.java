package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bramble local} in a process of its own, with its children's pids and a client of its REST interface. */
final class LocalProcesses implements AutoCloseable {
    /** Long enough for a machine that runs much else beside the tests. */
    static final Duration LIMIT = Duration.ofSeconds(120);

    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final List<String> options;
    private final int port;
    private final HttpClient client = HttpClient.newBuilder()
            .sslContext(trustingAnyone())
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final AtomicInteger commands = new AtomicInteger();
    private Process supervisor;

    LocalProcesses(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    void start() throws IOException {
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
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Where everything of the bramble lies. */
    Path folder() {
        return folder;
    }

    int port() {
        return port;
    }

    ProcessHandle supervisor() {
        return supervisor.toHandle();
    }

    /** Starts the command line, which finds this bramble by itself; what it says goes to a file of its own. */
    JavaProcess commandLine(String... arguments) {
        Path log = folder.resolveSibling("command-" + commands.incrementAndGet() + ".log");
        return JavaProcess.commandLine(folder.getParent(), log, List.of(arguments));
    }

    /** Waits until {@code condition} holds; fails with the supervisor's log when it does not in time. */
    void await(String what, BooleanSupplier condition) {
        await(what, LIMIT, condition);
    }

    /** The same, for what takes its time. */
    void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what + "\n" + log());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private String log() {
        StringBuilder log = new StringBuilder();
        for (String name : List.of("../supervisor", "node1/", "node2/", "node3/", "head/")) {
            Path file = folder.resolve(name.startsWith("..") ? name + ".log" : name + "log")
                    .normalize();
            log.append("== ").append(file).append('\n').append(tail(file)).append('\n');
        }
        return log.toString();
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
    long pid(String name) {
        for (JsonNode process : processes()) {
            if (process.get("name").asString().equals(name)) {
                return process.get("pid").asLong(-1);
            }
        }
        return -1;
    }

    /** host:port of each agent, for what: cluster, ledger or door. */
    List<String> addresses(String what) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode process : processes()) {
            if (process.get("role").asString().equals("agent")) {
                addresses.add("127.0.0.1:" + process.get("ports").get(what).asInt());
            }
        }
        return addresses;
    }

    void kill(String name) {
        ProcessHandle.of(pid(name)).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** A power cut: the supervisor and every child at once. */
    void killAll(List<String> names) {
        List<ProcessHandle> victims = new ArrayList<>(List.of(supervisor.toHandle()));
        names.forEach(name -> ProcessHandle.of(pid(name)).ifPresent(victims::add));
        victims.forEach(ProcessHandle::destroyForcibly);
        await("all are dead", () -> victims.stream().noneMatch(ProcessHandle::isAlive));
    }

    String token() {
        try {
            return JSON.readTree(Files.readString(folder.resolve("node1/founding.json")))
                    .get("adminToken")
                    .asString();
        } catch (IOException notYet) {
            return "";
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/api/v1" + path))
                .header("Authorization", "Bearer " + token())
                .timeout(Duration.ofSeconds(20));
    }

    private Optional<HttpResponse<String>> send(HttpRequest request) {
        try {
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException unreachable) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private Optional<HttpResponse<String>> get(String path) {
        return send(request(path).GET().build());
    }

    /** The answer to a GET, asked again until it is 200. */
    JsonNode read(String path) {
        JsonNode[] answer = new JsonNode[1];
        await(path + " is answered", () -> {
            Optional<HttpResponse<String>> got = get(path).filter(response -> response.statusCode() == 200);
            got.ifPresent(response -> answer[0] = JSON.readTree(response.body()));
            return got.isPresent();
        });
        return answer[0];
    }

    /** Submits until the job is accepted; repeating is harmless since the key is the same. */
    long submit(String key, String body) {
        HttpRequest request = request("/jobs")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long[] job = {-1};
        await("the job is accepted", () -> {
            Optional<HttpResponse<String>> answer = send(request);
            if (answer.isPresent() && answer.get().statusCode() / 100 == 2) {
                job[0] = JSON.readTree(answer.get().body()).get("job").asLong();
            }
            return job[0] > 0;
        });
        return job[0];
    }

    void cancel(long job) {
        HttpRequest request = request("/jobs/" + job + "/cancel")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        await(
                "cancelling job " + job + " is accepted",
                () -> send(request)
                        .filter(answer -> answer.statusCode() / 100 == 2)
                        .isPresent());
        awaitPhase(job, "cancelled");
    }

    /** All tasks of a job, in their order. */
    List<JsonNode> tasks(long job) {
        List<JsonNode> tasks = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = read("/jobs/" + job + "/tasks?limit=1000" + cursor);
            page.get("items").forEach(tasks::add);
            JsonNode next = page.get("next");
            cursor = next == null || next.isNull() ? null : "&cursor=" + next.asString();
        } while (cursor != null);
        return tasks;
    }

    void awaitPhase(long job, String phase) {
        await(
                "job " + job + " is " + phase,
                () -> read("/jobs/" + job).get("phase").asString().equals(phase));
    }

    /** Name of the node that leads. */
    String leader() {
        String[] name = new String[1];
        await("somebody leads", () -> {
            for (JsonNode node : read("/nodes").get("items")) {
                if (node.get("leader").asBoolean()) {
                    name[0] = node.get("name").asString();
                }
            }
            return name[0] != null;
        });
        return name[0];
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

    static SSLContext trustingAnyone() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new X509ExtendedTrustManager[] {new Anyone()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Which certificate the head shows is other tests' matter. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
