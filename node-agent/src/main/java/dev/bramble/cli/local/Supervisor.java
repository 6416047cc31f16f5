package dev.bramble.cli.local;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps children running and says in a file which process is whose: {@code processes.json}, an array of {@code {name,
 * role, pid, ports}}, rewritten whole at every change; {@code pid} is null between an end and the next start.
 */
final class Supervisor implements AutoCloseable {
    /**
     * A stop flushes a ledger and ends tasks with their grace; systemd would wait longer, a person at Ctrl-C will not.
     */
    static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private final Path processesFile;
    private final Consumer<String> notice;
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private Runnable allOff = () -> {};
    private boolean isClosed;

    Supervisor(Path processesFile, Consumer<String> notice) {
        this.processesFile = processesFile;
        this.notice = notice;
    }

    /** Starts a child, unless all is stopping already. */
    synchronized Child start(ChildSpec spec) {
        if (isClosed) {
            throw new Failure(ExitCode.CONFLICT, "stopping");
        }
        Child child = new Child(spec, this::changed, notice);
        children.add(child);
        child.start();
        return child;
    }

    List<Child> children() {
        return List.copyOf(children);
    }

    /** Also calls {@code then}, once, when every agent's board is off: nothing is left to look after. */
    synchronized void whenAllOff(Runnable then) {
        allOff = then;
        changed();
    }

    private synchronized void changed() {
        writeProcesses();
        List<Child> agents = children.stream()
                .filter(child -> child.spec().role() == ChildSpec.Role.AGENT)
                .toList();
        if (!agents.isEmpty() && agents.stream().allMatch(Child::isOff)) {
            // Two boards that go off together both find it so.
            Runnable then = allOff;
            allOff = () -> {};
            then.run();
        }
    }

    private void writeProcesses() {
        ArrayNode all = Json.array();
        for (Child child : children) {
            ObjectNode one = all.addObject();
            one.put("name", child.spec().name());
            one.put("role", child.spec().role().word());
            child.pid().ifPresentOrElse(pid -> one.put("pid", pid), () -> one.putNull("pid"));
            ObjectNode ports = one.putObject("ports");
            child.spec().ports().forEach(ports::put);
        }
        try {
            Path fresh = processesFile.resolveSibling(processesFile.getFileName() + ".new");
            Files.writeString(fresh, Json.pretty(all) + "\n");
            Files.move(fresh, processesFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            notice.accept("cannot write " + processesFile + ": " + Json.reason(e));
        }
    }

    /** Stops all: asks, waits for {@link #STOP_GRACE}, kills. Harmless when repeated. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        children.forEach(Child::askToStop);
        long until = System.nanoTime() + STOP_GRACE.toNanos();
        children.forEach(child -> child.awaitEnd(until - System.nanoTime()));
    }
}
