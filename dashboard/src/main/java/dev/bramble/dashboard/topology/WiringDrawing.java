package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.control.racks.SharedSupply;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What feeds boards and what they are wired to. */
public final class WiringDrawing {
    /** In the picture of a switch, in its own units. */
    static final int PORT_WIDTH = 40;

    static final int PORT_HEIGHT = 36;
    static final int PORTS_PER_ROW = 8;

    private WiringDrawing() {}

    /**
     * A power supply.
     *
     * @param boards names of those on it
     * @param level trouble while one of them gets too little
     * @param sentence how it is
     */
    public record Supply(String name, String power, List<String> boards, String level, String sentence) {}

    /** A switch with its ports, drawn from left to right in rows. */
    public record Switch(String name, String sentence, int height, List<Port> ports) {}

    /**
     * @param level well, trouble when the node at it is down, empty when nothing is there
     * @param name of the node; empty for none
     */
    public record Port(int number, int x, int y, String level, String name, String label) {}

    static List<Supply> supplies(RackLayout layout, List<Views.NodeView> nodes) {
        Map<NodeId, String> of = layout.supplyOfNode();
        List<SharedSupply> troubled = SharedSupply.underVolted(nodes, layout);
        List<Supply> all = new ArrayList<>();
        for (RackLayout.Supply supply : layout.supplies()) {
            List<String> boards = nodes.stream()
                    .filter(node -> supply.name().equals(of.get(node.node())))
                    .map(Views.NodeView::name)
                    .toList();
            SharedSupply trouble = troubled.stream()
                    .filter(each -> each.supply().equals(supply.name()))
                    .findFirst()
                    .orElse(null);
            all.add(new Supply(
                    supply.name(),
                    supply.watts() == 0 ? "" : supply.watts() + " W",
                    boards,
                    trouble != null ? "trouble" : boards.isEmpty() ? "unknown" : "well",
                    trouble != null ? Shown.sentence(trouble.underVoltedSentence()) : feeds(boards)));
        }
        return List.copyOf(all);
    }

    private static String feeds(List<String> boards) {
        return boards.isEmpty()
                ? "Feeds no board."
                : "Feeds " + Shown.counted(boards.size(), "board", "boards") + "; none says that it gets too little.";
    }

    static List<Switch> switches(RackLayout layout, List<Views.NodeView> nodes) {
        Map<NodeId, Views.NodeView> byId = new HashMap<>();
        nodes.forEach(node -> byId.put(node.node(), node));
        List<Switch> all = new ArrayList<>();
        for (RackLayout.Switch wire : layout.switches()) {
            Map<Integer, Views.NodeView> byPort = new HashMap<>();
            int wired = 0;
            int down = 0;
            for (RackLayout.Slot slot : layout.slots()) {
                Views.NodeView node = slot.node().map(byId::get).orElse(null);
                if (!slot.wire().equals(wire.name()) || node == null) {
                    continue;
                }
                wired++;
                down += node.link() == Views.Link.DOWN ? 1 : 0;
                if (slot.port() > 0) {
                    byPort.put(slot.port(), node);
                }
            }
            List<Port> ports = new ArrayList<>();
            for (int number = 1; number <= wire.ports(); number++) {
                ports.add(port(number, byPort.get(number)));
            }
            int rows = (wire.ports() + PORTS_PER_ROW - 1) / PORTS_PER_ROW;
            String sentence = "Wires " + Shown.counted(wired, "board", "boards") + " on "
                    + Shown.counted(wire.ports(), "port", "ports")
                    + (down == 0 ? "" : down == wired && down > 1 ? "; all of them are down" : "; " + down + " down")
                    + ".";
            all.add(new Switch(wire.name(), sentence, rows * (PORT_HEIGHT + 3) - 3, List.copyOf(ports)));
        }
        return List.copyOf(all);
    }

    private static Port port(int number, Views.NodeView node) {
        int x = (number - 1) % PORTS_PER_ROW * (PORT_WIDTH + 3);
        int y = (number - 1) / PORTS_PER_ROW * (PORT_HEIGHT + 3);
        if (node == null) {
            return new Port(number, x, y, "empty", "", "port " + number + ": nothing is written down");
        }
        boolean isDown = node.link() == Views.Link.DOWN;
        String name = node.name().length() <= 6
                ? node.name()
                : "…" + node.name().substring(node.name().length() - 5);
        return new Port(
                number,
                x,
                y,
                isDown ? "trouble" : "well",
                name,
                "port " + number + ": " + node.name() + (isDown ? ", down" : ""));
    }
}
