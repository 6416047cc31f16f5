package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.ratis.SegmentScan.Tail;
import dev.bramble.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No byte of what a voter keeps is too small to matter: each one is cut off, and each bit of it flipped, one at a time,
 * in the last entry of the log, a snapshot, and the small files beside them.
 */
class EveryByteTest {
    /** It would say a thousand times what it mends. Kept here: the JDK forgets the level of a logger nobody holds. */
    private static final Logger CHECK_LOG = Logger.getLogger(LogCheck.class.getName());

    private static final int BITS = 8;
    private static final byte[] FIRST = Segments.record(1, 0, "the first entry".getBytes());
    /** Longer than a sector, so that its length takes two bytes. */
    private static final byte[] LAST =
            Segments.record(1, 1, "entry of some length ".repeat(30).getBytes());

    private static final byte[] WHOLE = Segments.join(Segments.HEADER, FIRST, LAST);
    private static final int LAST_BEGINS = Segments.HEADER.length + FIRST.length;

    @TempDir
    private Path root;

    private Path current;
    private Path segment;

    @BeforeAll
    static void beSilent() {
        CHECK_LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        CHECK_LOG.setLevel(null);
    }

    @BeforeEach
    void makeFolders() throws IOException {
        current = Files.createDirectories(root.resolve("group/current"));
        segment = current.resolve("log_inprogress_0");
        Files.writeString(current.resolve("raft-meta"), "term=1\nvotedFor=\n");
    }

