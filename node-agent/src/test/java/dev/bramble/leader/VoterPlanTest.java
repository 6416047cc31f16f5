package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.leader.VoterPlan.Step;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VoterPlanTest {
    private final List<Ledger.Peer> voters = new ArrayList<>();
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private String leader;
    private int votersMax = 5;
    private Optional<VoterPlan.Move> move = Optional.empty();
    private boolean shutsDown;
    private boolean early;
    private int language = Language.OWN;

    private static final class Node {
        NodeStanding standing = NodeStanding.READY;
        boolean setAside;
        boolean up = true;
        boolean reported = true;
        boolean gone;
        boolean passedOver;
        boolean hasRoom = true;
        String power = "";
        int flaps;
        String storage;
        boolean sound = true;
        int language = Language.OWN;
    }

    /** The first votes and leads. */
    private VoterPlanTest of(int agents, int voting) {
        for (int i = 0; i < agents; i++) {
            String name = Character.toString('a' + i);
            Node node = new Node();
            nodes.put(new NodeId(name), node);
            if (i < voting) {
                node.storage = "of-" + name;
                voters.add(peer(name));
            }
        }
        leader = "a";
        return this;
    }

    private static Ledger.Peer peer(String name) {
        return new Ledger.Peer(new NodeId(name), "of-" + name, name + ":2");
    }

    private Node node(String name) {
        return nodes.get(new NodeId(name));
    }

    private void standing(String name, NodeStanding standing) {
        node(name).standing = standing;
    }

    private VoterPlan.Situation situation() {
        TreeMap<NodeId, VoterPlan.Board> boards = new TreeMap<>();
        nodes.forEach((id, node) -> boards.put(
                id,
                new VoterPlan.Board(
                        id,
                        "pi-" + id,
                        node.standing,
                        node.setAside,
                        node.up,
                        node.reported,
                        node.gone,
                        node.passedOver,
                        node.hasRoom,
                        node.power,
                        node.flaps,
                        new Moment(id.value().charAt(0)),
                        Optional.ofNullable(node.storage)
                                .map(storage -> new VoterPlan.Copy(storage, id + ":2", node.sound, node.language)))));
        return new VoterPlan.Situation(
                new NodeId(leader), List.copyOf(voters), boards, votersMax, move, shutsDown, early, language);
    }

    private Step next() {
        return VoterPlan.next(situation());
    }

    /** Does every step until none is left, in words; what is waited for in the end comes last. */
    private List<String> run() {
        List<String> steps = new ArrayList<>();
        while (steps.size() < 40) {
            Step step = next();
            switch (step) {
                case Step.Nothing nothing -> {
                    if (!nothing.why().isEmpty()) {
                        steps.add(nothing.why());
                    }
                    return steps;
                }
                case Step.Transfer transfer -> {
                    leader = transfer.to().value();
                    steps.add("lead " + leader);
                }
                case Step.Add add -> {
                    assertThat(add.peer().node()).isNotIn(names());
                    voters.add(add.peer());
                    steps.add("add " + add.peer().node());
                }
                case Step.Remove remove -> {
                    assertThat(remove.node()).as("the leader").isNotEqualTo(new NodeId(leader));
                    voters.removeIf(voter -> voter.node().equals(remove.node()));
                    steps.add("remove " + remove.node());
                }
                case Step.Prepare prepare -> node(prepare.node().value()).storage = "of-" + prepare.node();
                case Step.EndMove end -> {
                    move = Optional.empty();
                    steps.add(end.why());
                }
                case Step.Raise raise -> {
                    language = raise.language();
                    steps.add("raise to " + language);
                }
            }
        }
        throw new AssertionError("no end: " + steps);
    }

    private List<NodeId> names() {
        return voters.stream().map(Ledger.Peer::node).toList();
    }

    private String votersNow() {
        return names().stream().map(NodeId::value).sorted().collect(Collectors.joining());
    }

    private Optional<String> refusal(String... drained) {
        return outlook(drained).refusal();
    }

    private VoteOutlook outlook(String... drained) {
        return VoteOutlook.ofDrain(
                situation(), Arrays.stream(drained).map(NodeId::new).toList());
    }

    @Test
    void aBoardWhoseDiskIsFullOrTakesNoWritesGetsNoVoteAndHoldsUpNobody() {
        of(4, 3);
        node("d").hasRoom = false;
        standing("c", NodeStanding.DRAINING);
        assertThat(next()).isInstanceOf(Step.Remove.class);
        node("d").hasRoom = true;
        assertThat(next()).isInstanceOf(Step.Prepare.class);
    }

    @Test
    void aVoterThatCannotOpenItsCopyIsNotTakenForOneThatLostIt() {
        of(4, 3);
        node("c").storage = "";
        node("c").sound = false;
        assertThat(next()).isInstanceOf(Step.Nothing.class);
        node("c").storage = "another";
        assertThat(next()).isInstanceOf(Step.Remove.class);
    }

    @Test
    void oneVoterBecomesThreeFromThreeNodesAndFiveFromNine() {
        assertThat(of(2, 1).run()).isEmpty();
        assertThat(new VoterPlanTest().of(3, 1).run()).containsExactly("add b", "add c");
        assertThat(new VoterPlanTest().of(8, 1).run()).containsExactly("add b", "add c");
        assertThat(new VoterPlanTest().of(9, 3).run()).containsExactly("add d", "add e");
        VoterPlanTest three = new VoterPlanTest().of(9, 1);
        three.votersMax = 3;
        assertThat(three.run()).containsExactly("add b", "add c");
    }

    @Test
    void aCandidateIsPreparedBeforeItIsAdded() {
        of(3, 1);
        assertThat(next()).isInstanceOf(Step.Prepare.class);
        node("b").storage = "of-b";
        node("b").sound = false;
        assertThat(next()).as("one that stands aside").isInstanceOf(Step.Prepare.class);
        node("b").sound = true;
        assertThat(next())
                .isInstanceOfSatisfying(
                        Step.Add.class, add -> assertThat(add.peer()).isEqualTo(peer("b")));
    }

    @Test
    void anotherPowerSupplyComesFirstThenSteadinessThenAge() {
        of(6, 1);
        for (String name : List.of("a", "b", "c")) {
            node(name).power = "left";
        }
        for (String name : List.of("d", "e")) {
            node(name).power = "right";
        }
        node("f").power = "left";
        node("d").flaps = 3;
        node("b").flaps = 1;
        assertThat(run()).containsExactly("add e", "add c");
    }

    @Test
    void whoDoesNotTakeWorkOrDidNotReportOrWasAskedInVainIsNoCandidate() {
        of(7, 1);
        standing("b", NodeStanding.CORDONED);
        standing("c", NodeStanding.DRAINED);
        node("d").reported = false;
        node("e").passedOver = true;
        assertThat(run()).containsExactly("add f", "add g");
    }

    @Test
    void nobodyIsAddedWhileAVoterDoesNotVote() {
        of(5, 2);
        node("b").up = false;
        assertThat(run()).containsExactly("voter pi-b does not vote: nobody gets a vote until it does");
        assertThat(votersNow()).isEqualTo("ab");
    }

    @Test
    void aDrainedVoterIsReplacedFirstAndThenRemoved() {
        of(4, 3);
        standing("b", NodeStanding.DRAINING);
        assertThat(run()).containsExactly("add d", "remove b");
    }

    @Test
    void aDrainedLeaderLeadsNoMoreBeforeItsVoteMoves() {
        of(4, 3);
        standing("a", NodeStanding.DRAINING);
        assertThat(run()).containsExactly("lead b", "add d", "remove a");
        assertThat(run()).isEmpty();
    }

    @Test
    void everyStandingThatLeavesLosesItsVoteAndACordonedNodeKeepsIt() {
        for (NodeStanding standing : NodeStanding.values()) {
            VoterPlanTest trial = new VoterPlanTest().of(4, 3);
            trial.standing("c", standing);
            trial.run();
            assertThat(trial.votersNow())
                    .as("%s", standing)
                    .isEqualTo(
                            switch (standing) {
                                case READY, CORDONED, RETURNING -> "abc";
                                case DRAINING, DRAINED, EXPIRED, QUARANTINED, MAINTENANCE -> "abd";
                            });
        }
    }

    @Test
    void aVoteWaitsForWhoeverIsUpAndCouldTakeItWhetherItHasAnsweredOrNot() {
        of(4, 3);
        standing("b", NodeStanding.DRAINING);
        node("d").reported = false;
        assertThat(run()).containsExactly("pi-d is to take over the vote of pi-b and has not answered the leader yet");
        node("d").reported = true;
        node("d").passedOver = true;
        assertThat(run())
                .containsExactly("pi-d is to take over the vote of pi-b and did not get its copy of the ledger ready:"
                        + " it is asked again within a minute");
        node("d").passedOver = false;
        assertThat(run()).containsExactly("add d", "remove b");
    }

    @Test
    void inTheFirstLeaseOfALeaderNoVoteEndsSinceSilenceProvesNothing() {
        of(5, 3);
        standing("b", NodeStanding.DRAINING);
        node("d").up = false;
        node("e").up = false;
        early = true;
        assertThat(run())
                .containsExactly("the leader is new and takes no vote before all nodes had the time to report: who is"
                        + " silent may be up");
        early = false;
        assertThat(run()).containsExactly("remove b");
        VoterPlanTest three = new VoterPlanTest().of(3, 3);
        three.early = true;
        three.standing("b", NodeStanding.DRAINING);
        assertThat(three.run()).as("there is nobody to wait for").containsExactly("remove b");
    }

    @Test
    void whenTwoOfThreeVotersAreDrainedTheFourthNodeTakesAVote() {
        of(4, 3);
        standing("b", NodeStanding.DRAINING);
        standing("c", NodeStanding.DRAINING);
        assertThat(run()).containsExactly("add d", "remove b", "remove c");
        assertThat(votersNow()).isEqualTo("ad");
    }

    @Test
    void aNodeThatIsOutCostsNoCopyWhenAnotherOneLeaves() {
        of(9, 5);
        standing("i", NodeStanding.DRAINED);
        standing("b", NodeStanding.DRAINING);
        assertThat(run()).containsExactly("add f", "remove b");
    }

    @Test
    void aQuarantinedVoterVotesUntilAnotherNodeTakesItsPlace() {
        of(3, 3);
        standing("c", NodeStanding.QUARANTINED);
        node("c").setAside = true;
        assertThat(run()).isEmpty();
        node("c").up = false;
        assertThat(run()).as("it may come back").isEmpty();
        nodes.put(new NodeId("d"), new Node());
        assertThat(run())
                .as("without its vote the next loss would stop the ledger until d votes")
                .isEmpty();
        node("c").gone = true;
        assertThat(run()).containsExactly("remove c", "add d");
        VoterPlanTest up = new VoterPlanTest().of(4, 3);
        up.standing("a", NodeStanding.QUARANTINED);
        up.node("a").setAside = true;
        assertThat(up.run()).containsExactly("lead b", "add d", "remove a");
    }

    @Test
    void theVoteOfAVoterThatIsDownGoesToAnotherOneAfterwards() {
        of(4, 3);
        node("b").up = false;
        assertThat(outlook("b")).isEqualTo(new VoteOutlook(Optional.empty(), Set.of(), 3));
    }

    @Test
    void votersThatTakeTurnsInBeingOutFindHeirsAmongThoseThatAreBack() {
        of(5, 3);
        assertThat(round(1, "a", "b", "d")).isEqualTo(new VoteOutlook(Optional.empty(), Set.of(), 3));
        assertThat(outlook("a", "b", "c", "d").votersLeft()).isEqualTo(1);
        assertThat(round(1, "a", "b", "c", "d")).isEqualTo(new VoteOutlook(Optional.empty(), Set.of(), 3));
        VoterPlanTest three = new VoterPlanTest().of(3, 3);
        assertThat(three.round(1, "a", "b"))
                .as("while a is out nobody can take its vote; that of b goes to a")
                .isEqualTo(new VoteOutlook(Optional.empty(), Set.of(new NodeId("a")), 2));
    }

    private VoteOutlook round(int maxOut, String... turns) {
        return VoteOutlook.ofRound(
                situation(), Set.of(), Arrays.stream(turns).map(NodeId::new).toList(), maxOut);
    }

    @Test
    void theOutlookOfADrainNamesTheVotesThatEnd() {
        of(4, 3);
        node("d").reported = false;
        node("d").passedOver = true;
        assertThat(outlook("b")).isEqualTo(new VoteOutlook(Optional.empty(), Set.of(), 3));
        assertThat(outlook("b", "c")).isEqualTo(new VoteOutlook(Optional.empty(), Set.of(new NodeId("c")), 2));
        node("d").up = false;
        assertThat(outlook("a")).isEqualTo(new VoteOutlook(Optional.empty(), Set.of(new NodeId("a")), 2));
    }

    @Test
    void withNobodyToTakeOverTheVotersShrinkToTheLastAndGrowAgain() {
        of(3, 3);
        standing("a", NodeStanding.DRAINED);
        assertThat(run()).containsExactly("lead b", "remove a");
        standing("c", NodeStanding.DRAINED);
        assertThat(run()).containsExactly("remove c");
        assertThat(votersNow()).isEqualTo("b");
        standing("b", NodeStanding.DRAINING);
        assertThat(run()).containsExactly("there is no other node that could lead");
        standing("b", NodeStanding.READY);
        standing("a", NodeStanding.READY);
        standing("c", NodeStanding.READY);
        assertThat(run()).containsExactly("add a", "add c");
    }

    @Test
    void aVoteIsNotTakenWhenThatWouldLeaveNoMajorityThatVotes() {
        of(3, 3);
        standing("b", NodeStanding.DRAINING);
        node("c").up = false;
        assertThat(run()).containsExactly("without pi-b there would be no majority of voters while pi-c does not vote");
        node("c").up = true;
        assertThat(run()).containsExactly("remove b");
    }

    @Test
    void aDrainedVoterThatIsDownGoesWithoutWaitingForAReplacement() {
        of(4, 3);
        standing("b", NodeStanding.DRAINED);
        node("b").up = false;
        assertThat(run()).containsExactly("remove b", "add d");
    }

    @Test
    void aWipedVoterIsRemovedAtOnceAndAddedUnderItsNewName() {
        of(3, 3);
        node("c").storage = "another";
        assertThat(run()).containsExactly("remove c", "add c");
        assertThat(voters).contains(new Ledger.Peer(new NodeId("c"), "another", "c:2"));
    }

    @Test
    void aVoterThatIsUpAndSaysNothingOfItsCopyIsAskedToOpenOne() {
        of(3, 3);
        node("c").storage = null;
        assertThat(next())
                .isInstanceOfSatisfying(
                        Step.Prepare.class,
                        prepare -> assertThat(prepare.node()).isEqualTo(new NodeId("c")));
        node("c").passedOver = true;
        assertThat(run()).as("asked in vain").isEmpty();
    }

    @Test
    void twoOfThreeWipedAtOnceAreLeftAlone() {
        of(3, 3);
        node("b").storage = "another";
        node("c").storage = "another";
        assertThat(run()).singleElement().asString().contains("no majority");
    }

    @Test
    void aVoterThatIsGoneForGoodIsReplacedOnlyIfSomebodyCanTakeItsPlace() {
        of(4, 3);
        node("c").up = false;
        assertThat(run()).as("it may come back").isEmpty();
        node("c").gone = true;
        assertThat(run()).containsExactly("remove c", "add d");
        VoterPlanTest three = new VoterPlanTest().of(3, 3);
        three.node("c").up = false;
        three.node("c").gone = true;
        assertThat(three.run()).isEmpty();
    }

    @Test
    void aForgottenVoterLosesItsVote() {
        of(4, 3);
        nodes.remove(new NodeId("c"));
        assertThat(run()).containsExactly("remove c", "add d");
    }

    @Test
    void anOrderedVoteMovesToTheOneThatWasNamed() {
        of(5, 3);
        move = Optional.of(new VoterPlan.Move(new NodeId("a"), new NodeId("e")));
        assertThat(run()).containsExactly("lead b", "add e", "remove a", "the vote moved from pi-a to pi-e");
        assertThat(run()).isEmpty();
    }

    @Test
    void anOrderedMoveWaitsForItsTargetAndForNobodyElse() {
        of(5, 3);
        move = Optional.of(new VoterPlan.Move(new NodeId("b"), new NodeId("e")));
        node("e").up = false;
        assertThat(run()).containsExactly("pi-e does not answer yet");
        node("e").up = true;
        assertThat(run()).startsWith("add e", "remove b");
    }

    @Test
    void anOrderedMoveIsGivenUpWhenItsTargetLeavesOrItsSourceHasNoVoteAnyMore() {
        of(5, 3);
        move = Optional.of(new VoterPlan.Move(new NodeId("b"), new NodeId("e")));
        standing("e", NodeStanding.DRAINING);
        assertThat(run()).containsExactly("the vote does not move from pi-b to pi-e: pi-e is draining");
        move = Optional.of(new VoterPlan.Move(new NodeId("d"), new NodeId("e")));
        standing("e", NodeStanding.READY);
        assertThat(run()).containsExactly("the vote does not move from pi-d to pi-e: pi-d has none any more");
    }

    @Test
    void noVoteMovesWhileAShutdownIsOrderedAndWhatWasDueIsDoneAfterwards() {
        of(5, 3);
        move = Optional.of(new VoterPlan.Move(new NodeId("b"), new NodeId("e")));
        standing("c", NodeStanding.DRAINED);
        shutsDown = true;
        assertThat(run()).isEmpty();
        shutsDown = false;
        assertThat(run()).startsWith("add e", "remove b", "the vote moved from pi-b to pi-e");
        assertThat(votersNow()).isEqualTo("abe");
    }

    @Test
    void aDrainIsRefusedWhenAVoteCouldNotMoveAndTheReasonNamesWhoIsDown() {
        of(4, 3);
        assertThat(refusal("a")).isEmpty();
        assertThat(refusal("a", "b", "c"))
                .as("one node is left, and takes over")
                .isEmpty();
        node("c").up = false;
        assertThat(refusal("b"))
                .contains("draining would cost the voters their majority: the vote of pi-b cannot move,"
                        + " since voter pi-c does not vote: nobody gets a vote until it does");
        assertThat(refusal("c")).as("the one that is down").isEmpty();
        assertThat(refusal("d")).as("no voter").isEmpty();
    }

    @Test
    void oneVoterDownOfFiveLeavesRoomForOneToBeDrained() {
        of(9, 5);
        node("e").up = false;
        assertThat(refusal("d")).isEmpty();
        assertThat(refusal("a", "b", "c", "d")).isPresent();
    }

    @Test
    void theOnlyNodeMayStopInPlace() {
        assertThat(of(1, 1).refusal("a")).isEmpty();
        VoterPlanTest two = new VoterPlanTest().of(2, 1);
        assertThat(two.refusal("a")).as("the other takes over").isEmpty();
        two.node("b").up = false;
        assertThat(two.refusal("a").orElseThrow()).contains("there is no other node that could lead");
    }

    @Test
    void theLanguageIsRaisedWhenTheLastVoterKnowsMoreAndNotBefore() {
        of(4, 3);
        language = 1;
        nodes.values().forEach(node -> node.language = 2);
        node("c").language = 1;
        node("d").language = 1;
        assertThat(run()).isEmpty();
        node("c").language = 3;
        node("c").up = false;
        assertThat(run()).as("who is silent may come back as it was").doesNotContain("raise to 2");
        node("c").up = true;
        node("c").storage = "another";
        assertThat(next()).isNotInstanceOf(Step.Raise.class);
        node("c").storage = "of-c";
        assertThat(run()).containsExactly("raise to 2");
    }

    @Test
    void aNodeOfAnOlderReleaseGetsNoVoteAndThatIsSaid() {
        of(3, 2);
        node("c").storage = "of-c";
        node("c").language = 1;
        assertThat(run())
                .containsExactly("pi-c runs an older release of Bramble, which does not know what the ledger says by"
                        + " now: upgrade it");
        assertThat(votersNow()).isEqualTo("ab");
        move = Optional.of(new VoterPlan.Move(new NodeId("b"), new NodeId("c")));
        assertThat(run().getFirst())
                .isEqualTo("the vote does not move from pi-b to pi-c: pi-c runs an older release of Bramble, which"
                        + " does not know what the ledger says by now: upgrade it");
        node("c").language = Language.OWN;
        assertThat(run()).containsExactly("add c");
    }

    @Test
    void aBrambleThatBecameSmallerKeepsThreeVotersAndNotTheOneThatSharesItsPower() {
        of(8, 5);
        node("b").power = "left";
        node("c").power = "right";
        node("d").power = "left";
        assertThat(run()).containsExactly("remove d", "remove e");
        assertThat(votersNow()).isEqualTo("abc");

        assertThat(anew().of(9, 5).run()).as("nine need five").isEmpty();
        assertThat(anew().of(4, 4).run())
                .as("four bear no more losses than three")
                .containsExactly("remove d");
        assertThat(anew().of(2, 2).run()).as("two copies are better than one").isEmpty();
    }

    @Test
    void noVoterGoesForThereBeingTooManyWhileOneIsSilent() {
        of(8, 5);
        node("c").up = false;
        assertThat(run()).isEmpty();
        node("c").gone = true;
        assertThat(run()).containsExactly("remove c", "remove e");
    }

    private static VoterPlanTest anew() {
        return new VoterPlanTest();
    }
}
