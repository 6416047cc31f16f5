package dev.bramble.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptLimits;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.LedgerId;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Priority;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.model.TaskSource;
import dev.bramble.model.TaskTraits;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

class CborCodecTest {
    private final CborCodec codec = new CborCodec();
    private static final BlobId BLOB = new BlobId("ab".repeat(32));

    private static JobSpec spec(TaskSource tasks) {
        LinkedHashMap<String, String> env = new LinkedHashMap<>();
        env.put("Z", "1");
        env.put("A", "2");
        return new JobSpec(
                "sweep",
                List.of("true"),
                Optional.empty(),
                List.of(new ShippedFile("a/b", BLOB, 3, true)),
                tasks,
                env,
                new Needs(500, 1 << 20, 0, new TreeMap<>(java.util.Map.of("ssd", "yes")), List.of("pi01")),
                Optional.of(Duration.ofHours(2)),
                false,
                Duration.ofMinutes(1),
                4,
                100,
                List.of("*.bin"),
                Optional.of(new JobSpec.Reduce(List.of("best"), List.of())),
                List.of(new JobId(3)),
                Priority.HIGH,
                Duration.ofDays(30),
                Optional.of(new TaskTraits(true, true)));
    }

    private static TaskSource grid() {
        LinkedHashMap<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put("lr", List.of("0.10", "1"));
        parameters.put("depth", List.of("2", "4", "8"));
        return new TaskSource.Grid(parameters);
    }

    private static AttemptOutcome outcome(int task, AttemptEnd end, Output stdout) {
        return new AttemptOutcome(
                new AttemptId(2, task),
                new TaskId(new JobId(1), task),
                0,
                end,
                end == AttemptEnd.SUCCEEDED ? 0 : 1,
                end == AttemptEnd.SUCCEEDED ? "" : "exit code 1",
                12,
                stdout,
                Output.Inline.EMPTY,
                false,
                List.of(new AttemptOutcome.KeptFile("m.bin", new Output.Inline(new byte[] {0, -1}), false)),
                Optional.empty());
    }

    @Test
    void entryWithEveryKindOfTaskSourceComesBackEqual() {
        for (TaskSource source : List.of(
                new TaskSource.Count(1_000_000),
                grid(),
                new TaskSource.Lines(new ShippedFile("rows", BLOB, 9, false), 7),
                new TaskSource.Each(List.of(new ShippedFile("p/1", BLOB, 9, false))))) {
            Entry entry = new Entry(
                    new Moment(17), List.of(new Command.SubmitJob(new JobId(1), spec(source), "ann", "k", "h")));
            assertThat(codec.decodeEntry(codec.encodeEntry(entry))).isEqualTo(entry);
        }
    }

    @Test
    void orderOfParametersSurvives() {
        Entry entry =
                new Entry(new Moment(17), List.of(new Command.SubmitJob(new JobId(1), spec(grid()), "ann", "", "")));
        Command.SubmitJob back = (Command.SubmitJob)
                codec.decodeEntry(codec.encodeEntry(entry)).commands().getFirst();
        assertThat(((TaskSource.Grid) back.spec().tasks()).parameters().sequencedKeySet())
                .containsExactly("lr", "depth");
        assertThat(back.spec().env().sequencedKeySet()).containsExactly("Z", "A");
    }

    @Test
    void ordersOfALeaderThatKnowsNoLimitsAreRead() {
        Message.Orders orders =
                new Message.Orders(1, 2, 3, Optional.of(AttemptLimits.STANDARD), List.of(), List.of(), List.of());
        byte[] bytes = codec.encodeMessage(orders);
        assertThat(codec.decodeMessage(bytes)).isEqualTo(orders);
        CBORMapper mapper = new CBORMapper();
        ObjectNode older = (ObjectNode) mapper.readTree(bytes);
        assertThat(older.remove("limits")).isNotNull();
        assertThat(codec.decodeMessage(mapper.writeValueAsBytes(older)))
                .isEqualTo(new Message.Orders(1, 2, 3, Optional.empty(), List.of(), List.of(), List.of()));
    }

    @Test
    void capacityOfANodeThatTellsNoReleaseIsRead() {
        NodeCapacity told = new NodeCapacity(4000, 1L << 30, new TreeMap<>(), "process group", Optional.of("0.3.0"));
        byte[] bytes = codec.encode(told);
        assertThat(codec.decode(NodeCapacity.class, bytes)).isEqualTo(told);
        CBORMapper mapper = new CBORMapper();
        ObjectNode older = (ObjectNode) mapper.readTree(bytes);
        assertThat(older.remove("release")).isNotNull();
        assertThat(codec.decode(NodeCapacity.class, mapper.writeValueAsBytes(older)))
                .isEqualTo(new NodeCapacity(4000, 1L << 30, new TreeMap<>(), "process group"));
    }

