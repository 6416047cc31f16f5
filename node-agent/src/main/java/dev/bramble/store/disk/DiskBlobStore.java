package dev.bramble.store.disk;

import dev.bramble.model.BlobId;
import dev.bramble.store.BlobStore;
import dev.bramble.store.CheckedBlobStream;
import dev.bramble.store.DamagedBlobException;
import dev.bramble.store.NoRoomException;
import dev.bramble.store.Touches;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** This node's copies of blobs, in a folder. Safe for many threads; the folder must belong to this store alone. */
public final class DiskBlobStore implements BlobStore {
    /**
     * Free bytes that blobs leave to the rest of the node: a ledger's snapshot (up to 32 MB of results, old and new at
     * once while one replaces the other), its log, and the system's. Not measured on a board yet.
     */
    public static final long RESERVE_BYTES = 128L << 20;

    /** Damaged copies kept for inspection; doubling it costs disk for nothing. */
    static final int DAMAGED_KEPT_MAX = 4;

    /** Between looks at the free space: small beside the reserve, even for many uploads at once. */
    private static final long SPACE_CHECK_BYTES = 4L << 20;
    /**
     * Between flushes while a blob comes in: bounds the memory that dirty pages take on a 1 GB board, and the wait for
     * the last flush (32 MiB take about 2 s on a slow card).
     */
    private static final long FLUSH_BYTES = 32L << 20;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path blobs;
    private final Path incoming;
    private final Path damaged;
    private final long reserveBytes;
    private final FreeSpace freeSpace;
    private final Consumer<DamagedBlobException> onDamage;
    private final AtomicLong temporaries = new AtomicLong();
    private final Touches touches = new Touches(System::nanoTime);
    private final CheckedCopies checked = new CheckedCopies();

    /** How many bytes this process may still write beneath a folder. */
    interface FreeSpace {
        long bytes(Path folder);
    }

    /**
     * Opens or makes the store, and clears what a crash left on its way in.
     *
     * @param folder of this store alone
     * @param reserveBytes refuses what would leave less than this free; {@link #RESERVE_BYTES} on a board
     * @param onDamage told, on the reading thread, of each copy that was set aside as damaged
     */
    public static DiskBlobStore open(Path folder, long reserveBytes, Consumer<DamagedBlobException> onDamage)
            throws IOException {
        return open(folder, reserveBytes, onDamage, path -> path.toFile().getUsableSpace());
    }

    static DiskBlobStore open(
            Path folder, long reserveBytes, Consumer<DamagedBlobException> onDamage, FreeSpace freeSpace)
            throws IOException {
        DiskBlobStore store = new DiskBlobStore(folder, reserveBytes, onDamage, freeSpace);
        Files.createDirectories(folder);
        makeFolder(store.blobs, OWNER_ONLY);
        makeFolder(store.incoming, OWNER_ONLY);
        makeFolder(store.damaged, OWNER_ONLY);
        for (Path leftover : entries(store.incoming)) {
            Files.delete(leftover);
        }
        flushFolder(folder);
        return store;
    }

    private DiskBlobStore(
            Path folder, long reserveBytes, Consumer<DamagedBlobException> onDamage, FreeSpace freeSpace) {
        this.blobs = folder.resolve("blobs");
        this.incoming = folder.resolve("incoming");
        this.damaged = folder.resolve("damaged");
        this.reserveBytes = reserveBytes;
        this.onDamage = onDamage;
        this.freeSpace = freeSpace;
    }

