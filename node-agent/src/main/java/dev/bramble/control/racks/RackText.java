package dev.bramble.control.racks;

import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A rack layout as people edit it: what {@link RackReader} reads. */
public final class RackText {
    private RackText() {}

    /** @param names of nodes */
    public static String write(RackLayout layout, long version, Function<NodeId, String> names) {
        StringBuilder out = new StringBuilder();
        out.append("# Where boards stand, what feeds them and what they are wired to. A slot without a board is {}.\n");
        out.append("# The version keeps two people from overwriting each other: leave it as it is.\n");
        out.append("version: ").append(version).append('\n');
        list(out, "supplies", layout.supplies().stream().map(RackText::supply).toList());
        list(out, "switches", layout.switches().stream().map(RackText::wire).toList());
        out.append(layout.racks().isEmpty() ? "racks: []\n" : "racks:\n");
        for (RackLayout.Rack rack : layout.racks()) {
            out.append("  - name: ").append(quoted(rack.name())).append('\n');
            out.append(rack.shelves().isEmpty() ? "    shelves: []\n" : "    shelves:\n");
            for (RackLayout.Shelf shelf : rack.shelves()) {
                out.append("      - name: ").append(quoted(shelf.name())).append('\n');
                out.append(shelf.slots().isEmpty() ? "        slots: []\n" : "        slots:\n");
                shelf.slots()
                        .forEach(slot -> out.append("          - ")
                                .append(slot(slot, names))
                                .append('\n'));
            }
        }
        return out.toString();
    }

    private static void list(StringBuilder out, String key, List<String> lines) {
        out.append(key).append(lines.isEmpty() ? ": []\n" : ":\n");
        lines.forEach(line -> out.append("  - ").append(line).append('\n'));
    }

    private static String supply(RackLayout.Supply supply) {
        return "{name: " + quoted(supply.name()) + (supply.watts() == 0 ? "" : ", watts: " + supply.watts()) + "}";
    }

    private static String wire(RackLayout.Switch wire) {
        return "{name: " + quoted(wire.name()) + ", ports: " + wire.ports() + "}";
    }

    private static String slot(RackLayout.Slot slot, Function<NodeId, String> names) {
        List<String> fields = new ArrayList<>();
        slot.node().ifPresent(node -> fields.add("node: " + quoted(names.apply(node))));
        if (!slot.supply().isEmpty()) {
            fields.add("supply: " + quoted(slot.supply()));
        }
        if (!slot.wire().isEmpty()) {
            fields.add("switch: " + quoted(slot.wire()));
        }
        if (slot.port() != 0) {
            fields.add("port: " + slot.port());
        }
        return "{" + String.join(", ", fields) + "}";
    }

    /** Bare where no reader of YAML could take it for anything but a text. */
    private static String quoted(String text) {
        boolean isWord = text.matches("[A-Za-z][\\w-]*") && !text.matches("(?i)(true|false|null|yes|no|on|off|y|n)");
        return isWord ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
