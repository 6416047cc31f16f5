package dev.bramble.ledger;

import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.Output;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which blobs are needed for what jobs' attempts left. Used by {@link LedgerState} only. */
final class BlobClaims {
    private final BlobTable blobs;

    BlobClaims(BlobTable blobs) {
        this.blobs = blobs;
    }

    /** Of a segment that many outcomes share the first tells who holds it: what was heard since is not undone. */
    List<Output.Stored> news(List<Output.Stored> stored, JobRecord job) {
        return stored.stream().filter(blob -> !job.hasSliceOf(blob)).toList();
    }

    void need(List<Output.Stored> news, JobRecord job) {
        news.forEach(blob -> blobs.need(blob.blob(), blob.sizeBytes(), job.owner(), job.id(), blob.holders()));
    }

    void needCheckpoint(AttemptOutcome outcome, JobRecord job) {
        outcome.checkpoint()
                .ifPresent(left ->
                        left.stored().forEach(file -> blobs.needForCheckpoint(outcome.task(), file, job.owner())));
    }

    /** Gives up what tasks of the job have no use for any more; a file that the newer checkpoint has, too, stays. */
    void releaseCheckpoints(JobRecord job, Moment now, Set<BlobId> dropped) {
        List<TaskCheckpoints.Released> released = job.checkpoints().takeReleased();
        for (TaskCheckpoints.Released each : released) {
            Set<BlobId> still = job.checkpoint(each.task()).map(Checkpoint::stored).orElse(List.of()).stream()
                    .map(Output.Stored::blob)
                    .collect(Collectors.toSet());
            each.files().stream()
                    .map(Output.Stored::blob)
                    .filter(blob -> !still.contains(blob))
                    .forEach(blob -> blobs.releaseCheckpoint(new TaskId(job.id(), each.task()), blob));
        }
        if (!released.isEmpty()) {
            blobs.dropUnneeded(now, dropped);
        }
    }
}
