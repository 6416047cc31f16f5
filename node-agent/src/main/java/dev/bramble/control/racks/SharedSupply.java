package dev.bramble.control.racks;

import dev.bramble.control.Views;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A power supply and the boards on it that suffer from the same: several that do point at the supply, one alone at its
 * cable.
 *
 * @param supply its name; empty for boards of which nobody wrote down what feeds them
 * @param fed names of all boards on it
 * @param affected names of those that suffer
 */
public record SharedSupply(String supply, Set<String> fed, Set<String> affected) {

    /** Supplies with boards that are under-volted now, by name; those of unknown supply last. */
    public static List<SharedSupply> underVolted(List<Views.NodeView> nodes, RackLayout layout) {
        return of(nodes, layout, SharedSupply::isUnderVolted);
    }

    /** Whether its board says, now, that it gets too little. */
    public static boolean isUnderVolted(Views.NodeView node) {
        boolean isUp = node.link() == Views.Link.UP;
        return isUp
                && (node.flags().contains(Views.HealthFlag.UNDER_VOLTAGE)
                        || node.health()
                                .filter(health -> health.underVoltage().isKnown()
                                        && health.underVoltage().value() == 1)
                                .isPresent());
    }

    /** Supplies with boards that suffer from something, by name; those of unknown supply last. */
    public static List<SharedSupply> of(
            List<Views.NodeView> nodes, RackLayout layout, Predicate<Views.NodeView> suffers) {
        return of(nodes, layout.supplyOfNode(), suffers);
    }

    /** The same for whoever knows more than the layout. */
    public static List<SharedSupply> of(
            List<Views.NodeView> nodes, Map<NodeId, String> supplies, Predicate<Views.NodeView> suffers) {
        TreeMap<String, Set<String>> fed = new TreeMap<>();
        TreeMap<String, Set<String>> affected = new TreeMap<>();
        for (Views.NodeView node : nodes) {
            String supply = supplies.getOrDefault(node.node(), "");
            fed.computeIfAbsent(supply, name -> new TreeSet<>()).add(node.name());
            if (suffers.test(node)) {
                affected.computeIfAbsent(supply, name -> new TreeSet<>()).add(node.name());
            }
        }
        List<SharedSupply> all = new ArrayList<>();
        affected.forEach((supply, names) -> {
            if (!supply.isEmpty()) {
                all.add(new SharedSupply(supply, fed.get(supply), names));
            }
        });
        if (affected.containsKey("")) {
            all.add(new SharedSupply("", fed.get(""), affected.get("")));
        }
        return List.copyOf(all);
    }

    /** Who suffers and where to look, for boards that are under-volted; without a full stop. */
    public String underVoltedSentence() {
        String who = String.join(", ", affected) + (affected.size() == 1 ? " is" : " are") + " under-volted";
        if (supply.isEmpty()) {
            return who + ": look at the power supply and the cable";
        }
        if (affected.size() == 1) {
            return who + " on " + RackLayout.supplyWords(supply)
                    + (fed.size() == 1
                            ? ": look at it and the cable"
                            : ", alone of " + fed.size() + " boards there: look at its cable first");
        }
        return who + ", " + affected.size() + " of " + fed.size() + " boards on " + RackLayout.supplyWords(supply)
                + ": look at that supply first";
    }
}
