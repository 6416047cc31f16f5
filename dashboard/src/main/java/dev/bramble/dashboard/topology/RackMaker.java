package dev.bramble.dashboard.topology;

import dev.bramble.dashboard.topology.EditModel.Wish;
import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import dev.bramble.model.RackLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Adds a rack of equal shelves to a layout, so that nobody has to write one slot after the other. Pure. */
final class RackMaker {
    /** More than stand in one rack. */
    static final int SHELVES_MAX = 20;

    static final int SLOTS_MAX = 20;
    static final int SUPPLIES_MAX = 20;

    private RackMaker() {}

    /** @param layout empty when something is wrong with the wish */
    record Made(Optional<RackLayout> layout, List<Problem> problems) {}

    /** @param boards that have no place, in the order in which they are put into the slots */
    static Made make(RackLayout before, Wish wish, List<NodeId> boards) {
        List<Problem> problems = new ArrayList<>();
        int shelves = number(wish.shelves(), 1, SHELVES_MAX, "Shelves", problems);
        int slots = number(wish.slots(), 1, SLOTS_MAX, "Slots on each shelf", problems);
        int supplies = number(wish.supplies(), 0, SUPPLIES_MAX, "Power supplies", problems);
        int ports = number(wish.ports(), 0, RackLayout.PORTS_MAX, "Ports of the switch", problems);
        if (wish.name().isEmpty()) {
            problems.add(new Problem("Name", "is missing: call the rack as people call it"));
        }
        if (before.racks().stream().anyMatch(rack -> rack.name().equals(wish.name()))) {
            problems.add(new Problem("Name", "is taken: there is a rack " + wish.name() + " already"));
        }
        if (!problems.isEmpty()) {
            return new Made(Optional.empty(), problems);
        }
        Deque<NodeId> waiting = new ArrayDeque<>(wish.fills() ? boards : List.of());
        int all = shelves * slots;
        List<RackLayout.Shelf> made = new ArrayList<>();
        for (int i = 0; i < shelves; i++) {
            List<RackLayout.Slot> row = new ArrayList<>();
            for (int j = 0; j < slots; j++) {
                int at = i * slots + j;
                // Neighbours share a supply: its cables are short.
                String supply = supplies == 0 ? "" : supply(wish.name(), 1 + at * supplies / all);
                boolean isWired = at < ports;
                row.add(new RackLayout.Slot(
                        Optional.ofNullable(waiting.poll()),
                        supply,
                        isWired ? wire(wish.name()) : "",
                        isWired ? at + 1 : 0));
            }
            made.add(new RackLayout.Shelf("shelf " + (i + 1), List.copyOf(row)));
        }
        List<RackLayout.Supply> fed = new ArrayList<>(before.supplies());
        for (int i = 1; i <= supplies; i++) {
            fed.add(new RackLayout.Supply(supply(wish.name(), i), 0));
        }
        List<RackLayout.Switch> wires = new ArrayList<>(before.switches());
        if (ports > 0) {
            wires.add(new RackLayout.Switch(wire(wish.name()), ports));
        }
        List<RackLayout.Rack> racks = new ArrayList<>(before.racks());
        racks.add(new RackLayout.Rack(wish.name(), List.copyOf(made)));
        return new Made(
                Optional.of(new RackLayout(List.copyOf(fed), List.copyOf(wires), List.copyOf(racks))), List.of());
    }

    private static String supply(String rack, int number) {
        return rack + " psu " + number;
    }

    private static String wire(String rack) {
        return rack + " switch";
    }

    private static int number(String given, int min, int max, String field, List<Problem> problems) {
        if (given.matches("[0-9]{1,4}")) {
            int number = Integer.parseInt(given);
            if (number >= min && number <= max) {
                return number;
            }
        }
        problems.add(new Problem(field, "must be a whole number from " + min + " to " + max));
        return min;
    }
}
