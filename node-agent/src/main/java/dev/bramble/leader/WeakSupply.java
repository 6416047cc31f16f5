package dev.bramble.leader;

import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which power supply an under-volted board is on, and who else suffers there: reads only. */
final class WeakSupply {
    /** The label that names a board's supply where nobody drew the racks. */
    private static final String LABEL = "power";

    private WeakSupply() {}

    /** Behind what the board suffers from; empty when it has voltage enough, or nobody knows what feeds it. */
    static String words(Leader leader, NodeBook book) {
        if (!isUnderVolted(book)) {
            return "";
        }
        Map<NodeId, String> drawn = leader.state().racks().layout().supplyOfNode();
        Optional<String> supply = supply(drawn, book);
        List<NodeBook> others = leader.books().values().stream()
                .filter(other -> other != book && supply.isPresent() && supply.equals(supply(drawn, other)))
                .toList();
        List<String> weak = others.stream()
                .filter(WeakSupply::isUnderVolted)
                .map(other -> leader.name(other.member().node()))
                .toList();
        return supply.map(name -> weak.isEmpty()
                        ? "; it is on " + RackLayout.supplyWords(name)
                                + (others.isEmpty() ? "" : ", alone of " + (others.size() + 1) + " boards there")
                                + ": look at its cable first"
                        : "; on " + RackLayout.supplyWords(name) + " " + String.join(", ", weak)
                                + (weak.size() == 1 ? " suffers" : " suffer") + " as well: look at that supply first")
                .orElse("");
    }

    private static Optional<String> supply(Map<NodeId, String> drawn, NodeBook book) {
        return Optional.ofNullable(drawn.get(book.member().node()))
                .or(() -> Optional.ofNullable(book.status())
                        .map(status -> status.capacity().labels().get(LABEL)))
                .filter(name -> !name.isEmpty());
    }

    private static boolean isUnderVolted(NodeBook book) {
        Reading voltage =
                book.health().map(health -> health.underVoltage()).orElse(Reading.unknown("it has not reported yet"));
        return voltage.isKnown() && voltage.value() == 1;
    }
}
