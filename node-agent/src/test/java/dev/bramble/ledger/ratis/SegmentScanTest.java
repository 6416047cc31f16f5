package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.ratis.SegmentScan.Tail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each theorem is tried on random segments; the seed is in the message of a failure. */
class SegmentScanTest {
    private static final int TRIES = 300;
    private static final int SECTOR_BYTES = 512;

    /** A random segment, and where its entries begin; the last number is where they end. */
    private record Sample(byte[] file, List<Integer> begins, Random random) {
        static Sample of(int seed) {
            Random random = new Random(seed);
            byte[][] parts = new byte[1 + 1 + random.nextInt(12)][];
            parts[0] = Segments.HEADER;
            List<Integer> begins = new ArrayList<>();
            int position = Segments.HEADER.length;
            for (int i = 1; i < parts.length; i++) {
                byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(9000) : random.nextInt(200)];
                for (int j = 0; j < data.length; j++) {
                    data[j] = (byte) (1 + random.nextInt(255));
                }
                parts[i] = Segments.record(1 + i / 4, 100 + i, data);
                begins.add(position);
                position += parts[i].length;
            }
            begins.add(position);
            return new Sample(Segments.join(parts), begins, random);
        }

        int entries() {
            return begins.size() - 1;
        }

        int lastBegin() {
            return begins.get(entries() - 1);
        }

        /** How many entries end at or before {@code position}. */
        int wholeBefore(int position) {
            return (int) begins.stream().skip(1).filter(end -> end <= position).count();
        }

