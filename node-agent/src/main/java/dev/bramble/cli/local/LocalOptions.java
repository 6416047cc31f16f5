package dev.bramble.cli.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the user wants of a local bramble; what is empty is as it was at the folder's last start, or at its default.
 *
 * @param folder to keep everything in; empty for a temporary one
 * @param nodes agents
 * @param votersMax most voters
 * @param httpPort of the dashboard
 * @param cpus cores for the tasks of each node
 * @param program how a child is run
 */
public record LocalOptions(
        Optional<Path> folder,
        Optional<Integer> nodes,
        Optional<Integer> votersMax,
        Optional<Integer> httpPort,
        Optional<String> cpus,
        Program program) {
    /**
     * @param agent program and arguments that run an agent, its configuration file still missing
     * @param head the same for a head
     */
    public record Program(List<String> agent, List<String> head) {
        /** This Java, with this program's own class path. */
        public static Program ofThisProcess(String agentMain, String headMain) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String classPath = System.getProperty("java.class.path");
            return new Program(
                    command(java, JvmFlags.AGENT, classPath, agentMain),
                    command(java, JvmFlags.HEAD, classPath, headMain));
        }

        private static List<String> command(String java, List<String> flags, String classPath, String main) {
            List<String> command = new java.util.ArrayList<>();
            command.add(java);
            command.addAll(flags);
            command.addAll(List.of("-cp", classPath, main));
            return List.copyOf(command);
        }
    }
}
