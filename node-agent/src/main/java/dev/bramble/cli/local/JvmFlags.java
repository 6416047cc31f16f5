package dev.bramble.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How the children's Java is run: small, since a dozen of them share one machine. */
final class JvmFlags {
    /**
     * Compiled sooner than is usual: on a bramble that has just started, a round trip spends most of its time in the
     * interpreter. Sooner yet costs a worker some MB of code.
     */
    private static final String SOON_COMPILED = "-XX:CompileThresholdScaling=0.4";
    /**
     * Every few seconds, in milliseconds, what the compilers have freed goes back: 15 MB after the second one's work.
     */
    private static final String TRIMMED = "-XX:TrimNativeHeapInterval=5000";

    /**
     * Figures for tools such as jps lie in a file below /tmp otherwise: an idle JVM writes 30 MB a day to a card by it.
     */
    private static final String NO_FIGURES_FILE = "-XX:+PerfDisableSharedMem";

    /**
     * Of an agent. A worker of four nodes idles far below these limits; a voter's log segments and gRPC's buffers need
     * what is given here.
     */
    static final List<String> AGENT = List.of(
            // The ledger's state at all its limits (80 MB), and a snapshot of it being made; an idle one uses 20.
            "-Xmx192m",
            "-Xms16m",
            // One collector thread: the others cost memory for stacks and buffers, and the heap is tiny.
            "-XX:+UseSerialGC",
            // Object headers of 8 bytes instead of 12: a tenth of the heap of small records.
            "-XX:+UseCompactObjectHeaders",
            SOON_COMPILED,
            TRIMMED,
            NO_FIGURES_FILE,
            "-XX:ReservedCodeCacheSize=32m",
            // Half an agent is worse than one that is started again.
            "-XX:+ExitOnOutOfMemoryError",
            "-Xss256k",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:MaxDirectMemorySize=24m",
            // The foreign-function interface starts tasks; Ratis' copy of Netty reads memory through sun.misc.Unsafe.
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /**
     * Of an agent process that plays many boards. Each has a connection to every other member, with its buffers: of a
     * bramble of a hundred, some 10 MB a board.
     */
    static final List<String> MANY_BOARDS = List.of(
            "-Xmx800m",
            "-Xms32m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            SOON_COMPILED,
            TRIMMED,
            NO_FIGURES_FILE,
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xss256k",
            "-XX:MaxMetaspaceSize=128m",
            "-XX:MaxDirectMemorySize=128m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /** Of a head: pages and streams for many clients, uploads passing through. */
    static final List<String> HEAD = List.of(
            "-Xmx160m",
            "-Xms16m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            SOON_COMPILED,
            TRIMMED,
            NO_FIGURES_FILE,
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:MaxMetaspaceSize=128m",
            "-XX:MaxDirectMemorySize=48m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /** glibc gives each thread an arena of up to 64 MB of address space otherwise, and returns little of it. */
    static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

    /** They speak to the user's own commands, and would make each child print a line on every start. */
    static final List<String> ENVIRONMENT_REMOVED =
            List.of("BRAMBLE_URL", "BRAMBLE_TOKEN", "BRAMBLE_PIN", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /** Beside the jars of a built bramble: what the second compiler is for. */
    private static final String SECOND_COMPILER = "second-compiler.json";

    private JvmFlags() {}

    /**
     * Which compilers a child has: for nearly all the first alone, which makes half the code and needs no arenas (some
     * 20 MB at their peak); the second for what the file in {@code folder} names, and for nothing where there is none.
     */
    static List<String> compilers(Path folder) {
        Path second = folder.resolve(SECOND_COMPILER);
        return Files.isRegularFile(second)
                ? List.of(
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:CompileCommand=quiet",
                        "-XX:CompilerDirectivesFile=" + second)
                : List.of("-XX:TieredStopAtLevel=1");
    }
}
