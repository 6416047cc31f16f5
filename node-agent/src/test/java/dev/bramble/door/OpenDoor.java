package dev.bramble.door;

import dev.bramble.model.BlobId;
import dev.bramble.store.BlobStore;
import dev.bramble.store.SimBlobStore;
import dev.bramble.store.disk.DiskBlobStore;
import dev.bramble.trust.Identity;
import dev.bramble.trust.x509.FoundedBramble;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A door on loopback, of a bramble of its own. */
final class OpenDoor implements AutoCloseable {
    static final Duration WAIT = Duration.ofSeconds(20);

    final FoundedBramble bramble = new FoundedBramble();
    final Identity server = bramble.agent("server");
    final Identity client = bramble.agent("client");
    final TestDesk desk = new TestDesk(bramble);
    final BlobStore blobs;
    final Door door;
    final String address;

    private OpenDoor(BlobStore blobs, DoorLimits limits) throws IOException {
        this.blobs = blobs;
        this.door = Door.open(new InetSocketAddress("127.0.0.1", 0), server, blobs, desk, limits);
        this.address = "127.0.0.1:" + door.port();
    }

    static OpenDoor withFiles(Path folder, DoorLimits limits) throws IOException {
        return new OpenDoor(DiskBlobStore.open(folder, 0, damage -> {}), limits);
    }

    static OpenDoor inMemory(DoorLimits limits) throws IOException {
        return new OpenDoor(new SimBlobStore(), limits);
    }

    static OpenDoor inMemory(SimBlobStore blobs) throws IOException {
        return new OpenDoor(blobs, DoorLimits.DEFAULT);
    }

    /** A store that thinks for a while before each of its first pieces. */
    static OpenDoor withSlowStore(SimBlobStore blobs, DoorLimits limits, Duration each) throws IOException {
        return new OpenDoor(new SlowStore(blobs, each), limits);
    }

    private record SlowStore(BlobStore blobs, Duration each) implements BlobStore {
        private static final int PIECES = 3;

        @Override
        public Stored put(InputStream bytes, long sizeBytesMax) throws IOException {
            return blobs.put(
                    new FilterInputStream(bytes) {
                        private int pauses;

                        @Override
                        public int read(byte[] target, int offset, int length) throws IOException {
                            if (pauses++ < PIECES) {
                                LockSupport.parkNanos(each.toNanos());
                            }
                            return super.read(target, offset, length);
                        }
                    },
                    sizeBytesMax);
        }

        @Override
        public Stored adopt(Path file) throws IOException {
            return blobs.adopt(file);
        }

        @Override
        public Optional<Path> path(BlobId blob) {
            return blobs.path(blob);
        }

        @Override
        public OptionalLong sizeBytes(BlobId blob) throws IOException {
            return blobs.sizeBytes(blob);
        }

        @Override
        public InputStream open(BlobId blob, long offsetBytes) throws IOException {
            return blobs.open(blob, offsetBytes);
        }

        @Override
        public boolean verify(BlobId blob) throws IOException {
            return blobs.verify(blob);
        }

        @Override
        public boolean drop(BlobId blob) throws IOException {
            return blobs.drop(blob);
        }

        @Override
        public void delete(BlobId blob) throws IOException {
            blobs.delete(blob);
        }

        @Override
        public Set<BlobId> list() throws IOException {
            return blobs.list();
        }
    }

    /** Patience as short as a test wants it, but for the handshake, which a busy machine drags out. */
    static DoorLimits impatient(Duration each) {
        return patience(DoorLimits.HANDSHAKE, each, each, each, DoorLimits.ANSWER);
    }

    static DoorLimits impatientWithHandshakes(Duration handshake) {
        return patience(handshake, DoorLimits.REQUEST, DoorLimits.IDLE, DoorLimits.STALL, DoorLimits.ANSWER);
    }

    static DoorLimits impatientWithTransfers(Duration stall) {
        return patience(DoorLimits.HANDSHAKE, DoorLimits.REQUEST, DoorLimits.IDLE, stall, DoorLimits.ANSWER);
    }

    static DoorLimits impatientWithAnswers(Duration answer) {
        return patience(DoorLimits.HANDSHAKE, DoorLimits.REQUEST, DoorLimits.IDLE, DoorLimits.STALL, answer);
    }

    private static DoorLimits patience(
            Duration handshake, Duration request, Duration idle, Duration stall, Duration answer) {
        DoorLimits usual = DoorLimits.DEFAULT;
        return new DoorLimits(
                usual.connectionsMax(),
                usual.connectionsPerAddressMax(),
                usual.strangersMax(),
                usual.transfersMax(),
                usual.connect(),
                handshake,
                request,
                idle,
                stall,
                usual.transferWait(),
                answer,
                usual.blobBytesMax(),
                usual.strangerRequestsPerSecond(),
                usual.strangerBurst());
    }

    /** The numbers as small as a test wants them. */
    static DoorLimits few(int connections, int perAddress, int strangers, int transfers, int perSecond, int burst) {
        DoorLimits usual = DoorLimits.DEFAULT;
        return new DoorLimits(
                connections,
                perAddress,
                strangers,
                transfers,
                usual.connect(),
                usual.handshake(),
                usual.request(),
                usual.idle(),
                usual.stall(),
                Duration.ofMillis(200),
                usual.answer(),
                usual.blobBytesMax(),
                perSecond,
                burst);
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + WAIT + ": " + what);
            }
            Thread.yield();
        }
    }

    @Override
    public void close() {
        door.close();
    }
}
