package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.control.racks.RackText;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All that the editor of the layout shows.
 *
 * @param version that what is shown was made from
 * @param written who wrote it and when; empty before the first
 * @param document the layout as text, or what was typed
 * @param said what is wrong or what was found
 * @param boards to put somewhere
 * @param places to put them, with who is there
 */
public record EditModel(
        long version, String written, String document, Said said, List<Board> boards, List<Spot> places, Wish wish) {

    /**
     * What the last attempt came to.
     *
     * @param form which form it is about: put, make or document; empty for none
     * @param word well or trouble
     */
    public record Said(String form, String word, String sentence, List<Problem> problems) {
        static final Said NOTHING = new Said("", "well", "", List.of());
    }

    /** @param isChosen whether it stands first in the choice */
    public record Board(String name, String label, boolean isChosen) {}

    /** @param value of the form: rack, shelf and slot from 0 */
    public record Spot(String value, String label, boolean isChosen) {}

    /** A rack that somebody wants to add, as typed. */
    public record Wish(String name, String shelves, String slots, String supplies, String ports, boolean fills) {
        static final Wish USUAL = new Wish("", "2", "4", "1", "8", true);
    }

    /** @param chosen value of the spot that was tapped; may be empty */
    static EditModel of(Views views, String chosen) {
        return of(views, chosen, Said.NOTHING, Wish.USUAL);
    }

    static EditModel of(Views views, String chosen, Said said, Wish wish) {
        Views.RackView racks = views.racks();
        RackLayout layout = racks.layout();
        Function<NodeId, String> names = RackJson.names(views);
        Map<NodeId, RackLayout.Place> places = layout.places();
        return new EditModel(
                racks.version(),
                racks.version() == 0
                        ? ""
                        : "Version " + racks.version() + ", by " + racks.by() + " "
                                + Shown.time(racks.changedMillisAgo()) + " ago.",
                RackText.write(layout, racks.version(), names),
                said,
                boards(views, layout, places),
                spots(layout, names, chosen),
                wish);
    }

    EditModel typed(String other, Said about) {
        return new EditModel(version, written, other, about, boards, places, wish);
    }

    /** Those without a place first: they are why people come here. */
    private static List<Board> boards(Views views, RackLayout layout, Map<NodeId, RackLayout.Place> places) {
        return views.nodes().stream()
                .sorted(Comparator.comparing((Views.NodeView node) -> places.containsKey(node.node()))
                        .thenComparing(Views.NodeView::name))
                .map(node -> new Board(
                        node.name(),
                        places.containsKey(node.node())
                                ? node.name() + " (" + layout.written(places.get(node.node())) + ")"
                                : node.name() + " (no place)",
                        false))
                .toList();
    }

    private static List<Spot> spots(RackLayout layout, Function<NodeId, String> names, String chosen) {
        List<Spot> spots = new ArrayList<>();
        for (int i = 0; i < layout.racks().size(); i++) {
            for (int j = 0; j < layout.racks().get(i).shelves().size(); j++) {
                List<RackLayout.Slot> slots =
                        layout.racks().get(i).shelves().get(j).slots();
                for (int k = 0; k < slots.size(); k++) {
                    RackLayout.Place place = new RackLayout.Place(i, j, k);
                    String value = i + "." + j + "." + k;
                    String who = slots.get(k).node().map(names).orElse("empty");
                    spots.add(new Spot(value, layout.written(place) + " (" + who + ")", value.equals(chosen)));
                }
            }
        }
        return List.copyOf(spots);
    }
}
