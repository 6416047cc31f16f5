package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.Ledger;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Turns commands into entries: one entry is on its way at a time, and whatever arrives meanwhile rides in the next one,
 * so that a flush is shared by all who wait for it and decisions always see a state that has every earlier entry.
 */
final class Appender {
    /** Commands that may wait: beyond it callers are told to try again, rather than the leader filling its memory. */
    static final int WAITING_MAX = 20_000;
    /** Commands in one entry: keeps the time to apply one entry within some milliseconds. */
    static final int ENTRY_COMMANDS_MAX = 1024;
    /** Estimated bytes after which an entry is closed: half of the engine's limit, since the estimate is rough. */
    static final int ENTRY_BYTES_AIM = Ledger.ENTRY_BYTES_MAX / 2;

    private final Ledger ledger;
    private final EntryCodec codec;
    private final Supplier<Moment> now;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean onItsWay;

    private record Waiting(Command command, CompletableFuture<Long> applied) {}

    Appender(Ledger ledger, EntryCodec codec, Supplier<Moment> now) {
        this.ledger = ledger;
        this.codec = codec;
        this.now = now;
    }

    /** Completes with the index of the entry that holds the command, once it is applied here. */
    CompletionStage<Long> append(Command command) {
        CompletableFuture<Long> applied = new CompletableFuture<>();
        if (waiting.size() >= WAITING_MAX) {
            applied.completeExceptionally(new RefusedException(
                    Refusal.Kind.UNAVAILABLE,
                    "the ledger is behind: " + WAITING_MAX + " commands wait to be written; try again in a moment"));
            return applied;
        }
        waiting.addLast(new Waiting(command, applied));
        next();
        return applied;
    }

    private void next() {
        if (onItsWay || waiting.isEmpty()) {
            return;
        }
        List<Waiting> batch = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && batch.size() < ENTRY_COMMANDS_MAX) {
            int more = estimatedBytes(waiting.peekFirst().command());
            if (!batch.isEmpty() && bytes + more > ENTRY_BYTES_AIM) {
                break;
            }
            bytes += more;
            batch.add(waiting.removeFirst());
        }
        onItsWay = true;
        Entry entry = new Entry(now.get(), batch.stream().map(Waiting::command).toList());
        sent(entry).whenComplete((index, failure) -> {
            onItsWay = false;
            for (Waiting each : batch) {
                if (failure == null) {
                    each.applied().complete(index);
                } else {
                    each.applied().completeExceptionally(unavailable(failure));
                }
            }
            next();
        });
    }

    /** An entry that cannot even be sent fails like one that was refused; what waits behind it goes on. */
    private CompletionStage<Long> sent(Entry entry) {
        try {
            return ledger.append(codec.encodeEntry(entry));
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    /** Nothing that waits will be written by this leader any more. */
    void stop() {
        List<Waiting> left = new ArrayList<>(waiting);
        waiting.clear();
        for (Waiting each : left) {
            each.applied()
                    .completeExceptionally(unavailable(new IllegalStateException("this node does not lead any more")));
        }
    }

    private static RefusedException unavailable(Throwable failure) {
        return new RefusedException(
                Refusal.Kind.UNAVAILABLE,
                "the ledger did not confirm the change (" + failure.getMessage()
                        + "); it may or may not happen: try again, with the same idempotency key");
    }

    private static int estimatedBytes(Command command) {
        return switch (command) {
            case Command.ByUser byUser -> 512 + estimatedBytes(byUser.command());
            case Command.RecordOutcomes record ->
                record.outcomes().stream()
                        .mapToInt(AttemptOutcome::messageBytes)
                        .sum();
            case Command.RecordBatches record ->
                record.batches().stream().mapToInt(BatchOutcome::messageBytes).sum();
            // A job's size is checked when it is submitted; one near the limit travels alone.
            case Command.SubmitJob submit -> 4096 + 200 * submit.spec().ship().size();
            case Command.RecordCopies copies ->
                200 + 70 * (copies.gained().size() + copies.lost().size());
            case Command.NoteEvents noted ->
                200
                        + noted.events().stream()
                                .mapToInt(event -> 100 + event.text().length())
                                .sum();
            default -> 512;
        };
    }
}
