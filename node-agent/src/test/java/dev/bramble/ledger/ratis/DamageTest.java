package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.ledger.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a power cut leaves is cut and costs nothing; everything else makes a voter step aside. The folders are real: a
 * voter wrote them and was stopped.
 */
@Execution(ExecutionMode.CONCURRENT)
class DamageTest {
    private static final int ENTRIES = 30;
    private static final Authority AUTHORITY = new Authority();
    private static final RaftGroupId GROUP = Peers.group(Voter.LEDGER, Optional.empty());

    /** Entries of 400 kB fill some segments and two snapshots; the last few lie in the open segment. */
    @TempDir
    private static Path written;

    @TempDir
    private Path root;

    private Voter a;
    private Voter b;

    @BeforeAll
    static void writeALedger() {
        Voter voter = new Voter(written, "a", AUTHORITY.node("a"));
        Voter.await("the folder is made", () -> Files.exists(written));
        voter.found(voter.settings.withSnapshotEveryEntries(8));
        Voter.await("it leads", voter::leads);
        appendLarge(voter, 0, ENTRIES);
        voter.close();
    }

    private static void appendLarge(Voter voter, int from, int to) {
        for (int i = from; i < to; i++) {
            voter.append("line-" + i + " " + "x".repeat(400_000));
        }
    }

    @AfterEach
    void closeAll() {
        for (Voter voter : new Voter[] {a, b}) {
            if (voter != null) {
                voter.close();
            }
        }
    }

