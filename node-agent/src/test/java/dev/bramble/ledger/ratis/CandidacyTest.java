package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.ratis.Candidacy.Said;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidacyTest {
    /** Longer than anything waits here: who leads after the founder did not wait for it. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private static final TermIndex LAST = TermIndex.valueOf(3, 100);
    /** Of a leader that was heard just now: so say followers that have as much of the log. */
    private static final Said AS_MUCH = new Said(false, 3, LAST);

    @TempDir
    Path root;

    private final Authority authority = new Authority();
    private final List<Voter> all = new ArrayList<>();

    @AfterEach
    void stop() {
        all.forEach(Voter::close);
    }

    private Voter voter(String node) {
        Voter voter = new Voter(root, node, authority.node(node));
        all.add(voter);
        return voter;
    }

    private static boolean wouldWin(Optional<Said> lost, Said... followers) {
        return Candidacy.wouldWin(followers.length + 2, 3, LAST, lost, List.of(followers));
    }

    @Test
    void withAMajorityThatHasNoMoreOfTheLogAnElectionIsWon() {
        assertThat(wouldWin(Optional.empty(), AS_MUCH)).isTrue();
        assertThat(wouldWin(Optional.empty(), new Said(false, 2, TermIndex.valueOf(2, 90))))
                .isTrue();
        assertThat(Candidacy.wouldWin(3, 3, LAST, Optional.empty(), List.of()))
                .as("alone of three")
                .isFalse();
        assertThat(Candidacy.wouldWin(5, 3, LAST, Optional.empty(), List.of(AS_MUCH)))
                .as("two of five")
                .isFalse();
    }

    @Test
    void aLeaderThatAnswersIsLeftAloneUnlessItLeadsNoMore() {
        assertThat(wouldWin(Optional.of(new Said(false, 3, LAST)), AS_MUCH)).isFalse();
        assertThat(wouldWin(Optional.of(new Said(true, 3, LAST)), AS_MUCH)).isTrue();
    }

    @Test
    void whoHasMoreOfTheLogOrANewerTermIsLeftToStand() {
        assertThat(wouldWin(Optional.empty(), new Said(false, 3, TermIndex.valueOf(3, 101))))
                .isFalse();
        assertThat(wouldWin(Optional.empty(), AS_MUCH, new Said(true, 4, LAST), AS_MUCH))
                .isFalse();
    }

    @Test
    void theVoteOfAnEmptyLogDoesNotCount() {
        assertThat(wouldWin(Optional.empty(), new Said(true, 3, TermIndex.valueOf(0, -1))))
                .isFalse();
    }

    @Test
    void whoStandsWhenTheLeaderIsGoneLeadsWithoutWaitingForItsTimeout() {
        Voter a = voter("a");
        Voter b = voter("b");
        Voter c = voter("c");
        a.found();
        Voter.leader(a);
        for (Voter other : List.of(b, c)) {
            other.open(other.settings.withElectionTimeouts(NEVER, NEVER.multipliedBy(2)));
            Voter.get(a.ledger.addVoter(other.self()));
            if (other == b) {
                // Opens its connections, which takes longer than an answer may. One vote of two is no majority.
                Voter.get(b.ledger.standForElection());
            }
        }
        a.append("before");
        Voter.await("all have it", () -> all.stream().allMatch(voter -> voter.journal.size() == 1));
        long term = a.ledger.status().term();

        assertThat(Voter.get(b.ledger.standForElection()))
                .as("against a leader that answers")
                .isFalse();
        assertThat(Voter.get(a.ledger.standForElection()))
                .as("of the leader itself")
                .isFalse();
        assertThat(a.leads()).isTrue();
        a.close();
        assertThat(Voter.get(b.ledger.standForElection())).isTrue();
        Voter.await("b leads", b::leads);
        b.append("after");
        // That an entry is agreed, c hears with the next one or the next heartbeat.
        b.append("later");
        Voter.await("c has it", () -> c.journal.size() >= 2);
        assertThat(b.ledger.status().term()).as("terms that it took").isEqualTo(term + 1);
        b.close();
        assertThat(Voter.get(c.ledger.standForElection()))
                .as("without a majority")
                .isFalse();
        assertThat(c.ledger.status().term()).isEqualTo(term + 1);
    }
}
