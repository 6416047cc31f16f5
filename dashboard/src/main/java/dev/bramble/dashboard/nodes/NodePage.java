package dev.bramble.dashboard.nodes;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.dashboard.watch.Watch;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Setting;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node: how it is, what it does, what happened to it, and what can be done with it. */
public final class NodePage {
    /** The newest; the page of events has all. */
    private static final int EVENTS_MAX = 20;
    /** How it was lost before: as many as say something about its power and cables. */
    private static final int LOSSES_MAX = 10;

    private static final String TEMPLATE = "nodes/node";

    private final History history;

    /** @param history of this head */
    public NodePage(History history) {
        this.history = history;
    }

    public Screen screen() {
        return new Screen("/nodes/{node}", Section.NODES, this::load);
    }

    private CompletionStage<Content> load(Control control, ScreenRequest request) {
        return load(control, request, NodeCare.Typed.NOTHING);
    }

    /** The page, with what was typed into its forms. */
    CompletionStage<Content> load(Control control, ScreenRequest request, NodeCare.Typed typed) {
        String name = request.place("node");
        return control.read(0, views -> NodeRoutes.node(views, name))
                .thenCompose(node -> has(control, node)
                        .thenCompose(has ->
                                control.read(0, views -> content(Node.of(views, name, has, history, request, typed)))));
    }

    /** What it has in hand, or why nobody can tell. */
    private record Has(Optional<Control.NodeTasks> tasks, String unknownBecause) {}

    private static CompletionStage<Has> has(Control control, Views.NodeView node) {
        if (node.role() == NodeRole.HEAD || node.link() == Views.Link.DOWN) {
            return CompletableFuture.completedFuture(new Has(Optional.of(new Control.NodeTasks(List.of(), 0)), ""));
        }
        return control.runningOn(node.node(), NodeWork.ROWS_MAX)
                .thenApply(tasks -> new Has(Optional.of(tasks), ""))
                .exceptionally(failure -> new Has(Optional.empty(), Waiting.refusal(failure)));
    }

    private static Content content(Node it) {
        Content content = Content.of(it.head().name(), TEMPLATE, it)
                .live(
                        Part.of("node-head", TEMPLATE, "head", it.head()),
                        Part.of("node-work", TEMPLATE, "work", it.work()),
                        Part.of("node-board", TEMPLATE, "board", it.board()),
                        Part.of("node-place", TEMPLATE, "place", it.place()),
                        Part.of("node-history", TEMPLATE, "history", it.history()),
                        Part.of("node-losses", TEMPLATE, "losses", it.losses()),
                        Part.list(
                                "node-events",
                                TEMPLATE,
                                "events",
                                it.events(),
                                it.events(),
                                "event",
                                event -> "event-" + event.number()));
        return it.care().isEmpty() ? content : content.typedInto();
    }

    /** What its board says; with an age when that is old. */
    public record Board(String age, List<NodeFacts.Fact> facts) {
        static Board of(
                Views.NodeView node,
                Views.Summary summary,
                Optional<History.LastHealth> last,
                long nowMillis,
                double enduranceBytes) {
            List<NodeFacts.Fact> facts =
                    NodeFacts.board(node, summary, last.map(History.LastHealth::health), enduranceBytes);
            boolean isKept = node.health().isEmpty() && last.isPresent();
            return new Board(
                    isKept
                            ? "last heard of "
                                    + Shown.time(nowMillis - last.get().atMillis()) + " ago"
                            : node.health().isEmpty() ? "" : NodeWords.age(node, summary),
                    facts);
        }
    }

    /** All that the page shows. */
    public record Node(
            NodeHead head,
            NodeWork work,
            Board board,
            List<NodeFacts.Fact> place,
            NodeHistory history,
            List<EventRow> losses,
            List<EventRow> events,
            NodeCare care) {
        static Node of(
                Views views, String name, Has has, History history, ScreenRequest request, NodeCare.Typed typed) {
            Views.NodeView node = NodeRoutes.node(views, name);
            Views.Summary summary = views.summary();
            Views.EventFilter lost = new Views.EventFilter(
                    Optional.of(node.node()), Optional.empty(), Optional.of(EventKind.NODE_LOST), false);
            return new Node(
                    NodeHead.of(node, summary, request.visitor()),
                    has.tasks()
                            .map(tasks -> NodeWork.of(views, node, tasks))
                            .orElseGet(() -> NodeWork.unknown(node, has.unknownBecause())),
                    Board.of(
                            node,
                            summary,
                            history.lastHealth(node.node()),
                            Watch.nowMillis(),
                            views.setting(Setting.ALERTS_CARD_WRITTEN)),
                    NodeFacts.place(node, views.racks().layout()),
                    NodeHistory.of(history.ofNode(node.node()), NodeWords.silentMillis(node, summary)),
                    EventRow.newest(views, lost, LOSSES_MAX),
                    EventRow.newest(views, EventRow.about(node), EVENTS_MAX),
                    NodeCare.of(views, node, request.visitor(), typed));
        }
    }
}
