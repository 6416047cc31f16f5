package dev.bramble.dashboard.real;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Agents and heads as processes that are looked after like boards by systemd: whichever ends is started again, unless
 * it is meant to be off for a while. Where this user may lay {@link Cables}, each has a network of its own; elsewhere
 * all are on the loopback address. Any thread.
 */
final class Fleet extends HeadClient implements AutoCloseable {
    /** As far apart as nodes of {@code bramble local}; beyond the ids that those take. */
    private static final int UIDS_PER_NODE = 100;

    private static final int FIRST_UID = 1_960_000_000;
    /** First of a board's ports, below those that the system hands out by itself. */
    private static final int PORTS = 7800;

    private static final Duration MIND_EVERY = Duration.ofMillis(100);
    private static final int LOG_LINES = 40;

    private static final class Board {
        final String name;
        final int number;
        final boolean isHead;
        final String address;
        final Map<String, Integer> ports = new LinkedHashMap<>();
        JavaProcess process;
        long offUntilNanos = Long.MAX_VALUE;

        Board(String name, int number, boolean isHead, String address) {
            this.name = name;
            this.number = number;
            this.isHead = isHead;
            this.address = address;
        }

        String at(String what) {
            return address + ":" + ports.get(what);
        }
    }

    private final Path folder;
    private final List<String> around;
    private final Optional<Cables> cables;
    private final Map<String, Board> boards = new LinkedHashMap<>();
    private final List<String> ended = new ArrayList<>();
    private final Thread minder = Thread.ofPlatform().daemon().name("minder").unstarted(this::mind);
    private volatile boolean over;
    private volatile int head;

    Fleet(Path folder, int agents, int heads) throws IOException {
        this(folder, agents, heads, List.of());
    }

    /** @param around a command that becomes each board's process, such as env */
    Fleet(Path folder, int agents, int heads, List<String> around) throws IOException {
        this.around = around;
        this.folder = Files.createDirectories(folder);
        this.cables = Cables.lay(agents + heads);
        for (int i = 1; i <= agents + heads; i++) {
            boolean isHead = i > agents;
            String name = isHead ? "head" + (i - agents) : "node" + i;
            int number = i;
            Board board = new Board(
                    name, i, isHead, cables.map(net -> net.address(number)).orElse("127.0.0.1"));
            for (String port : isHead ? List.of("cluster", "http") : List.of("cluster", "ledger", "door")) {
                // Of a network of its own no program takes ports but this one.
                board.ports.put(port, cables.isPresent() ? PORTS + board.ports.size() : LocalProcesses.freePort());
            }
            boards.put(name, board);
            Files.createDirectories(folder.resolve(name));
        }
    }

    /** Whether cables can be pulled. */
    boolean hasCables() {
        return cables.isPresent();
    }

    /** Founds the bramble, lets all in, and waits until a head serves. */
    void start() throws IOException {
        Board first = boards.values().iterator().next();
        configure(first, "found: true");
        first.offUntilNanos = System.nanoTime();
        minder.start();
        await("the bramble is founded", () -> !token().isEmpty());
        for (Board board : boards.values()) {
            if (board != first) {
                configure(board, "join: \"" + founding(board.isHead ? "joinHeadToken" : "joinAgentToken") + "\"");
                board.offUntilNanos = System.nanoTime();
            }
        }
        await(
                "a head serves and all are up",
                () -> read("/bramble").get("nodesUp").asInt() == agents().size());
    }

