package dev.bramble.control;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.util.List;

/**
 * What a drain would do, asked before it is ordered. Estimates come from measured run times and copy rates.
 *
 * @param refusals why it would be refused, a sentence each; empty when it would be accepted
 * @param nodes in the order in which they would be drained
 * @param etaMillis until the last one is done; −1 when unknown
 * @param deadlinesAtRisk jobs that would miss their deadlines by it
 * @param summary for people, a sentence each
 */
public record DrainPreview(
        List<String> refusals,
        List<OfNode> nodes,
        long etaMillis,
        List<DeadlineRisk> deadlinesAtRisk,
        List<String> summary) {

    /**
     * @param finishing running tasks that are expected to end before the deadline
     * @param checkpointing running tasks that would be stopped and go on elsewhere
     * @param restarting running tasks that would be stopped and start elsewhere anew
     * @param returned tasks that wait on it and go back to the queue
     * @param redoneMillis run time that is done twice
     * @param blobs files that have to be copied elsewhere; {@code blobBytes} their sizes
     * @param etaMillis of this node alone; −1 when unknown
     * @param sentences what is waited for, what moves and what is lost, in words
     */
    public record OfNode(
            NodeId node,
            String name,
            int finishing,
            int checkpointing,
            int restarting,
            int returned,
            long redoneMillis,
            int blobs,
            long blobBytes,
            boolean movesVote,
            boolean movesLeadership,
            long etaMillis,
            List<String> sentences) {}

    /** @param lateMillis how late the job would be; −1 when it could not run at all. {@code sentence}: in words */
    public record DeadlineRisk(JobId job, String name, long lateMillis, String sentence) {}
}
