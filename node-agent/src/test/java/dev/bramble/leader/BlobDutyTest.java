package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Setting;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlobDutyTest {
    private static final BlobId BLOB = new BlobId("%064x".formatted(77));
    private static final BlobId STRANGE = new BlobId("%064x".formatted(78));

    private final LeaderBench bench = new LeaderBench();
    private final BlobDuty duty = bench.blobDuty();
    private long number;

    BlobDutyTest() {
        bench.ready("a", "b", "c");
        bench.pass(Duration.ofSeconds(2));
    }

    private void hold(String... holders) {
        List<NodeId> nodes = List.of(holders).stream().map(NodeId::new).toList();
        bench.append(new Command.HoldBlob(BLOB, 100, "ada", nodes, new Moment(Long.MAX_VALUE / 2)));
        bench.pass(Duration.ofSeconds(2));
    }

    private List<BlobId> ordered(String node) {
        return bench.messages(node, Message.CopyBlobs.class).stream()
                .flatMap(copies -> copies.copies().stream())
                .map(Message.BlobPlace::blob)
                .distinct()
                .toList();
    }

    private Message.CopyNews news(List<BlobId> held, List<BlobId> gone) {
        return new Message.CopyNews(bench.leader.term(), ++number, held, gone, List.of(), Optional.empty());
    }

    private List<String> holders() {
        return bench.state().blob(BLOB).orElseThrow().holders().stream()
                .map(NodeId::value)
                .toList();
    }

    @Test
    void aRebootCopiesNothingAndALongerAbsenceDoes() {
        hold("a", "b");
        bench.leave("b");
        bench.pass(Duration.ofMillis(Setting.BLOBS_HEAL_AFTER.standard() - 5_000));
        assertThat(ordered("c")).isEmpty();
        bench.pass(Duration.ofSeconds(10));
        assertThat(ordered("c")).containsExactly(BLOB);
        bench.tell(duty, "c", news(List.of(BLOB), List.of()));
        assertThat(holders()).containsExactly("a", "b", "c");
    }

    @Test
    void aDrainCopiesAtOnceWhatTheOtherHolderTookAwayAMomentAgo() {
        hold("a", "b");
        bench.leave("b");
        bench.pass(Duration.ofSeconds(5));
        assertThat(ordered("c")).isEmpty();
        drain("a");
        bench.pass(Duration.ofSeconds(2));
        assertThat(duty.fileCounts().of(new NodeId("a")).few()).isEqualTo(1);
        assertThat(ordered("c")).as("what the drain waits for is under way").containsExactly(BLOB);
        bench.tell(duty, "c", news(List.of(BLOB), List.of()));
        assertThat(holders()).containsExactly("a", "b", "c");
        assertThat(duty.fileCounts().of(new NodeId("a")).few()).isZero();
    }

    @Test
    void whatADrainedNodeHoldsWaitsForAReboot() {
        hold("b", "c");
        bench.append(new Command.RecordCopies(new NodeId("a"), List.of(BLOB), List.of()));
        bench.ready("d");
        long drain = drain("a");
        bench.append(new Command.StepDrain(new NodeId("a"), drain, NodeStanding.DRAINED, "safe to unplug"));
        bench.leave("b");
        bench.pass(Duration.ofSeconds(5));
        assertThat(ordered("d")).isEmpty();
    }

    @Test
    void manySmallFilesAreOrderedTogetherAndTheNextOnesAsSoonAsSomeHaveCome() {
        bench.leave("c");
        for (int number = 0; number < 100; number++) {
            BlobId blob = new BlobId("%064x".formatted(1000 + number));
            bench.leader.append(
                    new Command.HoldBlob(blob, 100, "ada", List.of(new NodeId("a")), new Moment(Long.MAX_VALUE / 2)));
        }
        bench.pass(Duration.ofMillis(1500));
        List<BlobId> first = ordered("b");
        assertThat(first).hasSize(CopyPlan.TO_ONE.many());
        int pulses = bench.messages("b", Message.Pulse.class).size();
        bench.tell(duty, "b", news(first, List.of()));
        bench.pass(Duration.ofMillis(200));
        assertThat(bench.messages("b", Message.Pulse.class))
                .as("no pulse was waited for")
                .hasSize(pulses);
        assertThat(ordered("b")).hasSize(2 * CopyPlan.TO_ONE.many());
    }

    private long drain(String node) {
        long drain = bench.state().nextDrain();
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(5), AfterDrain.STAY, 1);
        bench.append(new Command.OrderDrain(drain, List.of(new NodeId(node)), spec, "fan", "ada"));
        bench.append(new Command.StepDrain(new NodeId(node), drain, NodeStanding.DRAINING, ""));
        return drain;
    }

    @Test
    void anOrderIsRepeatedUntilItsNodeAnswers() {
        hold("a");
        String target = ordered("b").isEmpty() ? "c" : "b";
        int before = bench.messages(target, Message.CopyBlobs.class).size();
        bench.pass(Duration.ofSeconds(12));
        assertThat(bench.messages(target, Message.CopyBlobs.class)).hasSizeGreaterThan(before);
        bench.tell(duty, target, news(List.of(BLOB), List.of()));
        int answered = bench.messages(target, Message.CopyBlobs.class).size();
        bench.pass(Duration.ofSeconds(12));
        assertThat(bench.messages(target, Message.CopyBlobs.class)).hasSize(answered);
    }

    @Test
    void aCopyThatItsNodeDoesNotFindIsMadeAnewElsewhere() {
        hold("a", "b");
        bench.tell(duty, "b", news(List.of(), List.of(BLOB)));
        assertThat(holders()).containsExactly("a");
        bench.pass(Duration.ofSeconds(2));
        assertThat(ordered("b").size() + ordered("c").size()).isEqualTo(1);
    }

    @Test
    void theFilesOfANodeThatIsDrainedAreCountedOnlyWhenSomethingHasChanged() {
        hold("a");
        NodeId a = new NodeId("a");
        assertThat(duty.fileCounts().of(a).few()).isEqualTo(1);
        long counted = duty.fileCounts().counted();
        bench.pass(Duration.ofSeconds(3));
        duty.fileCounts().of(a);
        assertThat(duty.fileCounts().counted()).isEqualTo(counted);
        hold("b", "c");
        assertThat(duty.fileCounts().of(a).few()).isZero();
        bench.leave("b", "c");
        assertThat(duty.fileCounts().of(a).few()).as("both have left").isEqualTo(1);
    }

    @Test
    void aNodeWithoutRoomIsPassedOver() {
        hold("a");
        String full = ordered("b").isEmpty() ? "c" : "b";
        Message.CopyFailure failure = new Message.CopyFailure(BLOB, "its disk is full", true);
        bench.tell(
                duty,
                full,
                new Message.CopyNews(
                        bench.leader.term(), ++number, List.of(), List.of(), List.of(failure), Optional.empty()));
        bench.pass(Duration.ofSeconds(2));
        assertThat(ordered(full.equals("b") ? "c" : "b")).containsExactly(BLOB);
    }

    @Test
    void aFailureThatIsNotOfTheNodeThatMakesTheCopyChangesNothing() {
        hold("a");
        String target = ordered("b").isEmpty() ? "c" : "b";
        int orders = bench.messages(target, Message.CopyBlobs.class).size();
        Message.CopyFailure failure = new Message.CopyFailure(BLOB, "an order of long ago", false);
        bench.tell(
                duty,
                target.equals("b") ? "c" : "b",
                new Message.CopyNews(
                        bench.leader.term(), ++number, List.of(), List.of(), List.of(failure), Optional.empty()));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.messages(target, Message.CopyBlobs.class)).hasSize(orders);
    }

    @Test
    void newsThatComeLateAreWorthNothing() {
        hold("a", "b");
        Message.CopyNews late = news(List.of(), List.of(BLOB));
        bench.tell(duty, "b", news(List.of(), List.of()));
        bench.tell(duty, "b", late);
        assertThat(holders()).containsExactly("a", "b");
    }

    @Test
    void diskIsComparedWhenItsNodeComesAndWhatNobodyKnowsGoesAtTheSecondTime() {
        hold("a", "b");
        compare();
        assertThat(bench.messages("c", Message.DropBlobs.class)).isEmpty();
        bench.pass(DiskAudit.EVERY.plusSeconds(5));
        compare();
        assertThat(bench.messages("c", Message.DropBlobs.class))
                .last()
                .extracting(Message.DropBlobs::blobs)
                .isEqualTo(List.of(STRANGE));
    }

    @Test
    void whatNobodyKnowsStaysWhileSomebodyIsAwayWhoMayNameItInAnOutcome() {
        Presences presences = new Presences(bench.leader);
        bench.leader.withEveryPulse(presences::check);
        bench.whenViewChanges(presences::viewChanged);
        bench.pass(Duration.ofSeconds(5));
        compare();
        bench.leave("a");
        for (int i = 0; i < 4; i++) {
            bench.pass(DiskAudit.EVERY.plusSeconds(5));
            compare();
        }
        bench.ready("a");
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.messages("c", Message.DropBlobs.class))
                .as("it may name it now")
                .isEmpty();
        bench.pass(DiskAudit.EVERY.plusSeconds(5));
        compare();
        assertThat(bench.messages("c", Message.DropBlobs.class)).hasSize(1);
        bench.leave("a");
        bench.pass(DiskAudit.RETURNS_WITHIN);
        compare();
        bench.pass(DiskAudit.EVERY.plusSeconds(5));
        compare();
        assertThat(bench.messages("c", Message.DropBlobs.class))
                .as("it stays away")
                .hasSizeGreaterThan(1);
    }

    /** The node answers the newest question about its disk: a stranger lies there. */
    private void compare() {
        Message.AskCopies ask = bench.messages("c", Message.AskCopies.class).getLast();
        Message.Scanned all = new Message.Scanned(ask.after(), "");
        bench.tell(
                duty,
                "c",
                new Message.CopyNews(
                        bench.leader.term(), ++number, List.of(STRANGE), List.of(), List.of(), Optional.of(all)));
    }

    @Test
    void aFileWithoutAHolderIsSearchedForOnEveryDisk() {
        hold("a");
        number++;
        compare();
        int asked = bench.messages("c", Message.AskCopies.class).size();
        bench.tell(duty, "a", news(List.of(), List.of(BLOB)));
        bench.pass(Duration.ofSeconds(3));
        assertThat(bench.messages("c", Message.AskCopies.class)).hasSizeGreaterThan(asked);
        bench.tell(duty, "c", news(List.of(BLOB), List.of()));
        assertThat(holders()).containsExactly("c");
    }
}
