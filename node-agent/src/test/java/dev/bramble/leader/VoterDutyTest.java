package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.control.Action;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.UserRole;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What the duty adds to the plan: time, failures, and words. Its ledger does what the test says. */
class VoterDutyTest {
    private static final String LEADER = LeaderBench.SELF.value();
    /** Statuses are heard and a step is chosen within two pulses. */
    private static final Duration TWO_PULSES = Duration.ofSeconds(2);

    private final List<Ledger.Peer> peers = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final LeaderBench bench = new LeaderBench(SimConsensus.Habits.CALM, ScriptedLedger::new);
    private int failuresToCome;
    private boolean isSlow;
    private int language = Language.OWN;

    private record Step(long second, String what, CompletableFuture<Void> done) {}

    private final class ScriptedLedger implements MemberedLedger {
        private final Ledger real;

        ScriptedLedger(Ledger real) {
            this.real = real;
        }

        @Override
        public Ledger real() {
            return real;
        }

        @Override
        public List<Peer> voters() {
            return peers;
        }

        @Override
        public CompletionStage<Void> addVoter(Peer peer) {
            return step("add " + peer.node(), () -> peers.add(peer));
        }

        @Override
        public CompletionStage<Void> removeVoter(NodeId node) {
            return step(
                    "remove " + node, () -> peers.removeIf(peer -> peer.node().equals(node)));
        }

        @Override
        public CompletionStage<Void> transferLeadership(NodeId to, Duration limit) {
            return step("lead " + to, () -> {});
        }
    }

    private CompletionStage<Void> step(String what, Runnable success) {
        Step step = new Step(second(), what, new CompletableFuture<>());
        steps.add(step);
        if (failuresToCome > 0) {
            failuresToCome--;
            step.done().completeExceptionally(new IOException("the disk is slow"));
        } else if (!isSlow) {
            success.run();
            step.done().complete(null);
        }
        return step.done();
    }

    private long second() {
        return Math.round(bench.time.nanos() / 1e9);
    }

    /** The leader and the first {@code voting - 1} of the others vote; all are up and have told of themselves. */
    private void begin(int voting, String... others) {
        peers.add(new Ledger.Peer(LeaderBench.SELF, "of-" + LEADER, LEADER + ":2"));
        // What was heard before the term's first look counts no more.
        bench.voters.check();
        bench.ready(LEADER);
        tell(LEADER, "");
        for (String name : others) {
            bench.ready(name);
            if (peers.size() < voting) {
                peers.add(new Ledger.Peer(new NodeId(name), "of-" + name, name + ":2"));
                tell(name, "");
            }
        }
        bench.leader.withEveryPulse(bench.voters::check);
    }

    /** The node says that it has its copy open, and what ails it. */
    private void tell(String name, String trouble) {
        bench.voters.received(
                bench.leader.cluster().view().member(new NodeId(name)).orElseThrow(),
                new Message.VoterState("of-" + name, name + ":2", trouble, Optional.empty(), Optional.of(language)));
    }

    private List<String> done() {
        return steps.stream().map(Step::what).toList();
    }

    private String concern() {
        return bench.voters.concern().orElse("");
    }

    private void standing(String name, NodeStanding standing) {
        bench.append(new Command.SetStanding(new NodeId(name), standing, "a test", "ada"));
    }

    private void drain(String name) {
        DrainSpec spec =
                new DrainSpec(DrainMode.MOVE, Duration.ofMinutes(1), Duration.ofSeconds(1), AfterDrain.STAY, 1);
        NodeId node = new NodeId(name);
        bench.append(new Command.OrderDrain(1, List.of(node), spec, "fan", "ada"));
        bench.append(new Command.StepDrain(node, 1, NodeStanding.DRAINING, ""));
    }

    private List<String> told(EventKind kind) {
        return bench.state().events().after(0).stream()
                .filter(event -> event.what().kind() == kind)
                .map(event -> event.what().text())
                .toList();
    }

    @Test
    void aVoterThatIsGoneForTenMinutesIsReplacedAndNotASecondBefore() {
        begin(3, "b", "c", "d");
        tell("d", "");
        bench.leave("c");
        bench.pass(Duration.ofMinutes(10).minusSeconds(2));
        assertThat(done()).isEmpty();
        bench.pass(Duration.ofSeconds(5));
        assertThat(done()).containsExactly("remove c", "add d");
        assertThat(told(EventKind.VOTER_REMOVED))
                .containsExactly("c has no vote any more: it has not voted for too long");
        assertThat(told(EventKind.VOTER_ADDED))
                .containsExactly("d keeps the ledger and has a vote, for 3 copies of the ledger");
    }

