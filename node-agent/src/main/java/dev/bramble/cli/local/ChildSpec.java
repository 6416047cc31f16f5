package dev.bramble.cli.local;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;

/**
 * A process to keep running.
 *
 * @param name of the node; its folder's name too
 * @param role agent or head
 * @param command program and arguments
 * @param folder its own, with its {@code log}
 * @param ports that it listens on, by what for
 */
public record ChildSpec(
        String name, Role role, List<String> command, Path folder, SequencedMap<String, Integer> ports) {
    /** What a child is. */
    public enum Role {
        AGENT,
        HEAD;

        /** As in {@code processes.json}. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    LogFile log() {
        return new LogFile(folder.resolve("log"));
    }
}
