package dev.bramble.dashboard.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A network of its own for boards on this machine: each has a network namespace with one address, and a cable to a
 * switch that can be pulled. Needs root. The namespaces are held by processes that end when this one does, and all
 * cables go with them.
 */
final class Cables implements AutoCloseable {
    /** This machine's own place at the switch. */
    private static final int HERE = 254;

    private static final AtomicInteger LAID = new AtomicInteger();

    private final String subnet;
    private final Process hub;
    private final List<Process> boards = new ArrayList<>();

    private Cables(String subnet, Process hub) {
        this.subnet = subnet;
        this.hub = hub;
    }

    /**
     * Lays cables to that many boards.
     *
     * @return empty when this user may not, or the machine has no such networks
     */
    static Optional<Cables> lay(int count) throws IOException {
        if (!Card.run("unshare", "-n", "ip", "link", "add", "br0", "type", "bridge")) {
            return Optional.empty();
        }
        // Those of the test before may still be going: neither their name nor their addresses are free yet.
        long pid = ProcessHandle.current().pid();
        int turn = LAID.incrementAndGet();
        long number = pid + 1_009L * turn;
        String subnet = "10." + (200 + number % 50) + "." + number / 50 % 250;
        Cables cables = new Cables(subnet, namespace());
        if (cables.connect("bt" + pid + "x" + turn, count)) {
            return Optional.of(cables);
        }
        cables.close();
        return Optional.empty();
    }

    private static Process namespace() throws IOException {
        Process holder = new ProcessBuilder("unshare", "-n", "cat").start();
        Path own = Path.of("/proc/self/ns/net");
        Path of = Path.of("/proc/" + holder.pid() + "/ns/net");
        while (holder.isAlive() && Files.readSymbolicLink(of).equals(Files.readSymbolicLink(own))) {
            HeadClient.pause();
        }
        return holder;
    }

    private boolean connect(String here, int count) throws IOException {
        boolean done = in(hub, "link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0")
                && in(hub, "link", "set", "br0", "up")
                && ip("link", "add", here, "type", "veth", "peer", "name", "here", "netns", pid(hub))
                && in(hub, "link", "set", "here", "master", "br0", "up")
                && ip("address", "add", address(HERE) + "/24", "dev", here)
                && ip("link", "set", here, "up");
        for (int i = 1; done && i <= count; i++) {
            Process board = namespace();
            boards.add(board);
            String plug = plug(i);
            done = in(hub, "link", "add", plug, "type", "veth", "peer", "name", "e0", "netns", pid(board))
                    && in(hub, "link", "set", plug, "master", "br0", "up")
                    && in(board, "address", "add", address(i) + "/24", "dev", "e0")
                    && in(board, "link", "set", "e0", "up")
                    && in(board, "link", "set", "lo", "up");
        }
        return done;
    }

    private static String plug(int board) {
        return "p" + board;
    }

    private static String pid(Process process) {
        return Long.toString(process.pid());
    }

    /** Of the board with that number, from 1. */
    String address(int board) {
        return subnet + "." + board;
    }

    /** What to put before a command that is to run on that board. */
    List<String> on(int board) {
        return enter(boards.get(board - 1));
    }

    private static List<String> enter(Process holder) {
        return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net");
    }

    void pull(int board) {
        set(board, "down");
    }

    void plugIn(int board) {
        set(board, "up");
    }

    private void set(int board, String state) {
        if (!in(hub, "link", "set", plug(board), state)) {
            throw new AssertionError("the cable of board " + board + " could not be set " + state);
        }
    }

    private static boolean in(Process holder, String... arguments) {
        return Card.run(Stream.concat(enter(holder).stream(), Stream.concat(Stream.of("ip"), Stream.of(arguments)))
                .toArray(String[]::new));
    }

    private static boolean ip(String... arguments) {
        return Card.run(Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new));
    }

    @Override
    public void close() {
        boards.forEach(Process::destroyForcibly);
        hub.destroyForcibly();
    }
}
