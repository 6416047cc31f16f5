package dev.bramble.cli.local;

import dev.bramble.cli.connect.Certificates;
import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Outage;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.connect.Pin;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.local.ChildSpec.Role;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A bramble on this machine: made, started, stopped.
 *
 * <p>At the first start in a folder the first agent founds the ledger and leaves tokens; the other agents and the head
 * join with them. Later starts find everything where it was. Nodes added then get a fresh token from the bramble
 * itself.
 */
public final class LocalBramble implements AutoCloseable {
    private static final int NODES_DEFAULT = 4;
    /** The one that founds, and at least one that plays the others. */
    private static final int PROCESSES_MIN = 2;

    private static final int PROCESSES_MAX = 16;
    private static final int BOARDS_MIN = 5;
    private static final int VOTERS_DEFAULT = 3;
    private static final int HTTP_PORT_DEFAULT = 8443;
    /** A JVM that starts on a loaded machine, makes keys and flushes the first entries: seconds; a slow card: ten. */
    private static final Duration FOUNDING_MAX = Duration.ofSeconds(90);
    /** Sixteen JVMs that start on four cores at once take half a minute. */
    private static final Duration READY_MAX = Duration.ofMinutes(3);
    /** Old children end by themselves within this when their supervisor was killed. */
    private static final Duration PORTS_FREE_MAX = Duration.ofSeconds(15);

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    /** Tasks get this share of the machine's memory; the rest is for the children themselves and the page cache. */
    private static final double MEMORY_SHARE = 0.75;
    /** What a task needs when its job does not say: with less, no such job would ever run. */
    private static final long MEMORY_BYTES_MIN = 512L << 20;

    static final String HEAD = "head";
    /** From a tenth, which is the least that a node takes. */
    private static final Pattern CORES = Pattern.compile("0\\.[1-9]\\d{0,2}|[1-9]\\d{0,2}(\\.\\d{1,3})?");

    private final LocalOptions options;
    private final Consumer<String> notice;
    private final Pace pace;
    private final LocalFolder folder;
    private final LocalPlan plan;
    private final Supervisor supervisor;
    private final Optional<TaskUsers> users;
    private Optional<Endpoint> endpoint = Optional.empty();
    private boolean isClosed;

    private LocalBramble(
            LocalOptions options,
            Consumer<String> notice,
            Pace pace,
            LocalFolder folder,
            LocalPlan plan,
            Optional<TaskUsers> users) {
        this.options = options;
        this.notice = notice;
        this.pace = pace;
        this.folder = folder;
        this.plan = plan;
        this.users = users;
        this.supervisor = new Supervisor(folder.processes(), notice);
    }

    /**
     * Takes the folder and the ports; nothing runs yet.
     *
     * @param notice told sentences for the user, now and while it runs
     */
    public static LocalBramble prepare(LocalOptions options, Consumer<String> notice, Pace pace) {
        LocalFolder folder = LocalFolder.take(options.folder());
        Optional<TaskUsers> users = Optional.empty();
        try {
            LocalPlan plan = plan(options, LocalPlan.read(folder.plan()), folder.path());
            checkPorts(plan, pace);
            boolean isRoot = "root".equals(System.getProperty("user.name"));
            users = isRoot
                    ? Optional.of(TaskUsers.take(
                            Path.of("/run/bramble-local"),
                            Path.of("/proc/self/uid_map"),
                            plan.nodes().size()))
                    : Optional.empty();
            plan.write(folder.plan());
            return new LocalBramble(options, notice, pace, folder, plan, users);
        } catch (RuntimeException e) {
            users.ifPresent(TaskUsers::close);
            folder.close();
            throw e;
        }
    }

