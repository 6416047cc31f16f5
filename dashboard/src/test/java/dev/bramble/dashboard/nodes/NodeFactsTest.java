package dev.bramble.dashboard.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.Play;
import dev.bramble.board.SimBoard;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
    private static final Reading UNKNOWN = Reading.unknown("this machine is no Raspberry Pi");

    @Test
    void whatKeepsTasksApartIsToldInWordsAndNotInConstants() {
        assertThat(NodeFacts.privilege("OWN_UID: each task has a user; not BOARD: there is no cgroup"))
                .isEqualTo("users of their own: each task has a user; not users and limits of a board: there is no"
                        + " cgroup");
    }

    private static final double CARD_BEARS = 1e13;

    private static Map<String, NodeFacts.Fact> facts(BoardHealth health) {
        return NodeFacts.board(health, false, 0, CARD_BEARS).stream()
                .collect(Collectors.toMap(
                        NodeFacts.Fact::label,
                        fact -> fact,
                        (one, other) ->
                                new NodeFacts.Fact(one.label(), one.text() + "; " + other.text(), -1, one.tone())));
    }

    private static BoardHealth simulated(Play play, int seconds) {
        long[] nanos = {0};
        SimBoard board = new SimBoard("serial", "boot", false, () -> Set.of(play), () -> nanos[0]);
        nanos[0] = seconds * 1_000_000_000L;
        return board.health();
    }

    @Test
    void wholeRecordOfABoardIsTold() {
        Map<String, NodeFacts.Fact> facts = facts(simulated(Play.WORN_CARD, 7_200));

        assertThat(facts.get("board").text()).isEqualTo("simulated board");
        assertThat(facts.get("clock rate").text()).isEqualTo("600 of 1500 MHz");
        assertThat(facts.get("throttled since boot").text()).isEqualTo("never");
        assertThat(facts.get("core voltage").text()).isEqualTo("0.86 V");
        assertThat(facts.get("root").text()).isEqualTo("can be written");
        assertThat(facts.get("written in a day").text()).isEqualTo("37 GiB");
        assertThat(facts.get("card's life at that").text()).isEqualTo("none");
        assertThat(facts.get("up for").text()).startsWith("2 h");
        assertThat(facts).doesNotContainKeys("clock capped", "soft temperature limit", "not known");
    }

    @Test
    void whatIsUnknownForOneReasonIsToldTogether() {
        BoardHealth none = new BoardHealth(
                "not a Raspberry Pi",
                "boot",
                UNKNOWN,
                UNKNOWN,
                Reading.known(1),
                Reading.known(4e9),
                Reading.known(2e9),
                Reading.known(32e9),
                Reading.known(16e9),
                UNKNOWN,
                UNKNOWN,
                Reading.known(1, 200_000),
                Reading.unknown("nobody tells"));
        Map<String, NodeFacts.Fact> facts = facts(none);

        assertThat(facts.get("not known").text())
                .startsWith("temperature, clock now, power, throttled: this machine is no Raspberry Pi; clock rate, ")
                .endsWith(": its release does not tell");
        assertThat(facts).doesNotContainKey("temperature");
        assertThat(facts.get("calendar clock").text()).isEqualTo("unknown: nobody tells");
        // A disk is tried now and then: its age is told, and it is not grey.
        assertThat(facts.get("card").text()).isEqualTo("can be written, 3 min ago");
        assertThat(facts.get("card").tone()).isEmpty();
    }
}