    @Test
    void aVoterThatVotedInBetweenIsGivenTheWholeTimeAgain() {
        begin(3, "b", "c", "d");
        tell("d", "");
        tell("c", "its disk is full");
        bench.pass(Duration.ofMinutes(9));
        tell("c", "");
        bench.pass(TWO_PULSES);
        tell("c", "its disk is full");
        bench.pass(Duration.ofMinutes(9));
        assertThat(done()).isEmpty();
        bench.pass(Duration.ofMinutes(1).plusSeconds(3));
        assertThat(done()).containsExactly("remove c");
        bench.pass(VoterDuty.PREPARE_LIMIT.plus(TWO_PULSES));
        assertThat(done()).as("once c was asked for a sound copy in vain").containsExactly("remove c", "add d");
    }

    @Test
    void aStepThatFailsIsTriedAgainAfterPausesThatDoubleUpToAMinuteAndIsSaidInWords() {
        begin(3, "b", "c");
        failuresToCome = 6;
        drain("c");
        bench.pass(TWO_PULSES);
        assertThat(concern()).isEqualTo("taking the vote of c failed: the disk is slow; it is tried again");
        bench.pass(Duration.ofMinutes(4));
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < steps.size(); i++) {
            pauses.add(steps.get(i).second() - steps.get(i - 1).second());
        }
        assertThat(pauses).containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
        assertThat(concern()).isEmpty();
        assertThat(peers).hasSize(2);
    }

    @Test
    void afterASuccessThePauseIsShortAgain() {
        begin(3, "b", "c");
        failuresToCome = 3;
        drain("c");
        bench.pass(Duration.ofMinutes(2));
        assertThat(peers).hasSize(2);
        steps.clear();
        failuresToCome = 1;
        bench.append(new Command.CancelDrain(new NodeId("c"), 1, "ada"));
        tell("c", "");
        bench.pass(Duration.ofSeconds(10));
        assertThat(done()).containsExactly("add c", "add c");
        assertThat(steps.get(1).second() - steps.get(0).second()).isEqualTo(5);
    }

    @Test
    void whoIsAskedInVainIsPassedOverAfterHalfAMinuteAndAskedAgainLater() {
        begin(1, "b", "c", "d");
        bench.pass(Duration.ofSeconds(28));
        assertThat(bench.messages("b", Message.PrepareVoter.class)).isNotEmpty();
        assertThat(bench.messages("c", Message.PrepareVoter.class)).isEmpty();
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.messages("c", Message.PrepareVoter.class)).isNotEmpty();
        int asked = bench.messages("b", Message.PrepareVoter.class).size();
        bench.pass(Duration.ofSeconds(50));
        assertThat(bench.messages("b", Message.PrepareVoter.class)).hasSize(asked);
        bench.pass(Duration.ofSeconds(20));
        assertThat(bench.messages("b", Message.PrepareVoter.class)).hasSizeGreaterThan(asked);
        tell("b", "");
        bench.pass(TWO_PULSES);
        assertThat(done()).containsExactly("add b");
    }

    @Test
    void whoCannotBeAddedTwiceIsPassedOverForAnother() {
        begin(1, "b", "c", "d");
        List.of("b", "c", "d").forEach(name -> tell(name, ""));
        failuresToCome = 2;
        bench.pass(Duration.ofMinutes(1));
        assertThat(done()).containsExactly("add b", "add b", "add c", "add d");
    }

    @Test
    void aNodeIsNotForgottenWhileAVoteIsOnItsWayToItNorChosenWhileOneIsForgotten() {
        begin(1, "b", "c");
        CompletableFuture<Long> forgotten = new CompletableFuture<>();
        bench.voters.whileNoVoteMoves(() -> forgotten);
        tell("b", "");
        tell("c", "");
        bench.pass(TWO_PULSES);
        assertThat(done()).as("it may be the one that is forgotten").isEmpty();
        isSlow = true;
        forgotten.complete(1L);
        bench.pass(TWO_PULSES);
        assertThat(done()).containsExactly("add b");
        DeskBench desk = new DeskBench(bench, "root", UserRole.ADMIN);
        assertThat(desk.act(new Action.ForgetNode(new NodeId("b"))).exceptionNow())
                .hasMessage("a vote is on its way to b: drain it first, which moves the vote on");
    }

    @Test
    void theNextStepWaitsForTheEndOfTheOneBefore() {
        begin(1, "b", "c");
        tell("b", "");
        tell("c", "");
        isSlow = true;
        bench.pass(Duration.ofMinutes(5));
        assertThat(done()).containsExactly("add b");
        assertThat(bench.voters.isAdding(new NodeId("b"))).isTrue();
        assertThat(bench.voters.isAdding(new NodeId("c"))).isFalse();
        isSlow = false;
        peers.add(new Ledger.Peer(new NodeId("b"), "of-b", "b:2"));
        steps.getFirst().done().complete(null);
        assertThat(bench.voters.isAdding(new NodeId("b"))).isFalse();
        bench.pass(TWO_PULSES);
        assertThat(done()).containsExactly("add b", "add c");
    }

    @Test
    void aVoteThatIsLongOnItsWayIsHelpedByAnEntryNowAndThen() {
        begin(1, "b");
        bench.ready("c");
        tell("b", "");
        isSlow = true;
        bench.pass(TWO_PULSES);
        assertThat(done()).containsExactly("add b");
        long before = bench.leader.appliedIndex();
        bench.pass(VoterDuty.ENTRY_EVERY.multipliedBy(3).plus(TWO_PULSES));
        assertThat(bench.leader.appliedIndex()).isEqualTo(before + 3);
        steps.getFirst().done().completeExceptionally(new IOException("it is gone"));
        long after = bench.leader.appliedIndex();
        bench.pass(VoterDuty.ENTRY_EVERY.dividedBy(2));
        assertThat(bench.leader.appliedIndex()).isEqualTo(after);
    }

    @Test
    void aNodeThatWasLostLatelyIsNotTheFirstToGetAVote() {
        begin(1, "b", "c");
        bench.append(new Command.NodeArrived(new NodeId("b"), "b1"));
        bench.append(new Command.NodeLost(new NodeId("b"), "b1", "it left the cluster", true));
        bench.append(new Command.NodeArrived(new NodeId("b"), "b1"));
        tell("b", "");
        tell("c", "");
        bench.pass(TWO_PULSES.multipliedBy(2));
        assertThat(done()).containsExactly("add c", "add b");
    }

    @Test
    void noVoteMovesWhileAShutdownIsOrdered() {
        begin(1, "b", "c");
        bench.append(new Command.OrderShutdown(
                1,
                DrainMode.FINISH,
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                "moving house",
                "ada",
                Optional.empty()));
        tell("b", "");
        tell("c", "");
        bench.pass(Duration.ofMinutes(1));
        assertThat(done()).isEmpty();
        bench.append(new Command.CancelShutdown(1, "ada", Optional.empty()));
        bench.pass(TWO_PULSES);
        assertThat(done()).startsWith("add b");
    }

    @Test
    void anOrderedMoveThatIsOverdueIsGivenUpAndSaysWhatItWaitedFor() {
        begin(3, "b", "c", "d");
        bench.append(new Command.MoveVote(new NodeId("c"), new NodeId("d"), "ada"));
        bench.leave("d");
        bench.pass(Duration.ofMinutes(10).minusSeconds(2));
        assertThat(bench.state().electorate().move()).isPresent();
        assertThat(concern()).isEqualTo("d does not answer yet");
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.state().electorate().move()).isEmpty();
        assertThat(told(EventKind.VOTER_TROUBLE))
                .containsExactly("the vote of c did not move to d within 10 minutes: d does not answer yet");
        assertThat(done()).isEmpty();
        assertThat(concern()).isEmpty();
    }

    @Test
    void everythingThatSpeaksAgainstAMoveIsSaidAtOnce() {
        begin(3, "b", "c", "d", "e");
        NodeId b = new NodeId("b");
        NodeId d = new NodeId("d");
        assertThat(bench.voters.refusalsOfMove(b, d)).isEmpty();
        bench.append(new Command.MoveVote(b, d, "ada"));
        bench.append(new Command.OrderShutdown(
                1,
                DrainMode.FINISH,
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                "moving house",
                "ada",
                Optional.empty()));
        bench.leave("d");
        assertThat(bench.voters.refusalsOfMove(new NodeId("e"), d))
                .containsExactly(
                        "a shutdown is ordered: no vote moves until the bramble is back from it, or"
                                + " `bramble shutdown --cancel`",
                        "the vote of b moves to d just now: wait until that is over",
                        "e has no vote: the voters are head, b, c",
                        "d is down: start it first");
        standing("e", NodeStanding.CORDONED);
        assertThat(bench.voters.refusalsOfMove(b, new NodeId("e")))
                .last()
                .isEqualTo("e does not take work (CORDONED): uncordon it first");
        assertThat(bench.voters.refusalsOfMove(b, new NodeId("c"))).last().isEqualTo("c has a vote already");
        assertThat(bench.voters.refusalsOfMove(b, new NodeId("kiosk")))
                .last()
                .isEqualTo("kiosk is no agent of this bramble: only agents keep the ledger");
    }

    @Test
    void aVoterFromBeforeARecoveryIsToldToSetItsCopyAside() {
        begin(3, "b", "c");
        bench.append(new Command.RecoverLedger("0123", LeaderBench.SELF, "two cards died", "root on head"));
        tell("b", "");
        assertThat(bench.messages("b", Message.PrepareVoter.class))
                .last()
                .isEqualTo(new Message.PrepareVoter(bench.leader.term(), Optional.of("0123")));
        assertThat(bench.messages("c", Message.PrepareVoter.class)).isEmpty();
    }

    @Test
    void aDrainedVoteIsNotTakenBeforeAFreeNodeThatIsUpHasAnsweredTheNewLeader() {
        begin(3, "b", "c");
        bench.join("d", 1);
        drain("c");
        bench.pass(Duration.ofMinutes(1));
        assertThat(done()).isEmpty();
        assertThat(concern()).isEqualTo("d is to take over the vote of c and has not answered the leader yet");
        bench.report("d");
        tell("d", "");
        bench.pass(TWO_PULSES);
        assertThat(done()).containsExactly("add d", "remove c");
    }

    @Test
    void inItsFirstLeaseALeaderTakesNoVoteFromADrainedNodeWhileAnAbsentOneCouldTakeIt() {
        begin(3, "b", "c", "d");
        bench.leave("d");
        drain("c");
        bench.pass(TWO_PULSES);
        assertThat(concern()).startsWith("the leader is new");
        assertThat(done()).isEmpty();
        bench.pass(Timing.LEASE);
        assertThat(done()).containsExactly("remove c");
    }

    @Test
    void aVoterThatIsDownDoesNotVoteUntilItSaysSoAndIsNoNews() {
        begin(3, "b", "c");
        Chronicle chronicle = new Chronicle(bench.leader, bench.voters);
        bench.leader.withEveryPulse(chronicle::check);
        assertThat(troubles()).isEmpty();
        bench.leave("c");
        assertThat(troubles()).containsExactly("c has not opened its copy of the ledger yet");
        bench.pass(Duration.ofMinutes(1));
        assertThat(told(EventKind.VOTER_TROUBLE)).isEmpty();
        bench.join("c", 2);
        assertThat(troubles()).containsExactly("c has not opened its copy of the ledger yet");
        tell("c", "");
        assertThat(troubles()).isEmpty();
    }

    private List<String> troubles() {
        return bench.voters.voters().stream()
                .filter(voter -> !voter.trouble().isEmpty())
                .map(voter -> voter.node() + " " + voter.trouble())
                .toList();
    }

    @Test
    void aVotersTroubleIsTheOperatorsToReadOnce() {
        begin(3, "b", "c");
        Chronicle chronicle = new Chronicle(bench.leader, bench.voters);
        bench.leader.withEveryPulse(chronicle::check);
        for (int mebibytes = 60; mebibytes > 30; mebibytes--) {
            tell("c", "its disk is full, " + mebibytes + " MiB are free");
            bench.pass(Duration.ofSeconds(1));
        }
        assertThat(told(EventKind.VOTER_TROUBLE))
                .singleElement()
                .asString()
                .startsWith("voter c stands aside: its disk is full, ");
        assertThat(bench.voters.voters())
                .filteredOn(voter -> !voter.trouble().isEmpty())
                .singleElement()
                .satisfies(voter -> assertThat(voter.trouble())
                        .isEqualTo(
                                "stands aside: its disk is full, 31 MiB are free; when that is mended, it votes again"
                                        + " by itself"));
    }
}