    private Path copy() {
        Path from = written.resolve("a");
        Path to = root.resolve("a");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
            return to.resolve("engine").resolve(GROUP.getUuid().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, String beginning) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(beginning))
                    .sorted(Comparator.comparing((Path file) -> file.toString().length())
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path openSegment(Path group) {
        return files(group.resolve("current"), "log_inprogress_").getFirst();
    }

    private static List<Path> closedSegments(Path group) {
        return files(group.resolve("current"), "log_").stream()
                .filter(file -> !file.toString().contains("inprogress"))
                .toList();
    }

    private static void flip(Path file, int at) {
        edit(file, bytes -> {
            bytes[at < 0 ? bytes.length + at : at] ^= 4;
            return bytes;
        });
    }

    private interface Edit {
        byte[] of(byte[] bytes);
    }

    private static void edit(Path file, Edit edit) {
        try {
            Files.write(file, edit.of(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LogCheck.Finding check(Path group) throws IOException, DamagedException {
        Path folder = group.getParent().getParent();
        return LogCheck.run(
                group,
                "a_0",
                true,
                new AppliedNote(folder.resolve("applied")).read(),
                new MembershipNote(folder.resolve("membership")).read());
    }

    private void assertDamaged(Path group, String sentence) {
        assertThatThrownBy(() -> check(group))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(sentence);
    }

    /** The record of the entry that would have come next. */
    private static byte[] nextRecord(Path group, int bytes) throws IOException {
        SegmentScan scan = SegmentScan.of(Files.readAllBytes(openSegment(group)));
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) 'y');
        return Segments.record(scan.lastTerm(), scan.lastIndex() + 1, data);
    }

    @Test
    void writtenLedgerHasSegmentsAndSnapshots() throws Exception {
        Path group = copy();
        assertThat(closedSegments(group)).isNotEmpty();
        assertThat(files(group.resolve("sm"), "snapshot.")).hasSize(2);
        assertThat(SegmentScan.of(Files.readAllBytes(openSegment(group))).entries())
                .isPositive();
        assertThat(check(group).cutBytes()).isZero();
    }

    @Test
    void tornTailsAreCutAndNothingElseIsTouched() throws Exception {
        for (Edit tear : List.<Edit>of(
                record -> Arrays.copyOf(record, record.length / 2),
                record -> Segments.join(Arrays.copyOf(record, 700), new byte[1 << 20]),
                record -> Segments.join(zeroLast(record, 40), new byte[500_000]),
                record -> Segments.join(zeroLast(record, 4096), new byte[500_000]),
                record -> zeroLast(record, 4096))) {
            Path group = copy();
            Path segment = openSegment(group);
            byte[] before = Files.readAllBytes(segment);
            byte[] torn = tear.of(nextRecord(group, 10_000));
            edit(segment, bytes -> Segments.join(bytes, torn));
            assertThat(check(group).cutBytes()).isPositive();
            assertThat(Files.readAllBytes(segment)).isEqualTo(before);
            DurableFiles.deleteAll(root.resolve("a"));
        }
    }

    private static byte[] zeroLast(byte[] record, int zeros) {
        Arrays.fill(record, record.length - zeros, record.length, (byte) 0);
        return record;
    }

    @Test
    void voterWithATornTailGoesOn() throws Exception {
        Path group = copy();
        byte[] torn = Arrays.copyOf(nextRecord(group, 10_000), 6000);
        edit(openSegment(group), bytes -> Segments.join(bytes, torn, new byte[1 << 20]));
        a = new Voter(root, "a", AUTHORITY.node("a")).open();
        Voter.await("a leads", a::leads);
        assertThat(a.ledger.aside()).isEmpty();
        assertThat(a.journal.lines()).hasSize(ENTRIES);
        a.append("goes-on");
        assertThat(a.journal.lines()).hasSize(ENTRIES + 1).endsWith("goes-on");
    }

    @Test
    void flippedBitsAndGapsAreDamage() throws Exception {
        Path group = copy();
        flip(openSegment(group), 300_000);
        assertDamaged(group, "is not whole");

        group = copyAnew();
        flip(openSegment(group), -100);
        assertDamaged(group, "checksum");

        group = copyAnew();
        flip(openSegment(group), 2);
        assertDamaged(group, "does not begin as a log");

        group = copyAnew();
        flip(closedSegments(group).getLast(), 1_000_000);
        assertDamaged(group, "is not whole");

        // The newest snapshot covers the last closed segment; without both, entries are gone.
        group = copyAnew();
        Files.delete(closedSegments(group).getLast());
        assertThat(check(group).cutBytes()).isZero();
        flip(files(group.resolve("sm"), "snapshot.").getLast(), 40);
        assertDamaged(group, "does not match its digest");
    }

    @Test
    void logWithAGapOrAWrongEndIsDamage() throws Exception {
        Path current = Files.createDirectories(root.resolve("a/engine/group/current"));
        Path group = current.getParent();
        Files.writeString(current.resolve("raft-meta"), "term=1\nvotedFor=\n");
        byte[] zeroAndOne =
                Segments.join(Segments.HEADER, Segments.record(1, 0, new byte[9]), Segments.record(1, 1, new byte[9]));
        Files.write(current.resolve("log_0-1"), zeroAndOne);
        Path open = current.resolve("log_inprogress_2");
        Files.write(open, Segments.join(Segments.HEADER, Segments.record(1, 2, new byte[9]), new byte[99]));
        assertThat(check(group).empty()).isFalse();

        Files.move(open, current.resolve("log_inprogress_3"));
        assertDamaged(group, "has a gap between 1 and 3");
        Files.delete(current.resolve("log_inprogress_3"));
        Files.move(current.resolve("log_0-1"), current.resolve("log_0-2"));
        assertDamaged(group, "ends at index 1");
        Files.move(current.resolve("log_0-2"), current.resolve("log_5-6"));
        assertDamaged(group, "begins at index 5, but the newest snapshot ends at -1");
    }

    private Path copyAnew() throws IOException {
        DurableFiles.deleteAll(root.resolve("a"));
        return copy();
    }

    @Test
    void silentlyShortenedLogIsDamage() throws Exception {
        // Entry by entry the file is whole; only the note knows that there were more.
        Path group = copy();
        Path segment = openSegment(group);
        byte[] whole = Files.readAllBytes(segment);
        int oneLess = SegmentScan.of(Arrays.copyOf(whole, whole.length - 1)).wholeBytes();
        Files.write(segment, Arrays.copyOf(whole, oneLess));
        assertDamaged(group, "had been applied here");

        group = copyAnew();
        edit(openSegment(group), bytes -> zeroLast(bytes, 4096));
        assertDamaged(group, "had been applied here");

        group = copyAnew();
        DurableFiles.deleteAll(group);
        assertDamaged(group, "had been applied here");
        Files.delete(root.resolve("a/applied"));
        assertDamaged(group, "is gone");
    }

    @Test
    void oneDamagedSnapshotCostsNothingTwoAreDamage() throws Exception {
        Path group = copy();
        List<Path> snapshots = files(group.resolve("sm"), "snapshot.");
        flip(snapshots.getLast(), 40);
        assertThat(check(group).cutBytes()).isZero();
        a = new Voter(root, "a", AUTHORITY.node("a")).open();
        Voter.await("a leads", a::leads);
        assertThat(a.journal.lines()).hasSize(ENTRIES);
        assertThat(a.journal.restores()).isEqualTo(1);
        a.close();

        group = copyAnew();
        files(group.resolve("sm"), "snapshot.").forEach(file -> flip(file, 40));
        assertDamaged(group, "does not match its digest");
    }

    @Test
    void lostVoteOrMembershipIsDamageAndAnOldVoteIsMendedSafely() throws Exception {
        Path group = copy();
        Path vote = group.resolve("current/raft-meta");
        Files.writeString(vote, "garbage");
        assertDamaged(group, "does not name the term and the vote");

        Files.writeString(vote, "term=0\nvotedFor=\n");
        check(group);
        assertThat(Files.readString(vote)).contains("term=1").contains("votedFor=a_0");

        Files.delete(group.getParent().getParent().resolve("membership"));
        Files.write(group.resolve("current/raft-meta.conf"), new byte[] {1, 2, 3});
        assertDamaged(group, "does not name the voters");
        Files.delete(group.resolve("current/raft-meta.conf"));
        assertDamaged(group, "is missing");
    }

    /** The engine overwrites it in place: a full disk or a power cut leaves a part of it, or nothing. */
    @Test
    void membershipThatWasLeftHalfWrittenCostsNothing() throws Exception {
        Path group = copy();
        Path membership = group.resolve("current/raft-meta.conf");
        Optional<RaftConfigurationProto> before = check(group).membership();
        assertThat(before).isPresent();
        for (int bytes = 0; bytes < 3; bytes++) {
            Files.write(membership, Arrays.copyOf(Files.readAllBytes(membership), bytes));
            assertThat(check(group).membership()).isEqualTo(before);
        }
        Files.delete(membership);
        assertThat(check(group).membership()).isEqualTo(before);

        edit(membership, bytes -> new byte[0]);
        a = new Voter(root, "a", AUTHORITY.node("a")).open();
        Voter.await("a leads", a::leads);
        assertThat(a.ledger.aside()).isEmpty();
        a.close();

        flip(group.getParent().getParent().resolve("membership"), -1);
        Files.write(membership, new byte[0]);
        assertDamaged(group, "does not name the voters");
    }

    @Test
    void damagedVoterStepsAsideAndReturnsAsANewPeer() throws Exception {
        a = new Voter(root, "a", AUTHORITY.node("a")).found();
        Voter.await("a leads", a::leads);
        b = new Voter(root, "b", AUTHORITY.node("b")).open();
        Voter.get(a.ledger.addVoter(b.self()));
        Voter c = new Voter(root, "c", AUTHORITY.node("c")).open();
        Voter.get(a.ledger.addVoter(c.self()));
        a.append("line ", 100);
        Voter.await("c has all", () -> c.journal.size() == 100);
        Ledger.Peer before = c.self();
        c.close();
        Path segment =
                openSegment(c.folder.resolve("engine").resolve(GROUP.getUuid().toString()));
        flip(segment, 1000);

        try (Voter again = c.open()) {
            assertThat(again.ledger.aside().orElseThrow())
                    .contains(segment.getFileName().toString())
                    .contains("renamed to c-damaged-1");
            assertThat(root.resolve("c-damaged-1/engine")).isDirectory();
            assertThat(again.self().storage()).isNotEqualTo(before.storage());
            assertThat(again.journal.lines()).isEmpty();

            Voter.get(a.ledger.removeVoter(again.node));
            Voter.get(a.ledger.addVoter(again.self()));
            Voter.await("it has all again", () -> again.journal.lines().equals(a.journal.lines()));
            Voter.await(
                    "the trouble is over", () -> again.ledger.status().trouble().isEmpty());
        }
    }

    @Test
    void damagedOnlyVoterDoesNotFoundAnEmptyLedgerAgain() throws Exception {
        Path group = copy();
        flip(openSegment(group), 1000);
        a = new Voter(root, "a", AUTHORITY.node("a")).found();
        assertThat(a.ledger.aside()).isPresent();
        assertThatThrownBy(() -> a.append("into nothing")).hasMessageContaining("renamed to a-damaged-1");
        assertThat(a.votes()).isEmpty();
    }
}
