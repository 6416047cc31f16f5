package dev.bramble.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.Play;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPlanTest {
    @TempDir
    Path folder;

    private static LocalPlan boards(int boards, int processes) {
        return new LocalPlan(3, 8443, 7000, Optional.of(processes), List.of()).grownTo(boards, new FreePorts(Set.of()));
    }

    @Test
    void boardsAreSharedOutOverTheProcessesAndTheOneThatFoundsIsAlone() {
        var homes = boards(100, 4).homes();

        assertThat(homes.keySet()).containsExactly("sim001", "boards1", "boards2", "boards3");
        assertThat(homes.get("sim001")).hasSize(1);
        assertThat(homes.values().stream().skip(1).map(List::size)).containsExactly(33, 33, 33);
    }

    @Test
    void nodesThatDoNotShareHaveAProcessEach() {
        LocalPlan plan = new LocalPlan(3, 8443, 7000, Optional.empty(), List.of()).grownTo(3, new FreePorts(Set.of()));

        assertThat(plan.homes().keySet()).containsExactly("node1", "node2", "node3");
        assertThat(plan.seeds()).hasSize(3);
    }

    @Test
    void boardsThatAreAddedLeaveTheOthersWhereTheyAre() {
        LocalPlan grown = boards(40, 4).grownTo(90, new FreePorts(Set.of()));

        boards(40, 4)
                .homes()
                .forEach((name, nodes) -> assertThat(
                                grown.homes().get(name).stream().map(LocalPlan.NodePorts::name))
                        .containsAll(
                                nodes.stream().map(LocalPlan.NodePorts::name).toList()));
    }

    @Test
    void portsThatHaveAnOwnerAreNotGivenAwayAlthoughNobodyListensThere() {
        List<Integer> free = IntStream.range(18_000, 32_000)
                .filter(FreePorts::isFree)
                .limit(2)
                .boxed()
                .toList();
        Set<Integer> taken = IntStream.rangeClosed(18_000, 32_000).boxed().collect(Collectors.toSet());
        taken.remove(free.getLast());

        assertThat(new FreePorts(taken).next()).isEqualTo(free.getLast());
    }

    @Test
    void portsAreThoseOfTheMembersAndNotTheDashboards() {
        LocalPlan plan = new LocalPlan(3, 8443, 7000, Optional.empty(), List.of()).grownTo(2, new FreePorts(Set.of()));

        assertThat(plan.ports())
                .containsEntry(7000, "head")
                .containsEntry(plan.nodes().getLast().door(), "node2");
        assertThat(plan.ports()).hasSize(7).doesNotContainKey(8443);
    }

    @Test
    void planIsReadAsItWasWritten() {
        for (LocalPlan plan : List.of(
                boards(7, 3),
                new LocalPlan(1, 8443, 7000, Optional.empty(), List.of()).grownTo(2, new FreePorts(Set.of())))) {
            plan.write(folder.resolve("local.json"));
            assertThat(LocalPlan.read(folder.resolve("local.json"))).isEqualTo(plan);
        }
    }

    @Test
    void hundredBoardsHaveABitOfEverythingAndOneWeakSupply() {
        List<BoardPlan> boards = IntStream.range(0, 100).mapToObj(BoardPlan::of).toList();

        // A board with a read-only card is taken out at once: that is for scripts.
        for (Play play : EnumSet.complementOf(EnumSet.of(Play.READ_ONLY))) {
            assertThat(boards).extracting(BoardPlan::plays).contains(play);
        }
        assertThat(boards.stream().filter(board -> board.plays() == Play.WELL).count())
                .isGreaterThan(70);
        assertThat(boards.stream()
                        .filter(board -> board.plays() == Play.WEAK_POWER)
                        .map(BoardPlan::power)
                        .collect(Collectors.toSet()))
                .containsExactly("supply03");
    }
}
