package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuccessionTest {
    private final SimTime time = new SimTime();
    private final Standing ledger = new Standing();

    private static NodeId node(String name) {
        return new NodeId(name);
    }

    private static View view(String... names) {
        return new View(
                1,
                Stream.of(names)
                        .map(name -> new Member(node(name), name, NodeRole.AGENT, "", "", "", "1"))
                        .toList());
    }

    /** Of voters a, b and c; that of {@code self} follows a, and all are there. */
    private Succession of(String self) {
        Succession succession = new Succession(node(self), time.newLoop(), ledger, view("a", "b", "c", "d"));
        succession.following(Optional.of(node("a")));
        return succession;
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    private List<Long> triesOf(String self, String... there) {
        of(self).viewChanged(view(there));
        pass(Duration.ofMinutes(1));
        return ledger.tries;
    }

    @Test
    void thoseWhoAreLeftTakeTurnsAndStopSoon() {
        assertThat(triesOf("b", "b", "c", "d")).containsExactly(0L, 500L);
        ledger.tries.clear();
        assertThat(triesOf("c", "b", "c", "d")).containsExactly(250L, 750L);
    }

    @Test
    void aMinorityStandsNever() {
        assertThat(triesOf("b", "b", "d")).isEmpty();
    }

    @Test
    void whoHasNoVoteStandsNever() {
        assertThat(triesOf("d", "b", "c", "d")).isEmpty();
    }

    @Test
    void theLossOfAnotherIsNoReason() {
        assertThat(triesOf("b", "a", "b", "d")).isEmpty();
    }

    @Test
    void aLeaderThatWasNeverInTheViewCannotLeaveIt() {
        Succession succession = of("b");
        succession.viewChanged(view("b", "c"));
        pass(Duration.ofMinutes(1));
        ledger.tries.clear();
        succession.following(Optional.of(node("a")));
        succession.viewChanged(view("b", "c", "d"));
        pass(Duration.ofMinutes(1));
        assertThat(ledger.tries).isEmpty();
    }

    @Test
    void theNextLeaderANewTermOrTheReturnOfTheLostEndsIt() {
        Succession succession = of("c");
        succession.viewChanged(view("b", "c"));
        ledger.leader = Optional.of(node("b"));
        pass(Duration.ofMinutes(1));
        assertThat(ledger.tries).isEmpty();

        ledger.leader = Optional.of(node("a"));
        Succession vain = of("c");
        vain.viewChanged(view("b", "c"));
        ledger.term++;
        pass(Duration.ofMinutes(1));
        assertThat(ledger.tries).isEmpty();

        Succession back = of("c");
        back.viewChanged(view("b", "c"));
        back.viewChanged(view("a", "b", "c"));
        pass(Duration.ofMinutes(1));
        assertThat(ledger.tries).isEmpty();
    }

    /** Notes when its voter stands, in milliseconds since the loss. */
    private final class Standing implements UnaskedLedger {
        final List<Long> tries = new ArrayList<>();
        long term = 1;
        Optional<NodeId> leader = Optional.of(node("a"));
        private final long begunNanos = time.nanos();

        @Override
        public CompletionStage<Boolean> standForElection() {
            tries.add((time.nanos() - begunNanos) / 1_000_000 % 60_000);
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public Status status() {
            List<Peer> voters = Stream.of("a", "b", "c")
                    .map(name -> new Peer(node(name), "storage", "address"))
                    .toList();
            return new Status(term, leader, false, voters, 0, Optional.empty());
        }
    }
}
