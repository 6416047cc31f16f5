package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;

/**
 * The snapshots on a voter's disk, each one file that vouches for itself: magic, term, index, length, state, SHA-256
 * over all of it. The engine sends such a file to a voter that is far behind and puts it into the same place there.
 *
 * <p>Thread: any; what is newest is read and replaced as a whole.
 */
final class SnapshotFiles implements StateMachineStorage {
    private static final byte[] MAGIC = "BRSNAP01".getBytes(StandardCharsets.UTF_8);
    private static final int HEAD_BYTES = MAGIC.length + 3 * Long.BYTES;
    private static final int DIGEST_BYTES = 32;
    private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d{1,18})_(\\d{1,18})");

    /** Where the engine moves the old folder while it puts an installed snapshot in its place. */
    private static final String MOVED = "sm.tmp";

    private final Path folder;
    private volatile SingleFileSnapshotInfo newest;

    /** @param group the engine's folder of this ledger */
    SnapshotFiles(Path group) {
        this.folder = folder(group);
    }

    /** A snapshot and what it holds. */
    record Snapshot(TermIndex at, byte[] state) {}

    private static Path folder(Path group) {
        return group.resolve("sm");
    }

    /**
     * Before the engine opens {@code group}: undoes an installation that a crash cut in two, and removes what was never
     * finished.
     */
    static void tidy(Path group) throws IOException {
        if (!Files.isDirectory(group)) {
            return;
        }
        DurableFiles.deleteAll(group.resolve("tmp"));
        for (Path unfinished : list(folder(group), path -> path.toString().endsWith(DurableFiles.UNFINISHED))) {
            Files.delete(unfinished);
        }
        for (Path moved : list(group, path -> path.getFileName().toString().startsWith(MOVED))) {
            if (Files.exists(folder(group))) {
                DurableFiles.deleteAll(moved);
            } else {
                DurableFiles.move(moved, folder(group));
            }
        }
    }

    /**
     * The snapshots below {@code group}, looked into.
     *
     * @param sound where the newest one that is whole ends; empty when there is none
     * @param damaged newer ones that are not whole, each with what is wrong
     */
    record Check(Optional<TermIndex> sound, Map<Path, String> damaged) {}

    static Check check(Path group) throws IOException {
        Map<Path, String> damaged = new LinkedHashMap<>();
        for (Path file : byIndex(folder(group)).reversed()) {
            try {
                return new Check(Optional.of(read(file).at()), damaged);
            } catch (DamagedException e) {
                damaged.put(file, e.getMessage());
            }
        }
        return new Check(Optional.empty(), damaged);
    }

    /** Takes a damaged snapshot out of use, and keeps it for people to look at. */
    static void putAway(Path damaged) throws IOException {
        DurableFiles.move(damaged, damaged.resolveSibling("damaged-" + damaged.getFileName()));
    }

    /** Looks again at what is on the disk: at the start, and after the engine installed a snapshot. */
    void refresh() throws IOException {
        Files.createDirectories(folder);
        newest = newestFile(folder).map(SnapshotFiles::info).orElse(null);
    }

    /** The newest snapshot, whole. */
    Optional<Snapshot> load() throws IOException, DamagedException {
        SingleFileSnapshotInfo info = newest;
        return info == null ? Optional.empty() : Optional.of(read(info.getFile().getPath()));
    }

    /**
     * Puts a snapshot on the disk; it counts when this returns.
     *
     * @return where the oldest one kept ends: the log is needed from there on
     */
    long store(Snapshot snapshot) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES)
                .put(MAGIC)
                .putLong(snapshot.at().getTerm())
                .putLong(snapshot.at().getIndex())
                .putLong(snapshot.state().length)
                .flip();
        MessageDigest digest = sha256();
        digest.update(head.duplicate());
        digest.update(snapshot.state());
        Path file = folder.resolve(
                "snapshot." + snapshot.at().getTerm() + "_" + snapshot.at().getIndex());
        DurableFiles.write(file, head, ByteBuffer.wrap(snapshot.state()), ByteBuffer.wrap(digest.digest()));
        SingleFileSnapshotInfo before = newest;
        if (before == null || before.getIndex() < snapshot.at().getIndex()) {
            newest = info(file);
        }
        return deleteOlder();
    }

    private long deleteOlder() throws IOException {
        List<Path> files = byIndex(folder);
        int kept = Math.min(files.size(), Tuning.SNAPSHOTS_KEPT);
        for (Path old : files.subList(0, files.size() - kept)) {
            Files.deleteIfExists(old);
            Files.deleteIfExists(old.resolveSibling(old.getFileName() + ".md5"));
        }
        return files.size() < Tuning.SNAPSHOTS_KEPT
                ? -1
                : info(files.get(files.size() - kept)).getIndex();
    }

    /**
     * Flushes what the engine received below {@code group} and is about to put into place: it does not do so itself.
     */
    static void flushReceived(Path group) throws IOException {
        Path received = group.resolve("tmp");
        if (Files.isDirectory(received)) {
            DurableFiles.flushAll(received);
        }
    }

    private static Snapshot read(Path file) throws IOException, DamagedException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = sha256();
            byte[] head = next(file, in, HEAD_BYTES, digest);
            ByteBuffer fields = ByteBuffer.wrap(head, MAGIC.length, 3 * Long.BYTES);
            TermIndex at = TermIndex.valueOf(fields.getLong(), fields.getLong());
            long stateBytes = Files.size(file) - HEAD_BYTES - DIGEST_BYTES;
            if (!Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    || stateBytes < 0
                    || fields.getLong() != stateBytes
                    || !at.equals(info(file).getTermIndex())) {
                throw new DamagedException("the snapshot " + file + " has a wrong head");
            }
            byte[] state = next(file, in, Math.toIntExact(stateBytes), digest);
            byte[] computed = digest.digest();
            if (!MessageDigest.isEqual(computed, next(file, in, DIGEST_BYTES, digest))) {
                throw new DamagedException("the snapshot " + file + " does not match its digest");
            }
            return new Snapshot(at, state);
        }
    }

    private static byte[] next(Path file, InputStream in, int length, MessageDigest digest)
            throws IOException, DamagedException {
        byte[] bytes = new byte[length];
        if (!DurableFiles.readFully(in, bytes)) {
            throw new DamagedException("the snapshot " + file + " is cut short");
        }
        digest.update(bytes);
        return bytes;
    }

    private static TermIndex at(Matcher name) {
        return TermIndex.valueOf(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
    }

    private static SingleFileSnapshotInfo info(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException("not a snapshot: " + file);
        }
        // Without a digest of its own: the engine computes one while it sends the file.
        return new SingleFileSnapshotInfo(new FileInfo(file, null), at(name));
    }

    private static Optional<Path> newestFile(Path folder) throws IOException {
        List<Path> files = byIndex(folder);
        return files.isEmpty() ? Optional.empty() : Optional.of(files.getLast());
    }

    private static List<Path> byIndex(Path folder) throws IOException {
        return list(folder, path -> NAME.matcher(path.getFileName().toString()).matches()).stream()
                .sorted(Comparator.comparingLong(file -> info(file).getIndex()))
                .toList();
    }

    private static List<Path> list(Path folder, Predicate<Path> wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(wanted).toList();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public void init(RaftStorage storage) throws IOException {
        refresh();
    }

    @Override
    public SnapshotInfo getLatestSnapshot() {
        return newest;
    }

    @Override
    public void format() {
        // The engine asks this of nobody any more.
    }

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {
        // Done when a new one is stored.
    }
}
