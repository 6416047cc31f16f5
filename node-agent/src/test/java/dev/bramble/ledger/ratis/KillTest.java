package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three voters, each a JVM of its own, under load, killed with signal 9. */
class KillTest {
    private static final int IN_FLIGHT = 16;

    @TempDir
    private Path root;

    private final Authority authority = new Authority();
    private VoterProcess[] voters;

    @BeforeEach
    void growToThree() {
        voters = new VoterProcess[] {
            new VoterProcess(root, "a", authority).start("found"),
            new VoterProcess(root, "b", authority).start("open"),
            new VoterProcess(root, "c", authority).start("open")
        };
        for (VoterProcess voter : voters) {
            voter.awaitUp();
        }
        VoterProcess leader = VoterProcess.leader(voters[0]);
        for (VoterProcess voter : List.of(voters[1], voters[2])) {
            assertThat(leader.ask("add " + voter.node + " " + voter.ask("self")))
                    .isEqualTo("ok");
        }
    }

    @AfterEach
    void closeAll() {
        for (VoterProcess voter : voters) {
            voter.close();
        }
    }

    private void startAllAgain() {
        for (VoterProcess voter : voters) {
            voter.start("open");
        }
        for (VoterProcess voter : voters) {
            voter.awaitUp();
        }
    }

    /** All lines that any voter acknowledged are applied, each once, in the same order everywhere. */
    private void assertNothingLostOrDoubled(VoterProcess leader, String last) {
        assertThat(leader.ask("append " + last + " 1 20 1")).contains("/s");
        Set<String> acknowledged = new HashSet<>();
        for (VoterProcess voter : voters) {
            acknowledged.addAll(voter.acknowledged);
        }
        List<String> lines = leader.lines();
        assertThat(lines).doesNotHaveDuplicates().endsWith(last + "0");
        assertThat(new HashSet<>(lines)).containsAll(acknowledged);
        for (VoterProcess voter : voters) {
            Voter.await(voter.node + " has all", () -> voter.lines().size() == lines.size());
            assertThat(voter.lines()).isEqualTo(lines);
        }
    }

    private void loadUntil(VoterProcess leader, String prefix, int acknowledged) {
        int before = leader.acknowledged.size();
        assertThat(leader.ask("load " + prefix + " 20 " + IN_FLIGHT)).isEqualTo("ok");
        Voter.await(acknowledged + " acknowledged", () -> leader.acknowledged.size() - before >= acknowledged);
    }

    @Test
    void killOfAllUnderLoadLosesNothingAndAppliesNothingTwice() {
        loadUntil(voters[0], "first-", 500);
        for (VoterProcess voter : voters) {
            voter.kill();
        }
        startAllAgain();
        assertNothingLostOrDoubled(VoterProcess.leader(voters), "last-");
    }

    @Test
    void killOfTheLeaderUnderLoadLosesNothing() {
        loadUntil(voters[0], "first-", 300);
        voters[0].kill();
        VoterProcess leader = VoterProcess.leader(voters[1], voters[2]);
        loadUntil(leader, "second-", 300);
        voters[0].start("open").awaitUp();
        VoterProcess still = VoterProcess.leader(voters);
        leader.kill();
        leader.start("open").awaitUp();
        assertThat(still).isNotNull();
        assertNothingLostOrDoubled(VoterProcess.leader(voters), "last-");
    }

    /** Killed again and again, one, two or all of them, in a fixed order of misfortune. */
    @Test
    @Tag("slow")
    void manyKillsLoseNothing() {
        for (int round = 0; round < 12; round++) {
            VoterProcess leader = VoterProcess.leader(voters);
            loadUntil(leader, "round-" + round + "-", 200);
            for (int i = 0; i < 1 + round % 3; i++) {
                voters[(round + i) % 3].kill();
            }
            for (int i = 0; i < 1 + round % 3; i++) {
                voters[(round + i) % 3].start("open").awaitUp();
            }
            assertNothingLostOrDoubled(VoterProcess.leader(voters), "end-" + round + "-");
        }
    }
}
