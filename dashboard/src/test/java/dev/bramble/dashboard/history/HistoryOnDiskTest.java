package dev.bramble.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import dev.bramble.time.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures for charts that outlive the head. */
class HistoryOnDiskTest {
    private static final int STEP_SECONDS = 120;
    private static final SeriesName NODES_UP = new SeriesName.OfBramble(BrambleFigure.NODES_UP);
    private static final SeriesName RUNNING = new SeriesName.OfNode("pi01", NodeFigure.TASKS_RUNNING);

    @TempDir
    Path folder;

    private static Seen seen(long headSecond, long brambleSecond, int up) {
        Views.Files files = new Views.Files(0, 0, 0, 0, 0, 0);
        NodeId node = new NodeId("n1");
        Views.Summary summary = new Views.Summary(
                "home", "l-1", 1, 100, Optional.of(node), Optional.empty(), up, 9, 1, 0, 0, 0, 0, files, List.of());
        Views.NodeView view = new Views.NodeView(
                node,
                "pi01",
                NodeRole.AGENT,
                Views.Link.UP,
                100,
                NodeStanding.READY,
                "",
                "",
                0,
                Optional.empty(),
                List.of(),
                0,
                true,
                true,
                "serial",
                Optional.empty(),
                Optional.empty(),
                2 * up,
                0,
                0,
                0,
                0,
                0,
                Optional.empty());
        return new Seen(
                headSecond * 1_000,
                new Moment(brambleSecond * 1_000),
                Optional.empty(),
                summary,
                List.of(view),
                List.of(),
                List.of(),
                Optional.empty(),
                RackLayout.EMPTY,
                new Views.AlertNotesView(List.of(), List.of()),
                Map.of(),
                0);
    }

    /** Slots 0 to {@code slots}, the last one begun; in slot n, n nodes are up. */
    private void keep(int slots) {
        try (History history = new History(Optional.of(folder))) {
            for (int second = 0; second <= slots * STEP_SECONDS; second += 10) {
                history.record(seen(second, 50_000 + second, second / STEP_SECONDS));
            }
        }
    }

    private static double[] chart(History history, SeriesName name, long nowSecond, int slots) {
        return history.columns(
                        List.of(name),
                        nowSecond * 1_000,
                        (nowSecond - slots * STEP_SECONDS) * 1_000L,
                        nowSecond * 1_000,
                        STEP_SECONDS)
                .values()
                .getFirst();
    }

    private static double[] upTo(int slots) {
        return IntStream.range(0, slots).mapToDouble(up -> up).toArray();
    }

    @Test
    void chartsGoOnAfterARestartWhereverTheClockOfTheHeadBegins() {
        keep(5);
        long begin = 7_000_000;
        // Two slots were missed meanwhile.
        long brambleSecond = 50_000 + 7 * STEP_SECONDS;
        try (History history = new History(Optional.of(folder))) {
            history.record(seen(begin, brambleSecond, 1));

            double[] up = chart(history, NODES_UP, begin, 7);
            assertThat(Arrays.copyOf(up, 5)).containsExactly(upTo(5));
            assertThat(up[5]).isNaN();
            assertThat(up[up.length - 1]).isEqualTo(1);
            assertThat(Arrays.copyOf(chart(history, RUNNING, begin, 7), 5)).containsExactly(0, 2, 4, 6, 8);
        }
    }

    @Test
    void tornTailIsSkippedAndSaidWhereverItWasCutAndWhatComesNextIsKeptBehindTheGoodPart() throws IOException {
        keep(4);
        Path file = folder.resolve("current");
        byte[] whole = Files.readAllBytes(file);
        int record = -1;
        try (HistoryFile good = new HistoryFile(folder, "l-1")) {
            assertThat(good.read()).hasSize(4);
            assertThat(good.troubles()).isEmpty();
            record = (whole.length - heading(whole)) / 4;
        }
        for (int cut = 1; cut < record; cut += 7) {
            Files.write(file, Arrays.copyOf(whole, whole.length - cut));
            try (HistoryFile torn = new HistoryFile(folder, "l-1")) {
                List<KeptSlot> kept = torn.read();
                assertThat(kept).as("without its last %d bytes", cut).hasSize(3);
                assertThat(torn.troubles())
                        .hasSize(1)
                        .first()
                        .asString()
                        .contains(file + " are torn")
                        .contains("skipped");
                torn.append(kept.getLast());
                assertThat(torn.read()).hasSize(4);
            }
        }
    }

    private static int heading(byte[] whole) {
        return 2 * Integer.BYTES + java.nio.ByteBuffer.wrap(whole).getInt();
    }

    @Test
    void whatIsDamagedInTheMiddleEndsThereAndZerosAreNoRecords() throws IOException {
        keep(4);
        Path file = folder.resolve("current");
        byte[] whole = Files.readAllBytes(file);
        byte[] zeros = Arrays.copyOf(whole, whole.length + 4_096);
        Files.write(file, zeros);
        try (HistoryFile history = new HistoryFile(folder, "l-1")) {
            assertThat(history.read()).hasSize(4);
            assertThat(history.troubles()).hasSize(1);
        }
        whole[heading(whole) + 20] ^= 1;
        Files.write(file, whole);
        try (HistoryFile history = new HistoryFile(folder, "l-1")) {
            assertThat(history.read()).isEmpty();
        }
        assertThat(file).hasSize(heading(whole));
    }

    @Test
    void figuresOfAnotherBrambleAreDropped() throws IOException {
        keep(3);
        try (HistoryFile other = new HistoryFile(folder, "l-2")) {
            assertThat(other.read()).isEmpty();
            assertThat(other.troubles()).hasSize(1).first().asString().contains("another bramble");
        }
        assertThat(folder.resolve("current")).doesNotExist();
    }

    @Test
    void filesNeverGrowBeyondTheirLimit() throws IOException {
        List<KeptSlot.OfNode> nodes = IntStream.range(0, History.NODES_MAX)
                .mapToObj(i ->
                        new KeptSlot.OfNode(new NodeId("n" + i), "x".repeat(63), new float[NodeFigure.values().length]))
                .toList();
        try (HistoryFile file = new HistoryFile(folder, "l-1")) {
            for (int i = 0; i < 1_600; i++) {
                file.append(new KeptSlot(i * 120_000L, new float[BrambleFigure.values().length], nodes));
            }
            List<KeptSlot> kept = file.read();
            assertThat(kept).hasSizeGreaterThan(600);
            assertThat(kept.getLast().brambleMillis()).isEqualTo(1_599 * 120_000L);
        }
        long bytes = Files.size(folder.resolve("current")) + Files.size(folder.resolve("previous"));
        assertThat(bytes).isLessThanOrEqualTo(HistoryFile.BYTES_MAX);
    }

    @Test
    void nothingIsWrittenUnlessTheOperatorSaysSo() {
        try (History history = new History(Optional.empty())) {
            for (int second = 0; second < 600; second++) {
                history.record(seen(second, second, 1));
            }
        }
        assertThat(folder).isEmptyDirectory();
    }
}
