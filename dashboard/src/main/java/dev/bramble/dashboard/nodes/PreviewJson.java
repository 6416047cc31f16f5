package dev.bramble.dashboard.nodes;

import dev.bramble.control.DrainPreview;
import dev.bramble.dashboard.http.Json;
import java.util.List;

/** {@link DrainPreview} as it is sent. */
record PreviewJson(
        List<String> refusals,
        List<OfNode> nodes,
        Long etaMillis,
        List<DeadlineRisk> deadlinesAtRisk,
        List<String> summary) {

    record OfNode(
            String node,
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
            Long etaMillis,
            List<String> sentences) {
        static OfNode of(DrainPreview.OfNode node) {
            return new OfNode(
                    node.node().value(),
                    node.name(),
                    node.finishing(),
                    node.checkpointing(),
                    node.restarting(),
                    node.returned(),
                    node.redoneMillis(),
                    node.blobs(),
                    node.blobBytes(),
                    node.movesVote(),
                    node.movesLeadership(),
                    Json.knownOrNull(node.etaMillis()),
                    node.sentences());
        }
    }

    record DeadlineRisk(long job, String name, long lateMillis, String sentence) {}

    static PreviewJson of(DrainPreview preview) {
        return new PreviewJson(
                preview.refusals(),
                preview.nodes().stream().map(OfNode::of).toList(),
                Json.knownOrNull(preview.etaMillis()),
                preview.deadlinesAtRisk().stream()
                        .map(risk ->
                                new DeadlineRisk(risk.job().number(), risk.name(), risk.lateMillis(), risk.sentence()))
                        .toList(),
                preview.summary());
    }
}
