package dev.bramble.store;

import dev.bramble.model.BlobId;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Blobs in memory, for simulations: what is flushed survives a simulated power cut as long as the object is kept. Knows
 * files only if the simulation wrote them with {@link #write}. Safe for many threads.
 */
public final class SimBlobStore implements BlobStore {
    private static final Path FOLDER = Path.of("/simulated-blobs");

    private final TreeMap<BlobId, byte[]> blobs = new TreeMap<>();
    private final TreeMap<Path, byte[]> files = new TreeMap<>();
    private final Consumer<DamagedBlobException> onDamage;
    private final Touches touches;
    private long roomBytes = Long.MAX_VALUE;

    public SimBlobStore() {
        this(() -> 0, damage -> {});
    }

    /**
     * @param nanos virtual time
     * @param onDamage told of each copy that was found damaged and is gone now
     */
    public SimBlobStore(LongSupplier nanos, Consumer<DamagedBlobException> onDamage) {
        this.touches = new Touches(nanos);
        this.onDamage = onDamage;
    }

    /** Everything on the card is lost. */
    public synchronized void wipe() {
        blobs.clear();
        files.clear();
    }

    /** Whether the copy is there and its bytes are what its name says; nothing is told of it. */
    public synchronized boolean isWhole(BlobId blob) {
        byte[] bytes = blobs.get(blob);
        if (bytes == null) {
            return false;
        }
        var digest = CheckedBlobStream.sha256();
        digest.update(bytes);
        return CheckedBlobStream.name(digest).equals(blob);
    }

    /** From now on the disk holds at most so many bytes of blobs; a blob is refused as soon as it does not fit. */
    public synchronized void limit(long totalBytesMax) {
        roomBytes = totalBytesMax;
    }

    /** A simulated file of this node, for {@link #adopt}. */
    public synchronized void write(Path file, byte[] bytes) {
        files.put(file, bytes.clone());
    }

    /** Changes a byte of a copy, as a dying card does. */
    public synchronized void damage(BlobId blob) {
        byte[] bytes = blobs.get(blob);
        if (bytes != null && bytes.length > 0) {
            bytes[bytes.length / 2] ^= 1;
        }
    }

    @Override
    public Stored put(InputStream bytes, long sizeBytesMax) throws IOException {
        int most = (int) Math.min(Math.min(sizeBytesMax, Math.max(0, room())), Integer.MAX_VALUE - 8);
        byte[] read = bytes.readNBytes(most);
        if (bytes.read() >= 0) {
            throw most < sizeBytesMax
                    ? new NoRoomException("the simulated disk is full")
                    : new IOException("the blob is larger than " + sizeBytesMax + " bytes");
        }
        return keep(read);
    }

    @Override
    public Stored adopt(Path file) throws IOException {
        byte[] bytes;
        synchronized (this) {
            bytes = files.get(file);
        }
        if (bytes == null) {
            throw new FileNotFoundException("no simulated file " + file);
        }
        Stored stored = keep(bytes.clone());
        synchronized (this) {
            files.remove(file);
        }
        return stored;
    }

    private synchronized Stored keep(byte[] bytes) throws IOException {
        var digest = CheckedBlobStream.sha256();
        digest.update(bytes);
        BlobId blob = CheckedBlobStream.name(digest);
        if (bytes.length > room() && !blobs.containsKey(blob)) {
            throw new NoRoomException("the simulated disk is full");
        }
        blobs.put(blob, bytes);
        touches.written(blob);
        return new Stored(blob, bytes.length);
    }

    private synchronized long room() {
        return roomBytes
                - blobs.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    /** A name only: the simulation has no files. */
    @Override
    public synchronized Optional<Path> path(BlobId blob) {
        return blobs.containsKey(blob) ? Optional.of(FOLDER.resolve(blob.sha256())) : Optional.empty();
    }

    @Override
    public synchronized OptionalLong sizeBytes(BlobId blob) {
        byte[] bytes = blobs.get(blob);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
    }

    @Override
    public synchronized InputStream open(BlobId blob, long offsetBytes) throws IOException {
        byte[] bytes = blobs.get(blob);
        if (bytes == null) {
            throw new FileNotFoundException("this node has no copy of blob " + blob);
        }
        if (offsetBytes < 0 || offsetBytes > bytes.length) {
            throw new IOException("blob " + blob + " has " + bytes.length + " bytes, none at " + offsetBytes);
        }
        if (offsetBytes > 0) {
            if (bytes.length <= SMALL_BYTES_MAX) {
                verify(blob);
            }
            return new ByteArrayInputStream(bytes, (int) offsetBytes, bytes.length - (int) offsetBytes);
        }
        return new FilterInputStream(
                new CheckedBlobStream(new ByteArrayInputStream(bytes), blob, bytes.length, "here")) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return super.read(buffer, offset, length);
                } catch (DamagedBlobException damage) {
                    setAside(damage);
                    throw damage;
                }
            }
        };
    }

    private void setAside(DamagedBlobException damage) {
        synchronized (this) {
            blobs.remove(damage.blob());
        }
        onDamage.accept(damage);
    }

    @Override
    public boolean verify(BlobId blob) throws IOException {
        try (InputStream bytes = open(blob, 0)) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (FileNotFoundException none) {
            return false;
        }
    }

    @Override
    public synchronized boolean drop(BlobId blob) {
        if (!blobs.containsKey(blob)) {
            return true;
        }
        if (touches.isFresh(blob)) {
            return false;
        }
        blobs.remove(blob);
        return true;
    }

    @Override
    public synchronized void delete(BlobId blob) {
        blobs.remove(blob);
    }

    @Override
    public synchronized Set<BlobId> list() {
        return new TreeSet<>(blobs.keySet());
    }
}
