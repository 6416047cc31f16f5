package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopyPlanTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private static CopyPlan.Wanted wanted(int number, long bytes, NodeId... holders) {
        return new CopyPlan.Wanted(blob(number), bytes, Set.of(holders), List.of(holders), Set.of(), Set.of());
    }

    private static BlobId blob(int number) {
        return new BlobId("%064x".formatted(number * 7919L));
    }

    private static CopyPlan.Place place(NodeId node, long roomBytes) {
        return new CopyPlan.Place(node, true, true, OptionalLong.of(roomBytes), 0, 0, "");
    }

    @Test
    void aCopyGoesToANodeThatHasNoneAndHasTheMostRoom() {
        List<CopyPlan.Place> places = List.of(place(A, 9L << 30), place(B, 2L << 30), place(C, 5L << 30));

        assertThat(CopyPlan.plan(List.of(wanted(1, 10, A)), places, 0))
                .containsExactly(new CopyPlan.Copy(blob(1), C, List.of(A)));
    }

    @Test
    void aNodeWithoutRoomIsNotChosenAndACordonedOneOnlyWhenNoOtherCan() {
        CopyPlan.Place cordoned = new CopyPlan.Place(B, true, false, OptionalLong.of(9L << 30), 0, 0, "");

        assertThat(CopyPlan.plan(List.of(wanted(1, 10, A)), List.of(place(A, 100), cordoned, place(C, 100)), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(C);
        assertThat(CopyPlan.plan(List.of(wanted(1, 10, A)), List.of(place(A, 100), cordoned, place(C, 5)), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(B);
    }

    @Test
    void neitherOneNodeNorTheBrambleGetsMoreThanItsShare() {
        List<CopyPlan.Wanted> many = IntStream.range(0, 100)
                .mapToObj(number -> wanted(number, 1, new NodeId("source" + number % 50)))
                .toList();
        List<CopyPlan.Place> places = IntStream.range(0, 40)
                .mapToObj(number -> place(new NodeId("n" + number), 1L << 40))
                .toList();

        List<CopyPlan.Copy> plan = CopyPlan.plan(many, places, 3);
        assertThat(plan).hasSize(CopyPlan.IN_ALL_MAX - 3);
        assertThat(CopyPlan.plan(many, List.of(place(B, 1000), place(C, 1000)), 0))
                .hasSize(2 * CopyPlan.TO_ONE_MAX);
        assertThat(plan.stream().collect(Collectors.groupingBy(CopyPlan.Copy::target, Collectors.counting())))
                .allSatisfy((node, copies) -> assertThat(copies).isLessThanOrEqualTo(CopyPlan.TO_ONE_MAX));
    }

    @Test
    void noNodeGivesMoreThanItsShareAndOthersAreAskedInstead() {
        List<CopyPlan.Place> places = IntStream.range(0, 40)
                .mapToObj(number -> place(new NodeId("n" + number), 1L << 40))
                .collect(Collectors.toCollection(ArrayList::new));
        places.add(new CopyPlan.Place(A, true, true, OptionalLong.of(1), 0, 1, ""));
        List<CopyPlan.Wanted> many = IntStream.range(0, 100)
                .mapToObj(number -> wanted(number, 1, A))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(CopyPlan.plan(many, places, 1)).hasSize(CopyPlan.FROM_ONE_MAX - 1);
        many.add(wanted(100, 1, A, B));
        assertThat(CopyPlan.plan(many, places, 1).getLast())
                .satisfies(copy -> assertThat(copy.sources()).containsExactly(B, A));
    }

    @Test
    void aCopyGoesToAnotherPowerSupplyWhenOneCanTakeItAndToTheSameRatherThanToNone() {
        CopyPlan.Wanted blob = new CopyPlan.Wanted(blob(1), 10, Set.of(A), List.of(A), Set.of(), Set.of("left"));
        CopyPlan.Place same = new CopyPlan.Place(B, true, true, OptionalLong.of(9L << 30), 0, 0, "left");
        CopyPlan.Place other = new CopyPlan.Place(C, true, true, OptionalLong.of(1L << 30), 1, 0, "right");
        CopyPlan.Place full = new CopyPlan.Place(C, true, true, OptionalLong.of(1), 0, 0, "right");

        assertThat(CopyPlan.plan(List.of(blob), List.of(same, other), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(C);
        assertThat(CopyPlan.plan(List.of(blob), List.of(same, full), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(B);
    }

    @Test
    void equalNodesShareTheCopies() {
        List<CopyPlan.Place> places = List.of(place(B, 1000), place(C, 1000));
        Set<NodeId> targets = IntStream.range(0, 20)
                .mapToObj(number -> CopyPlan.plan(List.of(wanted(number, 1, A)), places, 0))
                .map(plan -> plan.getFirst().target())
                .collect(Collectors.toSet());

        assertThat(targets).containsExactlyInAnyOrder(B, C);
    }
}