    private static LocalPlan plan(LocalOptions options, LocalPlan before, Path folder) {
        int known = before == null ? 0 : before.nodes().size();
        boolean isShared = options.boards().isPresent() || before != null && before.isShared();
        int wanted = isShared ? known : options.nodes().orElse(before == null ? NODES_DEFAULT : known);
        if (options.boards().isPresent()) {
            wanted = boards(options.boards().get());
        }
        if (wanted < 1 || wanted > LocalPlan.NODES_MAX) {
            throw new Failure(ExitCode.USAGE, "--nodes must be from 1 to " + LocalPlan.NODES_MAX + ", it is " + wanted);
        }
        if (wanted < known) {
            throw new Failure(
                    ExitCode.USAGE,
                    folder + " holds " + known + " nodes: start them all, or use another folder for fewer");
        }
        int voters = options.votersMax().orElse(before == null ? VOTERS_DEFAULT : before.votersMax());
        if (voters != 1 && voters != 3 && voters != 5) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--voters must be 1, 3 or 5: an even number survives no more losses than the odd one below it");
        }
        options.cpus().filter(cpus -> !CORES.matcher(cpus).matches()).ifPresent(cpus -> {
            throw new Failure(
                    ExitCode.USAGE, "--cpus must be a number of cores such as 1 or 0.5, it is '" + cpus + "'");
        });
        Optional<Integer> processes = isShared ? Optional.of(processes(options, before, folder)) : Optional.empty();
        int http = options.httpPort().orElse(before == null ? HTTP_PORT_DEFAULT : before.httpPort());
        Set<Integer> taken =
                new HashSet<>(before == null ? Set.of() : before.ports().keySet());
        taken.add(http);
        FreePorts ports = new FreePorts(taken);
        LocalPlan base = before == null
                ? new LocalPlan(voters, http, ports.next(), processes, List.of())
                : new LocalPlan(voters, http, before.headClusterPort(), processes, before.nodes());
        return base.grownTo(wanted, ports);
    }

    private static int boards(int wanted) {
        if (wanted < BOARDS_MIN || wanted > LocalPlan.NODES_MAX) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--boards must be from " + BOARDS_MIN + " to " + LocalPlan.NODES_MAX + ", it is " + wanted
                            + ": for fewer, say --nodes, and each has a process of its own");
        }
        return wanted;
    }

    /** Agent processes that play boards together. A folder keeps its way: a node's process is part of its name. */
    private static int processes(LocalOptions options, LocalPlan before, Path folder) {
        int kept = before == null ? 0 : before.processes().orElse(-1);
        if (kept < 0) {
            throw new Failure(
                    ExitCode.USAGE,
                    folder + " holds nodes with a process of their own: start it without --boards, or use another"
                            + " folder");
        }
        int wanted = options.nodes().orElse(kept == 0 ? NODES_DEFAULT : kept);
        boolean isOther = kept != 0 && wanted != kept;
        if (wanted < PROCESSES_MIN || wanted > PROCESSES_MAX || isOther) {
            throw new Failure(
                    ExitCode.USAGE,
                    isOther
                            ? folder + " holds boards in " + kept
                                    + " processes: leave --nodes out, or use another folder"
                            : "with --boards, --nodes is the number of processes they share, from " + PROCESSES_MIN
                                    + " to " + PROCESSES_MAX + ", it is " + wanted);
        }
        return wanted;
    }

    /** Children of a supervisor that was killed need a moment to notice; a stranger on a port never goes away. */
    private static void checkPorts(LocalPlan plan, Pace pace) {
        SequencedMap<Integer, String> ports = plan.ports();
        if (ports.containsKey(plan.httpPort())) {
            throw new Failure(
                    ExitCode.CONFLICT,
                    "port " + plan.httpPort() + " is one of " + ports.get(plan.httpPort())
                            + " of this bramble: choose another port with --port");
        }
        if (!FreePorts.isFree(plan.httpPort())) {
            throw new Failure(
                    ExitCode.CONFLICT,
                    "port " + plan.httpPort() + " is in use by another program: stop that, or choose another port with"
                            + " --port");
        }
        long until = pace.nanos() + PORTS_FREE_MAX.toNanos();
        for (var port : ports.entrySet()) {
            while (!FreePorts.isFree(port.getKey())) {
                if (pace.nanos() > until) {
                    throw new Failure(
                            ExitCode.CONFLICT,
                            "port " + port.getKey() + ", which " + port.getValue() + " had at the last start, is in use"
                                    + " by another program: stop that, or use a fresh folder");
                }
                pace.pause(LOOK_EVERY);
            }
        }
    }

    // --- Starting ----------------------------------------------------------------------------------------------------

    /**
     * Starts everything and waits until it serves.
     *
     * @param step told what is being waited for
     */
    public void start(Consumer<String> step) {
        List<Home> known = new ArrayList<>();
        List<Home> added = new ArrayList<>();
        boolean isFounded = Files.exists(foundingFile());
        plan.homes().forEach((name, nodes) -> {
            boolean isKnown = nodes.stream().allMatch(this::hasStarted);
            (isKnown || !isFounded ? known : added).add(new Home(name, nodes));
        });
        if (!isFounded) {
            step.accept("founding the bramble");
            Child first = startAgent(known.removeFirst(), true, Optional.empty());
            awaitFounding(first);
        }
        JsonNode founding = readFounding()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, foundingFile() + " is damaged: the bramble in this folder cannot be started"));
        // Who has joined before does not look at it; who was stopped while joining needs it.
        Optional<String> agentToken =
                Optional.of(founding.path("joinAgentToken").asString());
        Optional<String> headToken = Optional.of(founding.path("joinHeadToken").asString());
        for (Home home : known) {
            startAgent(home, false, agentToken);
        }
        Child head = startHead(headToken);
        step.accept("starting the head");
        endpoint = Optional.of(awaitHead(head));
        for (Home home : added) {
            startAgent(home, false, Optional.of(freshJoinToken()));
        }
        awaitNodes(step);
    }

    /** An agent process, and the nodes that live in it: mostly one. */
    private record Home(String name, List<LocalPlan.NodePorts> nodes) {}

    private boolean hasStarted(LocalPlan.NodePorts node) {
        return Files.exists(folder.path().resolve(node.name()).resolve("agent.yaml"));
    }

    private Child startAgent(Home home, boolean founds, Optional<String> joinToken) {
        boolean isShared = home.nodes().size() > 1;
        List<String> command = new ArrayList<>(program(home));
        SequencedMap<String, Integer> ports = new LinkedHashMap<>();
        for (LocalPlan.NodePorts node : home.nodes()) {
            int index = plan.nodes().indexOf(node);
            ConfigFiles.Share share = new ConfigFiles.Share(
                    cpus(),
                    memoryBytes(),
                    users.map(range -> range.firstOf(index)),
                    plan.isShared() ? Optional.of(BoardPlan.of(index)) : Optional.empty());
            command.add(new ConfigFiles(plan)
                    .agent(node, folder.of(node.name()), founds, joinToken, share)
                    .toString());
            String whose = isShared ? node.name() + "." : "";
            ports.put(whose + "cluster", node.cluster());
            ports.put(whose + "ledger", node.ledger());
            ports.put(whose + "door", node.door());
        }
        return supervisor.start(
                new ChildSpec(home.name(), Role.AGENT, List.copyOf(command), folder.of(home.name()), ports));
    }

    private List<String> program(Home home) {
        if (home.nodes().size() > 1) {
            return options.program().boards();
        }
        boolean isFirst = home.nodes().contains(plan.nodes().getFirst());
        return isFirst ? options.program().founder() : options.program().agent();
    }

    private Child startHead(Optional<String> joinToken) {
        Path own = folder.of(HEAD);
        Path config = new ConfigFiles(plan).head(own, joinToken, foundingFile());
        SequencedMap<String, Integer> ports = new LinkedHashMap<>();
        ports.put("cluster", plan.headClusterPort());
        ports.put("http", plan.httpPort());
        return supervisor.start(
                new ChildSpec(HEAD, Role.HEAD, with(options.program().head(), config), own, ports));
    }

    private static List<String> with(List<String> command, Path config) {
        List<String> all = new ArrayList<>(command);
        all.add(config.toString());
        return List.copyOf(all);
    }

    private String cpus() {
        int share = Math.max(
                1, Runtime.getRuntime().availableProcessors() / plan.nodes().size());
        return options.cpus().orElse(Integer.toString(share));
    }

    private long memoryBytes() {
        var machine = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double share =
                machine.getTotalMemorySize() * MEMORY_SHARE / plan.nodes().size();
        return Math.max(MEMORY_BYTES_MIN, (long) share);
    }

    private Path foundingFile() {
        return folder.path().resolve(plan.nodes().getFirst().name()).resolve("founding.json");
    }

    private void awaitFounding(Child first) {
        await(
                FOUNDING_MAX,
                () -> readFounding().isPresent(),
                () -> first.isHopeless(),
                () -> "the first node has not founded the ledger: " + first.lastWords());
    }

    /** Empty while it is not there, or only half written. */
    private Optional<JsonNode> readFounding() {
        try {
            JsonNode json = Json.parse(Files.readString(foundingFile()));
            boolean whole = json.path("adminToken").isString()
                    && json.path("joinAgentToken").isString()
                    && json.path("joinHeadToken").isString();
            return whole ? Optional.of(json) : Optional.empty();
        } catch (IOException | JacksonException notYet) {
            return Optional.empty();
        }
    }

    private Endpoint awaitHead(Child head) {
        URI url = URI.create("https://127.0.0.1:" + plan.httpPort());
        Endpoint[] found = new Endpoint[1];
        await(
                READY_MAX,
                () -> {
                    found[0] = ready(url);
                    return found[0] != null;
                },
                () -> head.isHopeless() || allHopeless(),
                () -> "the head does not serve: " + head.lastWords());
        return found[0];
    }

    /**
     * The way in, once the head follows the bramble; null before. Its certificate is pinned as seen: it comes over the
     * loopback address from a child of ours, on a port that was free a moment ago.
     */
    private Endpoint ready(URI url) {
        try {
            Pin pin = Certificates.shownBy(url);
            String token = readFounding().orElseThrow().path("adminToken").asString();
            Endpoint way = new Endpoint(
                    List.of(new Endpoint.Head(url, Optional.of(pin))), token, "'bramble local' in " + folder.path());
            try (Conversation bramble = once(way)) {
                bramble.get("/readyz");
                bramble.get("/whoami");
                return way;
            }
        } catch (Failure notYet) {
            return null;
        }
    }

    private Conversation once(Endpoint way) {
        return new Conversation(way, Patience.of(Duration.ZERO), Outage.SILENT, pace);
    }

    private String freshJoinToken() {
        try (Conversation bramble = once(endpoint())) {
            var body = Json.object().put("purpose", "join-agent").put("validForSeconds", READY_MAX.toSeconds());
            return bramble.writeAtMostOnce("POST", "/tokens", body)
                    .path("secret")
                    .asString();
        }
    }

    private void awaitNodes(Consumer<String> step) {
        int wanted = plan.nodes().size();
        AtomicInteger up = new AtomicInteger();
        await(
                READY_MAX,
                () -> {
                    step.accept("waiting for the nodes: " + up.get() + " of " + wanted + " are up");
                    up.set(agentsUp());
                    return up.get() > 0 && up.get() >= wanted - hopelessNodes();
                },
                this::allHopeless,
                () -> "only " + up.get() + " of " + wanted + " nodes came up; their logs are in " + folder.path()
                        + "/NAME/log");
        if (up.get() < wanted) {
            String names = String.join(", ", hopeless());
            notice.accept("the bramble goes on without " + names + ": why is in " + folder.path() + "/NAME/log");
        }
    }

    private int agentsUp() {
        AtomicInteger up = new AtomicInteger();
        try (Conversation bramble = once(endpoint())) {
            bramble.list("/nodes", Long.MAX_VALUE, node -> {
                boolean counts = node.path("role").asString("").equals("agent")
                        && node.path("link").asString("").equals("up");
                up.addAndGet(counts ? 1 : 0);
            });
        } catch (Failure notNow) {
            return 0;
        }
        return up.get();
    }

    private boolean allHopeless() {
        return hopeless().size() == plan.homes().size();
    }

    private int hopelessNodes() {
        List<String> homes = hopeless();
        return plan.homes().entrySet().stream()
                .filter(home -> homes.contains(home.getKey()))
                .mapToInt(home -> home.getValue().size())
                .sum();
    }

    /** Agents that cannot run as they are, by the name of their process. */
    private List<String> hopeless() {
        return supervisor.children().stream()
                .filter(child -> child.spec().role() == Role.AGENT && child.isHopeless())
                .map(child -> child.spec().name())
                .toList();
    }

    private void await(
            Duration longest,
            BooleanSupplier condition,
            BooleanSupplier hopeless,
            java.util.function.Supplier<String> sentence) {
        long until = pace.nanos() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            if (isClosed()) {
                throw new Failure(ExitCode.CONFLICT, "stopped before it was up");
            }
            if (hopeless.getAsBoolean() || pace.nanos() > until) {
                throw new Failure(ExitCode.UNREACHABLE, sentence.get());
            }
            pace.pause(LOOK_EVERY);
        }
    }

    // --- While it runs -----------------------------------------------------------------------------------------------

    /** The way to it. Known once {@link #start} has returned. */
    public Endpoint endpoint() {
        return endpoint.orElseThrow(() -> new IllegalStateException("it is not up yet"));
    }

    /** The code with which the first admin is made; empty once there is one. */
    public Optional<String> setupCode() {
        try (Conversation bramble = once(endpoint())) {
            boolean isNeeded = bramble.get("/setup").path("needed").asBoolean(false);
            return isNeeded
                    ? readFounding()
                            .map(founding -> founding.path("setupCode").asString(""))
                            .filter(code -> !code.isEmpty())
                    : Optional.empty();
        } catch (Failure notNow) {
            return Optional.empty();
        }
    }

    /** The whole of what it keeps. */
    public Path folder() {
        return folder.path();
    }

    public boolean isTemporary() {
        return folder.isTemporary();
    }

    public int nodes() {
        return plan.nodes().size();
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    /** Also calls {@code then}, from any thread, when all boards have powered off. */
    public void whenAllOff(Runnable then) {
        supervisor.whenAllOff(then);
    }

    /** Stops all children; a temporary folder is deleted. Harmless when repeated. */
    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        supervisor.close();
        users.ifPresent(TaskUsers::close);
        try {
            folder.close();
        } catch (Failure undeletable) {
            notice.accept(undeletable.getMessage());
        }
    }
}
