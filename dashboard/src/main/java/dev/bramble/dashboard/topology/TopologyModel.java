package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.control.racks.SharedSupply;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.overview.Verdict;
import dev.bramble.dashboard.page.Choice;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the page of the topology shows.
 *
 * @param overlays what may be shown of each board
 * @param board the sheet of the one that was tapped
 * @param isWritten whether anybody has written down where boards stand
 */
public record TopologyModel(
        Head head,
        List<Choice> overlays,
        Legend legend,
        Optional<BoardSheet> board,
        List<RackDrawing.Rack> racks,
        Tray tray,
        Wiring wiring,
        ClusterDrawing.Ledger ledger,
        List<ClusterDrawing.Member> members,
        boolean isWritten,
        boolean mayEdit,
        String written) {

    /**
     * What stands first.
     *
     * @param word as bad as the worst of {@code points}
     * @param points what is wrong with what boards share, then with nodes themselves as the overview says it
     */
    public record Head(String word, String headline, List<Verdict.Point> points) {}

    /** What colours and patterns mean, with how many boards have them. */
    public record Legend(String title, List<Entry> entries) {}

    /** @param level of the colour and the pattern */
    public record Entry(String level, String meaning, long boards) {}

    /** @param sentence why they are there */
    public record Tray(String sentence, List<RackDrawing.Shelf> pieces, boolean isEmpty) {}

    public record Wiring(List<WiringDrawing.Supply> supplies, List<WiringDrawing.Switch> switches) {}

    static TopologyModel of(Views views, RackDrawing.Look look) {
        Views.RackView racks = views.racks();
        List<Views.NodeView> nodes = views.nodes();
        Map<NodeId, RackLayout.Place> places = racks.layout().places();
        List<Views.NodeView> placeless =
                nodes.stream().filter(node -> !places.containsKey(node.node())).toList();
        boolean isWritten = !racks.layout().isEmpty();
        return new TopologyModel(
                head(nodes, racks.layout(), placeless.size()),
                choices(look),
                legend(look.overlay(), boards(nodes)),
                nodes.stream()
                        .filter(node -> node.name().equals(look.chosen()))
                        .findFirst()
                        .map(node -> BoardSheet.of(node, racks.layout(), look)),
                RackDrawing.racks(racks, nodes, look),
                new Tray(tray(placeless, isWritten), RackDrawing.tray(placeless, look), placeless.isEmpty()),
                new Wiring(
                        WiringDrawing.supplies(racks.layout(), nodes), WiringDrawing.switches(racks.layout(), nodes)),
                ClusterDrawing.ledger(views.voters(), nodes),
                ClusterDrawing.members(nodes),
                isWritten,
                look.mayEdit(),
                racks.version() == 0 ? "" : "Version " + racks.version() + " of the layout, by " + racks.by() + ".");
    }

    /** Those that take work: heads are no boards of the count, as everywhere. */
    private static List<Views.NodeView> boards(List<Views.NodeView> nodes) {
        return nodes.stream().filter(node -> node.role() == NodeRole.AGENT).toList();
    }

    static Head head(List<Views.NodeView> nodes, RackLayout layout, int placeless) {
        List<Verdict.Point> points = new ArrayList<>();
        shared(nodes, layout).forEach(sentence -> points.add(new Verdict.Point(Verdict.Level.TROUBLE, sentence)));
        points.addAll(Verdict.ofNodes(nodes));
        List<Views.NodeView> boards = boards(nodes);
        long up = boards.stream().filter(node -> node.link() != Views.Link.DOWN).count();
        String headline = up + " of " + Shown.counted(boards.size(), "board is", "boards are") + " up";
        if (!layout.isEmpty() && placeless > 0) {
            headline += ", " + placeless + (placeless == 1 ? " has" : " have") + " no place";
        }
        return new Head(Words.of(Verdict.worst(points)), headline, Verdict.cut(points));
    }

    private static List<String> shared(List<Views.NodeView> nodes, RackLayout layout) {
        List<String> points = new ArrayList<>();
        SharedSupply.underVolted(nodes, layout)
                .forEach(supply -> points.add(Shown.sentence(supply.underVoltedSentence())));
        SharedSupply.of(nodes, layout, TopologyModel::isMissing).stream()
                .filter(supply -> !supply.supply().isEmpty()
                        && supply.fed().size() > 1
                        && supply.affected().size() == supply.fed().size())
                .forEach(supply -> points.add("All " + supply.fed().size() + " boards on "
                        + RackLayout.supplyWords(supply.supply()) + " are down: look at that supply first."));
        wiresThatAreDown(nodes, layout).forEach(points::add);
        return points;
    }

    /** Whether somebody waits for it. */
    private static boolean isMissing(Views.NodeView node) {
        return Overlay.STATE.shade(node).text().equals("down");
    }

    private static List<String> wiresThatAreDown(List<Views.NodeView> nodes, RackLayout layout) {
        Map<NodeId, RackLayout.Place> places = layout.places();
        List<String> sentences = new ArrayList<>();
        for (RackLayout.Switch wire : layout.switches()) {
            List<Views.NodeView> wired = nodes.stream()
                    .filter(node -> places.containsKey(node.node())
                            && layout.at(places.get(node.node())).wire().equals(wire.name()))
                    .toList();
            if (wired.size() > 1 && wired.stream().allMatch(TopologyModel::isMissing)) {
                sentences.add("All " + wired.size() + " boards on switch " + wire.name()
                        + " are down: look at that switch first.");
            }
        }
        return sentences;
    }

    private static List<Choice> choices(RackDrawing.Look look) {
        String board = look.chosen().isEmpty() ? "" : "&board=" + look.chosen();
        return Overlay.all().stream()
                .map(overlay -> new Choice(
                        "show-" + overlay.word(),
                        overlay.label(),
                        TopologyPage.PATH + "?show=" + overlay.word() + board,
                        overlay == look.overlay()))
                .toList();
    }

    private static Legend legend(Overlay overlay, List<Views.NodeView> nodes) {
        List<Entry> entries = new ArrayList<>();
        for (Overlay.Level level : Overlay.Level.values()) {
            long boards = nodes.stream()
                    .filter(node -> overlay.shade(node).level() == level)
                    .count();
            entries.add(new Entry(level.word(), overlay.meaning(level), boards));
        }
        return new Legend(overlay.label(), List.copyOf(entries));
    }

    private static String tray(List<Views.NodeView> placeless, boolean isWritten) {
        if (placeless.isEmpty()) {
            return "Every board has its place.";
        }
        if (!isWritten) {
            return "Nobody has written down yet where boards stand. Once that is done, copies of files and votes go to"
                    + " different power supplies, and what boards share shows here.";
        }
        boolean onlyHeads = placeless.stream().allMatch(node -> node.role() == NodeRole.HEAD);
        return onlyHeads ? "Heads that are no boards of the rack may stay here." : "These stand nowhere yet.";
    }
}
