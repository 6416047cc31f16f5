package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real voters of which most are lost: what one of them has is enough to go on from. */
@Execution(ExecutionMode.CONCURRENT)
class LedgerRecoveryTest {
    @TempDir
    private Path root;

    private final Authority authority = new Authority();
    private final List<Voter> all = new ArrayList<>();

    @AfterEach
    void closeAll() {
        all.forEach(Voter::close);
    }

    private Voter voter(String node) {
        Voter voter = new Voter(root, node, authority.node(node));
        all.add(voter);
        return voter;
    }

    private Voter three(int snapshotEvery, int lines) {
        Voter a = voter("a");
        a.found(a.settings.withSnapshotEveryEntries(snapshotEvery));
        Voter.await("a leads", a::leads);
        for (String name : List.of("b", "c")) {
            Voter next = voter(name);
            next.open(next.settings.withSnapshotEveryEntries(snapshotEvery));
            Voter.get(a.ledger.addVoter(next.self()));
        }
        a.append("line-", lines);
        Voter.await("all have all", () -> all.stream().allMatch(voter -> voter.journal.size() == lines));
        return a;
    }

    /** The journal's own form of a state: its lines. */
    private static final class Lines implements LedgerRecovery.Copy {
        private final Journal journal = new Journal();

        @Override
        public void restore(long index, long term, byte[] snapshot) {
            journal.restore(index, term, snapshot);
        }

        @Override
        public void apply(long index, long term, byte[] entry) {
            journal.apply(index, term, entry);
        }

        @Override
        public byte[] recovered(String course) {
            journal.apply(0, 0, Voter.bytes("recovered"));
            return journal.snapshot();
        }
    }

    private static Path recover(Voter voter) throws IOException {
        try (LedgerRecovery recovery = LedgerRecovery.open(voter.folder)) {
            assertThat(recovery.node()).isEqualTo(voter.node);
            assertThat(recovery.voters()).hasSize(3);
            return recovery.recover(new Lines());
        }
    }

    @Test
    void oneVoterGoesOnFromItsSnapshotAndItsLogAndGrowsAgain() throws IOException {
        three(30, 100);
        List<String> before = List.copyOf(all.get(1).journal.lines());
        all.forEach(Voter::close);
        Voter b = all.get(1);
        Path aside = recover(b);
        assertThat(aside).isDirectory();
        b.open();
        Voter.await("b leads alone", b::leads);
        assertThat(b.votes()).containsExactly("b");
        assertThat(b.journal.lines()).startsWith(before.toArray(String[]::new)).endsWith("recovered");
        b.append("after");

        Voter d = voter("d");
        d.open(d.settings.withCourse(b.ledger.course()));
        Voter.get(b.ledger.addVoter(d.self()));
        Voter.await("d has all", () -> d.journal.size() == 102);
        b.close();
        b.open();
        Voter.await("b is back", () -> b.journal.size() == 102);
    }

    @Test
    void theOldVotersDoNoHarmWhenTheyReturnAndCanBeMadeVotersAnew() throws IOException {
        three(20_000, 20);
        all.forEach(Voter::close);
        Voter a = all.get(0);
        Voter b = all.get(1);
        Voter c = all.get(2);
        recover(a);
        a.open();
        Voter.await("a leads alone", a::leads);
        long term = a.ledger.status().term();
        a.append("new-course-", 30);

        b.open();
        c.open();
        // They are a majority of what they know, and lead each other far below.
        Voter old = Voter.leader(b, c);
        assertThat(old.ledger.status().term()).isLessThan(term);
        old.append("old-course");
        assertThat(a.leads()).isTrue();
        assertThat(a.ledger.status().term()).isEqualTo(term);
        assertThat(a.journal.lines()).doesNotContain("old-course");
        assertThat(b.ledger.course()).isNotEqualTo(a.ledger.course());

        RatisLedger superseded = b.ledger;
        Optional<String> course = a.ledger.course();
        superseded.supersede();
        Voter.get(superseded.whenClosed());
        superseded.prepareReopening();
        b.close();
        assertThat(root.resolve("b-removed-1")).isDirectory();
        b.open(b.settings.withCourse(course));
        Voter.get(a.ledger.addVoter(b.self()));
        Voter.await("b has the new course", () -> b.journal.lines().equals(a.journal.lines()));
        assertThat(b.journal.lines()).hasSize(51).doesNotContain("old-course");
    }

    @Test
    void whatCannotBeRecoveredIsRefusedWithTheReason() throws IOException {
        assertThatThrownBy(() -> LedgerRecovery.open(root)).hasMessageContaining("no voter's folder");
        Voter a = voter("a").found();
        Voter.await("a leads", a::leads);
        assertThatThrownBy(() -> LedgerRecovery.open(a.folder))
                .hasMessageContaining("is in use by an agent: stop that one first");
        Voter.await("its vote is noted", () -> Files.exists(a.folder.resolve("joined")));
        a.close();
        assertThatThrownBy(() -> LedgerRecovery.open(a.folder)).hasMessageContaining("the only voter already");
        Voter b = voter("b").open();
        b.close();
        assertThatThrownBy(() -> LedgerRecovery.open(b.folder)).hasMessageContaining("never held a vote");
    }

    @Test
    void aDamagedCopyIsRefusedAndStaysWhereItIs() throws IOException {
        three(20_000, 50);
        all.forEach(Voter::close);
        Path folder = all.get(2).folder;
        Path log = log(folder);
        byte[] bytes = Files.readAllBytes(log);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("line-20")] ^= 1;
        Files.write(log, bytes);
        assertThatThrownBy(() -> LedgerRecovery.open(folder))
                .hasMessageContaining("cannot be trusted; recover from another voter's card");
        assertThat(log).exists();
    }

    @Test
    void aRecoveryThatThePowerCutInTwoIsFinishedByTheNextTry() throws IOException {
        three(20_000, 10);
        all.forEach(Voter::close);
        Voter a = all.get(0);
        recover(a);
        Files.move(a.folder, root.resolve("a-recovering"));
        assertThatThrownBy(() -> LedgerRecovery.open(a.folder)).hasMessageContaining("the only voter already");
        a.open();
        Voter.await("a leads alone", a::leads);
        assertThat(a.journal.lines()).hasSize(11);
    }

    private static Path log(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_inprogress"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
