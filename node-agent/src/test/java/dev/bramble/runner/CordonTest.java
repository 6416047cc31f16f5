package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.ShippedFile;
import dev.bramble.time.Moment;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CordonTest extends RunnerBed {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private void pulse(long term, long index, NodeId... cordoned) {
        runner.received(new Message.Pulse(
                term, LEADER, Moment.FOUNDING, index, List.of(LEADER), Optional.of(List.of(cordoned))));
        pass(Duration.ofMillis(1));
    }

    private Message.Rest rest() {
        return statuses().getLast().rest().orElseThrow();
    }

    private void runTwoAndLetTwoWait() {
        play = SimWorkers.Play.of(Duration.ofSeconds(10), new Workers.Exit.Code(0));
        order(SampleJob.of(9).needs(1000, 0), 1, 2, 3, 4);
        pass(Duration.ofMillis(10));
        assertThat(started).containsOnlyKeys(id(1), id(2));
    }

    private static SimWorkers.Play endless(Optional<Workers.Exit> onTerm) {
        return new SimWorkers.Play(
                Duration.ofMinutes(9), new Workers.Exit.Code(0), onTerm, new byte[0], new byte[0], new TreeMap<>());
    }

    @Test
    void cordonedNodeReturnsWhatItHasNotBegunAtOnceAndFinishesTheRest() {
        runTwoAndLetTwoWait();
        pulse(1, 7, SELF);
        assertThat(rest()).isEqualTo(new Message.Rest(7, 0, 2, 0));
        assertThat(statuses().getLast().held())
                .extracting(Message.Held::attempt)
                .containsExactly(id(1), id(2));
        pass(Duration.ofSeconds(9));
        pulse(1, 7, SELF);
        pass(Duration.ofSeconds(3));
        assertThat(started).containsOnlyKeys(id(1), id(2));
        assertThat(outcomes()).extracting(outcome -> outcome.end()).containsOnly(AttemptEnd.SUCCEEDED);
        assertThat(rest()).isEqualTo(new Message.Rest(7, 0, 0, 2));
        runner.received(new Message.Settled(1, List.of(id(1), id(2))));
        pass(Duration.ofMillis(1));
        assertThat(rest().isComplete()).isTrue();
    }

    @Test
    void attemptsWhoseFilesAreOnTheirWayAreDroppedWhenThatEnds() {
        disk = Duration.ofSeconds(2);
        order(SampleJob.of(9).ships(new ShippedFile("data.csv", MISSING, 5, false)), 1);
        pulse(1, 7, SELF);
        assertThat(rest().unstarted()).isEqualTo(1);
        pass(Duration.ofSeconds(5));
        assertThat(outcomes()).isEmpty();
        assertThat(rest().isComplete()).isTrue();
        assertThat(runner.heldAttempts()).isZero();
    }

    private static Message.Orders ordersOf(long term, int sequence) {
        Message.Orders orders = orders(1, List.of(jobOrder(SampleJob.of(9).spec())), sequence);
        return new Message.Orders(
                term,
                orders.number(),
                orders.inlineBytesMax(),
                orders.limits(),
                orders.jobs(),
                orders.attempts(),
                orders.places());
    }

    /** A new agent of this node, which hears an old leader that knows of no cordon, and its orders. */
    private Runner restartedUnderAnOldLeader(long oldTerm) {
        Runner restarted = runners.get();
        restarted.received(
                new Message.Pulse(oldTerm, LEADER, Moment.FOUNDING, 6, List.of(LEADER), Optional.of(List.of())));
        restarted.received(ordersOf(oldTerm, 1));
        pass(Duration.ofSeconds(2));
        return restarted;
    }

    @Test
    void aRestartedAgentOfACordonedNodeStartsNothingWhateverAnOldLeaderSays() {
        pulse(2, 7, SELF);
        Runner restarted = restartedUnderAnOldLeader(1);
        assertThat(started).isEmpty();
        assertThat(restarted.rest()).as("it takes no work").isPresent();
        restarted.received(new Message.Pulse(2, LEADER, Moment.FOUNDING, 9, List.of(LEADER), Optional.of(List.of())));
        restarted.received(ordersOf(2, 2));
        pass(Duration.ofSeconds(2));
        assertThat(started).as("once it is uncordoned it works").containsOnlyKeys(id(2));
    }

    @Test
    void aCordonIsAcknowledgedOnlyOnceARestartedAgentWouldKnowIt() {
        CompletableFuture<CordonMemory.Word> kept = new CompletableFuture<>();
        cordons.heldUp = Optional.of(kept);
        pulse(1, 7, SELF);
        pass(Duration.ofSeconds(2));
        assertThat(statuses().getLast().rest()).isEmpty();
        kept.completeExceptionally(new IOException("the disk takes no writes"));
        pass(Duration.ofSeconds(2));
        assertThat(rest().isComplete())
                .as("a drain does not wait for a sick disk")
                .isTrue();
    }

    @Test
    void ordersThatComeLateAreSeenAndDropped() {
        pulse(1, 7, SELF);
        order(SampleJob.of(9), 1);
        pass(Duration.ofSeconds(2));
        assertThat(started).isEmpty();
        assertThat(statuses().getLast().ordersSeen()).isEqualTo(numbers);
        assertThat(statuses().getLast().held()).isEmpty();
    }

    @Test
    void theNewestWordCountsAndNotTheLastToArrive() {
        pulse(2, 7, SELF);
        pulse(2, 6);
        pulse(1, 9);
        assertThat(rest().ledgerIndex()).isEqualTo(7);
        pulse(2, 8);
        assertThat(statuses().getLast().rest()).isEmpty();
        pulse(2, 7, SELF);
        assertThat(statuses().getLast().rest()).isEmpty();
        pulse(3, 7, SELF);
        assertThat(rest().ledgerIndex()).isEqualTo(7);
    }

    @Test
    void uncordonedNodeTakesWorkAgain() {
        pulse(1, 7, SELF);
        pulse(1, 8);
        order(SampleJob.of(9), 1);
        assertThat(started).containsOnlyKeys(id(1));
    }

    @Test
    void warmFiltersEndWithTheCordon() {
        orderBatch(1, 0, 4);
        pass(Duration.ofSeconds(1));
        assertThat(filters.hasIdle(JOB, 0)).isTrue();
        runner.received(new Message.Settled(1, List.of(id(1))));
        pulse(1, 7, SELF);
        assertThat(filters.hasIdle(JOB, 0)).isFalse();
        assertThat(rest().isComplete()).isTrue();
    }

    @Test
    void movedAttemptIsStoppedWithItsGraceAndCountsAsKilledHoweverItEnds() {
        play = endless(Optional.of(new Workers.Exit.Code(0)));
        order(SampleJob.of(9), 1);
        runner.received(new Message.Withdraw(1, List.of(id(1)), "drained", Optional.of(GRACE)));
        pass(Duration.ofSeconds(2));
        assertThat(outcomes())
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.end()).isEqualTo(AttemptEnd.KILLED));
    }

    @Test
    void programThatIgnoresItsSignalIsKilledAfterTheGraceAndNotBefore() {
        play = endless(Optional.empty());
        order(SampleJob.of(9), 1);
        runner.received(new Message.Withdraw(1, List.of(id(1)), "drained", Optional.of(GRACE)));
        pulse(1, 7, SELF);
        for (int second = 0; second < 28; second++) {
            pass(Duration.ofSeconds(1));
            pulse(1, 7, SELF);
        }
        assertThat(rest().processes()).isEqualTo(1);
        pass(Duration.ofSeconds(4));
        assertThat(rest().processes()).isZero();
    }

    @Test
    void movedAttemptThatNobodyWantsAnyMoreIsDropped() {
        play = endless(Optional.empty());
        order(SampleJob.of(9), 1);
        runner.received(new Message.Withdraw(1, List.of(id(1)), "drained", Optional.of(GRACE)));
        runner.received(new Message.Withdraw(1, List.of(id(1)), "cancelled", Optional.empty()));
        pass(Duration.ofSeconds(40));
        assertThat(outcomes()).isEmpty();
        assertThat(runner.heldAttempts()).isZero();
    }

    @Test
    void whatHadEndedBeforeItWasToBeMovedIsFinishedHere() {
        disk = Duration.ofSeconds(3);
        order(SampleJob.of(9), 1);
        pass(Duration.ofSeconds(5));
        assertThat(started).containsOnlyKeys(id(1));
        runner.received(new Message.Withdraw(1, List.of(id(1)), "drained", Optional.of(GRACE)));
        pass(Duration.ofSeconds(9));
        assertThat(outcomes())
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.end()).isEqualTo(AttemptEnd.SUCCEEDED));
    }
}
