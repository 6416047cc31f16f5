package dev.bramble.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What Java has written down about an earlier start of a part: its classes, parsed and verified (an AOT cache). It lies
 * beside the jars and is good only with the same Java, the same jars and the same flags; without it a start takes
 * longer, and nothing else changes.
 */
public final class StartCache {
    /** Each starts other classes; those of the others would only take room in it. */
    public enum Part {
        /** The first agent, which keeps the ledger from the beginning. */
        FOUNDER,
        AGENT,
        HEAD,
        /** The command line itself. */
        COMMAND;

        private String fileName() {
            return name().toLowerCase(Locale.ROOT) + ".aot";
        }
    }

    /** It is written from what the part has loaded; the heap of a part is too small for that. */
    private static final String MAKING_HEAP = "-Xmx512m";
    /**
     * Of agents, which are many and small: linking all classes of the cache at each start touches all its pages (some
     * 15 MB more in a worker) for little time. A command and a head gain a quarter of their start by it.
     */
    private static final String LINK_WHEN_USED = "-XX:-AOTClassLinking";

    /** A cache that is no longer good is no news to anybody, and Java would print it on stdout at each start. */
    private static final List<String> SILENT = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    /**
     * At the address it was made for, so that its pages are the file's own, shared by all processes; Java would move it
     * to a random one, and for that write to nearly every page of it in each process.
     */
    private static final List<String> USED =
            with(SILENT, "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");

    private final Path file;

    /** The one in that folder, there or not. */
    public StartCache(Path folder, Part part) {
        this.file = folder.resolve(part.fileName());
    }

    /** The one beside the first jar of a class path. */
    static StartCache beside(String classPath, Part part) {
        return new StartCache(folderOf(classPath), part);
    }

    /** Where the first jar of a class path lies. */
    static Path folderOf(String classPath) {
        return Path.of(classPath.split(File.pathSeparator, 2)[0])
                .toAbsolutePath()
                .resolveSibling("");
    }

    /** Flags that use it; none when it is not there: named in vain, it costs Java its own cache, too. */
    List<String> use() {
        return Files.isRegularFile(file) ? with(USED, "-XX:AOTCache=" + file) : List.of();
    }

    /** Flags of a start that is to be written down: it is on disk when that process has ended in order. */
    public List<String> record() {
        return with(SILENT, "-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded());
    }

    private static List<String> with(List<String> flags, List<String> more) {
        return Stream.concat(flags.stream(), more.stream()).toList();
    }

    private static List<String> with(List<String> flags, String... more) {
        return Stream.concat(flags.stream(), Stream.of(more)).toList();
    }

    private Path recorded() {
        return file.resolveSibling(file.getFileName() + ".record");
    }

    private Path fresh() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /**
     * Makes the caches of all parts from what their starts have recorded.
     *
     * @param commandFlags Java's flags for the command line
     * @param longest for all of them; those that are not ready by then are given up
     * @return whether all are there
     */
    public static boolean makeAll(Path folder, List<String> commandFlags, Duration longest)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        SequencedMap<StartCache, Process> making = new LinkedHashMap<>();
        try {
            String classPath = System.getProperty("java.class.path");
            for (Part part : Part.values()) {
                StartCache cache = new StartCache(folder, part);
                making.put(cache, cache.make(flags(part, folderOf(classPath), commandFlags), classPath));
            }
            boolean areMade = true;
            for (var one : making.entrySet()) {
                areMade &= one.getKey().isMade(one.getValue(), until - System.nanoTime());
            }
            return areMade;
        } finally {
            making.values().forEach(Process::destroyForcibly);
        }
    }

    private static List<String> flags(Part part, Path jars, List<String> commandFlags) {
        List<String> compilers = JvmFlags.compilers(jars);
        return switch (part) {
            case FOUNDER, AGENT -> with(with(JvmFlags.AGENT, compilers), LINK_WHEN_USED);
            case HEAD -> with(JvmFlags.HEAD, compilers);
            case COMMAND -> commandFlags;
        };
    }

    Process make(List<String> flags, String classPath) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of(
                MAKING_HEAP, "-XX:AOTMode=create", "-XX:AOTConfiguration=" + recorded(), "-XX:AOTCache=" + fresh()));
        command.addAll(List.of("-cp", classPath));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /** Puts it in its place, whole or not at all. */
    private boolean isMade(Process making, long longestNanos) throws IOException, InterruptedException {
        boolean isMade = making.waitFor(longestNanos, TimeUnit.NANOSECONDS)
                && making.exitValue() == 0
                && Files.isRegularFile(fresh());
        if (isMade) {
            Files.move(fresh(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.deleteIfExists(recorded());
        return isMade;
    }
}
