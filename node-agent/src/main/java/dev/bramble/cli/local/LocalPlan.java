package dev.bramble.cli.local;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a local bramble consists of: made at its first start, kept in {@code local.json}, so that it comes back on the
 * same ports.
 *
 * @param votersMax most voters
 * @param httpPort of the head's dashboard
 * @param headClusterPort of the head
 * @param processes of agents; empty when each node has its own
 * @param nodes in order; the first one founds
 */
record LocalPlan(int votersMax, int httpPort, int headClusterPort, Optional<Integer> processes, List<NodePorts> nodes) {
    static final int NODES_MAX = 100;
    /** Each board that joins asks all of them. */
    private static final int SEEDS_OF_SHARED = 5;

    /** Where a node listens, all on the loopback address. */
    record NodePorts(String name, int cluster, int ledger, int door) {}

    /** The plan of an earlier start; null when there was none. */
    static LocalPlan read(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JsonNode json = Json.parse(Files.readString(file));
            List<NodePorts> nodes = new ArrayList<>();
            for (JsonNode node : json.path("nodes")) {
                nodes.add(new NodePorts(
                        node.path("name").asString(),
                        node.path("cluster").asInt(),
                        node.path("ledger").asInt(),
                        node.path("door").asInt()));
            }
            return new LocalPlan(
                    json.path("votersMax").asInt(),
                    json.path("httpPort").asInt(),
                    json.path("headClusterPort").asInt(),
                    json.has("processes") ? Optional.of(json.path("processes").asInt()) : Optional.empty(),
                    List.copyOf(nodes));
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot read " + file + ": " + Json.reason(e), e);
        } catch (JacksonException damaged) {
            throw new Failure(ExitCode.USAGE, file + " is damaged: use another folder", damaged);
        }
    }

    void write(Path file) {
        ObjectNode json = Json.object();
        json.put("votersMax", votersMax);
        json.put("httpPort", httpPort);
        json.put("headClusterPort", headClusterPort);
        processes.ifPresent(count -> json.put("processes", count));
        ArrayNode array = json.putArray("nodes");
        for (NodePorts node : nodes) {
            array.addObject()
                    .put("name", node.name())
                    .put("cluster", node.cluster())
                    .put("ledger", node.ledger())
                    .put("door", node.door());
        }
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            // Without it the nodes' folders are of no use: it must not be empty after a power cut.
            Files.write(
                    fresh,
                    (Json.pretty(json) + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot write " + file + ": " + Json.reason(e), e);
        }
    }

    /** What each member listens on for others, with its name; the dashboard's port is not among them. */
    SequencedMap<Integer, String> ports() {
        SequencedMap<Integer, String> ports = new LinkedHashMap<>();
        nodes.forEach(node -> {
            ports.put(node.cluster(), node.name());
            ports.put(node.ledger(), node.name());
            ports.put(node.door(), node.name());
        });
        ports.put(headClusterPort, LocalBramble.HEAD);
        return ports;
    }

    /** The same with nodes added up to {@code count}. */
    LocalPlan grownTo(int count, FreePorts ports) {
        List<NodePorts> more = new ArrayList<>(nodes);
        while (more.size() < count) {
            more.add(new NodePorts(name(more.size() + 1), ports.next(), ports.next(), ports.next()));
        }
        return new LocalPlan(votersMax, httpPort, headClusterPort, processes, List.copyOf(more));
    }

    /** A board that shares a process is simulated for all to see. */
    private String name(int number) {
        return processes.isPresent() ? String.format(Locale.ROOT, "sim%03d", number) : "node" + number;
    }

    /** Whether several boards share a process. */
    boolean isShared() {
        return processes.isPresent();
    }

    /**
     * The processes that the nodes live in, by their names. The one that founds has its own: so has, in most brambles,
     * the leader.
     */
    SequencedMap<String, List<NodePorts>> homes() {
        SequencedMap<String, List<NodePorts>> homes = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            NodePorts node = nodes.get(i);
            String home =
                    processes.isEmpty() || i == 0 ? node.name() : "boards" + (1 + (i - 1) % (processes.get() - 1));
            homes.computeIfAbsent(home, fresh -> new ArrayList<>()).add(node);
        }
        return homes;
    }

    /** Where a node that knows nobody looks for others: who answers names all others. */
    List<NodePorts> seeds() {
        return nodes.subList(0, Math.min(nodes.size(), processes.isPresent() ? SEEDS_OF_SHARED : nodes.size()));
    }
}
