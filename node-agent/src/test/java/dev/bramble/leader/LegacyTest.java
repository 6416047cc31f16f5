package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LegacyTest {
    private static final Departure CRASH = Departure.closed(Duration.ofMillis(600));

    private final LeaderBench bench = new LeaderBench();

    /** Another node led after this one. */
    private long otherTerm() {
        return bench.leader.term() + 1;
    }

    /** This one leads after that. */
    private void leadAgain() {
        bench.leader.leading(bench.leader.term() + 2);
        bench.settle();
    }

    private void hears(long number, JobId job, int count, String bootId) {
        Message.LegacyRun run = new Message.LegacyRun(new NodeId("a"), "a1", bootId, new TaskId(job, 0), count, 0);
        bench.leader.legacy().received(new Message.Legacy(otherTerm(), number, List.of(run), List.of()));
    }

    /** Another node led, on whose board something ran; it goes, and this one leads. */
    private void inherit(JobId job, int count, Departure how) {
        bench.leader.following();
        hears(1, job, count, "boot 1");
        bench.leave("a", how);
        leadAgain();
        bench.report("b");
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
    }

    private JobId job() {
        bench.ready("a", "b");
        return bench.submit(SampleJob.of(1).needs(4000, 0));
    }

    @Test
    void whatTookTheLastLeaderDownWithItsBoardIsHeldAgainstItsTask() {
        JobId job = job();
        inherit(job, 1, CRASH);
        assertThat(bench.job(job).lostOn(0)).containsExactly(new NodeId("a"));
        assertThat(bench.job(job).history(0).getLast().reason())
                .isEqualTo("its node was lost: its connection closed and it did not answer for 0.6 s");
    }

    @Test
    void aLeaderThatLeftInOrderSpeaksAgainstNothing() {
        JobId job = job();
        inherit(job, 1, Departure.FAREWELL);
        assertThat(bench.job(job).lostOn(0)).isEmpty();
    }

    @Test
    void aLeaderThatIsStillThereTellsItselfWhatItRuns() {
        JobId job = job();
        bench.leader.following();
        hears(1, job, 1, "");
        leadAgain();
        bench.report("a");
        bench.report("b");
        bench.leave("a", CRASH);
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
        assertThat(bench.job(job).lostOn(0)).isEmpty();
    }

    @Test
    void aLeaderThatGoesBeforeItHasSaidAnythingToTheNextIsMissedThen() {
        JobId job = job();
        bench.leader.following();
        hears(1, job, 1, "");
        leadAgain();
        bench.report("b");
        bench.leave("a", CRASH);
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
        assertThat(bench.job(job).lostOn(0)).containsExactly(new NodeId("a"));
    }

    @Test
    void aLeaderWhoseAgentAloneBeganAnewSpeaksAgainstNothing() {
        JobId job = job();
        bench.leader.following();
        hears(1, job, 1, "boot 1");
        bench.boot("a", "boot 1");
        bench.join("a", 2);
        leadAgain();
        bench.report("a");
        bench.pass(LossCharges.BOARD_WAIT.plusSeconds(2));
        assertThat(bench.job(job).lostOn(0)).isEmpty();
    }

    @Test
    void newsThatComeLateChangeNothing() {
        JobId job = job();
        bench.leader.following();
        bench.leader.legacy().received(new Message.Legacy(otherTerm(), 2, List.of(), List.of()));
        hears(1, job, 1, "");
        bench.leave("a", CRASH);
        leadAgain();
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
        assertThat(bench.job(job).lostOn(0)).isEmpty();
    }

    @Test
    void aBatchThatWentWithTheLastLeaderGoesOutInParts() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(64).filter());
        bench.leader.following();
        bench.leave("a", CRASH);
        hears(1, job, 32, "");
        leadAgain();
        bench.ready("b");
        WorkOrder first = bench.orders("b").getFirst();
        assertThat(first.task().index()).isZero();
        assertThat(first.count()).isEqualTo(2);
    }

    @Test
    void aLeaderThatLeadsAgainKnowsWhatItHadNotRecorded() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1));
        bench.report("a", List.of(LeaderBench.running(bench.orders("a").getLast())));
        bench.leave("a", Departure.silent(Duration.ofSeconds(5)));
        assertThat(bench.job(job).lostOn(0)).isEmpty();
        bench.leader.following();
        bench.leadAnew();
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
        assertThat(bench.job(job).lostOn(0)).containsExactly(new NodeId("a"));
    }

    @Test
    void aLeaderWithNothingToLeaveSaysSoOnceItGrants() {
        List<Ledger.Peer> peers = Stream.of(LeaderBench.SELF.value(), "b")
                .map(name -> new Ledger.Peer(new NodeId(name), "of-" + name, name + ":2"))
                .toList();
        LeaderBench lab = new LeaderBench(SimConsensus.Habits.CALM, real -> new WithVoters(real, peers));
        lab.ready(LeaderBench.SELF.value(), "b");
        lab.leadAnew();
        lab.pass(Duration.ofSeconds(3));
        Supplier<List<Message.Legacy>> told = () -> lab.messages("b", Message.Legacy.class).stream()
                .filter(legacy -> legacy.term() == lab.leader.term())
                .toList();
        assertThat(told.get())
                .as("one of them may be about to pass on what it heard")
                .isEmpty();
        lab.report(LeaderBench.SELF.value());
        lab.report("b");
        lab.pass(Duration.ofSeconds(5));
        assertThat(told.get()).singleElement().matches(Message.Legacy::isEmpty);
    }
}
