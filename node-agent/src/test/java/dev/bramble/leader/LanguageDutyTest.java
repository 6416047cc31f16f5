package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A leader of this release whose fellow voters are of an older one. */
class LanguageDutyTest {
    private static final String LEADER = LeaderBench.SELF.value();

    private final List<Ledger.Peer> peers = new ArrayList<>();
    private final LeaderBench bench =
            new LeaderBench(SimConsensus.Habits.CALM, real -> new WithVoters(real, peers), Optional.empty());

    private void begin() {
        bench.voters.check();
        for (String name : List.of(LEADER, "b", "c")) {
            peers.add(new Ledger.Peer(new NodeId(name), "of-" + name, name + ":2"));
            bench.ready(name);
        }
        bench.leader.withEveryPulse(bench.voters::check);
    }

    private void tell(String name, Optional<Integer> language) {
        bench.voters.received(
                bench.leader.cluster().view().member(new NodeId(name)).orElseThrow(),
                new Message.VoterState("of-" + name, name + ":2", "", Optional.empty(), language));
        bench.pass(Duration.ofSeconds(2));
    }

    private CompletableFuture<Long> drain() {
        DrainSpec spec =
                new DrainSpec(DrainMode.MOVE, Duration.ofMinutes(1), Duration.ofSeconds(1), AfterDrain.STAY, 1);
        CompletableFuture<Long> ordered = bench.leader
                .append(new Command.OrderDrain(1, List.of(new NodeId("b")), spec, "fan", "ada"))
                .toCompletableFuture();
        bench.settle();
        return ordered;
    }

    private static Refusal refusal(CompletableFuture<Long> appended) {
        return ((RefusedException) catchThrowable(appended::join).getCause()).refusal();
    }

    @Test
    void whatAnOlderVoterDoesNotKnowIsRefusedWithTheNodesToUpgrade() {
        begin();
        tell(LEADER, Optional.of(Language.OWN));
        tell("b", Optional.empty());
        assertThat(refusal(drain()))
                .isEqualTo(new Refusal(
                        Refusal.Kind.CONFLICT,
                        "b keeps the ledger with an older release of Bramble, which does not know this: upgrade"
                                + " it; c keeps the ledger and has not said yet whether what was upgraded knows"
                                + " this: see that it is up"));
        assertThat(bench.voters.heldBack().orElseThrow())
                .contains("b keeps the ledger")
                .contains("nothing that needs the newer");
        tell("c", Optional.empty());
        assertThat(refusal(drain()).sentence())
                .isEqualTo("b, c keep the ledger with an older release of Bramble, which does not know this:"
                        + " upgrade them");
        bench.append(new Command.SetStanding(new NodeId("b"), NodeStanding.CORDONED, "why", "ada"));
        assertThat(bench.state().node(new NodeId("b")).orElseThrow().standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(bench.state().electorate().language()).isEqualTo(Language.FIRST);
    }

    @Test
    void onceAllVotersKnowItItIsWrittenAlsoWhileOneIsAwayAgain() {
        begin();
        for (String name : List.of(LEADER, "b", "c")) {
            tell(name, Optional.of(Language.OWN));
        }
        assertThat(bench.state().electorate().language()).isEqualTo(Language.OWN);
        assertThat(bench.voters.heldBack()).isEmpty();
        bench.leave("c");
        assertThat(drain().join()).isPositive();
        bench.leadAnew();
        assertThat(bench.state().node(new NodeId("b")).orElseThrow().drain()).isPresent();
        assertThat(bench.leader.mayWrite(new Command.CancelDrain(new NodeId("b"), 1, "ada")))
                .isTrue();
    }
}
