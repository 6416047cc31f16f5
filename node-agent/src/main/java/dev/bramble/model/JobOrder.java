package dev.bramble.model;

import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The part of a job that all its attempts on a node share.
 *
 * @param inlineBytesMax most bytes of stdout and of stderr that may ride inline now; 0 when the ledger's share is used
 *     up
 * @param reduce what the reduce runs instead of {@code command} and {@code outputs}
 */
public record JobOrder(
        JobId job,
        String name,
        List<String> command,
        List<ShippedFile> ship,
        SequencedMap<String, String> env,
        Needs needs,
        Optional<Moment> deadline,
        Duration timeout,
        List<String> outputs,
        Optional<JobSpec.Reduce> reduce) {}
