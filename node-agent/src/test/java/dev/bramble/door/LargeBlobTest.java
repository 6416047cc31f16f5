package dev.bramble.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BlobId;
import dev.bramble.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs far larger than the heap, there and back, in a JVM of its own. */
class LargeBlobTest {
    private static final int WAIT_SECONDS = 240;

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    void aBlobOfFourTimesTheHeapGoesThroughADoorAndBack() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:MaxDirectMemorySize=24m",
                        "-cp",
                        classPath,
                        ThereAndBack.class.getName(),
                        folder.toString(),
                        "256")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("there and back: 268435456 bytes");
    }

    /** Pushes a blob of pseudo-random bytes to a door in this JVM, reads it back, and says how fast each was. */
    static final class ThereAndBack {
        private ThereAndBack() {}

        public static void main(String[] arguments) throws IOException {
            long sizeBytes = Long.parseLong(arguments[1]) << 20;
            try (OpenDoor open = OpenDoor.withFiles(Path.of(arguments[0]), DoorLimits.DEFAULT);
                    DoorPeerBlobs peers = new DoorPeerBlobs(open.client, DoorLimits.DEFAULT)) {
                long began = System.nanoTime();
                BlobStore.Stored stored = peers.push(open.server.node(), open.address, new Noise(sizeBytes));
                long pushed = System.nanoTime();
                BlobId blob = stored.blob();
                long back;
                try (InputStream bytes = peers.open(open.server.node(), open.address, blob, 0)) {
                    back = bytes.transferTo(OutputStream.nullOutputStream());
                }
                long pulled = System.nanoTime();
                System.out.println("there and back: " + back + " bytes, PUT " + rate(sizeBytes, pushed - began)
                        + " MB/s, GET " + rate(sizeBytes, pulled - pushed) + " MB/s");
                status("VmRSS");
                status("VmHWM");
            }
        }

        private static long rate(long bytes, long nanos) {
            return bytes * 1000 / Math.max(1, nanos);
        }

        private static void status(String field) throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(field)) {
                    System.out.println(line);
                }
            }
        }
    }

    /** Bytes that differ from block to block, cheaply. */
    private static final class Noise extends InputStream {
        private long left;

        Noise(long sizeBytes) {
            left = sizeBytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? (int) left & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            for (int i = 0; i < Math.min(8, count); i++) {
                target[offset + i] = (byte) (left >> 8 * i);
            }
            left -= count;
            return count;
        }
    }
}
