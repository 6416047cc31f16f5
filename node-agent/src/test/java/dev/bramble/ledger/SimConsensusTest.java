package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimConsensusTest {
    private final SimTime time = new SimTime();
    private final TreeMap<NodeId, Machine> machines = new TreeMap<>();
    private final Set<NodeId> alone = new HashSet<>();
    private final SimConsensus consensus = open(SimConsensus.Habits.CALM);

    private SimConsensus open(SimConsensus.Habits habits) {
        List<Ledger.Peer> voters =
                List.of("a", "b", "c").stream().map(SimConsensusTest::peer).toList();
        return new SimConsensus(time, new SplittableRandom(7), habits, voters, this::reaches);
    }

    private static Ledger.Peer peer(String name) {
        return new Ledger.Peer(new NodeId(name), "storage", "address");
    }

    private boolean reaches(NodeId from, NodeId to) {
        return from.equals(to) || !alone.contains(from) && !alone.contains(to);
    }

    private Machine start(String name) {
        Machine machine = new Machine();
        NodeId node = new NodeId(name);
        machine.loop = time.newLoop();
        machine.ledger = consensus.join(node, machine.loop, machine);
        machines.put(node, machine);
        return machine;
    }

    private void startAll() {
        List.of("a", "b", "c").forEach(this::start);
        pass(Duration.ofSeconds(4));
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    private Machine leader() {
        return machines.get(consensus.leader().orElseThrow());
    }

    private CompletableFuture<Long> append(Machine machine, String text) {
        return machine.ledger.append(text.getBytes()).toCompletableFuture();
    }

    @Test
    void whatIsAppendedIsAppliedByAllInOneOrder() {
        startAll();
        CompletableFuture<Long> one = append(leader(), "one");
        append(leader(), "two");
        pass(Duration.ofSeconds(1));
        assertThat(one).isCompleted();
        assertThat(machines.values())
                .allSatisfy(machine -> assertThat(machine.applied).containsExactly("one", "two"));
    }

    @Test
    void onlyTheLeaderTakesEntries() {
        startAll();
        Machine follower = machines.values().stream()
                .filter(machine -> machine != leader())
                .findFirst()
                .orElseThrow();
        assertThat(append(follower, "one")).isCompletedExceptionally();
    }

    @Test
    void aMinorityCommitsNothingAndItsLeaderStepsDown() {
        startAll();
        Machine old = leader();
        alone.add(consensus.leader().orElseThrow());
        CompletableFuture<Long> lost = append(old, "lost");
        pass(Duration.ofSeconds(8));
        assertThat(lost).isCompletedExceptionally();
        assertThat(old.ledger.status().leading()).isFalse();
        assertThat(leader()).isNotSameAs(old);
        append(leader(), "kept");
        pass(Duration.ofSeconds(1));
        alone.clear();
        pass(Duration.ofSeconds(3));
        assertThat(old.applied).containsExactly("kept");
    }

    @Test
    void whatIsCommittedOutlivesAPowerCutOfAll() {
        startAll();
        append(leader(), "one");
        pass(Duration.ofSeconds(1));
        machines.values().forEach(machine -> {
            machine.ledger.close();
            machine.loop.halt();
        });
        startAll();
        assertThat(machines.values())
                .allSatisfy(machine -> assertThat(machine.applied).containsExactly("one"));
    }

    @Test
    void whoLagsFarBehindIsGivenASnapshot() {
        startAll();
        NodeId lagging = machines.keySet().stream()
                .filter(node -> !Optional.of(node).equals(consensus.leader()))
                .findFirst()
                .orElseThrow();
        alone.add(lagging);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add("entry " + i);
            append(leader(), "entry " + i);
            pass(Duration.ofMillis(50));
        }
        alone.clear();
        pass(Duration.ofSeconds(3));
        assertThat(machines.get(lagging).restores).isPositive();
        assertThat(machines.get(lagging).applied).isEqualTo(all);
    }

    @Test
    void leadershipAndVotersMoveOnRequest() {
        startAll();
        Ledger.Peer d = start("d").ledger.self();
        CompletableFuture<Void> added = leader().ledger.addVoter(d).toCompletableFuture();
        pass(Duration.ofSeconds(2));
        assertThat(added).isCompleted();
        assertThat(consensus.voters()).contains(d);
        CompletableFuture<Void> moved = leader().ledger
                .transferLeadership(new NodeId("d"), Duration.ofSeconds(1))
                .toCompletableFuture();
        pass(Duration.ofSeconds(2));
        assertThat(moved).isCompleted();
        assertThat(consensus.leader()).contains(new NodeId("d"));
        CompletableFuture<Void> removed =
                leader().ledger.removeVoter(new NodeId("a")).toCompletableFuture();
        pass(Duration.ofSeconds(2));
        assertThat(removed).isCompleted();
        assertThat(machines.get(new NodeId("a")).trouble).contains("removed");
        append(leader(), "on");
        pass(Duration.ofSeconds(1));
        assertThat(machines.get(new NodeId("b")).applied).containsExactly("on");
        assertThat(machines.get(new NodeId("d")).applied).containsExactly("on");
    }

    @Test
    void nobodyIsAddedWhileAVoterIsAwayAndAWipedOneIsAnotherPeer() {
        startAll();
        NodeId wiped = machines.keySet().stream()
                .filter(node -> !Optional.of(node).equals(consensus.leader()))
                .findFirst()
                .orElseThrow();
        append(leader(), "one");
        pass(Duration.ofSeconds(1));
        assertThat(consensus.mayLose(wiped)).isTrue();
        machines.get(wiped).ledger.close();
        machines.get(wiped).loop.halt();
        consensus.wipe(wiped);
        assertThat(machines.keySet()).filteredOn(node -> !node.equals(wiped)).noneMatch(consensus::mayLose);
        Ledger.Peer d = start("d").ledger.self();
        assertThat(leader().ledger.addVoter(d).toCompletableFuture()).isCompletedExceptionally();
        Ledger.Peer anew = start(wiped.value()).ledger.self();
        pass(Duration.ofSeconds(2));
        assertThat(machines.get(wiped).applied).as("it is no voter").isEmpty();
        leader().ledger.removeVoter(wiped);
        pass(Duration.ofSeconds(2));
        leader().ledger.addVoter(anew);
        pass(Duration.ofSeconds(2));
        assertThat(consensus.voters()).contains(anew);
        assertThat(machines.get(wiped).applied).containsExactly("one");
        assertThat(consensus.memberships()).hasSize(3);
    }

    @Test
    void whoStandsLeadsOnlyWhenTheLeaderDoesNotAnswerAndAMajorityDoes() {
        startAll();
        NodeId old = consensus.leader().orElseThrow();
        Machine follower = machines.values().stream()
                .filter(machine -> machine != leader())
                .findFirst()
                .orElseThrow();
        CompletableFuture<Boolean> vain = follower.ledger.standForElection().toCompletableFuture();
        pass(Duration.ofMillis(20));
        assertThat(vain).isCompletedWithValue(false);
        alone.add(old);
        CompletableFuture<Boolean> needed = follower.ledger.standForElection().toCompletableFuture();
        pass(Duration.ofMillis(20));
        assertThat(needed).isCompletedWithValue(true);
        assertThat(leader()).isSameAs(follower);
        long term = consensus.term();
        Machine minority = machines.get(old);
        minority.ledger.standForElection();
        alone.addAll(machines.keySet());
        machines.values().forEach(machine -> machine.ledger.standForElection());
        pass(Duration.ofMillis(20));
        assertThat(consensus.term()).isEqualTo(term);
    }

    /** Its state is the list of what it applied. */
    private static final class Machine implements Ledger.StateMachine {
        final List<String> applied = new ArrayList<>();
        SimTime.SimLoop loop;
        SimLedger ledger;
        int restores;
        String trouble = "";

        @Override
        public void apply(long index, long term, byte[] entry) {
            applied.add(new String(entry));
        }

        @Override
        public byte[] snapshot() {
            return String.join("\n", applied).getBytes();
        }

        @Override
        public void restore(long index, long term, byte[] snapshot) {
            restores++;
            applied.clear();
            new String(snapshot).lines().forEach(applied::add);
        }

        @Override
        public void leading(long term) {}

        @Override
        public void following(long term, Optional<NodeId> leader) {}

        @Override
        public void votersChanged(List<Ledger.Peer> voters) {}

        @Override
        public void steppedAside(String sentence) {
            trouble = sentence;
        }
    }
}
