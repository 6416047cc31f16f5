package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.NotLeadingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three real voters in one process, over TLS on loopback. */
@Execution(ExecutionMode.CONCURRENT)
class RatisLedgerTest {

    private static final Pattern LOG_FILE = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

    @TempDir
    private Path root;

    private final Authority authority = new Authority();
    private final List<Voter> all = new ArrayList<>();
    private Voter a;
    private Voter b;
    private Voter c;

    @BeforeEach
    void foundOnA() {
        a = voter("a").found();
        b = voter("b");
        c = voter("c");
        Voter.await("a leads", a::leads);
    }

    @AfterEach
    void closeAll() {
        all.forEach(Voter::close);
    }

    private Voter voter(String node) {
        Voter voter = new Voter(root, node, authority.node(node));
        all.add(voter);
        return voter;
    }

    private void growToThree() {
        for (Voter voter : List.of(b, c)) {
            voter.open();
            // Whose answer was lost with the lead has its vote already.
            while (!Voter.leader(a, b, c).votes().contains(voter.node.value())) {
                Voter.asLeader(leader -> leader.ledger.addVoter(voter.self()), a, b, c);
            }
        }
        Voter leader = Voter.leader(a, b, c);
        if (leader != a) {
            Voter.get(leader.ledger.transferLeadership(a.node, Duration.ofSeconds(10)));
        }
    }

    private static void awaitSameLines(int lines, Voter... voters) {
        Voter.await(
                lines + " lines everywhere",
                () -> List.of(voters).stream().allMatch(voter -> voter.journal.size() == lines));
        for (Voter voter : voters) {
            assertThat(voter.journal.lines()).isEqualTo(voters[0].journal.lines());
        }
    }

    @Test
    void votersApplyTheSameEntriesInTheSameOrder() {
        a.append("alone ", 20);
        growToThree();
        a.append("together ", 500);

        awaitSameLines(520, a, b, c);
        assertThat(a.votes()).containsExactly("a", "b", "c");
        Voter.await(
                "all know the voters",
                () -> b.votes().equals(a.votes()) && c.votes().equals(a.votes()));
        assertThat(a.journal.events).containsSubsequence("leading", "voters [a, b]", "voters [a, b, c]");
        assertThat(b.journal.events).contains("following a");
    }

    @Test
    void lossOfTheLeaderLosesNothingAcknowledged() {
        growToThree();
        List<String> acknowledged = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 300; i++) {
            String line = "line-" + i;
            a.ledger.append(Voter.bytes(line)).thenAccept(index -> acknowledged.add(line));
        }
        Voter.await("some are acknowledged", () -> acknowledged.size() > 50);
        a.close();

