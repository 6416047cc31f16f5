package dev.bramble.cli.local;

import dev.bramble.cli.local.StartCache.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the user wants of a local bramble; what is empty is as it was at the folder's last start, or at its default.
 *
 * @param folder to keep everything in; empty for a temporary one
 * @param nodes agents
 * @param boards simulated boards that share the processes of the agents; {@code nodes} says how many processes then
 * @param votersMax most voters
 * @param httpPort of the dashboard
 * @param cpus cores for the tasks of each node
 * @param program how a child is run
 */
public record LocalOptions(
        Optional<Path> folder,
        Optional<Integer> nodes,
        Optional<Integer> boards,
        Optional<Integer> votersMax,
        Optional<Integer> httpPort,
        Optional<String> cpus,
        Program program) {
    /**
     * @param founder program and arguments that run the agent that founds, its configuration file still missing
     * @param agent the same for every other agent
     * @param boards the same for an agent process that plays many boards
     * @param head the same for a head
     */
    public record Program(List<String> founder, List<String> agent, List<String> boards, List<String> head) {
        /** This Java, with this program's own class path, and with the start caches that lie beside its jars. */
        public static Program ofThisProcess(String agentMain, String headMain) {
            return of(
                    agentMain,
                    headMain,
                    part -> StartCache.beside(classPath(), part).use());
        }

        /** The same, but Java writes down what their start is made of, for the caches in that folder. */
        public static Program recording(String agentMain, String headMain, Path caches) {
            return of(agentMain, headMain, part -> new StartCache(caches, part).record());
        }

        private static Program of(String agentMain, String headMain, Function<Part, List<String>> cacheFlags) {
            return new Program(
                    command(JvmFlags.AGENT, cacheFlags.apply(Part.FOUNDER), agentMain),
                    command(JvmFlags.AGENT, cacheFlags.apply(Part.AGENT), agentMain),
                    // Without a cache: it fits no other flags than those that it was made with.
                    command(JvmFlags.MANY_BOARDS, List.of(), agentMain),
                    command(JvmFlags.HEAD, cacheFlags.apply(Part.HEAD), headMain));
        }

        private static List<String> command(List<String> flags, List<String> cacheFlags, String main) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(flags);
            command.addAll(JvmFlags.compilers(StartCache.folderOf(classPath())));
            command.addAll(cacheFlags);
            command.addAll(List.of("-cp", classPath(), main));
            return List.copyOf(command);
        }

        private static String classPath() {
            return System.getProperty("java.class.path");
        }
    }
}
