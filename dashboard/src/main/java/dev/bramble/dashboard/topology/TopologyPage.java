package dev.bramble.dashboard.topology;

import dev.bramble.control.Control;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where boards stand, and how the cluster hangs together. */
public final class TopologyPage {
    static final String PATH = "/topology";
    private static final String TEMPLATE = "topology/topology";

    private TopologyPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.TOPOLOGY, TopologyPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        RackDrawing.Look look = new RackDrawing.Look(
                Overlay.read(request.query("show").orElse("")),
                request.may(UserRole.OPERATOR),
                request.query("board").orElse(""));
        return control.read(0, views -> content(TopologyModel.of(views, look)));
    }

    private static Content content(TopologyModel it) {
        List<Part> parts = new ArrayList<>();
        parts.add(Part.of("topology-head", TEMPLATE, "head", it.head()));
        parts.add(Part.of("legend", TEMPLATE, "legend", it.legend()));
        it.board().ifPresent(board -> parts.add(Part.of("board", TEMPLATE, "board", board)));
        List<Part> shelves = new ArrayList<>();
        it.racks().forEach(rack -> rack.shelves().forEach(shelf -> shelves.add(shelf(shelf))));
        parts.add(Part.list("racks", TEMPLATE, "racks", it, shelves));
        parts.add(Part.of("tray-part", TEMPLATE, "tray", it.tray()));
        parts.add(Part.of("wiring", TEMPLATE, "wiring", it.wiring()));
        parts.add(Part.of("copies", TEMPLATE, "copies", it.ledger()));
        parts.add(Part.list(
                "members",
                TEMPLATE,
                "members",
                it.members(),
                it.members(),
                "member",
                member -> "member-" + member.name()));
        return Content.of("Topology", TEMPLATE, it).live(parts);
    }

    private static Part shelf(RackDrawing.Shelf shelf) {
        return Part.of(shelf.id(), TEMPLATE, "shelf", shelf);
    }
}
