package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopyPlanTest {
    private static final CopyPlan.Load NONE = CopyPlan.Load.NONE;
    private static final long LARGE = 100L << 20;
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private static CopyPlan.Wanted wanted(int number, long bytes, NodeId... holders) {
        return new CopyPlan.Wanted(blob(number), bytes, Set.of(holders), List.of(holders), Set.of(), Set.of());
    }

    private static BlobId blob(int number) {
        return new BlobId("%064x".formatted(number * 7919L));
    }

    /** @param underWay tiny copies that are on their way */
    private static List<CopyPlan.Copy> plan(List<CopyPlan.Wanted> wanted, List<CopyPlan.Place> places, int underWay) {
        return CopyPlan.plan(wanted.iterator(), places, new CopyPlan.Load(underWay, underWay));
    }

    private static CopyPlan.Place place(NodeId node, long roomBytes) {
        return new CopyPlan.Place(node, true, true, OptionalLong.of(roomBytes), NONE, NONE, "");
    }

    @Test
    void aCopyGoesToANodeThatHasNoneAndHasTheMostRoom() {
        List<CopyPlan.Place> places = List.of(place(A, 9L << 30), place(B, 2L << 30), place(C, 5L << 30));

        assertThat(plan(List.of(wanted(1, 10, A)), places, 0))
                .containsExactly(new CopyPlan.Copy(blob(1), C, List.of(A)));
    }

    @Test
    void aNodeWithoutRoomIsNotChosenAndACordonedOneOnlyWhenNoOtherCan() {
        CopyPlan.Place cordoned = new CopyPlan.Place(B, true, false, OptionalLong.of(9L << 30), NONE, NONE, "");

        assertThat(plan(List.of(wanted(1, 10, A)), List.of(place(A, 100), cordoned, place(C, 100)), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(C);
        assertThat(plan(List.of(wanted(1, 10, A)), List.of(place(A, 100), cordoned, place(C, 5)), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(B);
    }

    private static List<CopyPlan.Wanted> many(long bytes, NodeId... holders) {
        return IntStream.range(0, 1000)
                .mapToObj(number -> wanted(number, bytes, holders))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<CopyPlan.Place> everywhere() {
        return IntStream.range(0, 100)
                .mapToObj(number -> place(new NodeId("n" + number), 1L << 40))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<CopyPlan.Wanted> fromEverywhere(long bytes) {
        return IntStream.range(0, 1000)
                .mapToObj(number -> wanted(number, bytes, new NodeId("source" + number % 50)))
                .toList();
    }

    @Test
    void neitherOneNodeNorTheBrambleGetsMoreThanItsShare() {
        List<CopyPlan.Place> two = List.of(place(B, 1L << 40), place(C, 1L << 40));

        assertThat(plan(fromEverywhere(LARGE), everywhere(), 3)).hasSize(CopyPlan.IN_ALL.few() - 3);
        assertThat(plan(fromEverywhere(1), everywhere(), 3)).hasSize(CopyPlan.IN_ALL.many() - 3);
        List<CopyPlan.Copy> large = plan(fromEverywhere(LARGE), two, 0);
        assertThat(large).hasSize(2 * CopyPlan.TO_ONE.few());
        List<CopyPlan.Copy> small = plan(fromEverywhere(1), two, 0);
        assertThat(small).hasSize(2 * CopyPlan.TO_ONE.many());
        assertThat(small.stream().collect(Collectors.groupingBy(CopyPlan.Copy::target, Collectors.counting())))
                .allSatisfy((node, copies) -> assertThat(copies).isEqualTo(CopyPlan.TO_ONE.many()));
    }

    @Test
    void manyFilesAreOrderedAtOnceOnlyWhileTheirBytesAreFew() {
        List<CopyPlan.Place> one = List.of(place(B, 1L << 40));

        assertThat(plan(fromEverywhere(CopyPlan.TO_ONE.bytes() / 8), one, 0)).hasSize(8);
        List<CopyPlan.Wanted> mixed = new ArrayList<>(fromEverywhere(LARGE).subList(0, 1));
        mixed.addAll(fromEverywhere(1).subList(1, 100));
        assertThat(plan(mixed, one, 0))
                .as("beside a large one there is place for as many as if all were large")
                .hasSize(CopyPlan.TO_ONE.few());
    }

    @Test
    void aNodeThatTakesNothingKeepsNobodySearching() {
        CopyPlan.Place leaving = new CopyPlan.Place(A, false, false, OptionalLong.empty(), NONE, NONE, "");
        Iterator<CopyPlan.Wanted> files = fromEverywhere(1).iterator();

        CopyPlan.plan(files, List.of(leaving, place(B, 1L << 40)), NONE);
        assertThat(files.next()).isEqualTo(fromEverywhere(1).get(CopyPlan.TO_ONE.many()));
    }

    @Test
    void noNodeGivesMoreThanItsShareAndOthersAreAskedInstead() {
        List<CopyPlan.Place> places = everywhere();
        places.add(new CopyPlan.Place(A, true, true, OptionalLong.of(1), NONE, new CopyPlan.Load(1, LARGE), ""));
        List<CopyPlan.Wanted> large = many(LARGE, A);
        assertThat(plan(large, places, 1)).hasSize(CopyPlan.FROM_ONE.few() - 1);
        assertThat(plan(many(1, A), everywhere(), 0)).hasSize(CopyPlan.FROM_ONE.many());
        large.add(wanted(1000, 1, A, B));
        assertThat(plan(large, places, 1).getLast())
                .satisfies(copy -> assertThat(copy.sources()).containsExactly(B, A));
    }

    @Test
    void manySmallFilesTakeTimeThatTheirBytesDoNotTell() {
        assertThat(CopyPlan.time(0, 8 << 20, 1, 1 << 20)).isEqualTo(Duration.ofSeconds(8));
        assertThat(CopyPlan.time(8 * CopyPlan.FILES_PER_SECOND, 0, 1, 1 << 20)).isEqualTo(Duration.ofSeconds(8));
        assertThat(CopyPlan.time(8 * CopyPlan.FILES_PER_SECOND, 8 << 20, 2, 1 << 20))
                .as("to two nodes")
                .isEqualTo(Duration.ofSeconds(8));
        assertThat(CopyPlan.time(0, 8 << 20, 90, 1 << 20))
                .as("more than four are not given to at a time")
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aCopyGoesToAnotherPowerSupplyWhenOneCanTakeItAndToTheSameRatherThanToNone() {
        CopyPlan.Wanted blob = new CopyPlan.Wanted(blob(1), 10, Set.of(A), List.of(A), Set.of(), Set.of("left"));
        CopyPlan.Place same = new CopyPlan.Place(B, true, true, OptionalLong.of(9L << 30), NONE, NONE, "left");
        CopyPlan.Place other =
                new CopyPlan.Place(C, true, true, OptionalLong.of(1L << 30), new CopyPlan.Load(1, 1), NONE, "right");
        CopyPlan.Place full = new CopyPlan.Place(C, true, true, OptionalLong.of(1), NONE, NONE, "right");

        assertThat(plan(List.of(blob), List.of(same, other), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(C);
        assertThat(plan(List.of(blob), List.of(same, full), 0))
                .extracting(CopyPlan.Copy::target)
                .containsExactly(B);
    }

    @Test
    void equalNodesShareTheCopies() {
        List<CopyPlan.Place> places = List.of(place(B, 1000), place(C, 1000));
        Set<NodeId> targets = IntStream.range(0, 20)
                .mapToObj(number -> plan(List.of(wanted(number, 1, A)), places, 0))
                .map(plan -> plan.getFirst().target())
                .collect(Collectors.toSet());

        assertThat(targets).containsExactlyInAnyOrder(B, C);
    }
}
