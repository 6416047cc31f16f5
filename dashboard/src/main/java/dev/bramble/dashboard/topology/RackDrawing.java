package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The racks as they are drawn: a picture for each shelf, as wide as a phone, with its slots from left to right. A shelf
 * with more slots than fit side by side has them in several rows of one length.
 */
public final class RackDrawing {
    /** Of the picture, in its own units: about a pixel of a phone. */
    static final int WIDTH = 345;

    static final int COLUMNS_MAX = 6;
    static final int SLOT_WIDTH = 55;
    static final int SLOT_HEIGHT = 62;
    static final int GAP = 3;
    /** So much of a name fits into a slot; the end tells boards apart. */
    static final int NAME_CHARS = 8;

    private RackDrawing() {}

    /**
     * A shelf, or a piece of the tray of boards that have no place.
     *
     * @param id stays for as long as the layout does
     */
    public record Shelf(String id, String title, String label, int height, List<Cell> cells) {}

    /**
     * A slot.
     *
     * @param level the colour and the pattern; "empty" without a board
     * @param name of the node, cut to fit; {@code value} what is shown of it; {@code foot} what feeds it
     * @param href where a tap leads
     * @param label all of it in words
     */
    public record Cell(
            int x,
            int y,
            String level,
            String name,
            String value,
            String foot,
            String href,
            String label,
            boolean chosen) {}

    /** A rack with its shelves. */
    public record Rack(String name, List<Shelf> shelves) {}

    /**
     * @param mayEdit whether a tap on an empty slot leads to where it is filled
     * @param chosen name of the node whose sheet is open; may be empty
     */
    public record Look(Overlay overlay, boolean mayEdit, String chosen) {
        private String href(String node) {
            return "/topology?show=" + overlay.word() + "&board=" + node + "#board";
        }
    }

    static List<Rack> racks(Views.RackView view, List<Views.NodeView> nodes, Look look) {
        Map<NodeId, Views.NodeView> byId = new HashMap<>();
        nodes.forEach(node -> byId.put(node.node(), node));
        List<Rack> racks = new ArrayList<>();
        RackLayout layout = view.layout();
        for (int i = 0; i < layout.racks().size(); i++) {
            RackLayout.Rack rack = layout.racks().get(i);
            List<Shelf> shelves = new ArrayList<>();
            for (int j = 0; j < rack.shelves().size(); j++) {
                RackLayout.Shelf shelf = rack.shelves().get(j);
                List<Cell> cells = new ArrayList<>();
                for (int k = 0; k < shelf.slots().size(); k++) {
                    RackLayout.Slot slot = shelf.slots().get(k);
                    Views.NodeView node = slot.node().map(byId::get).orElse(null);
                    String place = "slot " + (k + 1);
                    cells.add(
                            node == null
                                    ? empty(k, shelf.slots().size(), slot, place, i + "." + j + "." + k, look)
                                    : cell(k, shelf.slots().size(), node, slot.supply(), place, look));
                }
                shelves.add(new Shelf(
                        "shelf-" + view.version() + "-" + i + "-" + j,
                        shelf.name(),
                        rack.name() + ", " + shelf.name(),
                        height(cells.size()),
                        List.copyOf(cells)));
            }
            racks.add(new Rack(rack.name(), List.copyOf(shelves)));
        }
        return List.copyOf(racks);
    }

    /** The boards that have no place: in pieces as wide as a phone, of which a desk shows several side by side. */
    static List<Shelf> tray(List<Views.NodeView> nodes, Look look) {
        List<Shelf> pieces = new ArrayList<>();
        for (int from = 0; from < nodes.size(); from += COLUMNS_MAX) {
            List<Views.NodeView> piece = nodes.subList(from, Math.min(from + COLUMNS_MAX, nodes.size()));
            List<Cell> cells = new ArrayList<>();
            for (int k = 0; k < piece.size(); k++) {
                cells.add(cell(k, COLUMNS_MAX, piece.get(k), "", "no place", look));
            }
            String label = "Boards without a place, " + piece.getFirst().name()
                    + (piece.size() == 1 ? "" : " to " + piece.getLast().name());
            pieces.add(new Shelf("tray-" + from, "", label, height(COLUMNS_MAX), List.copyOf(cells)));
        }
        return List.copyOf(pieces);
    }

    static int columns(int slots) {
        int rows = Math.max(1, (slots + COLUMNS_MAX - 1) / COLUMNS_MAX);
        return Math.max(1, (slots + rows - 1) / rows);
    }

    private static int height(int slots) {
        int columns = columns(slots);
        int rows = Math.max(1, (slots + columns - 1) / columns);
        return rows * (SLOT_HEIGHT + GAP) - GAP;
    }

    private static int x(int slot, int slots) {
        return slot % columns(slots) * (SLOT_WIDTH + GAP);
    }

    private static int y(int slot, int slots) {
        return slot / columns(slots) * (SLOT_HEIGHT + GAP);
    }

    private static Cell cell(int slot, int slots, Views.NodeView node, String supply, String place, Look look) {
        Overlay.Shade shade = look.overlay().shade(node);
        return new Cell(
                x(slot, slots),
                y(slot, slots),
                shade.level().word(),
                cut(node.name()),
                shade.text(),
                cut(supply),
                look.href(node.name()),
                node.name() + ": " + look.overlay().label().toLowerCase(Locale.ROOT) + " " + shade.text() + "; " + place
                        + (supply.isEmpty() ? "" : ", " + RackLayout.supplyWords(supply)),
                node.name().equals(look.chosen()));
    }

    private static Cell empty(int slot, int slots, RackLayout.Slot written, String place, String address, Look look) {
        return new Cell(
                x(slot, slots),
                y(slot, slots),
                "empty",
                "",
                "empty",
                cut(written.supply()),
                look.mayEdit() ? "/topology/edit?place=" + address + "#put" : "",
                "Empty " + place + (written.supply().isEmpty() ? "" : ", " + RackLayout.supplyWords(written.supply())),
                false);
    }

    private static String cut(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= NAME_CHARS ? name : "…" + name.substring(name.offsetByCodePoints(0, length - NAME_CHARS + 1));
    }
}
