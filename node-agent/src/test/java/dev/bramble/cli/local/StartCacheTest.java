package dev.bramble.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.local.StartCache.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private Path jar;

    /** A program as small as can be: a cache holds for jars only. */
    public static final class Hello {
        public static void main(String[] arguments) {
            System.out.println("hello");
        }
    }

    @BeforeEach
    void aProgramInAJar() throws IOException {
        jar = jar(folder.resolve("hello.jar"));
    }

    private static Path jar(Path jar) throws IOException {
        String name = Hello.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file);
                var code = Hello.class.getResourceAsStream("/" + name)) {
            entries.putNextEntry(new JarEntry(name));
            code.transferTo(entries);
        }
        return jar;
    }

    private StartCache cache() {
        return StartCache.beside(jar + ":" + folder.resolve("other/b.jar"), Part.AGENT);
    }

    private Path file() {
        return folder.resolve("agent.aot");
    }

    /** Everything that the program, run like an agent, prints on either stream. */
    private String said(List<String> cacheFlags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.AGENT);
        command.addAll(JvmFlags.compilers(folder));
        command.addAll(cacheFlags);
        command.addAll(List.of("-cp", jar.toString(), Hello.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private void make() throws Exception {
        assertThat(said(cache().record())).startsWith("hello\n");
        assertThat(cache().make(JvmFlags.AGENT, jar.toString()).waitFor()).isZero();
        Files.move(folder.resolve("agent.aot.new"), file());
    }

    @Test
    void withoutACacheNothingIsSaidOfOneToJava() {
        assertThat(cache().use()).isEmpty();
    }

    @Test
    void aStartTakesItsClassesFromTheCache() throws Exception {
        make();
        List<String> flags = new ArrayList<>(cache().use());
        flags.add("-Xlog:class+load=info");

        assertThat(said(flags)).containsPattern("StartCacheTest\\$Hello source: shared objects file");
    }

    @Test
    void aBrokenCacheIsPassedOverInSilence() throws Exception {
        for (byte[] damaged : List.of(new byte[0], "no cache".getBytes(StandardCharsets.UTF_8), new byte[1 << 20])) {
            Files.write(file(), damaged);
            assertThat(said(cache().use())).isEqualTo("hello\n");
        }
    }

    @Test
    void aCacheThatEndsTooSoonIsPassedOverInSilence() throws Exception {
        make();
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), java.util.Arrays.copyOf(whole, whole.length / 2));

        assertThat(said(cache().use())).isEqualTo("hello\n");
    }

    @Test
    void aCacheOfOtherJarsIsPassedOverInSilence() throws Exception {
        make();
        Files.setLastModifiedTime(jar, java.nio.file.attribute.FileTime.fromMillis(1_000_000));

        assertThat(said(cache().use())).isEqualTo("hello\n");
    }

    @Test
    void aCacheOfOtherFlagsIsPassedOverInSilence() throws Exception {
        make();
        List<String> flags = new ArrayList<>(cache().use());
        flags.add("-XX:-UseCompactObjectHeaders");

        assertThat(said(flags)).isEqualTo("hello\n");
    }
}
