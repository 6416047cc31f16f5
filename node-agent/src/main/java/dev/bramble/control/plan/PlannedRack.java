package dev.bramble.control.plan;

import dev.bramble.control.racks.RackText;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The rack of {@code hardware/rack} as a layout: shelves and slots are called what is printed on them. */
public final class PlannedRack {
    private PlannedRack() {}

    /** What {@code bramble rack set} takes on a bramble without a layout, with no board in any slot yet. */
    public static String document(Plan plan) {
        return RackText.write(layout(plan, (int) Catalogue.shipped().value("rack.slots")), 0, node -> "");
    }

    static RackLayout layout(Plan plan, int slotsEach) {
        int nodes = plan.wish().nodes();
        int supplies = plan.power().supplies();
        int switches = plan.network().switches();
        List<RackLayout.Shelf> shelves = new ArrayList<>();
        for (int first = 0; first < nodes; first += slotsEach) {
            List<RackLayout.Slot> slots = IntStream.range(first, Math.min(first + slotsEach, nodes))
                    .mapToObj(board -> new RackLayout.Slot(
                            Optional.empty(),
                            supply(board * supplies / nodes + 1),
                            wire(board * switches / nodes + 1),
                            port(board, nodes, switches)))
                    .toList();
            shelves.add(new RackLayout.Shelf("shelf " + (first / slotsEach + 1), slots));
        }
        return new RackLayout(
                IntStream.rangeClosed(1, supplies)
                        .mapToObj(number -> new RackLayout.Supply(supply(number), 0))
                        .toList(),
                IntStream.rangeClosed(1, switches)
                        .mapToObj(number -> new RackLayout.Switch(
                                wire(number), plan.network().ports()))
                        .toList(),
                List.of(new RackLayout.Rack("rack", List.copyOf(shelves))));
    }

    /** From 1 on each switch. */
    private static int port(int board, int nodes, int switches) {
        int own = board * switches / nodes;
        int first = Math.ceilDiv(own * nodes, switches);
        return board - first + 1;
    }

    private static String supply(int number) {
        return "supply " + number;
    }

    private static String wire(int number) {
        return "switch " + number;
    }
}
