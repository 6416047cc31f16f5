package dev.bramble.dashboard.maintenance;

import dev.bramble.control.DrainPreview;
import dev.bramble.control.DrainWords;
import dev.bramble.dashboard.page.Shown;
import java.util.ArrayList;
import java.util.List;

/**
 * What a drain would do, for people.
 *
 * @param refusals why it would be refused; empty when it would be accepted
 * @param risks deadlines that it puts at risk
 * @param isCostly whether somebody loses something by it: work that is done twice, or a deadline
 * @param unknownBecause why nobody can tell; empty when it is told
 */
public record Forecast(
        List<String> refusals,
        List<OfNode> nodes,
        List<String> summary,
        List<String> risks,
        boolean isCostly,
        String unknownBecause) {
    /** @param time how long it takes */
    public record OfNode(String name, String time, List<String> sentences) {}

    static Forecast of(DrainPreview preview) {
        List<String> risks = preview.deadlinesAtRisk().stream()
                .map(DrainPreview.DeadlineRisk::sentence)
                .toList();
        List<String> summary = new ArrayList<>(preview.summary());
        // They stand on their own, marked.
        summary.removeAll(risks);
        boolean isRefused = !preview.refusals().isEmpty();
        List<String> names =
                preview.nodes().stream().map(DrainPreview.OfNode::name).toList();
        return new Forecast(
                preview.refusals().stream().map(Shown::sentence).toList(),
                preview.nodes().stream()
                        .map(node -> new OfNode(
                                node.name(),
                                node.etaMillis() < 0 ? "for an unknown time" : Shown.about(node.etaMillis()),
                                node.sentences().stream().map(Shown::sentence).toList()))
                        .toList(),
                isRefused
                        ? List.of()
                        : summary.stream().map(line -> sentence(line, names)).toList(),
                risks.stream().map(Shown::sentence).toList(),
                DrainWords.costsSomebody(preview),
                "");
    }

    /** A node keeps its name as it is. */
    private static String sentence(String text, List<String> names) {
        return names.stream().anyMatch(name -> text.startsWith(name + " ")) ? text + "." : Shown.sentence(text);
    }

    static Forecast unknown(String because) {
        return new Forecast(List.of(), List.of(), List.of(), List.of(), false, because);
    }

    public boolean isRefused() {
        return !refusals.isEmpty();
    }

    public boolean isKnown() {
        return unknownBecause.isEmpty();
    }
}
