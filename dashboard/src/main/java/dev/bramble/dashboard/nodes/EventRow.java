package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.EventKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that happened, in a list.
 *
 * @param tone attention for a warning; empty for news
 * @param link to the task or job that it is about; may be empty
 */
public record EventRow(long number, String tone, String when, String kind, String text, String link, String linkText) {
    public static EventRow of(Views.EventView event) {
        String link = event.job()
                .map(job -> "/jobs/" + job + (event.task() < 0 ? "" : "/tasks/" + event.task()))
                .orElse("");
        String linkText = event.job()
                .map(job -> event.task() < 0 ? "job " + job : "job " + job + ", task " + event.task())
                .orElse("");
        return new EventRow(
                event.number(),
                event.kind().weight() == EventKind.Weight.WARNING ? "attention" : "",
                Shown.time(event.millisAgo()) + " ago",
                Words.of(event.kind()).replace('-', ' '),
                // A node keeps its name as it is.
                !event.node().isEmpty() && event.text().startsWith(event.node() + " ")
                        ? event.text() + "."
                        : Shown.sentence(event.text()),
                link,
                linkText);
    }

    /** The newest first. */
    static List<EventRow> newest(Views views, Views.EventFilter filter, int limit) {
        return views.events(OptionalLong.empty(), limit, filter).reversed().stream()
                .map(EventRow::of)
                .toList();
    }

    /** Those about one node. */
    static Views.EventFilter about(Views.NodeView node) {
        return new Views.EventFilter(Optional.of(node.node()), Optional.empty(), Optional.empty(), false);
    }
}
