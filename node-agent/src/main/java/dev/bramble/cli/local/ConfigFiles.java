package dev.bramble.cli.local;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Writes the children's configuration, for the eyes of their user only: a join token is in it. */
final class ConfigFiles {
    private static final String LOOPBACK = "127.0.0.1";

    private final LocalPlan plan;

    ConfigFiles(LocalPlan plan) {
        this.plan = plan;
    }

    /**
     * What tasks may have of a node.
     *
     * @param cpus cores, as a decimal
     * @param uidBase first user id of its tasks, as root
     * @param board what its board plays; empty for one that is well and still
     */
    record Share(String cpus, long memoryBytes, Optional<Integer> uidBase, Optional<BoardPlan> board) {}

    /**
     * @param joinToken empty for a node that founds or has joined before
     * @return the file
     */
    Path agent(LocalPlan.NodePorts node, Path folder, boolean founds, Optional<String> joinToken, Share share) {
        StringBuilder yaml = new StringBuilder("# Written by 'bramble local' at each start: changes here are lost.\n");
        yaml.append("name: ").append(node.name()).append('\n');
        yaml.append("# Everything that this node keeps.\n");
        yaml.append("dir: ").append(quoted(folder)).append('\n');
        yaml.append("bind: ").append(LOOPBACK).append('\n');
        yaml.append("cluster_port: ").append(node.cluster()).append("   # members talk here\n");
        yaml.append("ledger_port: ").append(node.ledger()).append("   # voters agree here\n");
        yaml.append("door_port: ").append(node.door()).append("   # boards enrol here, and files travel\n");
        appendPeers(yaml);
        yaml.append(
                founds
                        ? "# The first node makes the ledger, once; it leaves founding.json here.\nfound: true\n"
                        : joinToken
                                .map(token -> "# Lets this node in, once.\njoin: " + quoted(token) + "\n")
                                .orElse(""));
        yaml.append("voters_max: ").append(plan.votersMax()).append('\n');
        yaml.append("board: simulated\n");
        share.board()
                .ifPresent(board -> yaml.append("# Its figures move, and something may be the matter with it.\nplays: ")
                        .append(board.plays().word())
                        .append('\n'));
        yaml.append("# This node's share of the machine, for its tasks.\n");
        yaml.append("cpus: ").append(share.cpus()).append('\n');
        yaml.append("memory: ").append(share.memoryBytes() >> 20).append("M\n");
        yaml.append("labels: {")
                .append(share.board().map(board -> "power: " + board.power()).orElse(""))
                .append("}\n");
        share.uidBase()
                .ifPresent(uid -> yaml.append("# Tasks run as user ids from here on, which no other node here uses.\n")
                        .append("uid_base: ")
                        .append(uid)
                        .append('\n'));
        appendGuests(yaml);
        appendStop(yaml);
        return write(folder.resolve("agent.yaml"), yaml.toString());
    }

    /**
     * @param joinToken empty for a head that has joined before
     * @param founding what the founding node left
     */
    Path head(Path folder, Optional<String> joinToken, Path founding) {
        StringBuilder yaml = new StringBuilder("# Written by 'bramble local' at each start: changes here are lost.\n");
        yaml.append("name: head\n");
        yaml.append("dir: ").append(quoted(folder)).append('\n');
        yaml.append("bind: ").append(LOOPBACK).append('\n');
        yaml.append("cluster_port: ").append(plan.headClusterPort()).append('\n');
        yaml.append("http_port: ").append(plan.httpPort()).append("   # pages and REST\n");
        appendPeers(yaml);
        joinToken.ifPresent(token -> yaml.append("join: ").append(quoted(token)).append('\n'));
        yaml.append("founding: ").append(quoted(founding)).append("   # whose setup code this head shows\n");
        appendGuests(yaml);
        appendStop(yaml);
        return write(folder.resolve("head.yaml"), yaml.toString());
    }

    private void appendPeers(StringBuilder yaml) {
        List<String> seeds = plan.seeds().stream()
                .map(node -> LOOPBACK + ":" + node.cluster())
                .toList();
        List<String> doors =
                plan.seeds().stream().map(node -> LOOPBACK + ":" + node.door()).toList();
        yaml.append("seeds: [").append(quotedList(seeds)).append("]\n");
        yaml.append("doors: [").append(quotedList(doors)).append("]\n");
    }

    private void appendGuests(StringBuilder yaml) {
        if (plan.isShared()) {
            yaml.append("# Most boards here are guests of a few members, which speak for them.\nguests: true\n");
        }
    }

    private static void appendStop(StringBuilder yaml) {
        yaml.append(
                "# Its stdin is held by 'bramble local': the end of it means that nobody looks after it any more.\n");
        yaml.append("stop_at_stdin_end: true\n");
    }

    private static String quotedList(List<String> texts) {
        return String.join(", ", texts.stream().map(ConfigFiles::quoted).toList());
    }

    /** A JSON string is a YAML string. */
    private static String quoted(Object text) {
        return Json.compact(text.toString());
    }

    private static Path write(Path file, String yaml) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, yaml);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot write " + file + ": " + Json.reason(e), e);
        }
    }
}