    @Test
    void stateSurvivesItsSnapshot() {
        LedgerState state = new LedgerState();
        NodeId node = new NodeId("pi-1");
        state.apply(new Entry(
                new Moment(1),
                List.of(
                        new Command.Found(new LedgerId("L"), "home", "pem", Optional.of(Language.OWN)),
                        new Command.HoldBlob(BLOB, 3, "ann", List.of(node), new Moment(99)),
                        new Command.SubmitJob(new JobId(1), spec(new TaskSource.Count(5000)), "ann", "key", "hash"))));
        List<AttemptOutcome> outcomes = List.of(
                outcome(3, AttemptEnd.SUCCEEDED, new Output.Inline("hi\n".getBytes())),
                outcome(4000, AttemptEnd.FAILED, new Output.Stored(BLOB, 3, List.of(node), "end")));
        List<Command> grants = new ArrayList<>();
        grants.add(new Command.GrantExclusive(new TaskId(new JobId(1), 9), 0, new AttemptId(1, 99), node, "life"));
        outcomes.forEach(each ->
                grants.add(new Command.GrantExclusive(each.task(), each.retryEpoch(), each.attempt(), node, "life")));
        state.apply(new Entry(new Moment(2), grants));
        state.apply(new Entry(
                new Moment(2),
                List.of(
                        new Command.RecordOutcomes(node, outcomes),
                        new Command.RecordLosses(node, new JobId(1), 0, RoaringBitmap.bitmapOf(7, 8), "unplugged"))));
        byte[] bytes = codec.encodeImage(state.image());
        LedgerState back = LedgerState.of(codec.decodeImage(bytes));
        assertThat(codec.encodeImage(back.image())).isEqualTo(bytes);
        assertThat(back.inlineBytes()).isEqualTo(state.inlineBytes()).isPositive();
        assertThat(back.job(new JobId(1)).orElseThrow().result(3).orElseThrow().millis())
                .isEqualTo(12);
    }

    @Test
    void messagesComeBackWithTheirKind() {
        Message pulse =
                new Message.Pulse(3, new NodeId("a"), new Moment(5), 9, List.of(new NodeId("b")), Optional.empty());
        assertThat(codec.decodeMessage(codec.encodeMessage(pulse))).isEqualTo(pulse);
        Message status = new Message.Status(
                3,
                1,
                new dev.bramble.model.NodeCapacity(4000, 1L << 30, new TreeMap<>(), "own uid"),
                Optional.empty(),
                List.of(new Message.Held(new AttemptId(1, 2), new TaskId(new JobId(1), 0), 1, 0, true, 4)),
                List.of(),
                List.of(new BatchOutcome(
                        new AttemptId(1, 3),
                        new JobId(2),
                        new TaskRange(10, 5),
                        0,
                        RoaringBitmap.bitmapOf(10, 12),
                        new Output.Stored(BLOB, 3, List.of(new NodeId("a")), ""),
                        List.of(new BatchOutcome.FailedTask(
                                11, new BatchOutcome.Blame(AttemptEnd.TIMED_OUT, -1, "it was silent"))),
                        Optional.empty(),
                        "the rest was not tried",
                        new Output.Stored(BLOB, 9, List.of(), "complaint"),
                        12)),
                false,
                Optional.empty());
        assertThat(codec.decodeMessage(codec.encodeMessage(status))).isEqualTo(status);
    }

    @Test
    void aFieldFromALaterReleaseIsSkipped() {
        record LaterMoment(long at, List<Command> commands, String news) {}
        byte[] later = codec.encode(new LaterMoment(4, List.of(), "unknown here"));
        assertThat(codec.decodeEntry(later)).isEqualTo(new Entry(new Moment(4), List.of()));
    }

    @Test
    void brokenBytesAreRefusedWithASentence() {
        assertThatThrownBy(() -> codec.decodeMessage(new byte[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a Message");
    }

    @Test
    void equalSetsHaveEqualBytesWhateverTheirHistory() {
        RoaringBitmap grown = RoaringBitmap.bitmapOf(0, 2, 3, 4, 5, 6, 8, 11, 12);
        RoaringBitmap restored = codec.decode(RoaringBitmap.class, codec.encode(RoaringBitmap.bitmapOf(3, 4, 5, 6)));
        for (int task : new int[] {0, 2, 8, 11, 12}) {
            restored.add(task);
        }
        assertThat(restored).isEqualTo(grown);
        assertThat(codec.encode(restored)).isEqualTo(codec.encode(grown));
    }

    @Test
    void halfACharacterIsReplacedAndStopsNothing() {
        String half = "x\uD83D";
        Output.Stored stored = new Output.Stored(new BlobId("a".repeat(64)), 9, List.of(), half);
        assertThat(codec.decode(Output.Stored.class, codec.encode(stored)).lastLine())
                .isEqualTo("x\uFFFD");
    }
}
