package dev.bramble.leader;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.bramble.control.DrainPreview;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DrainForecastTest {
    private static final long RATE = 1 << 20;
    private static final VoteOutlook VOTES_MOVE = new VoteOutlook(Optional.empty(), Set.of(), 3);

    private static DrainSpec spec(DrainMode mode, AfterDrain then, int maxOut) {
        return new DrainSpec(mode, Duration.ofMinutes(15), Duration.ofSeconds(30), then, maxOut);
    }

    private static DrainSpec spec(DrainMode mode) {
        return spec(mode, AfterDrain.STAY, 1);
    }

    private static DrainLoad load(String name, List<DrainLoad.Running> running, int waiting, int blobs, int targets) {
        return new DrainLoad(
                new NodeId(name), name, true, false, running, waiting, blobs, blobs * RATE, 0, targets, false, false);
    }

    private static DrainLoad idle(String name) {
        return load(name, List.of(), 0, 0, 3);
    }

    private static DrainLoad.Running running(long ranMinutes, long meanMinutes, boolean keepsCheckpoints) {
        return new DrainLoad.Running(
                new JobId(1),
                1,
                Duration.ofMinutes(ranMinutes),
                meanMinutes == 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(meanMinutes)),
                Duration.ofHours(1),
                keepsCheckpoints);
    }

    private static DrainPreview preview(DrainSpec spec, DrainLoad... loads) {
        return preview(spec, VOTES_MOVE, List.of(), loads);
    }

    /** In a bramble where many others stay. */
    private static DrainPreview preview(
            DrainSpec spec, VoteOutlook votes, List<DrainForecast.Slack> deadlines, DrainLoad... loads) {
        return preview(spec, votes, deadlines, loads.length + 1, loads);
    }

    private static DrainPreview preview(
            DrainSpec spec, VoteOutlook votes, List<DrainForecast.Slack> deadlines, int others, DrainLoad... loads) {
        List<DrainLoad> sorted =
                Stream.of(loads).sorted(DrainLoad.leastFirst(spec)).toList();
        List<NodeRecord> nodes = new ArrayList<>();
        Map<NodeId, Integer> milliCpus = new HashMap<>();
        sorted.forEach(load -> nodes.add(node(load.name(), Optional.of(drain(5, spec)))));
        for (int i = 0; i < others; i++) {
            nodes.add(node("other" + i, Optional.empty()));
        }
        nodes.forEach(node -> milliCpus.put(node.node(), 4000));
        return DrainForecast.of(
                sorted,
                spec,
                votes,
                RATE,
                deadlines,
                needs -> RoundForecast.of(
                        nodes, sorted.stream().map(DrainLoad::node).toList(), milliCpus, needs));
    }

    private static NodeRecord node(String name, Optional<DrainRecord> drain) {
        return NodeRecord.admitted(
                        new NodeId(name), name, NodeRole.AGENT, name, "key of " + name, "root", Moment.FOUNDING)
                .drain(drain);
    }

    private static DrainRecord drain(long order, DrainSpec spec) {
        DrainRecord.Before before = new DrainRecord.Before(NodeStanding.READY, "", "", Moment.FOUNDING);
        return new DrainRecord(
                order, order, spec, "", "", Moment.FOUNDING, Optional.empty(), before, false, Optional.empty());
    }

    private static List<String> sentences(DrainSpec spec, DrainLoad load) {
        return preview(spec, load).nodes().getFirst().sentences();
    }

    @Test
    void ofANodeWithoutWorkNothingMoves() {
        DrainPreview preview = preview(spec(DrainMode.FINISH), idle("a"));
        assertThat(preview.nodes().getFirst().sentences()).containsExactly("nothing has to move");
        assertThat(preview.etaMillis()).isZero();
        assertThat(preview.summary())
                .containsExactly("drained in about 0 s, and then safe to unplug", "no deadline is at risk by it");
    }

    @Test
    void itTellsWhatEndsWhatGoesOnAndWhatIsDoneTwice() {
        List<DrainLoad.Running> running =
                List.of(running(2, 5, false), running(1, 10, true), running(10, 40, false), running(5, 30, true));
        DrainLoad load = load("a", running, 3, 4, 3);
        DrainPreview preview = preview(spec(DrainMode.FINISH), load);
        DrainPreview.OfNode node = preview.nodes().getFirst();
        assertThat(node.sentences())
                .containsExactly(
                        "2 running tasks should end there within 9 min, before the deadline of 15 min",
                        "1 running task would be stopped at the deadline and go on elsewhere from its checkpoint",
                        "1 running task would be stopped at the deadline and start again elsewhere: 25 min of run time"
                                + " is done twice",
                        "3 tasks that wait there go back to the queue",
                        "4 files (4M) have to be copied to other nodes first, in about 2 s");
        assertThat(node.finishing()).isEqualTo(2);
        assertThat(node.checkpointing()).isEqualTo(1);
        assertThat(node.restarting()).isEqualTo(1);
        assertThat(node.redoneMillis()).isEqualTo(Duration.ofMinutes(25).toMillis());
        assertThat(preview.etaMillis())
                .as("deadline and grace")
                .isEqualTo(Duration.ofSeconds(930).toMillis());
    }

    @Test
    void theModeDecidesWhatIsStoppedAtOnce() {
        DrainLoad load = load("a", List.of(running(2, 5, false), running(1, 10, true)), 0, 0, 3);
        assertThat(sentences(spec(DrainMode.CHECKPOINT), load))
                .containsExactly(
                        "1 running task should end there within 3 min, before the deadline of 15 min",
                        "1 running task would be stopped at once and go on elsewhere from its checkpoint");
        assertThat(sentences(spec(DrainMode.MOVE), load))
                .containsExactly(
                        "1 running task would be stopped at once and go on elsewhere from its checkpoint",
                        "1 running task would be stopped at once and start again elsewhere: 2 min of run time is done"
                                + " twice");
        assertThat(preview(spec(DrainMode.MOVE), load).etaMillis()).isEqualTo(30_000);
    }

    @Test
    void aTaskOfUnknownLengthEndsAtItsTimeoutAtTheLatest() {
        DrainLoad.Running nearTimeout = running(50, 0, false);
        assertThat(nearTimeout.left()).isEqualTo(Duration.ofMinutes(10));
        assertThat(nearTimeout.fate(spec(DrainMode.FINISH))).isEqualTo(DrainLoad.Fate.FINISHES);
        assertThat(running(5, 0, false).fate(spec(DrainMode.FINISH))).isEqualTo(DrainLoad.Fate.RESTARTS);
        assertThat(running(10, 4, false).left()).as("as long again").isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void whatNobodyCanTellIsSaidToBeUnknownAndNotCountedAsDoneTwice() {
        DrainPreview preview = preview(spec(DrainMode.FINISH), load("a", List.of(running(5, 0, false)), 0, 0, 3));
        assertThat(preview.nodes().getFirst().sentences())
                .containsExactly("1 running task of which nobody can tell how long it takes: what still runs at the"
                        + " deadline of 15 min starts again elsewhere");
        assertThat(preview.nodes().getFirst().redoneMillis()).isZero();
        assertThat(preview.summary())
                .containsExactly(
                        "drained in at most 15 min 30 s, and then safe to unplug", "no deadline is at risk by it");
        assertThat(sentences(spec(DrainMode.MOVE), load("a", List.of(running(5, 0, false)), 0, 0, 3)))
                .as("what is stopped at once is known")
                .containsExactly("1 running task would be stopped at once and start again elsewhere: 5 min of run time"
                        + " is done twice");
    }

    @Test
    void theVoteAndTheLeadershipMoveAndTakeTheirTime() {
        DrainLoad load = new DrainLoad(new NodeId("a"), "a", true, false, List.of(), 0, 0, 0, 0, 3, true, true);
        DrainPreview preview = preview(spec(DrainMode.FINISH), load);
        assertThat(preview.nodes().getFirst().sentences())
                .containsExactly(
                        "it leads: another voter takes the lead",
                        "it holds a copy of the ledger: its vote moves to another node");
        assertThat(preview.etaMillis()).isEqualTo(10_000);
    }

    @Test
    void theOnlyNodeIsStoppedInPlace() {
        DrainLoad load = new DrainLoad(
                new NodeId("a"), "a", true, true, List.of(running(2, 5, false)), 0, 0, 0, 0, 0, false, false);
        assertThat(sentences(spec(DrainMode.FINISH), load))
                .containsExactly(
                        "it is the only node: its work waits, its files and the ledger stay on its card, which must not"
                                + " be removed",
                        "1 running task should end there within 3 min, before the deadline of 15 min");
    }

    @Test
    void whenNoNodeIsLeftForTheFilesNobodyKnowsHowLongItTakes() {
        DrainPreview preview =
                preview(spec(DrainMode.FINISH, AfterDrain.STAY, 2), load("a", List.of(), 0, 2, 0), idle("b"));
        assertThat(preview.nodes().getLast().sentences())
                .containsExactly("no other node is up that could take copies of 2 files (2M)");
        assertThat(preview.etaMillis()).isEqualTo(-1);
        assertThat(preview.summary().get(1)).startsWith("drained at a time that nobody can tell");
    }

    @Test
    void aNodeThatIsDownGivesNothingAnyMore() {
        DrainLoad load = down(3, 1);
        assertThat(sentences(spec(DrainMode.FINISH), load))
                .containsExactly(
                        "it is down: what ran there starts elsewhere anyway; its drain ends when it is back, or if it"
                                + " is gone for good, with `bramble forget a`",
                        "1 file there has no other copy: out of reach until it is back");
        assertThat(preview(spec(DrainMode.FINISH), load).etaMillis()).isEqualTo(-1);
        assertThat(sentences(spec(DrainMode.FINISH), down(3, 0)))
                .last(as(STRING))
                .isEqualTo("3 files (3M) there have one copy each elsewhere, and more are made from that");
        assertThat(preview(spec(DrainMode.FINISH), down(0, 0)).etaMillis()).isEqualTo(-1);
    }

    private static DrainLoad down(int blobs, int loneBlobs) {
        return new DrainLoad(
                new NodeId("a"), "a", false, false, List.of(), 0, blobs, blobs * RATE, loneBlobs, 3, false, false);
    }

    @Test
    void theOneThatMovesLeastComesFirstAndTheLeaderLast() {
        DrainLoad leader = new DrainLoad(new NodeId("a"), "a", true, false, List.of(), 0, 0, 0, 0, 3, true, true);
        DrainLoad voter = new DrainLoad(new NodeId("b"), "b", true, false, List.of(), 0, 0, 0, 0, 3, true, false);
        DrainLoad files = load("c", List.of(), 0, 9, 3);
        DrainLoad work = load("d", List.of(running(10, 40, false)), 0, 0, 3);
        DrainLoad tasks = load("e", List.of(running(2, 5, false)), 2, 0, 3);
        DrainPreview preview =
                preview(spec(DrainMode.FINISH, AfterDrain.REBOOT, 2), leader, voter, work, files, tasks, idle("f"));
        assertThat(preview.nodes()).extracting(DrainPreview.OfNode::name).containsExactly("f", "e", "c", "d", "b", "a");
        assertThat(preview.summary().getFirst()).isEqualTo("in this order, at most 2 out at a time: f, e, c, d, b, a");
    }

    @Test
    void aRoundTakesAsLongAsItsLanesNeed() {
        DrainSpec one = spec(DrainMode.FINISH, AfterDrain.REBOOT, 1);
        DrainSpec two = spec(DrainMode.FINISH, AfterDrain.REBOOT, 2);
        assertThat(preview(one, idle("a"), idle("b"), idle("c")).etaMillis()).isEqualTo(150_000);
        assertThat(preview(two, idle("a"), idle("b"), idle("c")).etaMillis()).isEqualTo(100_000);
    }

    @Test
    void halfOfThoseThatCouldWorkStayWhateverTheOrderAllows() {
        DrainSpec two = spec(DrainMode.FINISH, AfterDrain.REBOOT, 2);
        DrainPreview preview = preview(two, VOTES_MOVE, List.of(), 1, idle("a"), idle("b"));
        assertThat(preview.etaMillis()).isEqualTo(100_000);
        assertThat(preview.summary().getFirst())
                .isEqualTo("in this order, at most 1 out at a time (as others are out, or half of those that could work"
                        + " have to stay): a, b");
    }

    @Test
    void drainsOfOtherOrdersThatComeFirstAreWaitedFor() {
        DrainSpec spec = spec(DrainMode.FINISH, AfterDrain.REBOOT, 1);
        NodeRecord out = node("x", Optional.of(drain(1, spec).begun(Moment.FOUNDING)))
                .standing(NodeStanding.DRAINING, "", "", Moment.FOUNDING);
        List<NodeRecord> nodes = List.of(
                out,
                node("w", Optional.of(drain(2, spec))),
                node("a", Optional.of(drain(3, spec))),
                node("b", Optional.empty()));
        Map<NodeId, Integer> milliCpus = new HashMap<>();
        nodes.forEach(node -> milliCpus.put(node.node(), 4000));
        DrainPreview preview = DrainForecast.of(List.of(idle("a")), spec, VOTES_MOVE, RATE, List.of(), needs -> {
            Map<NodeId, Long> all = new HashMap<>(needs);
            all.put(new NodeId("x"), 30_000L);
            all.put(new NodeId("w"), 60_000L);
            return RoundForecast.of(nodes, List.of(new NodeId("w"), new NodeId("a")), milliCpus, all);
        });
        assertThat(preview.etaMillis()).isEqualTo(140_000);
        assertThat(preview.summary()).contains("it begins in about 1 min 30 s: drains of other orders come first");

        DrainPreview stuck = DrainForecast.of(
                List.of(idle("a")),
                spec,
                VOTES_MOVE,
                RATE,
                List.of(),
                needs -> RoundForecast.of(nodes, List.of(new NodeId("w"), new NodeId("a")), milliCpus, needs));
        assertThat(stuck.etaMillis()).as("nobody knows how long x takes").isEqualTo(-1);
        assertThat(stuck.summary()).contains("a would wait for its turn, after x: at most 1 node is out at a time");
    }

    @Test
    void deadlinesThatWouldBeMissedByItAreNamed() {
        DrainForecast.Slack missed = new DrainForecast.Slack(
                new JobId(7), "sweep", Duration.ofMinutes(5), Optional.of(Duration.ofMinutes(-3)));
        DrainForecast.Slack nowhere =
                new DrainForecast.Slack(new JobId(8), "gpu", Duration.ofMinutes(5), Optional.empty());
        DrainForecast.Slack lateAnyway = new DrainForecast.Slack(
                new JobId(9), "late", Duration.ofMinutes(-1), Optional.of(Duration.ofMinutes(-9)));
        DrainForecast.Slack fine = new DrainForecast.Slack(
                new JobId(10), "fine", Duration.ofMinutes(5), Optional.of(Duration.ofMinutes(1)));
        DrainPreview preview =
                preview(spec(DrainMode.FINISH), VOTES_MOVE, List.of(missed, nowhere, lateAnyway, fine), idle("a"));
        assertThat(preview.deadlinesAtRisk())
                .extracting(DrainPreview.DeadlineRisk::sentence)
                .containsExactly(
                        "job 7 (sweep) would miss its deadline by 3 min; as it is, it has 5 min to spare",
                        "job 8 (gpu) can run on no other node, and would miss its deadline");
    }

    @Test
    void whatWouldBeRefusedSaysWhyAndPromisesNothing() {
        DrainPreview preview = DrainForecast.refused(List.of("desk is a head", "a is drained already"));
        assertThat(preview.refusals()).hasSize(2);
        assertThat(preview.nodes()).isEmpty();
        assertThat(preview.etaMillis()).isEqualTo(-1);
        assertThat(preview.summary()).containsExactly("it would be refused: desk is a head; a is drained already");
    }

    @Test
    void aVoteThatNobodyCanTakeOverEndsAndWhatIsLeftIsSaid() {
        DrainLoad load = new DrainLoad(new NodeId("a"), "a", true, false, List.of(), 0, 0, 0, 0, 3, true, false);
        DrainPreview two = preview(spec(DrainMode.FINISH), votesEnd(2), List.of(), load);
        assertThat(two.nodes().getFirst().sentences())
                .containsExactly("it holds a copy of the ledger: no other node can take over its vote, which ends");
        assertThat(two.summary()).contains("then 2 nodes keep the ledger: with one more down nothing can be accepted");
        assertThat(preview(spec(DrainMode.FINISH), votesEnd(1), List.of(), load).summary())
                .contains("then one card holds the only copy of the ledger");
    }

    private static VoteOutlook votesEnd(int left) {
        return new VoteOutlook(Optional.empty(), Set.of(new NodeId("a")), left);
    }
}
