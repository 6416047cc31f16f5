package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.SampleJob;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