    private LogCheck.Finding check(OptionalLong applied, Optional<LogEntryProto> membership)
            throws IOException, DamagedException {
        return LogCheck.run(current.getParent(), "a_0", true, applied, membership);
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / BITS] ^= (byte) (1 << bit % BITS);
        return flipped;
    }

    @Test
    void lastEntryCutAtAnyByteIsCutUnlessItHadBeenApplied() throws Exception {
        for (int cut = LAST_BEGINS; cut < WHOLE.length; cut++) {
            byte[] torn = Arrays.copyOf(WHOLE, cut);
            // A disk writes sectors, not bytes: half a checksum with zeros behind it is no tear, and counts as damage.
            boolean withinTheChecksum = WHOLE.length - cut < Integer.BYTES;
            int bytes = withinTheChecksum ? cut : WHOLE.length + 5000;
            for (byte[] file : List.of(torn, Arrays.copyOf(torn, bytes))) {
                SegmentScan scan = SegmentScan.of(file);
                assertThat(scan.tail()).as("cut at %d", cut).isNotInstanceOf(Tail.Bad.class);
                assertThat(scan.lastIndex()).as("cut at %d", cut).isZero();
            }
            if (cut % 16 == 0 || WHOLE.length - cut <= 8 || cut - LAST_BEGINS <= 8) {
                Files.write(segment, torn);
                assertThatThrownBy(() -> check(OptionalLong.of(1), Optional.empty()))
                        .as("cut at %d", cut)
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining("entries up to 1 had been applied here");
                Files.write(segment, torn);
                assertThat(check(OptionalLong.of(0), Optional.empty()).cutBytes())
                        .isEqualTo(cut - LAST_BEGINS);
                assertThat(segment).hasBinaryContent(Arrays.copyOf(WHOLE, LAST_BEGINS));
            }
        }
    }

    @Test
    void flippedBitAnywhereInTheLastEntryIsDamage() {
        for (int bit = LAST_BEGINS * BITS; bit < WHOLE.length * BITS; bit++) {
            byte[] file = flipped(WHOLE, bit);
            assertThat(SegmentScan.of(file).tail())
                    .as("bit %d of byte %d", bit % BITS, bit / BITS)
                    .isInstanceOf(Tail.Bad.class);
            assertThat(SegmentScan.of(Arrays.copyOf(file, file.length + 5000)).tail())
                    .as("bit %d of byte %d, zeros behind it", bit % BITS, bit / BITS)
                    .isInstanceOf(Tail.Bad.class);
        }
    }

    @Test
    void snapshotWithAnyBitFlippedOrCutAnywhereIsNotUsed() throws Exception {
        SnapshotFiles snapshots = new SnapshotFiles(root);
        snapshots.refresh();
        snapshots.store(new SnapshotFiles.Snapshot(TermIndex.valueOf(3, 10), "the state".getBytes()));
        Path file = root.resolve("sm/snapshot.3_10");
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * BITS; bit++) {
            Files.write(file, flipped(whole, bit));
            assertThat(SnapshotFiles.check(root).damaged())
                    .as("bit %d of byte %d", bit % BITS, bit / BITS)
                    .containsOnlyKeys(file);
        }
        for (int cut = 0; cut < whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertThat(SnapshotFiles.check(root).sound()).as("cut at %d", cut).isEmpty();
        }
        Files.write(file, whole);
        assertThat(SnapshotFiles.check(root).sound()).contains(TermIndex.valueOf(3, 10));
    }

    @Test
    void noteOfWhatWasAppliedSaysTheSameOrNothing() throws Exception {
        Path file = root.resolve("applied");
        new AppliedNote(file).write(300);
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * BITS; bit++) {
            Files.write(file, flipped(whole, bit));
            assertThat(new AppliedNote(file).read()).as("bit %d", bit).isEmpty();
        }
        for (int cut = 0; cut < whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertThat(new AppliedNote(file).read()).as("cut at %d", cut).isEmpty();
        }
    }

    private static RaftConfigurationProto voters(String... peers) {
        RaftConfigurationProto.Builder membership = RaftConfigurationProto.newBuilder();
        for (String peer : peers) {
            membership.addPeers(RaftPeerProto.newBuilder()
                    .setId(ByteString.copyFromUtf8(peer))
                    .setAddress("192.168.1.7:7801"));
        }
        return membership.build();
    }

    /** The engine's own file has no checksum: a flipped bit of it could name voters that are none. */
    @Test
    void membershipWithAnyBitFlippedOrCutAnywhereIsMendedFromTheNote() throws Exception {
        RaftConfigurationProto membership = voters("a_0", "b_1", "c_2");
        Path noteFile = root.resolve("membership");
        new MembershipNote(noteFile).write(1, 1, membership);
        Optional<LogEntryProto> note = new MembershipNote(noteFile).read();
        byte[] whole = note.orElseThrow().toByteArray();
        Path file = current.resolve("raft-meta.conf");
        Files.write(segment, WHOLE);
        for (int bit = 0; bit < whole.length * BITS; bit++) {
            Files.write(file, flipped(whole, bit));
            assertThat(check(OptionalLong.of(1), note).membership())
                    .as("bit %d of byte %d", bit % BITS, bit / BITS)
                    .contains(membership);
            assertThat(LogEntryProto.parseFrom(Files.readAllBytes(file)).getConfigurationEntry())
                    .isEqualTo(membership);
        }
        for (int cut = 0; cut < whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertThat(check(OptionalLong.of(1), note).membership())
                    .as("cut at %d", cut)
                    .contains(membership);
        }
        byte[] noteBytes = Files.readAllBytes(noteFile);
        for (int bit = 0; bit < noteBytes.length * BITS; bit++) {
            Files.write(noteFile, flipped(noteBytes, bit));
            assertThat(new MembershipNote(noteFile).read()).as("bit %d", bit).isEmpty();
        }
    }

    @Test
    void storageNeverGoesByAnotherName() throws Exception {
        Path folder = root.resolve("ledger");
        NodeId node = new NodeId("n1");
        Optional<String> course = Optional.of("course-1");
        String storage;
        try (VoterFolder made = VoterFolder.open(folder, node, Voter.LEDGER, course)) {
            storage = made.storage();
        }
        Path file = folder.resolve("voter.properties");
        byte[] whole = Files.readAllBytes(file);
        Files.createDirectories(folder.resolve("engine"));
        for (int bit = 0; bit < whole.length * BITS; bit++) {
            Files.write(file, flipped(whole, bit));
            assertSameStorageOrRefused(folder, storage, course, "bit " + bit % BITS + " of byte " + bit / BITS);
        }
        for (int cut = 0; cut < whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertSameStorageOrRefused(folder, storage, course, "cut at " + cut);
        }
    }

    private static void assertSameStorageOrRefused(Path folder, String storage, Optional<String> course, String what)
            throws IOException {
        try (VoterFolder open = VoterFolder.open(folder, new NodeId("n1"), Voter.LEDGER, Optional.empty())) {
            assertThat(new Ledger.Peer(
                            new NodeId("n1"), open.storage(), open.course().toString()))
                    .as(what)
                    .isEqualTo(new Ledger.Peer(new NodeId("n1"), storage, course.toString()));
        } catch (DamagedException damaged) {
            assertThat(damaged).as(what).hasMessageContaining("voter.properties");
        }
    }
}
