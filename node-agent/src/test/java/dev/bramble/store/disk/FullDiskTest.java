package dev.bramble.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a small tmpfs in a mount namespace of its own, in a JVM of its own. */
class FullDiskTest {
    private static final int WAIT_SECONDS = 60;

    @TempDir
    private Path mount;

    private static boolean canMount() throws IOException, InterruptedException {
        Process probe = new ProcessBuilder("unshare", "-rm", "sh", "-c", "mount -t tmpfs none /mnt")
                .redirectErrorStream(true)
                .start();
        return probe.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
    }

    @Test
    void aFullDiskIsToldInWordsAndNothingIsLeft() throws Exception {
        assumeTrue(canMount(), "this user may not mount a tmpfs in a namespace of its own");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String script = "mount -t tmpfs -o size=8m none \"$1\" && exec \"$2\" -Xmx64m -cp \"$3\" \"$4\" \"$1\"";
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        mount.toString(),
                        java,
                        classPath,
                        Probe.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(said)
                .contains("refused: the disk under " + mount)
                .contains("does not take a blob (No space left on device)")
                .contains("blobs 1 incoming 0")
                .contains("after deleting: kept");
    }

    /** Fills the disk with one blob that fits and one that does not. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            DiskBlobStore store = DiskBlobStore.open(folder, 0, damage -> System.out.println(damage.getMessage()));
            var first = store.put(new ByteArrayInputStream(content(5 << 20, 1)), 1 << 30);
            try {
                store.put(new ByteArrayInputStream(content(5 << 20, 2)), 1 << 30);
                System.out.println("kept, which cannot be");
            } catch (IOException full) {
                System.out.println("refused: " + full.getMessage());
            }
            System.out.println("blobs " + store.list().size() + " incoming "
                    + folder.resolve("incoming").toFile().list().length);
            store.delete(first.blob());
            store.put(new ByteArrayInputStream(content(5 << 20, 2)), 1 << 30);
            System.out.println("after deleting: kept");
        }

        private static byte[] content(int length, long seed) {
            byte[] bytes = new byte[length];
            new Random(seed).nextBytes(bytes);
            return bytes;
        }
    }
}
