package dev.bramble.control.racks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.jobfile.Problems;
import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import dev.bramble.model.RackLayout;
import dev.bramble.model.RackLayout.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RackReaderTest {
    private static final NodeId ONE = new NodeId("n1");
    private static final NodeId TWO = new NodeId("n2");
    private static final TreeMap<String, NodeId> NODES = new TreeMap<>(Map.of("pi01", ONE, "pi02", TWO));
    private static final String LAYOUT = """
            version: 4
            supplies:
              - {name: left, watts: 60}
              - {name: right}
            switches:
              - {name: sw1, ports: 8}
            racks:
              - name: desk
                shelves:
                  - name: top
                    slots:
                      - {node: pi01, supply: left, switch: sw1, port: 1}
                      - {supply: right}
                      -
                  - name: bottom
                    slots:
                      - {node: pi02, supply: right, switch: sw1}
            """;

    private final Problems problems = new Problems();

    private Optional<RackReader.Document> read(String text) {
        return RackReader.read(text, NODES, problems);
    }

    private static String name(NodeId id) {
        return id.equals(ONE) ? "pi01" : "pi02";
    }

    @Test
    void aLayoutIsReadAndWhatIsWrittenOfItReadsTheSame() {
        RackReader.Document document = read(LAYOUT).orElseThrow();
        RackLayout layout = document.layout();

        assertThat(document.version()).contains(4L);
        assertThat(layout.slots()).hasSize(4);
        assertThat(layout.places()).containsEntry(ONE, new Place(0, 0, 0)).containsEntry(TWO, new Place(0, 1, 0));
        assertThat(layout.supplyOfNode()).isEqualTo(Map.of(ONE, "left", TWO, "right"));
        assertThat(layout.written(new Place(0, 1, 0))).isEqualTo("desk, bottom, slot 1");
        assertThat(read(RackText.write(layout, 4, RackReaderTest::name))).contains(document);
    }

    @Test
    void namesThatYamlWouldTakeForSomethingElseSurviveBeingWritten() {
        List<RackLayout.Supply> supplies = List.of(
                new RackLayout.Supply("no", 0),
                new RackLayout.Supply("12", 0),
                new RackLayout.Supply("a: \"b\" # \\", 5));
        RackLayout layout = new RackLayout(supplies, List.of(), List.of());

        assertThat(read(RackText.write(layout, 0, RackReaderTest::name))
                        .orElseThrow()
                        .layout())
                .isEqualTo(layout);
    }

    @Test
    void everyMistakeIsToldAtOnceWithItsLine() {
        assertThat(read("""
                        supplies: [{name: left, wats: 5}, {name: left}]
                        switches: [{name: sw1, ports: 4}]
                        racks:
                          - name: ""
                            shelves:
                              - name: top
                                slots:
                                  - {node: pi1, supply: lft}
                                  - {node: pi02, switch: sw1, port: 9}
                                  - {node: pi02, switch: sw1, port: 2}
                                  - {switch: sw1, port: 2}
                                  - {port: 3}
                        """)).isEmpty();
        assertThat(problems.list())
                .extracting(Problem::place, Problem::sentence)
                .satisfiesExactly(
                        each -> assertThat(each.toList().toString()).contains("line 1", "unknown key 'wats'", "watts"),
                        each -> assertThat(each.toList().toString())
                                .contains("line 1", "'left', which another one has"),
                        each -> assertThat(each.toList().toString()).contains("line 4", "has no name"),
                        each -> assertThat(each.toList().toString()).contains("line 8", "did you mean 'pi01'?"),
                        each -> assertThat(each.toList().toString()).contains("line 8", "no power supply 'lft'"),
                        each -> assertThat(each.toList().toString()).contains("line 9", "has ports 1 to 4"),
                        each -> assertThat(each.toList().toString()).contains("line 10", "pi02 into a second slot"),
                        each -> assertThat(each.toList().toString()).contains("line 11", "is port 2 of sw1"),
                        each -> assertThat(each.toList().toString()).contains("line 12", "a port of no switch"));
    }

    @Test
    void whatIsNoLayoutIsToldSo() {
        assertThat(read("")).isEmpty();
        assertThat(read("racks: 7")).isEmpty();
        assertThat(read("- a")).isEmpty();
        assertThat(problems.list())
                .extracting(Problem::sentence)
                .anyMatch(sentence -> sentence.contains("there is nothing here"))
                .anyMatch(sentence -> sentence.contains("must be a list"))
                .anyMatch(sentence -> sentence.contains("must be a map"));
    }

    @Test
    void aLayoutHasABound() {
        RackLayout.Shelf shelf = new RackLayout.Shelf(
                "top",
                IntStream.rangeClosed(0, RackLayout.SLOTS_MAX)
                        .mapToObj(_ -> RackLayout.Slot.BARE)
                        .toList());
        RackLayout layout = new RackLayout(List.of(), List.of(), List.of(new RackLayout.Rack("desk", List.of(shelf))));

        assertThat(RackRules.check(layout, NodeId::value))
                .extracting(Problem::sentence)
                .containsExactly("has 401 slots in all shelves: at most 400 are kept");
    }

    @Test
    void aBoardIsInOneSlotHoweverOftenItIsMoved() {
        RackLayout layout = read(LAYOUT).orElseThrow().layout();
        RackLayout moved = layout.put(ONE, new Place(0, 1, 0));

        assertThat(moved.places()).isEqualTo(Map.of(ONE, new Place(0, 1, 0)));
        assertThat(moved.at(new Place(0, 1, 0)).supply()).isEqualTo("right");
        assertThat(moved.without(ONE).places()).isEmpty();
        assertThat(moved.without(TWO)).isEqualTo(moved);
    }
}
