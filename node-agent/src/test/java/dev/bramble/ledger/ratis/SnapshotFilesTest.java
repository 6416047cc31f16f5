package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFilesTest {
    @TempDir
    private Path group;

    private SnapshotFiles snapshots;

    @BeforeEach
    void lookAtTheDisk() throws IOException {
        snapshots = new SnapshotFiles(group);
        snapshots.refresh();
    }

    private static SnapshotFiles.Snapshot snapshot(long index, int bytes) {
        byte[] state = new byte[bytes];
        new Random(index).nextBytes(state);
        return new SnapshotFiles.Snapshot(TermIndex.valueOf(3, index), state);
    }

    private Path file(long index) {
        return group.resolve("sm/snapshot.3_" + index);
    }

    @Test
    void newestIsReadBackAndTheOneBeforeIsKept() throws Exception {
        assertThat(snapshots.store(snapshot(10, 0)))
                .as("nothing older to rely on")
                .isEqualTo(-1);
        assertThat(snapshots.store(snapshot(20, 100))).isEqualTo(10);
        assertThat(snapshots.store(snapshot(30, 300_000))).isEqualTo(20);
        SnapshotFiles again = new SnapshotFiles(group);
        again.refresh();
        assertThat(again.getLatestSnapshot().getIndex()).isEqualTo(30);
        assertThat(again.load().orElseThrow().state())
                .isEqualTo(snapshot(30, 300_000).state());
        try (Stream<Path> files = Files.list(group.resolve("sm"))) {
            assertThat(files).containsExactlyInAnyOrder(file(20), file(30));
        }
    }

    @Test
    void anyFlippedBitOrMissingByteIsFound() throws Exception {
        snapshots.store(snapshot(10, 500));
        byte[] whole = Files.readAllBytes(file(10));
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(10), damaged);
            assertThat(SnapshotFiles.check(group).damaged()).as("try %d", i).hasSize(1);
            Files.write(file(10), Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThat(SnapshotFiles.check(group).damaged()).as("try %d", i).hasSize(1);
        }
        Files.write(file(10), whole);
        assertThat(SnapshotFiles.check(group))
                .matches(check ->
                        check.damaged().isEmpty() && check.sound().orElseThrow().getIndex() == 10);
    }

    @Test
    void olderOneStandsInForADamagedOne() throws Exception {
        snapshots.store(snapshot(10, 500));
        snapshots.store(snapshot(20, 500));
        Files.write(file(20), new byte[3]);
        SnapshotFiles.Check check = SnapshotFiles.check(group);
        assertThat(check.sound()).contains(TermIndex.valueOf(3, 10));
        assertThat(check.damaged()).containsOnlyKeys(file(20));
        SnapshotFiles.putAway(file(20));
        assertThat(SnapshotFiles.check(group).damaged()).isEmpty();
    }

    @Test
    void installationCutInTwoIsUndone() throws Exception {
        snapshots.store(snapshot(10, 50));
        // The engine had moved the old folder and was about to put the new one into its place.
        Files.move(group.resolve("sm"), group.resolve("sm.tmp20261122_101010"));
        Files.createDirectories(group.resolve("tmp/snapshot-1"));
        Files.write(group.resolve("tmp/snapshot-1/snapshot.3_99"), new byte[1]);
        SnapshotFiles.tidy(group);
        assertThat(SnapshotFiles.check(group).sound()).contains(TermIndex.valueOf(3, 10));
        assertThat(group.resolve("tmp")).doesNotExist();

        // Or had done so, and not yet deleted the old one.
        Files.createDirectories(group.resolve("sm.tmp20261122_111111"));
        SnapshotFiles.tidy(group);
        try (Stream<Path> left = Files.list(group)) {
            assertThat(left).containsExactly(group.resolve("sm"));
        }
    }

    @Test
    void unfinishedOneIsNoSnapshot() throws Exception {
        Files.write(group.resolve("sm/snapshot.3_10.part"), new byte[100]);
        SnapshotFiles.tidy(group);
        assertThat(SnapshotFiles.check(group)).isEqualTo(new SnapshotFiles.Check(Optional.empty(), Map.of()));
        assertThat(group.resolve("sm")).isEmptyDirectory();
    }
}