    private void configure(Board board, String birth) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "name: " + board.name,
                "dir: \"" + folder.resolve(board.name) + "\"",
                "bind: " + board.address,
                "seeds: " + addresses("cluster"),
                "doors: " + addresses("door"),
                "stop_at_stdin_end: true",
                birth));
        board.ports.forEach((what, port) -> lines.add(what + "_port: " + port));
        if (!board.isHead) {
            lines.addAll(List.of("board: simulated", "cpus: 1", "memory: 512M"));
            if ("root".equals(System.getProperty("user.name"))) {
                lines.add("uid_base: " + (FIRST_UID + board.number * UIDS_PER_NODE));
            }
        }
        Files.write(config(board), lines);
    }

    /** Beside the folder that may lie on a {@link Card}: on a board it was flushed when the card was written. */
    private Path config(Board board) {
        return folder.resolve(board.name + ".yaml");
    }

    private String addresses(String what) {
        return boards.values().stream()
                .filter(board -> !board.isHead)
                .map(board -> "\"" + board.at(what) + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private Path logFile(Board board) {
        return folder.resolve(board.name + ".log");
    }

    /** Starts what is meant to run and does not. */
    private void mind() {
        while (!over) {
            synchronized (this) {
                boards.values().forEach(this::mind);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(MIND_EVERY.toMillis());
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    private void mind(Board board) {
        if (over || (board.process != null && board.process.isAlive())) {
            return;
        }
        if (board.process != null && board.offUntilNanos == Long.MIN_VALUE) {
            ended.add(board.name + " ended by itself with exit code " + board.process.exitCode() + ": "
                    + board.process.sentence());
            board.offUntilNanos = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        }
        if (System.nanoTime() - board.offUntilNanos >= 0 && board.offUntilNanos != Long.MAX_VALUE) {
            List<String> before =
                    new ArrayList<>(cables.map(net -> net.on(board.number)).orElse(List.of()));
            before.addAll(around);
            board.process = JavaProcess.member(before, board.isHead, config(board), logFile(board));
            board.offUntilNanos = Long.MIN_VALUE;
        }
    }

    List<String> agents() {
        return boards.values().stream()
                .filter(board -> !board.isHead)
                .map(board -> board.name)
                .toList();
    }

    List<String> heads() {
        return boards.values().stream()
                .filter(board -> board.isHead)
                .map(board -> board.name)
                .toList();
    }

    /** What a board said last. */
    String lastLine(String name) {
        try {
            return Files.readAllLines(logFile(boards.get(name)), StandardCharsets.ISO_8859_1)
                    .getLast();
        } catch (IOException absent) {
            return "";
        }
    }

    /** What ended though nobody killed it, with its last sentence. */
    synchronized List<String> ended() {
        return List.copyOf(ended);
    }

    /** The power of these fails, and comes back after {@code off}. */
    synchronized void kill(List<String> names, Duration off) {
        for (String name : names) {
            Board board = boards.get(name);
            board.offUntilNanos = System.nanoTime() + off.toNanos();
            if (board.process != null) {
                board.process.kill();
            }
        }
    }

    /** Its power is back. */
    synchronized void start(String name) {
        boards.get(name).offUntilNanos = System.nanoTime();
    }

    /** Empty while it does not run. */
    private synchronized Optional<Long> pid(String name) {
        return Optional.ofNullable(boards.get(name).process)
                .filter(JavaProcess::isAlive)
                .map(JavaProcess::pid);
    }

    /** @param signal STOP or CONT */
    void signal(String name, String signal) {
        pid(name).ifPresent(pid -> Card.run("kill", "-" + signal, Long.toString(pid)));
    }

    void pullCable(String name) {
        cables.orElseThrow().pull(boards.get(name).number);
    }

    void plugInCable(String name) {
        cables.orElseThrow().plugIn(boards.get(name).number);
    }

    private String founding(String key) {
        Board first = boards.values().iterator().next();
        try {
            JsonNode json =
                    JSON.readTree(Files.readString(folder.resolve(first.name).resolve("founding.json")));
            return json.get(key).asString();
        } catch (IOException notYet) {
            return "";
        }
    }

    @Override
    public String token() {
        return founding("adminToken");
    }

    @Override
    public String url() {
        List<String> heads = heads();
        return "https://" + boards.get(heads.get(head % heads.size())).at("http");
    }

    /** The next request goes to the next head. */
    @Override
    void unreachable() {
        head++;
    }

    /** Each writes what its threads do into its own log, too. */
    @Override
    public String log() {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < heads().size(); i++) {
            unreachable();
            for (String path : List.of("/bramble", "/nodes", "/jobs?limit=5")) {
                log.append("== ").append(url()).append(path).append('\n');
                log.append(get(path).map(HttpResponse::body).orElse("no answer"))
                        .append('\n');
            }
        }
        for (Board board : boards.values()) {
            log.append("== ").append(logFile(board)).append('\n');
            try {
                List<String> lines = Files.readAllLines(logFile(board), StandardCharsets.ISO_8859_1);
                lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())
                        .forEach(line -> log.append(line).append('\n'));
            } catch (IOException absent) {
                log.append(absent).append('\n');
            }
        }
        boards.keySet().forEach(name -> signal(name, "QUIT"));
        return log.toString();
    }

    @Override
    public void close() {
        over = true;
        minder.interrupt();
        synchronized (this) {
            for (Board board : boards.values()) {
                signal(board.name, "CONT");
                if (board.process != null) {
                    board.process.kill();
                    board.process.close();
                }
            }
        }
        cables.ifPresent(Cables::close);
    }
}
