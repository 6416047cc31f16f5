package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskTraits;
import dev.bramble.time.Moment;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An attempt at a task of an exclusive job runs while leases come, and no longer. */
class LeasesTest extends RunnerBed {
    private static final SampleJob EXCLUSIVE = SampleJob.of(10).exclusive();

    private Message.AskLease question() {
        return sent.stream()
                .filter(Message.AskLease.class::isInstance)
                .map(Message.AskLease.class::cast)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private void answer(Message.AskLease question) {
        runner.received(new Message.LeaseRenewed(1, question.stampNanos(), question.attempts()));
        pass(Duration.ofMillis(1));
    }

    @Test
    void nothingBeginsBeforeItHasALease() {
        order(EXCLUSIVE, 1);
        pass(Duration.ofSeconds(5));
        assertThat(started).isEmpty();
        assertThat(question().attempts()).containsExactly(id(1));
        answer(question());
        assertThat(started).containsOnlyKeys(id(1));
    }

    @Test
    void anAnswerThatComesAfterItsLeaseBeginsNothing() {
        order(EXCLUSIVE, 1);
        Message.AskLease old = question();
        for (int second = 0; second < Timing.LEASE.toSeconds() + 1; second++) {
            pass(Duration.ofSeconds(1));
            pulse();
        }
        answer(old);
        assertThat(started).isEmpty();
        runner.received(new Message.LeaseRenewed(1, time.nanos() + 1_000_000_000L, List.of(id(1))));
        assertThat(started).as("nor does one that was never asked for").isEmpty();
    }

    @Test
    void itRunsOnWhileRenewedAndIsEndedAfterwardsAtNoCost() {
        play = SimWorkers.Play.of(Duration.ofMinutes(1), new Workers.Exit.Code(0));
        order(EXCLUSIVE, 1);
        answer(question());
        for (int second = 0; second < 20; second++) {
            pass(Duration.ofSeconds(1));
            pulse();
            answer(question());
        }
        assertThat(workers.running()).containsExactly(id(1));
        long lastAsked = question().stampNanos();
        pass(Timing.LEASE.minusSeconds(2));
        assertThat(workers.running()).containsExactly(id(1));
        pass(Duration.ofSeconds(4));
        assertThat(workers.running()).isEmpty();
        assertThat(time.nanos() - lastAsked)
                .isLessThan(Timing.LEASE.plusSeconds(5).toNanos());
        assertThat(outcomes()).extracting(outcome -> outcome.end()).containsExactly(AttemptEnd.KILLED);
    }

    private SimWorkers.Play thatIsToldAndEndsBy(Workers.Exit exit, String... checkpoint) {
        TreeMap<String, byte[]> files = new TreeMap<>();
        for (String name : checkpoint) {
            files.put(name, new byte[] {1});
        }
        byte[] nothing = {};
        return new SimWorkers.Play(
                Duration.ofHours(1),
                new Workers.Exit.Code(0),
                Optional.of(exit),
                nothing,
                nothing,
                new TreeMap<>(),
                files);
    }

    /** Its leases stop coming, though the leader is there. */
    private AttemptOutcome lapsed(SampleJob job) {
        order(job, 1);
        answer(question());
        for (int second = 0; second < Timing.LEASE.toSeconds() + 2; second++) {
            pass(Duration.ofSeconds(1));
            pulse();
        }
        assertThat(workers.running()).isEmpty();
        return outcomes().getFirst();
    }

    @Test
    void whatItLeavesWhenItsLeaseHasRunOutIsACheckpointIfItSaysSo() {
        play = thatIsToldAndEndsBy(new Workers.Exit.Code(TaskTraits.CHECKPOINT_EXIT), "state");
        AttemptOutcome outcome =
                lapsed(SampleJob.of(10).exclusive().leavesCheckpoints().disk(100));
        assertThat(outcome.end()).isEqualTo(AttemptEnd.KILLED);
        assertThat(outcome.reason()).endsWith("its lease had run out; it left a checkpoint");
        assertThat(outcome.checkpoint().orElseThrow().files())
                .extracting(AttemptOutcome.KeptFile::name)
                .containsExactly("state");
    }

    @Test
    void withoutCheckpointsInItsJobThatExitCodeIsNothingButAnEndAtNoCost() {
        play = thatIsToldAndEndsBy(new Workers.Exit.Code(TaskTraits.CHECKPOINT_EXIT), "state");
        AttemptOutcome outcome = lapsed(EXCLUSIVE);
        assertThat(outcome.end()).isEqualTo(AttemptEnd.KILLED);
        assertThat(outcome.checkpoint()).isEmpty();
    }

    @Test
    void oneThatEndsWellOnlyOnceItsLeaseHasRunOutHasNotSucceeded() {
        play = thatIsToldAndEndsBy(new Workers.Exit.Code(0));
        assertThat(lapsed(EXCLUSIVE).end()).isEqualTo(AttemptEnd.KILLED);
    }

    @Test
    void oneThatIsToMoveKeepsItsLeaseUntilItHasEnded() {
        play = new SimWorkers.Play(
                Duration.ofHours(1),
                new Workers.Exit.Code(0),
                Optional.empty(),
                new byte[0],
                new byte[0],
                new TreeMap<>());
        order(EXCLUSIVE, 1);
        answer(question());
        Duration grace = Timing.LEASE.multipliedBy(2);
        runner.received(new Message.Withdraw(1, List.of(id(1)), "its node is drained", Optional.of(grace)));
        for (int second = 0; second < grace.toSeconds() - 1; second++) {
            pass(Duration.ofSeconds(1));
            pulse();
            answer(question());
        }
        assertThat(workers.running()).containsExactly(id(1));
        pass(Duration.ofSeconds(2));
        assertThat(workers.running()).isEmpty();
        sent.clear();
        pass(Timing.LEASE_ASKED_EVERY.multipliedBy(2));
        assertThat(sent).as("and asks for none any more").noneMatch(Message.AskLease.class::isInstance);
    }

    /** One that was granted while its leader changed: the next one is asked, and its answer begins it. */
    @Test
    void oneThatWaitsForItsLeaseAsksWhoeverLeads() {
        order(EXCLUSIVE, 1);
        Message.AskLease old = question();
        NodeId next = new NodeId("next");
        runner.received(new Message.Pulse(2, next, Moment.FOUNDING, 0, List.of(next), Optional.empty()));
        pass(Duration.ofMillis(1));
        assertThat(question().term()).isEqualTo(2);
        assertThat(question().attempts()).isEqualTo(old.attempts());
        assertThat(started).isEmpty();
        answer(question());
        assertThat(started).containsOnlyKeys(id(1));
    }

    @Test
    void oneWhoseAnswersAreLostForLessThanALeaseRunsOn() {
        play = SimWorkers.Play.of(Duration.ofMinutes(1), new Workers.Exit.Code(0));
        order(EXCLUSIVE, 1);
        answer(question());
        for (int second = 0; second < 8; second++) {
            pass(Duration.ofSeconds(1));
            pulse();
        }
        Message.AskLease newest = question();
        answer(newest);
        pass(Duration.ofNanos(newest.stampNanos() + Timing.LEASE.toNanos() - time.nanos() - 1_000_000));
        assertThat(workers.running()).containsExactly(id(1));
        pass(Duration.ofMillis(2));
        assertThat(workers.running()).isEmpty();
    }

    @Test
    void oneThatIsWithdrawnWhileItWaitsForItsLeaseIsGone() {
        order(EXCLUSIVE, 1);
        runner.received(new Message.Withdraw(1, List.of(id(1)), "its job is over", Optional.empty()));
        pass(Duration.ofSeconds(1));
        assertThat(runner.heldAttempts()).isZero();
        answer(question());
        assertThat(started).isEmpty();
        order(SampleJob.of(10), 2, 3);
        assertThat(started).as("and its room is free").containsOnlyKeys(id(2), id(3));
    }
}
