package dev.bramble.dashboard.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An agent that the bramble's supervisor knows nothing of: a board that somebody plugs in. */
public final class PluggedAgent implements AutoCloseable {
    private final Path folder;
    private final Path log;
    private final int door = LocalProcesses.freePort();
    private JavaProcess process;

    /**
     * Writes its configuration: how to find the bramble, and {@code more} lines of YAML.
     *
     * @param folder its data; may hold some already
     */
    public PluggedAgent(LocalProcesses bramble, Path folder, String name, String... more) throws IOException {
        this.folder = folder;
        this.log = folder.resolveSibling(folder.getFileName() + ".log");
        List<String> lines = new ArrayList<>(List.of(
                "name: " + name,
                "dir: " + quoted(folder.toString()),
                "bind: 127.0.0.1",
                "cluster_port: " + LocalProcesses.freePort(),
                "ledger_port: " + LocalProcesses.freePort(),
                "door_port: " + door,
                "seeds: " + list(bramble.addresses("cluster")),
                "doors: " + list(bramble.addresses("door")),
                "board: simulated",
                "cpus: 1",
                "memory: 512M",
                "stop_at_stdin_end: true"));
        lines.addAll(List.of(more));
        Files.createDirectories(folder);
        Files.write(folder.resolve("agent.yaml"), lines);
    }

    private static String list(List<String> addresses) {
        return addresses.stream().map(PluggedAgent::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    public PluggedAgent start() {
        process = JavaProcess.agent(folder.resolve("agent.yaml"), log);
        return this;
    }

    String door() {
        return "127.0.0.1:" + door;
    }

    JavaProcess process() {
        return process;
    }

    /** What it has printed so far. */
    public String said() {
        return process.said();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
