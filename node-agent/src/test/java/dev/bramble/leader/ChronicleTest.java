package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Reading;
import dev.bramble.model.SampleJob;
import dev.bramble.model.ShippedFile;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChronicleTest {
    private static final Reading NONE = Reading.unknown("test");

    private final LeaderBench bench = new LeaderBench();
    private Chronicle chronicle = watch();

    private Chronicle watch() {
        Chronicle watching = new Chronicle(bench.leader, bench.voters);
        bench.leader.withEveryPulse(() -> {
            if (chronicle == watching) {
                watching.check();
            }
        });
        return watching;
    }

    /** As a leader that has just been elected: it remembers nothing. */
    private void anotherLeader() {
        chronicle = watch();
        bench.pass(Duration.ofSeconds(2));
    }

    private List<String> told(EventKind kind) {
        return bench.state().events().after(0).stream()
                .map(EventRecord::what)
                .filter(what -> what.kind() == kind)
                .map(Happening::text)
                .toList();
    }

    private void report(String node, double underVoltage, Duration during) {
        BoardHealth health = new BoardHealth(
                "board",
                "boot",
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                Reading.known(underVoltage),
                NONE,
                NONE,
                Reading.known(0));
        for (long second = 0; second < during.toSeconds(); second++) {
            bench.report(node, Optional.of(health));
            bench.pass(Duration.ofMillis(900));
        }
    }

    @AfterEach
    void anIdleBrambleWritesNothing() {
        bench.pass(Duration.ofSeconds(30));
        long index = bench.leader.appliedIndex();
        bench.pass(Duration.ofMinutes(5));
        assertThat(bench.leader.appliedIndex()).isEqualTo(index);
    }

    @Test
    void aNewLeaderIsToldOnceWithTheOneBeforeIt() {
        chronicle.following(Optional.of(new NodeId("a")));
        bench.pass(Duration.ofSeconds(5));
        assertThat(told(EventKind.LEADER_CHANGED)).containsExactly("head leads now; before it a did, which is gone");
    }

    @Test
    void aSickBoardIsToldOnceAlsoWhenAnotherLeaderComesAndSoIsItsRecovery() {
        bench.ready("a");
        report("a", 1, Duration.ofSeconds(30));
        anotherLeader();
        report("a", 1, Duration.ofSeconds(30));
        assertThat(told(EventKind.BOARD_SICK))
                .containsExactly("the board of a is not well: its supply gives too little");
        report("a", 0, Duration.ofMinutes(6));
        anotherLeader();
        report("a", 0, Duration.ofMinutes(6));
        assertThat(told(EventKind.BOARD_WELL)).containsExactly("the board of a is well");
    }

    @Test
    void aBoardWithTooLittleVoltageIsToldWithItsSupplyAndWhoSuffersThere() {
        bench.ready("a", "b", "c");
        List<RackLayout.Slot> slots = Stream.of("a", "b", "c")
                .map(name -> new RackLayout.Slot(Optional.of(new NodeId(name)), "left", "", 0))
                .toList();
        RackLayout layout = new RackLayout(
                List.of(),
                List.of(),
                List.of(new RackLayout.Rack("rack", List.of(new RackLayout.Shelf("top", slots)))));
        bench.append(new Command.SetRacks(layout, 0, "ada"));
        report("a", 1, Duration.ofSeconds(30));
        report("b", 1, Duration.ofSeconds(30));
        assertThat(told(EventKind.BOARD_SICK))
                .containsExactly(
                        "the board of a is not well: its supply gives too little; it is on supply left, alone of 3"
                                + " boards there: look at its cable first",
                        "the board of b is not well: its supply gives too little; on supply left a suffers as"
                                + " well: look at that supply first");
    }

    @Test
    void aVoterInTroubleIsToldOnceItLasts() {
        bench.pass(Duration.ofSeconds(9));
        assertThat(told(EventKind.VOTER_TROUBLE)).isEmpty();
        bench.join(LeaderBench.SELF.value(), 1);
        bench.pass(Duration.ofSeconds(60));
        assertThat(told(EventKind.VOTER_TROUBLE))
                .containsExactly("voter head has not opened its copy of the ledger yet");
    }

    @Test
    void aMissedDeadlineIsToldOnceWhoeverLeads() {
        JobId job = bench.submit(SampleJob.of(1).deadline(Duration.ofSeconds(5)));
        bench.pass(Duration.ofSeconds(3));
        assertThat(told(EventKind.JOB_LATE)).isEmpty();
        bench.pass(Duration.ofSeconds(30));
        anotherLeader();
        bench.pass(Duration.ofSeconds(30));
        assertThat(told(EventKind.JOB_LATE))
                .containsExactly("the deadline of job " + job + " (sample) has passed, and it goes on");
    }

    @Test
    void aLostFileIsToldOnceWhoeverLeads() {
        BlobDuty duty = bench.blobDuty();
        bench.ready("a");
        BlobId blob = new BlobId("%064x".formatted(7));
        bench.append(new Command.HoldBlob(blob, 100, "ada", List.of(new NodeId("a")), new Moment(Long.MAX_VALUE / 2)));
        JobId job = bench.submit(SampleJob.of(1).ships(new ShippedFile("data", blob, 100, false)));
        bench.pass(Duration.ofSeconds(5));
        assertThat(told(EventKind.FILE_LOST)).isEmpty();
        bench.tell(
                duty,
                "a",
                new Message.CopyNews(bench.leader.term(), 1, List.of(), List.of(blob), List.of(), Optional.empty()));
        bench.pass(Duration.ofSeconds(5));
        anotherLeader();
        bench.pass(Duration.ofSeconds(5));
        assertThat(told(EventKind.FILE_LOST))
                .containsExactly("a file of job " + job + " is lost: every copy is gone or damaged");
        bench.append(new Command.CancelJob(job, "ada", "no more"));
    }

    @Test
    void whatIsTooMuchAtOnceIsLeftOut() {
        IntStream.range(0, Chronicle.WAITING_MAX + 100)
                .forEach(number -> chronicle.note(
                        Happening.of(EventKind.SWITCH_SUSPECTED, Happening.BRAMBLE, "number " + number)));
        bench.settle();
        assertThat(told(EventKind.SWITCH_SUSPECTED))
                .hasSize(Chronicle.WAITING_MAX)
                .startsWith("number 0")
                .endsWith("number " + (Chronicle.WAITING_MAX - 1));
    }
}