        Voter leader = Voter.leader(b, c);
        leader.append("after");
        assertThat(leader.journal.lines())
                .containsAll(acknowledged)
                .endsWith("after")
                .doesNotHaveDuplicates();
        awaitSameLines(leader.journal.size(), b, c);
    }

    @Test
    void appendsOfALeaderThatStopsAreInDoubtAndOfAFollowerRefused() {
        growToThree();
        assertThatThrownBy(() -> b.append("not here")).isInstanceOf(NotLeadingException.class);
        assertThatThrownBy(() -> Voter.get(a.ledger.append(new byte[Ledger.ENTRY_BYTES_MAX + 1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Voter.get(a.ledger.append(new byte[Ledger.ENTRY_BYTES_MAX]))).isPositive();

        // While b goes, after c, nothing can be agreed any more; what is in a's log by then may be some day.
        c.close();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        appendUntilItFails(failures);
        b.close();
        Voter.await("a steps down", () -> !a.leads() && !failures.isEmpty());
        assertThat(failures)
                .anyMatch(failure -> failure instanceof IllegalStateException
                        && failure.getMessage().contains("may or may not be applied"));
        assertThatThrownBy(() -> a.append("too late")).isInstanceOf(NotLeadingException.class);
        assertThat(a.journal.events).endsWith("following nobody");
    }

    private void appendUntilItFails(List<Throwable> failures) {
        a.ledger.append(Voter.bytes("one of many")).whenComplete((index, failure) -> {
            if (failure == null) {
                appendUntilItFails(failures);
            } else {
                failures.add(failure);
            }
        });
    }

    @Test
    void moreAppendsThanTheLimitAreRefusedAndTheRestIsKept() {
        List<CompletionStage<Long>> appends = new ArrayList<>();
        for (int i = 0; i < 4 * Tuning.APPENDS_IN_FLIGHT_MAX; i++) {
            appends.add(a.ledger.append(Voter.bytes("flood-" + i)));
        }
        int kept = 0;
        for (CompletionStage<Long> append : appends) {
            try {
                Voter.get(append);
                kept++;
            } catch (RejectedExecutionException refused) {
                assertThat(refused).hasMessageContaining("append again");
            }
        }
        assertThat(kept).isBetween(Tuning.APPENDS_IN_FLIGHT_MAX, appends.size() - 1);
        assertThat(a.journal.lines()).hasSize(kept).doesNotHaveDuplicates();
    }

    @Test
    void leadershipMovesOnRequestAndBack() {
        growToThree();
        a.append("before ", 50);
        Voter.get(a.ledger.transferLeadership(c.node, Duration.ofSeconds(10)));
        Voter.await("c leads", c::leads);
        c.append("at c");
        // Who leads is told when somebody looks: one that led for a moment only may be passed over.
        Voter.await("a knows it", () -> a.journal.events.contains("following c"));
        Voter.get(c.ledger.transferLeadership(a.node, Duration.ofSeconds(10)));
        Voter.await("a leads again", a::leads);
        a.append("at a");

        awaitSameLines(52, a, b, c);
        assertThat(a.journal.events).containsSubsequence("leading", "following c", "leading");
        assertThatThrownBy(() -> Voter.get(b.ledger.transferLeadership(a.node, Duration.ofSeconds(1))))
                .isInstanceOf(NotLeadingException.class);
    }

    @Test
    void removedVoterStandsAsideAndComesBackAsANewPeer() throws IOException {
        growToThree();
        a.append("before ", 20);
        Ledger.Peer before = c.self();
        asLeader(leader -> leader.ledger.removeVoter(c.node));
        assertThat(a.votes()).containsExactly("a", "b");
        String aside = "this voter was removed from the membership";
        Voter.await("c stands aside", () -> c.journal.events.contains("aside: " + aside));
        assertThat(c.ledger.status().trouble()).contains(aside);
        RatisLedger removed = c.ledger;
        c.close();

        removed.prepareReopening();
        c.open();
        assertThat(c.self().storage()).isNotEqualTo(before.storage());
        asLeader(leader -> leader.ledger.addVoter(c.self()));
        asLeader(leader -> leader.ledger.append(Voter.bytes("after")));
        awaitSameLines(21, a, b, c);
        assertThat(a.votes()).containsExactly("a", "b", "c");
    }

    @Test
    void membershipChangesThatCouldStopTheLedgerAreRefused() {
        growToThree();
        assertThatThrownBy(() -> Voter.get(a.ledger.removeVoter(a.node))).hasMessageContaining("leads the ledger");
        Ledger.Peer twin = new Ledger.Peer(b.node, "0123456789abcdef", "127.0.0.1:" + b.port);
        assertThatThrownBy(() -> Voter.get(a.ledger.addVoter(twin))).hasMessageContaining("already holds a vote");
        assertThatThrownBy(() -> Voter.get(b.ledger.removeVoter(c.node))).isInstanceOf(NotLeadingException.class);

        c.close();
        assertThatThrownBy(() -> asLeader(leader -> leader.ledger.removeVoter(leader == a ? b.node : a.node)))
                .hasMessageContaining("no majority of the voters would answer");
        Voter d = voter("d").open();
        assertThatThrownBy(() -> asLeader(leader -> leader.ledger.addVoter(d.self())))
                .hasMessageContaining("another voter does not answer");
        // The one that is gone may go, and then there is room.
        asLeader(leader -> leader.ledger.removeVoter(c.node));
        asLeader(leader -> leader.ledger.addVoter(d.self()));
        asLeader(leader -> leader.ledger.append(Voter.bytes("still here")));
        Voter.await("all of them", () -> a.votes().equals(List.of("a", "b", "d")));
    }

    private <T> T asLeader(Function<Voter, CompletionStage<T>> step) {
        return Voter.asLeader(step, a, b);
    }

    @Test
    void voterThatWasAwayForLongIsFedBySnapshot() throws IOException {
        a.close();
        a.open(a.settings.withSnapshotEveryEntries(10));
        Voter.await("a leads", a::leads);
        growToThree();
        c.close();
        // Segments of the log hold 4 MB: only whole ones are dropped.
        byte[] padding = " ".repeat(200_000).getBytes();
        for (int i = 0; i < 80; i++) {
            byte[] entry = Voter.bytes("line-" + i);
            System.arraycopy(entry, 0, padding, 0, entry.length);
            Voter.get(a.ledger.append(padding.clone()));
        }
        assertThat(firstIndexInLog(a)).isPositive();

        c.open();
        awaitSameLines(80, a, b, c);
        assertThat(c.journal.restores()).isPositive();
        // What it was sent is on its disk: it starts from there.
        a.append("more");
        c.close();
        c.open();
        awaitSameLines(81, a, b, c);
    }

    private static long firstIndexInLog(Voter voter) throws IOException {
        Path group;
        try (Stream<Path> groups = Files.list(voter.folder.resolve("engine"))) {
            group = groups.findFirst().orElseThrow();
        }
        // Not all that is below it: snapshots are dropped meanwhile.
        try (Stream<Path> files = Files.list(group.resolve("current"))) {
            return files.map(file -> LOG_FILE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .min()
                    .orElseThrow();
        }
    }

    @Test
    void restartOfAllKeepsEverything() {
        growToThree();
        a.append("line-", 300);
        List.of(a, b, c).forEach(Voter::close);
        List.of(c, b, a).forEach(Voter::open);

        Voter leader = Voter.leader(a, b, c);
        leader.append("again");
        awaitSameLines(301, a, b, c);
        assertThat(leader.votes()).containsExactly("a", "b", "c");
        // To found once more what is there changes nothing.
        a.close();
        a.found();
        awaitSameLines(301, a, b, c);
    }

    @Test
    void folderOfAnotherNodeOrInUseIsRefusedWithASentence() {
        Voter thief = new Voter(root, "a", authority.node("a"));
        assertThatThrownBy(thief::open).hasMessageContaining("is in use by an agent: stop that one first");
        a.close();
        RatisLedger.Settings other = new RatisLedger.Settings(
                a.folder,
                b.node,
                Voter.LEDGER,
                a.settings.address(),
                "127.0.0.1",
                b.settings.tls(),
                Voter.ELECTION_TIMEOUT_MIN,
                Voter.ELECTION_TIMEOUT_MAX,
                1000,
                Optional.empty());
        assertThatThrownBy(() -> a.open(other)).hasMessageContaining("says node a, but this is node b");
        a.open();
        Voter twin = new Voter(root.resolve("twin"), "a", authority.node("a"));
        RatisLedger.Settings samePort = RatisLedger.Settings.of(
                twin.folder, twin.node, Voter.LEDGER, a.settings.address(), "127.0.0.1", twin.settings.tls());
        assertThatThrownBy(() -> twin.open(samePort)).hasMessageContaining("port 127.0.0.1:" + a.port);
    }
}
