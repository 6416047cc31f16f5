package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Replica;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.TokenPurpose;
import dev.bramble.time.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/**
 * A voter was off for a week of bramble time: the entries that it lacks are gone from the others' logs. Real voters,
 * with the state that agents keep. The week is what entries are stamped with, as a leader stamps them.
 */
class ReturnAfterAWeekTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final Moment LEFT = new Moment(1_000);
    private static final Moment RETURNS = LEFT.plus(Duration.ofDays(7));
    /** The log is dropped in whole segments of 4 MB; this many fill some of them. */
    private static final int LARGE_ENTRIES = 80;

    private static final int LARGE_ENTRY_CHARACTERS = 200_000;
    /** Of the log's files, closed ones and the one that is written. */
    private static final Pattern LOG_FILE = Pattern.compile("log_(?:inprogress_)?(\\d+).*");

    private static final NodeId CORDONED = new NodeId("cordoned");
    private static final NodeId DRAINED = new NodeId("drained");
    private static final NodeId FORGOTTEN = new NodeId("forgotten");
    private static final DrainSpec DRAIN =
            new DrainSpec(DrainMode.FINISH, DrainSpec.DEADLINE_STANDARD, DrainSpec.GRACE_STANDARD, AfterDrain.STAY, 1);

    @TempDir
    private Path root;

    private final Authority authority = new Authority();
    private Voter a;
    private Voter b;
    private Voter c;
    private Replica ofA;
    private Replica ofB;
    private Replica ofC;
    private int restoredC;

    @BeforeEach
    void growToThree() {
        a = new Voter(root, "a", authority.node("a")).applyingTo(() -> ofA = replica(() -> {}));
        b = new Voter(root, "b", authority.node("b")).applyingTo(() -> ofB = replica(() -> {}));
        c = new Voter(root, "c", authority.node("c")).applyingTo(() -> ofC = replica(() -> restoredC++));
        a.found(a.settings.withSnapshotEveryEntries(10));
        Voter.await("a leads", a::leads);
        for (Voter voter : List.of(b, c)) {
            voter.open(voter.settings.withSnapshotEveryEntries(10));
            Voter.get(a.ledger.addVoter(voter.self()));
        }
    }

    @AfterEach
    void closeAll() {
        for (Voter voter : List.of(a, b, c)) {
            voter.close();
        }
    }

    private static Replica replica(Runnable onRestored) {
        return new Replica(CODEC, new Replica.Observer() {
            @Override
            public void applied(long index, LedgerState.Applied effects) {}

            @Override
            public void restored() {
                onRestored.run();
            }

            @Override
            public void leading(long term) {}

            @Override
            public void following(long term, Optional<NodeId> leader) {}

            @Override
            public void votersChanged(List<Ledger.Peer> voters) {}

            @Override
            public void steppedAside(String trouble) {}
        });
    }

    private static long append(Voter leader, Moment at, Command... commands) {
        return Voter.get(leader.ledger.append(CODEC.encodeEntry(new Entry(at, List.of(commands)))));
    }

    /** Letters that no codec makes shorter by much. */
    private static String noise(int seed) {
        StringBuilder text = new StringBuilder(LARGE_ENTRY_CHARACTERS);
        new Random(seed).ints(LARGE_ENTRY_CHARACTERS, ' ', '~').forEach(text::appendCodePoint);
        return text.toString();
    }

    private static Command admit(NodeId node) {
        return new Command.AdmitNode(NodeRecord.admitted(
                node, node.value(), NodeRole.AGENT, "board-" + node, "key-" + node, "test", Moment.FOUNDING));
    }

    private static Command token(String id, Moment expires) {
        return new Command.CreateToken(new TokenRecord(
                id, id, "", TokenPurpose.JOIN_AGENT, Optional.empty(), Optional.of(expires), "test", LEFT));
    }

    private long firstIndexInLog(Voter voter) {
        Path current = voter.folder
                .resolve("engine")
                .resolve(Peers.group(Voter.LEDGER, Optional.empty()).getUuid().toString())
                .resolve("current");
        try (Stream<Path> files = Files.list(current)) {
            return files.map(file -> LOG_FILE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .min()
                    .orElse(-1);
        } catch (java.io.IOException moved) {
            return -1;
        }
    }

    private byte[] stateAt(Voter voter, long index) {
        Replica replica = voter == a ? ofA : voter == b ? ofB : ofC;
        Voter.await(voter.node + " has all", () -> voter.onLoop(replica::index) >= index);
        return voter.onLoop(replica::snapshot);
    }

    @Test
    void voterReturnsToTheStateOfTheOthersAndItsVoteCounts() {
        append(
                a,
                LEFT,
                new Command.Found(new LedgerId("test"), "test", "pem", Optional.of(Language.OWN)),
                admit(CORDONED),
                admit(DRAINED),
                admit(FORGOTTEN));
        long leftAt = append(a, LEFT, token("ends-meanwhile", LEFT.plus(Duration.ofDays(2))));
        stateAt(c, leftAt);
        c.close();

        append(
                a,
                LEFT.plus(Duration.ofDays(1)),
                new Command.SetStanding(CORDONED, NodeStanding.CORDONED, "a new fan", "alice"),
                new Command.OrderDrain(
                        a.onLoop(() -> ofA.state().nextDrain()), List.of(DRAINED), DRAIN, "a new card", "alice"),
                new Command.ForgetNode(FORGOTTEN, "alice"));
        for (int i = 1; i <= LARGE_ENTRIES; i++) {
            // Losses of a job that is not there: bytes in the log that change nothing.
            append(
                    a,
                    LEFT.plus(Duration.ofDays(7).multipliedBy(i).dividedBy(LARGE_ENTRIES)),
                    new Command.RecordLosses(CORDONED, new JobId(99), 0, RoaringBitmap.bitmapOf(i), noise(i)));
        }
        Voter.await("the log from before is gone", () -> firstIndexInLog(a) > leftAt);
        long last = append(a, RETURNS, token("young", RETURNS.plus(Duration.ofDays(2))));

        c.open(c.settings.withSnapshotEveryEntries(10));
        assertThat(stateAt(c, last)).isEqualTo(stateAt(a, last)).isEqualTo(stateAt(b, last));
        assertThat(c.onLoop(() -> restoredC)).as("it was sent a snapshot").isPositive();
        assertThat(c.ledger.aside()).isEmpty();
        Voter.await("nothing troubles it", () -> c.ledger.status().trouble().isEmpty());
        LedgerState state = c.onLoop(ofC::state);
        assertThat(state.now()).isEqualTo(RETURNS);
        assertThat(state.node(CORDONED).orElseThrow().standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(state.node(CORDONED).orElseThrow().standingReason()).isEqualTo("a new fan");
        assertThat(state.node(DRAINED).orElseThrow().drain().orElseThrow().spec())
                .isEqualTo(DRAIN);
        assertThat(state.nodes().get(FORGOTTEN).forgotten()).isTrue();

        // Of the three only two are left: nothing is agreed without it.
        a.close();
        Voter leader = Voter.leader(b, c);
        last = append(leader, RETURNS, new Command.SetStanding(CORDONED, NodeStanding.READY, "done", "alice"));
        assertThat(stateAt(c, last)).isEqualTo(stateAt(b, last));
        assertThat(c.onLoop(() -> ofC.state().node(CORDONED).orElseThrow().standing()))
                .isEqualTo(NodeStanding.READY);
    }
}
