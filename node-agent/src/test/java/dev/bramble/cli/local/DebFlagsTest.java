package dev.bramble.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the Debian packages start Java with is what start caches are made for. */
class DebFlagsTest {
    private static final Path TOP = Path.of("").toAbsolutePath().getParent();
    private static final List<String> SECOND_COMPILER = List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:CompileCommand=quiet",
            "-XX:CompilerDirectivesFile=/usr/share/bramble/lib/second-compiler.json");

    private static List<String> flags(String file) throws IOException {
        try (Stream<String> lines = Files.lines(TOP.resolve(file))) {
            return lines.filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static List<String> with(List<String> flags) {
        return Stream.concat(flags.stream(), SECOND_COMPILER.stream()).toList();
    }

    @Test
    void aPackagedAgentAndAPackagedHeadRunWithTheFlagsOfLocalOnes() throws Exception {
        assertThat(flags("node-agent/src/deb/lib/agent.flags")).isEqualTo(with(JvmFlags.AGENT));
        assertThat(flags("dashboard/src/deb/lib/head.flags")).isEqualTo(with(JvmFlags.HEAD));
    }

    @Test
    void aPackagedCommandRunsWithTheFlagsOfTheLauncher() throws Exception {
        String launcher = Files.readString(TOP.resolve("bramble")).replaceAll("\\s+", " ");
        assertThat(launcher)
                .contains("command_flags=("
                        + String.join(" ", flags("node-agent/src/deb/lib/command.flags"))
                        + " \"-Dbramble.home");
    }

    @Test
    void aStartCacheIsUsedInAPackageAsElsewhere() throws Exception {
        Path folder = Files.createTempDirectory("start-cache");
        Files.createFile(folder.resolve("agent.aot"));
        List<String> used = new StartCache(folder, StartCache.Part.AGENT).use();
        assertThat(used.subList(0, used.size() - 1)).isEqualTo(flags("node-agent/src/deb/lib/cached.flags"));
        assertThat(used.getLast()).isEqualTo("-XX:AOTCache=" + folder.resolve("agent.aot"));
    }
}
