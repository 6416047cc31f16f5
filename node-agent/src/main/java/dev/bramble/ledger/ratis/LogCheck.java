package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the engine's log before the engine does, and cuts what a power cut tore.
 *
 * <p>The engine's own ways with a log that is not whole are two: it refuses to start, also after an ordinary power cut,
 * or it skips what it cannot read and loses acknowledged entries. It also drops everything after an entry whose damaged
 * length points past the end of the file. So every segment is read and judged here, before.
 */
final class LogCheck {
    private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);
    private static final Pattern CLOSED = Pattern.compile("log_(\\d{1,18})-(\\d{1,18})");
    private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d{1,18})");

    private final Path current;
    private final String self;
    private final Optional<TermIndex> snapshot;

    /**
     * @param current the engine's folder of segments and vote
     * @param self this voter's peer id
     * @param snapshot where the newest snapshot ends
     */
    private LogCheck(Path current, String self, Optional<TermIndex> snapshot) {
        this.current = current;
        this.self = self;
        this.snapshot = snapshot;
    }

    /**
     * What was found.
     *
     * @param empty whether there is neither an entry nor a snapshot: a storage that never took part
     * @param cutBytes how much of a torn last entry was cut; 0 for nothing
     * @param membership the last committed membership that was applied here, if any
     */
    record Finding(boolean empty, int cutBytes, Optional<RaftConfigurationProto> membership) {}

    /**
     * Checks the log below {@code group} and leaves it in a state that the engine opens.
     *
     * @param joined whether this storage ever held a vote
     * @param noted up to where entries were surely on this disk
     * @param kept the membership that was noted last
     * @throws DamagedException when entries that may have been acknowledged are gone or unreadable
     */
    static Finding run(Path group, String self, boolean joined, OptionalLong noted, Optional<LogEntryProto> kept)
            throws IOException, DamagedException {
        SnapshotFiles.tidy(group);
        SnapshotFiles.Check snapshots = SnapshotFiles.check(group);
        Finding finding;
        try {
            finding = new LogCheck(group.resolve("current"), self, snapshots.sound()).run(noted, kept);
        } catch (DamagedException withoutTheNewest) {
            String why = snapshots.damaged().values().stream().findFirst().orElse(withoutTheNewest.getMessage());
            throw new DamagedException(why);
        }
        for (Map.Entry<Path, String> damaged : snapshots.damaged().entrySet()) {
            LOG.warn("{}; the older one and the log hold everything", damaged.getValue());
            SnapshotFiles.putAway(damaged.getKey());
        }
        if (finding.empty && (joined || !snapshots.damaged().isEmpty())) {
            throw new DamagedException("the log below " + group + " is gone");
        }
        return finding;
    }

    private record Segment(Path file, long first, OptionalLong last) {}

    private record End(long index, long term, int cutBytes) {}

    private Finding run(OptionalLong noted, Optional<LogEntryProto> kept) throws IOException, DamagedException {
        List<Segment> segments = segments();
        End end = checkSegments(segments);
        long reached = Math.max(end.index, snapshot.map(TermIndex::getIndex).orElse(-1L));
        if (noted.isPresent() && noted.getAsLong() > reached) {
            throw new DamagedException("the log in " + current + " ends at index " + reached + ", but entries up to "
                    + noted.getAsLong() + " had been applied here");
        }
        if (reached >= 0) {
            checkVote(Math.max(end.term, snapshot.map(TermIndex::getTerm).orElse(0L)));
        }
        if (Files.isDirectory(current)) {
            DurableFiles.flushFolder(current);
        }
        return new Finding(reached < 0, end.cutBytes, membership(kept));
    }

    /**
     * The engine keeps it beside the log; when the log's beginning is gone, only our own note names the voters, too.
     * What the engine left half written is replaced by that. So is what says something else than the note and is not
     * newer: the engine's file has no checksum, and a bit that the card forgot would name a voter that is none.
     */
    private Optional<RaftConfigurationProto> membership(Optional<LogEntryProto> kept)
            throws IOException, DamagedException {
        Path file = current.resolve("raft-meta.conf");
        try {
            Optional<LogEntryProto> found = membership(file);
            if (kept.isEmpty() || found.isEmpty() || found.equals(kept) || isNewer(found.get(), kept.get())) {
                return found.map(LogEntryProto::getConfigurationEntry);
            }
            LOG.warn("{} is not what was agreed; the note beside the log is", file);
        } catch (DamagedException damaged) {
            if (kept.isEmpty()) {
                throw damaged;
            }
            LOG.warn("{}; the note beside the log does", damaged.getMessage());
        }
        DurableFiles.write(file, ByteBuffer.wrap(kept.get().toByteArray()));
        return Optional.of(kept.get().getConfigurationEntry());
    }

    /** What is newer than the note is still in the log, so losing it from the file would cost nothing either. */
    private static boolean isNewer(LogEntryProto found, LogEntryProto kept) {
        return found.getIndex() > kept.getIndex()
                && !found.getConfigurationEntry().equals(kept.getConfigurationEntry());
    }

    private Optional<LogEntryProto> membership(Path file) throws IOException, DamagedException {
        if (!Files.exists(file)) {
            if (snapshot.isPresent()) {
                throw new DamagedException(file + " is missing, though there is a snapshot");
            }
            return Optional.empty();
        }
        try {
            LogEntryProto entry = LogEntryProto.parseFrom(read(file));
            if (entry.hasConfigurationEntry()) {
                return Optional.of(entry);
            }
        } catch (InvalidProtocolBufferException garbled) {
            // The same as one that names no membership.
        }
        throw new DamagedException(file + " does not name the voters");
    }

    private List<Segment> segments() throws IOException {
        if (!Files.isDirectory(current)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(current)) {
            return files.flatMap(file -> segment(file).stream())
                    .sorted(Comparator.comparingLong(Segment::first))
                    .toList();
        }
    }

    private static Optional<Segment> segment(Path file) {
        Matcher closed = CLOSED.matcher(file.getFileName().toString());
        if (closed.matches()) {
            return Optional.of(new Segment(
                    file, Long.parseLong(closed.group(1)), OptionalLong.of(Long.parseLong(closed.group(2)))));
        }
        Matcher open = OPEN.matcher(file.getFileName().toString());
        return open.matches()
                ? Optional.of(new Segment(file, Long.parseLong(open.group(1)), OptionalLong.empty()))
                : Optional.empty();
    }

    private End checkSegments(List<Segment> segments) throws IOException, DamagedException {
        long snapshotIndex = snapshot.map(TermIndex::getIndex).orElse(-1L);
        if (!segments.isEmpty() && segments.getFirst().first > snapshotIndex + 1) {
            throw new DamagedException("the log in " + current + " begins at index " + segments.getFirst().first
                    + ", but the newest snapshot ends at " + snapshotIndex);
        }
        End end = new End(-1, 0, 0);
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (i > 0 && segment.first != end.index + 1) {
                throw new DamagedException(
                        "the log in " + current + " has a gap between " + end.index + " and " + segment.first);
            }
            end = check(segment, i == segments.size() - 1, end);
        }
        return end;
    }

    private End check(Segment segment, boolean newest, End before) throws IOException, DamagedException {
        SegmentScan scan = SegmentScan.of(read(segment.file));
        if (scan.tail() instanceof SegmentScan.Tail.Bad bad) {
            throw new DamagedException(segment.file + ": " + bad.what());
        }
        boolean whole = segment.last.isPresent();
        if (whole
                && (scan.lastIndex() != segment.last.getAsLong() || !(scan.tail() instanceof SegmentScan.Tail.Clean))) {
            throw new DamagedException(segment.file + " ends at index " + scan.lastIndex());
        }
        if (!whole && !newest) {
            throw new DamagedException(segment.file + " was not finished, though the log goes on after it");
        }
        if (scan.entries() > 0 && (scan.firstIndex() != segment.first || scan.lastTerm() < before.term)) {
            throw new DamagedException(segment.file + " begins at index " + scan.firstIndex());
        }
        int cut = scan.tail() instanceof SegmentScan.Tail.Torn torn ? torn.bytes() : 0;
        if (!whole) {
            settle(segment.file, scan.wholeBytes());
        }
        return scan.entries() > 0
                ? new End(scan.lastIndex(), scan.lastTerm(), cut)
                : new End(before.index, before.term, cut);
    }

    /**
     * Cuts the open segment after its last whole entry, and flushes it: the engine takes what it finds for flushed, but
     * after a kill some of it may be in the kernel's memory only.
     */
    private static void settle(Path file, int wholeBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > wholeBytes) {
                channel.truncate(wholeBytes);
            }
            channel.force(true);
        }
    }

    private static byte[] read(Path file) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(Files.size(file))];
        try (InputStream in = Files.newInputStream(file)) {
            if (!DurableFiles.readFully(in, bytes)) {
                throw new IOException(file + " became shorter while it was read");
            }
        }
        return bytes;
    }

    /**
     * The engine keeps its term and vote in a file that it replaces without flushing the folder: after a power cut the
     * old one may be back. A vote that this voter no longer remembers must not be given twice, so in the newest term of
     * its log it counts as having voted for itself.
     */
    private void checkVote(long newestTerm) throws IOException, DamagedException {
        Path file = current.resolve("raft-meta");
        Properties vote = new Properties();
        try {
            if (Files.exists(file)) {
                vote.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
            }
        } catch (CharacterCodingException | IllegalArgumentException garbled) {
            throw new DamagedException(file + " is garbled");
        }
        String term = vote.getProperty("term", "");
        if (!term.matches("\\d{1,18}") || vote.getProperty("votedFor") == null) {
            throw new DamagedException(file + " does not name the term and the vote");
        }
        if (Long.parseLong(term) < newestTerm) {
            String remembered = "term=" + newestTerm + "\nvotedFor=" + self + "\n";
            DurableFiles.write(file, ByteBuffer.wrap(remembered.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
