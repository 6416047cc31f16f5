package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerImage;
import dev.bramble.ledger.NotLeadingException;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class AppenderTest {
    private static final CborCodec CODEC = new CborCodec();

    private final Recording ledger = new Recording();
    private final Appender appender = new Appender(ledger, CODEC, () -> new Moment(7));

    private static Command command(int number) {
        return new Command.RevokeToken("token" + number, "ada");
    }

    private static Refusal.Kind refusal(CompletionStage<Long> failed) {
        CompletableFuture<Long> future = failed.toCompletableFuture();
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
            throw new AssertionError("it completed");
        } catch (CompletionException failure) {
            return ((RefusedException) failure.getCause()).refusal().kind();
        }
    }

    @Test
    void whatArrivesMeanwhileSharesTheNextEntry() {
        CompletionStage<Long> first = appender.append(command(1));
        CompletionStage<Long> second = appender.append(command(2));
        CompletionStage<Long> third = appender.append(command(3));
        assertThat(ledger.entries).hasSize(1);
        ledger.commit(11);
        assertThat(first.toCompletableFuture()).isCompletedWithValue(11L);
        assertThat(second.toCompletableFuture()).isNotDone();
        assertThat(ledger.entries).hasSize(2);
        assertThat(ledger.entries.get(1).commands()).containsExactly(command(2), command(3));
        assertThat(ledger.entries.get(1).at()).isEqualTo(new Moment(7));
        ledger.commit(12);
        assertThat(third.toCompletableFuture()).isCompletedWithValue(12L);
    }

    @Test
    void aFailedEntryFailsItsOwnCommandsOnly() {
        CompletionStage<Long> first = appender.append(command(1));
        CompletionStage<Long> second = appender.append(command(2));
        ledger.fail(new NotLeadingException("no"));
        assertThat(refusal(first)).isEqualTo(Refusal.Kind.UNAVAILABLE);
        ledger.commit(5);
        assertThat(second.toCompletableFuture()).isCompletedWithValue(5L);
    }

    @Test
    void stoppingFailsWhatWaitsAndNotWhatIsOnItsWay() {
        CompletionStage<Long> first = appender.append(command(1));
        CompletionStage<Long> second = appender.append(command(2));
        appender.stop();
        assertThat(refusal(second)).isEqualTo(Refusal.Kind.UNAVAILABLE);
        assertThat(first.toCompletableFuture()).isNotDone();
        ledger.commit(3);
        assertThat(first.toCompletableFuture()).isCompletedWithValue(3L);
        assertThat(ledger.entries).hasSize(1);
    }

    @Test
    void anEntryStaysFarBelowItsLimit() {
        appender.append(command(0));
        List<CompletionStage<Long>> waiting = new ArrayList<>();
        String printed = "x".repeat(4096);
        for (int i = 1; i <= 300; i++) {
            waiting.add(appender.append(new Command.RecordOutcomes(
                    new NodeId("a"),
                    List.of(SampleJob.outcome(
                            new AttemptId(1, i), new TaskId(new JobId(1), i), 0, AttemptEnd.SUCCEEDED, printed)))));
        }
        for (int index = 1; !ledger.waiting.isEmpty(); index++) {
            ledger.commit(index);
        }
        assertThat(waiting).allMatch(each -> each.toCompletableFuture().isDone());
        assertThat(ledger.bytes).allMatch(bytes -> bytes < Ledger.ENTRY_BYTES_MAX);
        assertThat(ledger.entries).hasSizeBetween(3, 6);
    }

    @Test
    void anEntryHasAtMostSoManyCommands() {
        for (int i = 0; i < 3 * Appender.ENTRY_COMMANDS_MAX; i++) {
            appender.append(command(i));
        }
        ledger.commit(1);
        assertThat(ledger.entries.get(1).commands()).hasSize(Appender.ENTRY_COMMANDS_MAX);
    }

    @Test
    void tooManyWaitingAreToldToTryAgain() {
        for (int i = 0; i <= Appender.WAITING_MAX; i++) {
            appender.append(command(i));
        }
        assertThat(refusal(appender.append(command(-1)))).isEqualTo(Refusal.Kind.UNAVAILABLE);
        ledger.commit(1);
        assertThat(appender.append(command(-2)).toCompletableFuture()).isNotDone();
    }

    @Test
    void anEntryThatHasNoBytesStopsNobodyBehindIt() {
        Appender broken = new Appender(ledger, new Breaking(), () -> Moment.FOUNDING);
        CompletionStage<Long> first = broken.append(command(Breaking.NUMBER));
        assertThat(refusal(first)).isEqualTo(Refusal.Kind.UNAVAILABLE);
        CompletionStage<Long> second = broken.append(command(1));
        ledger.commit(1);
        assertThat(second.toCompletableFuture()).isCompletedWithValue(1L);
    }

    /** Cannot encode one command. */
    private static final class Breaking implements EntryCodec {
        static final int NUMBER = 666;

        @Override
        public byte[] encodeEntry(Entry entry) {
            if (entry.commands().contains(command(NUMBER))) {
                throw new IllegalStateException("cannot encode this");
            }
            return CODEC.encodeEntry(entry);
        }

        @Override
        public Entry decodeEntry(byte[] bytes) {
            return CODEC.decodeEntry(bytes);
        }

        @Override
        public byte[] encodeImage(LedgerImage image) {
            return CODEC.encodeImage(image);
        }

        @Override
        public LedgerImage decodeImage(byte[] bytes) {
            return CODEC.decodeImage(bytes);
        }

        @Override
        public int language() {
            return CODEC.language();
        }
    }

    /** A ledger that commits when it is told to. */
    private static final class Recording implements UnaskedLedger {
        final List<Entry> entries = new ArrayList<>();
        final List<Integer> bytes = new ArrayList<>();
        final ArrayDeque<CompletableFuture<Long>> waiting = new ArrayDeque<>();

        void commit(long index) {
            waiting.removeFirst().complete(index);
        }

        void fail(RuntimeException why) {
            waiting.removeFirst().completeExceptionally(why);
        }

        @Override
        public CompletionStage<Long> append(byte[] entry) {
            entries.add(CODEC.decodeEntry(entry));
            bytes.add(entry.length);
            waiting.addLast(new CompletableFuture<>());
            return waiting.getLast();
        }

        @Override
        public Status status() {
            return new Status(1, Optional.empty(), true, List.of(), 0, Optional.empty());
        }
    }
}
