package dev.bramble.ledger.ratis;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The folder of one voter: whose it is, the name of its storage, the engine's files below it. Held by one process at a
 * time. A folder that cannot be trusted any more is renamed, for people to look at, and never used again.
 *
 * <p>The mark {@code joined} is set when the membership names this storage for the first time. From then on an empty
 * log is a lost one: such a voter would give its vote to anyone, and entries that it helped to commit could be
 * outvoted.
 *
 * <pre>
 *   voter.properties     whose folder this is, and the storage's own random name
 *   joined               there once this storage held a vote
 *   applied              the index up to which entries were surely on this disk
 *   membership           a copy of the membership that was committed last
 *   engine/GROUP/current the engine's log, its term and vote      engine/GROUP/sm  snapshots
 * </pre>
 */
final class VoterFolder implements AutoCloseable {
    /** Old folders that are kept when a new one is set aside; each may hold a whole log. */
    static final int SET_ASIDE_KEPT = 3;

    private static final String IDENTITY = "voter.properties";
    private static final String LOCK = "in-use";
    private static final String JOINED = "joined";
    private static final String FORMAT = "1";
    /** On the first line, over all that follows it. */
    private static final String SUM = "sum";

    private static final int STORAGE_NAME_BYTES = 8;

    private final Path path;
    private final FileLock lock;
    private final Identity identity;

    /** @param course the ledger's, since it was recovered */
    private record Identity(String storage, Optional<String> course) {}

    private VoterFolder(Path path, FileLock lock, Identity identity) {
        this.path = path;
        this.lock = lock;
        this.identity = identity;
    }

    /**
     * Opens the folder, making it if there is none.
     *
     * @param course of a folder that is made now; one that is there keeps its own
     * @throws DamagedException when it holds a log but not whose it is
     * @throws IOException when it belongs to another node or ledger, is in use, or cannot be read or written
     */
    static VoterFolder open(Path path, NodeId node, LedgerId ledger, Optional<String> course)
            throws IOException, DamagedException {
        makePrivate(path);
        FileLock lock = lock(path);
        try {
            Optional<Identity> known = identity(path, node, ledger);
            if (known.isPresent()) {
                LedgerRecovery.forgetUnfinished(path);
            }
            Identity identity = known.isPresent() ? known.get() : newIdentity(path, node, ledger, course);
            return new VoterFolder(path, lock, identity);
        } catch (IOException | DamagedException | RuntimeException failure) {
            lock.acquiredBy().close();
            throw failure;
        }
    }

    /** The ledger names users and what they run: its files are for the agent alone. */
    private static void makePrivate(Path path) throws IOException {
        Files.createDirectories(path);
        if (Files.getFileStore(path).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static FileLock lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException held) {
            // Held within this process: the same sentence applies.
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
        channel.close();
        throw new IOException("the folder " + path + " is in use by an agent: stop that one first");
    }

    private static Optional<Identity> identity(Path path, NodeId node, LedgerId ledger)
            throws IOException, DamagedException {
        Path file = path.resolve(IDENTITY);
        if (!Files.exists(file)) {
            if (Files.exists(path.resolve("engine"))) {
                throw new DamagedException(file + " is missing, though there is a log beside it");
            }
            return Optional.empty();
        }
        Properties identity = new Properties();
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            identity.load(new StringReader(text));
            String sum = identity.getProperty(SUM);
            // Files of older releases have none.
            if (sum != null && !sum.equals(sum(text.substring(text.indexOf('\n') + 1)))) {
                throw new DamagedException(file + " does not match its checksum");
            }
        } catch (CharacterCodingException | IllegalArgumentException garbled) {
            throw new DamagedException(file + " is garbled");
        }
        String storage = identity.getProperty("storage", "");
        if (!storage.matches("[0-9a-f]{" + 2 * STORAGE_NAME_BYTES + "}")) {
            throw new DamagedException(file + " does not name the storage");
        }
        requireSame(file, "node", identity.getProperty("node"), node.value());
        requireSame(file, "ledger", identity.getProperty("ledger"), ledger.value());
        requireSame(file, "format", identity.getProperty("format"), FORMAT);
        return Optional.of(new Identity(storage, Optional.ofNullable(identity.getProperty("course"))));
    }

    /** Without it, a bit that the card forgot would give the storage another name, which the others do not know. */
    private static String sum(String rest) {
        CRC32C sum = new CRC32C();
        sum.update(rest.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    private static void requireSame(Path file, String name, String found, String expected) throws IOException {
        if (!expected.equals(found)) {
            throw new IOException(file.getFileName() + " says " + name + " " + found + ", but this is " + name + " "
                    + expected + "; give this node a folder of its own");
        }
    }

    private static Identity newIdentity(Path path, NodeId node, LedgerId ledger, Optional<String> course)
            throws IOException {
        byte[] random = new byte[STORAGE_NAME_BYTES];
        new SecureRandom().nextBytes(random);
        String storage = HexFormat.of().formatHex(random);
        String identity = "format=" + FORMAT + "\nnode=" + node + "\nledger=" + ledger + "\nstorage=" + storage + "\n"
                + course.map(word -> "course=" + word + "\n").orElse("");
        String summed = SUM + "=" + sum(identity) + "\n" + identity;
        DurableFiles.write(path.resolve(IDENTITY), ByteBuffer.wrap(summed.getBytes(StandardCharsets.UTF_8)));
        return new Identity(storage, course);
    }

    Path path() {
        return path;
    }

    /** The storage's own random name. */
    String storage() {
        return identity.storage;
    }

    /** The course of the ledger that it belongs to; empty when that was never recovered. */
    Optional<String> course() {
        return identity.course;
    }

    /** Whether this storage ever held a vote. */
    boolean joined() {
        return Files.exists(path.resolve(JOINED));
    }

    /** This storage holds a vote from now on. */
    void markJoined() throws IOException {
        if (!joined()) {
            DurableFiles.write(path.resolve(JOINED), ByteBuffer.allocate(0));
        }
    }

    Path applied() {
        return path.resolve("applied");
    }

    Path membership() {
        return path.resolve("membership");
    }

    /** Where the engine keeps all its groups. */
    Path engine() {
        return path.resolve("engine");
    }

    Path group(RaftGroupId group) {
        return engine().resolve(group.getUuid().toString());
    }

    /**
     * Renames a folder to {@code …-damaged-N} and deletes the oldest of those if there are too many.
     *
     * @return its new name
     */
    static Path setAside(Path path, String word) throws IOException {
        Path absolute = path.toAbsolutePath();
        Pattern name = Pattern.compile(Pattern.quote(absolute.getFileName() + "-" + word + "-") + "(\\d{1,9})");
        List<Path> older = new ArrayList<>();
        try (Stream<Path> siblings = Files.list(absolute.getParent())) {
            siblings.filter(sibling -> number(name, sibling) >= 0).forEach(older::add);
        }
        older.sort(Comparator.comparingInt(sibling -> number(name, sibling)));
        int next = older.isEmpty() ? 1 : number(name, older.getLast()) + 1;
        Path aside = absolute.resolveSibling(absolute.getFileName() + "-" + word + "-" + next);
        if (Files.exists(aside)) {
            throw new FileAlreadyExistsException(aside.toString());
        }
        DurableFiles.move(absolute, aside);
        for (int i = 0; i <= older.size() - SET_ASIDE_KEPT; i++) {
            DurableFiles.deleteAll(older.get(i));
        }
        return aside;
    }

    private static int number(Pattern name, Path sibling) {
        Matcher matcher = name.matcher(sibling.getFileName().toString());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}
