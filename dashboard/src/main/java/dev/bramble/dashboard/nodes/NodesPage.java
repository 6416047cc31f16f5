package dev.bramble.dashboard.nodes;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Choice;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** All nodes, and the boards that wait to become some. */
public final class NodesPage {
    private static final String TEMPLATE = "nodes/nodes";

    private NodesPage() {}

    public static Screen screen() {
        return new Screen("/nodes", Section.NODES, NodesPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        NodeChoice choice = NodeChoice.of(request);
        return control.read(0, views -> content(Nodes.of(views, choice, request.visitor())));
    }

    private static Content content(Nodes it) {
        return Content.of("Nodes", TEMPLATE, it)
                .live(
                        Part.of("joining", TEMPLATE, "joining", it.joining()),
                        Part.of("shows", TEMPLATE, "shows", it.shows()),
                        Part.list(
                                "node-list",
                                TEMPLATE,
                                "list",
                                it.list(),
                                it.list().rows(),
                                "row",
                                row -> "node-" + row.name()));
    }

    /** What the list shows; {@code known} when it is all. */
    public record Listed(List<NodeRow> rows, List<Choice> sorts, int known) {
        /** The way to another order. */
        public Choice sort(String word) {
            return sorts.stream()
                    .filter(link -> link.id().equals(word))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** All that the page shows. */
    public record Nodes(Joining joining, List<Choice> shows, Listed list, NodeChoice choice) {
        static Nodes of(Views views, NodeChoice choice, Views.Principal visitor) {
            Views.Summary summary = views.summary();
            List<Views.NodeView> all = views.nodes();
            List<NodeRow> rows = choice.of(all).stream()
                    .map(node -> NodeRow.of(node, summary))
                    .toList();
            return new Nodes(
                    Joining.of(views.waiting(), visitor),
                    choice.shows(all),
                    new Listed(rows, choice.sorts(), all.size()),
                    choice);
        }
    }
}
