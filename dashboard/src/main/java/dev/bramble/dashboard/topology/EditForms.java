package dev.bramble.dashboard.topology;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.racks.RackReader;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.dashboard.topology.EditModel.Said;
import dev.bramble.dashboard.topology.EditModel.Wish;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The three ways to change the layout: one board, a whole rack, or the text of it all. */
public final class EditForms {
    private static final String PUT = "put";
    private static final String MAKE = "make";
    private static final String DOCUMENT = "document";
    /** A text of the largest size, written as a form does: a letter may take three. */
    private static final int BYTES_MAX = 3 * RackReader.TEXT_BYTES_MAX;

    private EditForms() {}

    public static List<FormScreen> all() {
        return List.of(
                form(EditPage.PATH, EditForms::document).withBytesMax(BYTES_MAX),
                form(EditPage.PATH + "/put", EditForms::put),
                form(EditPage.PATH + "/make", EditForms::make));
    }

    private static FormScreen form(String path, Function<FormRequest, FormScreen.Outcome> does) {
        return new FormScreen(path, Section.TOPOLOGY, UserRole.OPERATOR, does);
    }

    /** What a head knows, for one form. */
    private record Seen(Views.RackView racks, EditModel model, Map<String, NodeId> nodes, List<NodeId> placeless) {
        static Seen of(Views views, String place) {
            Views.RackView racks = views.racks();
            Map<NodeId, RackLayout.Place> places = racks.layout().places();
            return new Seen(
                    racks,
                    EditModel.of(views, place),
                    RackRoutes.names(views),
                    views.nodes().stream()
                            .map(Views.NodeView::node)
                            .filter(node -> !places.containsKey(node))
                            .toList());
        }
    }

    // --- The text ----------------------------------------------------------------------------------------------------

    private static FormScreen.Outcome document(FormRequest request) {
        String text = request.raw("document").replace("\r\n", "\n");
        Seen seen = request.read(views -> Seen.of(views, ""));
        Problems problems = new Problems();
        Optional<RackReader.Document> read = RackReader.read(text, new TreeMap<>(seen.nodes()), problems);
        if (read.isEmpty()) {
            String count = Shown.counted(problems.count(), "mistake", "mistakes");
            Said said = new Said(DOCUMENT, "trouble", count + " in the text, nothing was saved:", problems.list());
            return again(422, seen.model().typed(text, said));
        }
        RackLayout layout = read.get().layout();
        String size = Shown.counted(layout.places().size(), "board", "boards") + " in "
                + Shown.counted(layout.slots().size(), "slot", "slots");
        if (request.field("do").equals("check")) {
            Said said = new Said(DOCUMENT, "well", "The text is fine: " + size + ". It is not saved yet.", List.of());
            return again(200, seen.model().typed(text, said));
        }
        // Who took the line out means the layout that the form was made from.
        long version = read.get().version().orElseGet(() -> version(request));
        return save(
                request,
                layout,
                version,
                "The layout is saved: " + size + ".",
                DOCUMENT,
                said -> again(
                        409, request.read(views -> EditModel.of(views, "")).typed(text, said)));
    }

    // --- One board ---------------------------------------------------------------------------------------------------

    private static FormScreen.Outcome put(FormRequest request) {
        String place = request.field("place");
        String name = request.field("node");
        Seen seen = request.read(views -> Seen.of(views, place));
        NodeId node = seen.nodes().get(name);
        if (node == null) {
            Said said = new Said(PUT, "trouble", "There is no node '" + name + "': choose one.", List.of());
            return again(422, seen.model().typed(seen.model().document(), said));
        }
        RackLayout layout = seen.racks().layout();
        if (place.isEmpty()) {
            return saved(request, seen, layout.without(node), name + " has no place any more.", PUT);
        }
        Optional<RackLayout.Place> to = place(layout, place);
        if (to.isEmpty()) {
            Said said = new Said(PUT, "trouble", "There is no such slot any more: choose one.", List.of());
            return again(422, seen.model().typed(seen.model().document(), said));
        }
        String where = layout.written(to.get());
        return saved(request, seen, layout.put(node, to.get()), name + " is in " + where + " now.", PUT);
    }

    private static Optional<RackLayout.Place> place(RackLayout layout, String given) {
        if (!given.matches("[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}")) {
            return Optional.empty();
        }
        String[] parts = given.split("\\.");
        RackLayout.Place place = new RackLayout.Place(
                Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        boolean isThere = place.rack() < layout.racks().size()
                && place.shelf() < layout.racks().get(place.rack()).shelves().size()
                && place.slot()
                        < layout.racks()
                                .get(place.rack())
                                .shelves()
                                .get(place.shelf())
                                .slots()
                                .size();
        return isThere ? Optional.of(place) : Optional.empty();
    }

    // --- A rack ------------------------------------------------------------------------------------------------------

    private static FormScreen.Outcome make(FormRequest request) {
        Wish wish = new Wish(
                request.field("name"),
                request.field("shelves"),
                request.field("slots"),
                request.field("supplies"),
                request.field("ports"),
                request.isTicked("fills"));
        Seen seen = request.read(views -> Seen.of(views, ""));
        RackMaker.Made made = RackMaker.make(seen.racks().layout(), wish, seen.placeless());
        if (made.layout().isEmpty()) {
            Said said = new Said(MAKE, "trouble", "The rack cannot be added like this:", made.problems());
            return again(422, request.read(views -> EditModel.of(views, "", said, wish)));
        }
        return save(
                request,
                made.layout().get(),
                version(request),
                "The rack " + wish.name() + " is added.",
                MAKE,
                said -> again(409, request.read(views -> EditModel.of(views, "", said, wish))));
    }

    // --- Saving ------------------------------------------------------------------------------------------------------

    private static FormScreen.Outcome saved(
            FormRequest request, Seen seen, RackLayout layout, String notice, String form) {
        return save(
                request,
                layout,
                version(request),
                notice,
                form,
                said -> again(409, seen.model().typed(seen.model().document(), said)));
    }

    private static FormScreen.Outcome save(
            FormRequest request,
            RackLayout layout,
            long version,
            String notice,
            String form,
            Function<Said, FormScreen.Outcome> refused) {
        try {
            request.readAfter(request.act(new Action.SetRacks(layout, version)), views -> true);
            return new FormScreen.Outcome.Go(form.equals(DOCUMENT) ? TopologyPage.PATH : EditPage.PATH, notice);
        } catch (ProblemException problem) {
            return refused.apply(new Said(form, "trouble", Shown.sentence(problem.getMessage()), problem.problems()));
        }
    }

    /** Of the layout that the form was made from. */
    private static long version(FormRequest request) {
        String given = request.field("version");
        return given.matches("[0-9]{1,18}") ? Long.parseLong(given) : -1;
    }

    private static FormScreen.Outcome again(int status, EditModel model) {
        return new FormScreen.Outcome.Again(status, EditPage.content(model));
    }
}
