package dev.bramble.control.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.racks.RackReader;
import dev.bramble.model.RackLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlannedRackTest {
    private static RackLayout layout(int nodes, PowerWay way) {
        Plan plan = Plan.of(PlanWish.of(nodes, way));
        Problems problems = new Problems();
        Optional<RackReader.Document> read = RackReader.read(PlannedRack.document(plan), new TreeMap<>(), problems);
        assertThat(problems.list()).as(nodes + " " + way).isEmpty();
        return read.orElseThrow().layout();
    }

    @Test
    void theLayoutIsOneThatTheBrambleTakes() {
        for (PowerWay way : PowerWay.values()) {
            for (int nodes : List.of(1, 4, 5, 8, 9, 16, 17, 24, 47, 100)) {
                RackLayout layout = layout(nodes, way);
                assertThat(layout.slots()).hasSize(nodes);
                assertThat(layout.racks().getFirst().shelves()).hasSize((nodes + 3) / 4);
            }
        }
    }

    @Test
    void shelvesAndSlotsAreCalledWhatIsPrintedOnThem() {
        RackLayout layout = layout(16, PowerWay.STRONG);
        assertThat(layout.written(new RackLayout.Place(0, 3, 2))).isEqualTo("rack, shelf 4, slot 3");
    }

    @Test
    void noPortIsTakenTwiceAndNoSupplyFeedsMoreThanItIsPlannedFor() {
        for (PowerWay way : PowerWay.values()) {
            for (int nodes = 1; nodes <= 100; nodes++) {
                Plan plan = Plan.of(PlanWish.of(nodes, way));
                List<RackLayout.Slot> slots = PlannedRack.layout(plan, 4).slots();
                assertThat(slots)
                        .extracting(slot -> slot.wire() + ":" + slot.port())
                        .doesNotHaveDuplicates();
                assertThat(slots)
                        .allSatisfy(slot -> assertThat(slot.port())
                                .isBetween(1, plan.network().ports() - 1));
                Map<String, Long> fed = new HashMap<>(
                        slots.stream().collect(Collectors.groupingBy(RackLayout.Slot::supply, Collectors.counting())));
                assertThat(fed).hasSize(plan.power().supplies());
                assertThat(fed.values())
                        .allMatch(boards -> boards
                                <= Math.ceilDiv(
                                        plan.wish().nodes(), plan.power().supplies()));
            }
        }
    }
}