    private static void makeFolder(Path folder, Set<PosixFilePermission> permissions) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, permissions);
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private static void flushFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Stored put(InputStream bytes, long sizeBytesMax) throws IOException {
        Path temporary = incoming.resolve("in-" + temporaries.incrementAndGet());
        try {
            MessageDigest digest = CheckedBlobStream.sha256();
            long size = receive(bytes, sizeBytesMax, temporary, digest);
            return keep(temporary, new Stored(CheckedBlobStream.name(digest), size));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private long receive(InputStream bytes, long sizeBytesMax, Path temporary, MessageDigest digest)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        long spaceCheckedTo = 0;
        long flushedTo = 0;
        requireSpace();
        try (FileChannel file = create(temporary)) {
            for (int count; (count = bytes.read(buffer)) >= 0; ) {
                size += count;
                if (size > sizeBytesMax) {
                    throw new IOException("the blob is larger than " + sizeBytesMax + " bytes: it was not kept");
                }
                if (size - spaceCheckedTo >= SPACE_CHECK_BYTES) {
                    requireSpace();
                    spaceCheckedTo = size;
                }
                digest.update(buffer, 0, count);
                write(file, ByteBuffer.wrap(buffer, 0, count));
                if (size - flushedTo >= FLUSH_BYTES) {
                    flush(file);
                    flushedTo = size;
                }
            }
            flush(file);
        }
        return size;
    }

    private void requireSpace() throws IOException {
        long free = freeSpace.bytes(incoming);
        if (free < reserveBytes) {
            throw new NoRoomException("the disk under " + incoming + " is nearly full: " + (free >> 20)
                    + " MiB are free and " + (reserveBytes >> 20)
                    + " MiB are kept back for the node itself; remove jobs that are done (bramble rm) or files");
        }
    }

    private FileChannel create(Path temporary) throws IOException {
        try {
            FileChannel file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.setPosixFilePermissions(temporary, READ_ONLY);
            return file;
        } catch (IOException full) {
            throw unwritable(full);
        }
    }

    private void write(FileChannel file, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException full) {
            throw unwritable(full);
        }
    }

    private void flush(FileChannel file) throws IOException {
        try {
            file.force(true);
        } catch (IOException dying) {
            throw unwritable(dying);
        }
    }

    private IOException unwritable(IOException cause) {
        return new NoRoomException(
                "the disk under " + incoming + " does not take a blob (" + cause.getMessage()
                        + "): remove jobs that are done (bramble rm) or look after the card; nothing was kept",
                cause);
    }

    /** Gives a flushed file its name. Over a copy that is there already, which thereby is whole again if it was not. */
    private Stored keep(Path flushed, Stored stored) throws IOException {
        try {
            Path file = file(stored.blob());
            makeShelf(file.getParent());
            Files.move(flushed, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            flushFolder(file.getParent());
            touches.written(stored.blob());
            checked.isWhole(stored.blob(), file);
        } catch (IOException full) {
            throw unwritable(full);
        }
        return stored;
    }

    private void makeShelf(Path shelf) throws IOException {
        if (Files.isDirectory(shelf)) {
            return;
        }
        try {
            Files.createDirectory(shelf);
        } catch (FileAlreadyExistsException another) {
            // Another thread made it; both flush, so neither returns before the name is on the disk.
        }
        Files.setPosixFilePermissions(shelf, OWNER_ONLY);
        flushFolder(blobs);
    }

    @Override
    public Stored adopt(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new IOException(file + " is no regular file: only those can become blobs");
        }
        Path taken = incoming.resolve("in-" + temporaries.incrementAndGet());
        if (!take(file, taken)) {
            try (InputStream bytes = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                Stored stored = put(bytes, Long.MAX_VALUE);
                Files.delete(file);
                return stored;
            }
        }
        try {
            return keep(taken, nameAndFlush(taken));
        } catch (IOException failure) {
            try {
                Files.move(taken, file);
            } catch (IOException alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
            throw failure;
        }
    }

    /**
     * Moves the file out of everybody's reach; false when it has to be copied instead: it lies on another file system,
     * or somebody else could go on writing to it, through another link or as its owner.
     */
    private boolean take(Path file, Path taken) throws IOException {
        if ((int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) != 1) {
            return false;
        }
        try {
            var owner = Files.getOwner(incoming);
            if (!Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
                Files.setOwner(file, owner);
            }
            Files.move(file, taken, StandardCopyOption.ATOMIC_MOVE);
            Files.setPosixFilePermissions(taken, READ_ONLY);
            return true;
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static Stored nameAndFlush(Path file) throws IOException {
        MessageDigest digest = CheckedBlobStream.sha256();
        long size = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            InputStream bytes = Channels.newInputStream(channel);
            for (int count; (count = bytes.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, count);
                size += count;
            }
            channel.force(true);
        }
        return new Stored(CheckedBlobStream.name(digest), size);
    }

    private Path file(BlobId blob) {
        return blobs.resolve(blob.sha256().substring(0, 2)).resolve(blob.sha256());
    }

    @Override
    public Optional<Path> path(BlobId blob) {
        Path file = file(blob);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public OptionalLong sizeBytes(BlobId blob) throws IOException {
        try {
            return OptionalLong.of(Files.size(file(blob)));
        } catch (NoSuchFileException none) {
            return OptionalLong.empty();
        }
    }

    @Override
    public InputStream open(BlobId blob, long offsetBytes) throws IOException {
        if (offsetBytes > 0 && sizeBytes(blob).orElse(0) <= SMALL_BYTES_MAX) {
            verify(blob);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file(blob), StandardOpenOption.READ);
        } catch (NoSuchFileException none) {
            throw new FileNotFoundException("this node has no copy of blob " + blob);
        }
        try {
            long size = channel.size();
            if (offsetBytes < 0 || offsetBytes > size) {
                throw new IOException("blob " + blob + " has " + size + " bytes, none at " + offsetBytes);
            }
            InputStream bytes = Channels.newInputStream(channel.position(offsetBytes));
            return new Watched(
                    blob,
                    offsetBytes > 0 ? bytes : new CheckedBlobStream(bytes, blob, size, "here"),
                    fileKey(file(blob)));
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Sets a copy aside as soon as a reader finds it damaged, or the card does not give its bytes. */
    private final class Watched extends FilterInputStream {
        private final BlobId blob;
        private final Optional<Object> fileKey;
        private boolean closed;

        Watched(BlobId blob, InputStream bytes, Optional<Object> fileKey) {
            super(bytes);
            this.blob = blob;
            this.fileKey = fileKey;
            touches.readBegins(blob);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (DamagedBlobException damage) {
                setAside(damage, fileKey);
                throw damage;
            } catch (ClosedChannelException closing) {
                throw closing; // We stopped reading; that says nothing of the card.
            } catch (IOException unreadable) {
                DamagedBlobException damage = new DamagedBlobException(
                        blob, "the copy of blob " + blob + " here cannot be read: " + unreadable.getMessage());
                damage.initCause(unreadable);
                setAside(damage, fileKey);
                throw damage;
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                touches.readEnds(blob);
            }
            super.close();
        }
    }

    @Override
    public boolean verify(BlobId blob) throws IOException {
        Path file = file(blob);
        Optional<CheckedCopies.Seen> before = CheckedCopies.look(file);
        if (before.isEmpty()) {
            return false;
        }
        if (checked.wasWhole(blob, before.get())) {
            touches.written(blob);
            return true;
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream bytes = open(blob, 0)) {
            while (bytes.read(buffer) >= 0) {
                // Reading is the check.
            }
        } catch (FileNotFoundException gone) {
            return false;
        }
        checked.isWhole(blob, before.get());
        return true;
    }

    private void setAside(DamagedBlobException damage, Optional<Object> fileKey) throws IOException {
        Path file = file(damage.blob());
        if (!fileKey(file).equals(fileKey)) {
            return; // Somebody has put a new copy in its place meanwhile.
        }
        Path aside = damaged.resolve(damage.blob().sha256());
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException another) {
            return; // Another reader found it too.
        }
        flushFolder(file.getParent());
        onDamage.accept(new DamagedBlobException(damage.blob(), damage.getMessage() + "; it was moved to " + aside));
        List<Path> kept = entries(damaged).stream()
                .sorted(Comparator.comparing(DiskBlobStore::changed).reversed())
                .toList();
        for (Path old : kept.subList(Math.min(DAMAGED_KEPT_MAX, kept.size()), kept.size())) {
            Files.deleteIfExists(old);
        }
    }

    /** Tells one file from the next under the same name; empty when there is none. */
    private static Optional<Object> fileKey(Path file) {
        try {
            return Optional.of(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static FileTime changed(Path file) {
        try {
            return (FileTime) Files.getAttribute(file, "unix:ctime");
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    /** Not flushed: a copy that comes back in a power cut is listed again, and deleted again. */
    @Override
    public void delete(BlobId blob) throws IOException {
        Files.deleteIfExists(file(blob));
    }

    @Override
    public boolean drop(BlobId blob) throws IOException {
        if (!Files.exists(file(blob))) {
            return true;
        }
        if (touches.isFresh(blob)) {
            return false;
        }
        delete(blob);
        return true;
    }

    @Override
    public Set<BlobId> list() throws IOException {
        Set<BlobId> names = new TreeSet<>();
        try (DirectoryStream<Path> shelves = Files.newDirectoryStream(blobs)) {
            for (Path shelf : shelves) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(shelf)) {
                    for (Path file : files) {
                        String name = file.getFileName().toString();
                        if (NAME.matcher(name).matches()) {
                            names.add(new BlobId(name));
                        }
                    }
                }
            }
        }
        return names;
    }
}
