package dev.bramble.control.racks;

import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What a rack layout must keep to: names that are clear, nothing that is in two places, and a size with a bound. */
public final class RackRules {
    private final RackLayout layout;
    private final Function<NodeId, String> names;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<NodeId, String> boards = new HashMap<>();
    private final Map<String, String> ports = new HashMap<>();

    private RackRules(RackLayout layout, Function<NodeId, String> names) {
        this.layout = layout;
        this.names = names;
    }

    /**
     * Every mistake, in the order of the layout; places are paths such as {@code racks[0].shelves[2].slots[1].supply}.
     *
     * @param names of nodes, for the sentences
     */
    public static List<Problem> check(RackLayout layout, Function<NodeId, String> names) {
        return new RackRules(layout, names).check();
    }

    private List<Problem> check() {
        Map<String, RackLayout.Switch> switches = new LinkedHashMap<>();
        layout.switches().forEach(each -> switches.putIfAbsent(each.name(), each));
        Set<String> supplies = Set.copyOf(
                layout.supplies().stream().map(RackLayout.Supply::name).toList());
        most("supplies", layout.supplies().size(), RackLayout.SUPPLIES_MAX, "power supplies");
        most("switches", layout.switches().size(), RackLayout.SWITCHES_MAX, "switches");
        most("racks", layout.racks().size(), RackLayout.RACKS_MAX, "racks");
        int shelves =
                layout.racks().stream().mapToInt(rack -> rack.shelves().size()).sum();
        most("racks", shelves, RackLayout.SHELVES_MAX, "shelves in all racks");
        most("racks", layout.slots().size(), RackLayout.SLOTS_MAX, "slots in all shelves");
        names(
                "supplies",
                layout.supplies().stream().map(RackLayout.Supply::name).toList());
        for (int i = 0; i < layout.supplies().size(); i++) {
            between("supplies[" + i + "].watts", layout.supplies().get(i).watts(), 0, RackLayout.WATTS_MAX);
        }
        names(
                "switches",
                layout.switches().stream().map(RackLayout.Switch::name).toList());
        for (int i = 0; i < layout.switches().size(); i++) {
            between("switches[" + i + "].ports", layout.switches().get(i).ports(), 1, RackLayout.PORTS_MAX);
        }
        names("racks", layout.racks().stream().map(RackLayout.Rack::name).toList());
        for (int i = 0; i < layout.racks().size(); i++) {
            RackLayout.Rack rack = layout.racks().get(i);
            String at = "racks[" + i + "].shelves";
            names(at, rack.shelves().stream().map(RackLayout.Shelf::name).toList());
            for (int j = 0; j < rack.shelves().size(); j++) {
                List<RackLayout.Slot> slots = rack.shelves().get(j).slots();
                for (int k = 0; k < slots.size(); k++) {
                    slot(at + "[" + j + "].slots[" + k + "]", slots.get(k), supplies, switches);
                }
            }
        }
        return List.copyOf(problems);
    }

    private void slot(String at, RackLayout.Slot slot, Set<String> supplies, Map<String, RackLayout.Switch> switches) {
        slot.node().ifPresent(node -> {
            String before = boards.putIfAbsent(node, at);
            if (before != null) {
                problem(at + ".node", "puts " + names.apply(node) + " into a second slot: it is in " + before + " too");
            }
        });
        if (!slot.supply().isEmpty() && !supplies.contains(slot.supply())) {
            problem(at + ".supply", undeclared("power supply", slot.supply(), "supplies"));
        }
        if (slot.wire().isEmpty()) {
            if (slot.port() != 0) {
                problem(at + ".port", "is a port of no switch: name the switch beside it");
            }
            return;
        }
        RackLayout.Switch to = switches.get(slot.wire());
        if (to == null) {
            problem(at + ".switch", undeclared("switch", slot.wire(), "switches"));
            return;
        }
        if (slot.port() == 0) {
            return;
        }
        if (slot.port() < 1 || slot.port() > to.ports()) {
            problem(at + ".port", "is " + slot.port() + ": the switch " + to.name() + " has ports 1 to " + to.ports());
            return;
        }
        String before = ports.putIfAbsent(slot.wire() + "\n" + slot.port(), at);
        if (before != null) {
            problem(
                    at + ".port",
                    "is port " + slot.port() + " of " + slot.wire() + ", where " + before + " is wired to already");
        }
    }

    private static String undeclared(String what, String name, String list) {
        return "there is no " + what + " '" + name + "': declare it under " + list + ", or correct the name";
    }

    private void names(String at, List<String> all) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            String name = all.get(i);
            String place = at + "[" + i + "].name";
            if (name.isBlank()) {
                problem(place, "has no name: give it one");
            } else if (name.length() > RackLayout.NAME_CHARS_MAX || !name.equals(name.strip()) || !isPlain(name)) {
                problem(
                        place,
                        "must be 1 to " + RackLayout.NAME_CHARS_MAX
                                + " printable characters without blanks around them");
            } else if (first.putIfAbsent(name, i) != null) {
                problem(place, "has the name '" + name + "', which another one has: give each its own");
            }
        }
    }

    private static boolean isPlain(String name) {
        return name.codePoints().noneMatch(Character::isISOControl);
    }

    private void between(String at, int value, int min, int max) {
        if (value < min || value > max) {
            problem(at, "must be from " + min + " to " + max + ", it is " + value);
        }
    }

    private void most(String at, int count, int max, String what) {
        if (count > max) {
            problem(at, "has " + count + " " + what + ": at most " + max + " are kept");
        }
    }

    private void problem(String place, String sentence) {
        problems.add(new Problem(place, sentence));
    }
}
