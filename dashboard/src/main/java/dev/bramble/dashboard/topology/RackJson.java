package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.control.racks.RackText;
import dev.bramble.dashboard.http.Json;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rack layout as it is sent: what may be sent back, and beside it who wrote it and the same as a text. */
final class RackJson {
    private RackJson() {}

    record Supply(String name, Integer watts) {}

    record Switch(String name, int ports) {}

    static JsonNode of(Views views) {
        Views.RackView racks = views.racks();
        Function<NodeId, String> names = names(views);
        RackLayout layout = racks.layout();
        ObjectNode out = Json.MAPPER.createObjectNode();
        out.put("version", racks.version());
        out.put("by", racks.version() == 0 ? null : racks.by());
        out.put("changedMillisAgo", racks.version() == 0 ? null : racks.changedMillisAgo());
        out.set(
                "supplies",
                Json.MAPPER.valueToTree(layout.supplies().stream()
                        .map(supply -> new Supply(supply.name(), supply.watts()))
                        .toList()));
        out.set(
                "switches",
                Json.MAPPER.valueToTree(layout.switches().stream()
                        .map(wire -> new Switch(wire.name(), wire.ports()))
                        .toList()));
        var all = out.putArray("racks");
        for (RackLayout.Rack rack : layout.racks()) {
            ObjectNode one = all.addObject();
            one.put("name", rack.name());
            var shelves = one.putArray("shelves");
            for (RackLayout.Shelf shelf : rack.shelves()) {
                ObjectNode each = shelves.addObject();
                each.put("name", shelf.name());
                var slots = each.putArray("slots");
                shelf.slots().forEach(slot -> slot(slots.addObject(), slot, names));
            }
        }
        out.put("document", RackText.write(layout, racks.version(), names));
        return out;
    }

    /** What is not known is left out, as a person would. */
    private static void slot(ObjectNode out, RackLayout.Slot slot, Function<NodeId, String> names) {
        slot.node().ifPresent(node -> out.put("node", names.apply(node)));
        if (!slot.supply().isEmpty()) {
            out.put("supply", slot.supply());
        }
        if (!slot.wire().isEmpty()) {
            out.put("switch", slot.wire());
        }
        if (slot.port() > 0) {
            out.put("port", slot.port());
        }
    }

    /** Names of nodes; the id of one that has none any more. */
    static Function<NodeId, String> names(Views views) {
        List<Views.NodeView> nodes = views.nodes();
        return id -> nodes.stream()
                .filter(node -> node.node().equals(id))
                .findFirst()
                .map(Views.NodeView::name)
                .orElse(id.value());
    }
}
