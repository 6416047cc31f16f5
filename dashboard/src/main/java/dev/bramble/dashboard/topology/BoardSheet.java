package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody in front of the rack wants to know of a board.
 *
 * @param state of the icon and the colour
 * @param facts what it does and how it is, a name and a value each
 * @param close address of the page without this sheet
 * @param mayDrain whether it runs tasks that can be drained
 */
public record BoardSheet(
        String name,
        String state,
        String word,
        List<Fact> facts,
        String close,
        boolean mayDrain,
        boolean mayLocate,
        boolean isLocated) {

    public record Fact(String name, String value) {}

    static BoardSheet of(Views.NodeView node, RackLayout layout, RackDrawing.Look look) {
        List<Fact> facts = new ArrayList<>();
        RackLayout.Place place = layout.places().get(node.node());
        facts.add(new Fact("Place", place == null ? "none written down" : layout.written(place)));
        if (place != null) {
            RackLayout.Slot slot = layout.at(place);
            facts.add(new Fact("Supply", slot.supply().isEmpty() ? "unknown" : slot.supply()));
            facts.add(new Fact(
                    "Switch",
                    slot.wire().isEmpty()
                            ? "unknown"
                            : slot.wire() + (slot.port() == 0 ? "" : ", port " + slot.port())));
        }
        NodeWords.located(node).ifPresent(words -> facts.add(new Fact("Locate", words)));
        facts.add(new Fact("Work", work(node)));
        if (!node.standingReason().isEmpty()) {
            facts.add(new Fact("Why", node.standingReason() + " (" + node.standingBy() + ")"));
        }
        for (Overlay overlay : Overlay.all()) {
            if (overlay != Overlay.STATE) {
                facts.add(new Fact(overlay.label(), overlay.shade(node).text()));
            }
        }
        if (node.link() != Views.Link.UP) {
            facts.add(new Fact(
                    "Last heard of",
                    node.heardMillisAgo() < 0 ? "unknown" : Shown.time(node.heardMillisAgo()) + " ago"));
        }
        Overlay.Shade state = Overlay.STATE.shade(node);
        return new BoardSheet(
                node.name(),
                NodeWords.state(node),
                state.text(),
                List.copyOf(facts),
                TopologyPage.PATH + "?show=" + look.overlay().word(),
                node.role() == NodeRole.AGENT && look.mayEdit(),
                node.role() == NodeRole.AGENT && look.mayEdit() && node.link() != Views.Link.DOWN,
                node.located().isPresent());
    }

    private static String work(Views.NodeView node) {
        if (node.role() == NodeRole.HEAD) {
            return "serves the dashboard, runs no tasks";
        }
        if (node.link() == Views.Link.DOWN) {
            return "none while it is down";
        }
        int waiting = node.heldTasks() - node.runningTasks();
        return (node.runningTasks() == 0 ? "idle" : Shown.counted(node.runningTasks(), "task runs", "tasks run"))
                + (waiting > 0 ? ", " + Shown.count(waiting) + " wait here" : "")
                + (node.leader() ? "; leads the bramble" : node.voter() ? "; keeps a copy of the ledger" : "");
    }
}