        byte[] padded() {
            return Arrays.copyOf(file, file.length + random.nextInt(3 * SECTOR_BYTES));
        }
    }

    @Test
    void wholeSegmentIsClean() {
        for (int seed = 0; seed < TRIES; seed++) {
            Sample sample = Sample.of(seed);
            SegmentScan scan = SegmentScan.of(sample.padded());
            assertThat(scan.tail()).as("seed %d", seed).isInstanceOf(Tail.Clean.class);
            assertThat(scan.entries()).isEqualTo(sample.entries());
            assertThat(scan.firstIndex()).isEqualTo(101);
            assertThat(scan.lastIndex()).isEqualTo(100 + sample.entries());
            assertThat(scan.lastTerm()).isEqualTo(1 + sample.entries() / 4);
            assertThat(scan.wholeBytes()).isEqualTo(sample.file.length);
        }
    }

    @Test
    void fileCutAnywhereIsTornAndKeepsTheWholeEntries() {
        for (int seed = 0; seed < TRIES; seed++) {
            Sample sample = Sample.of(seed);
            int cut = sample.random.nextInt(sample.file.length);
            SegmentScan scan = SegmentScan.of(Arrays.copyOf(sample.file, cut));
            assertThat(scan.tail()).as("seed %d", seed).isNotInstanceOf(Tail.Bad.class);
            assertThat(scan.entries()).as("seed %d", seed).isEqualTo(sample.wholeBefore(cut));
        }
    }

    @Test
    void sectorsNeverWrittenAreTornAndKeepTheWholeEntries() {
        for (int seed = 0; seed < TRIES; seed++) {
            Sample sample = Sample.of(seed);
            byte[] file = sample.padded();
            int written = sample.lastBegin()
                    + sample.random.nextInt(sample.file.length - sample.lastBegin()) / SECTOR_BYTES * SECTOR_BYTES;
            written = Math.max(sample.lastBegin(), written / SECTOR_BYTES * SECTOR_BYTES);
            Arrays.fill(file, written, file.length, (byte) 0);
            SegmentScan scan = SegmentScan.of(file);
            assertThat(scan.tail()).as("seed %d", seed).isNotInstanceOf(Tail.Bad.class);
            assertThat(scan.entries()).as("seed %d", seed).isEqualTo(sample.entries() - 1);
        }
    }

    @Test
    void zeroedEndOfTheLastEntryIsTorn() {
        for (int zeros : new int[] {4, 5, 40, 4096}) {
            byte[] last = Segments.record(1, 2, "x".repeat(zeros + 1000).getBytes());
            Arrays.fill(last, last.length - zeros, last.length, (byte) 0);
            byte[] file = Segments.join(
                    Segments.HEADER, Segments.record(1, 1, new byte[10]), last, new byte[zeros % 2 == 0 ? 100_000 : 0]);
            SegmentScan scan = SegmentScan.of(file);
            assertThat(scan.tail()).as("%d zeros", zeros).isInstanceOf(Tail.Torn.class);
            assertThat(scan.lastIndex()).isEqualTo(1);
        }
    }

    @Test
    void sectorWithinTheLastEntryNeverWrittenIsTorn() {
        byte[] last = Segments.record(1, 2, "x".repeat(3000).getBytes());
        byte[] file = Segments.join(Segments.HEADER, last, new byte[5000]);
        Arrays.fill(file, 1024, 1536, (byte) 0);
        assertThat(SegmentScan.of(file).tail()).isInstanceOf(Tail.Torn.class);
    }

    @Test
    void flippedBitAnywhereIsDamage() {
        for (int seed = 0; seed < 10 * TRIES; seed++) {
            Sample sample = Sample.of(seed);
            byte[] file = sample.padded();
            int at = sample.random.nextInt(sample.file.length);
            file[at] ^= (byte) (1 << sample.random.nextInt(8));
            assertThat(SegmentScan.of(file).tail())
                    .as("seed %d: byte %d of %d", seed, at, sample.file.length)
                    .isInstanceOf(Tail.Bad.class);
        }
    }

    @Test
    void dataAfterTheEndIsDamage() {
        for (int seed = 0; seed < TRIES; seed++) {
            Sample sample = Sample.of(seed);
            byte[] file = Arrays.copyOf(sample.file, sample.file.length + 2000);
            file[sample.file.length + 1 + sample.random.nextInt(1999)] = 7;
            assertThat(SegmentScan.of(file).tail()).as("seed %d", seed).isInstanceOf(Tail.Bad.class);
        }
    }

    @Test
    void missingEntryInTheMiddleIsDamage() {
        byte[] file = Segments.join(
                Segments.HEADER,
                Segments.record(1, 1, new byte[3]),
                Segments.record(1, 3, new byte[3]),
                new byte[1000]);
        assertThat(SegmentScan.of(file).tail()).isEqualTo(new Tail.Bad("entry 3 of term 1 follows entry 1"));
    }

    @Test
    void tornEntryBeforeAWholeOneIsDamage() {
        byte[] torn = Segments.record(1, 2, "x".repeat(2000).getBytes());
        Arrays.fill(torn, 1000, torn.length, (byte) 0);
        byte[] file = Segments.join(
                Segments.HEADER, Segments.record(1, 1, new byte[3]), torn, Segments.record(1, 3, new byte[3]));
        assertThat(SegmentScan.of(file).tail()).isInstanceOf(Tail.Bad.class);
    }

    @Test
    void headerThatIsNotThereYetIsEmptyAndAnotherIsDamage() {
        assertThat(SegmentScan.of(new byte[0]).tail()).isInstanceOf(Tail.Clean.class);
        assertThat(SegmentScan.of(new byte[4096]).tail()).isInstanceOf(Tail.Clean.class);
        assertThat(SegmentScan.of(Arrays.copyOf(Segments.HEADER, 5)).tail()).isInstanceOf(Tail.Clean.class);
        byte[] other = Segments.join(Segments.HEADER, new byte[100]);
        other[0] ^= 1;
        assertThat(SegmentScan.of(other).tail()).isInstanceOf(Tail.Bad.class);
    }

    @Test
    void lengthThatClaimsMoreThanThereIsHidesNoWholeEntries() {
        // The engine itself takes this for the end of the log and drops what follows.
        byte[] first = Segments.record(1, 1, "x".repeat(100).getBytes());
        first[1] |= 0x7f;
        byte[] file = Segments.join(Segments.HEADER, first, Segments.record(1, 2, new byte[20]));
        assertThat(SegmentScan.of(file).tail()).isInstanceOf(Tail.Bad.class);
        // The same on the very last entry: it is whole but for its length.
        assertThat(SegmentScan.of(Segments.join(Segments.HEADER, first)).tail()).isInstanceOf(Tail.Bad.class);
        assertThat(SegmentScan.of(Segments.join(Segments.HEADER, first, new byte[50_000]))
                        .tail())
                .isInstanceOf(Tail.Bad.class);
    }
}
