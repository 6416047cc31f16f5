package dev.bramble.control.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanReaderTest {
    private static PlanReader.Read read(
            String nodes,
            String board,
            String power,
            List<String> prices,
            String rate,
            String rateNodes,
            String server) {
        return PlanReader.read(
                new PlanReader.Typed(nodes, board, power, prices, rate, rateNodes, server), Catalogue.shipped());
    }

    private static List<String> places(PlanReader.Read read) {
        assertThat(read.wish().isEmpty()).isEqualTo(!read.problems().isEmpty());
        return read.problems().stream().map(Problem::place).toList();
    }

    @Test
    void nothingTypedIsTheUsual() {
        PlanWish usual = read("", "", "", List.of(), "", "", "").wish().orElseThrow();
        assertThat(usual).isEqualTo(PlanWish.of(16, PowerWay.STRONG));
    }

    @Test
    void whatIsTypedIsTaken() {
        PlanWish wish = read("7", "pi4-4gb-1250", "poe", List.of("card=9.5", "kwh=.3"), "120.5", "3", "900")
                .wish()
                .orElseThrow();
        assertThat(wish.nodes()).isEqualTo(7);
        assertThat(wish.board()).isEqualTo("pi4-4gb-1250");
        assertThat(wish.power()).isEqualTo(PowerWay.POE);
        assertThat(wish.prices()).containsEntry("card", 9.5).containsEntry("kwh", 0.3);
        PlanWish.Work work = wish.work().orElseThrow();
        assertThat(work.tasksPerSecond()).isEqualTo(120.5);
        assertThat(work.nodes()).isEqualTo(3);
        assertThat(work.serverTasksPerSecond()).hasValue(900.0);
    }

    @Test
    void allMistakesAreSaidAtOnceEachWithItsPlace() {
        PlanReader.Read wrong = read("0", "pi5", "poo", List.of("crad=1", "card=x", "card"), "-1", "101", "fast");
        assertThat(places(wrong))
                .containsExactly(
                        "nodes", "board", "power", "price", "price", "price", "rate", "server-rate", "rate-nodes");
        assertThat(wrong.problems())
                .extracting(Problem::sentence)
                .anyMatch(said -> said.contains("did you mean 'card'"));
    }

    @Test
    void figuresOutOfRangeAreMistakes() {
        assertThat(places(read("101", "", "", List.of(), "", "", ""))).containsExactly("nodes");
        assertThat(places(read("4.5", "", "", List.of(), "", "", ""))).containsExactly("nodes");
        assertThat(places(read("", "", "", List.of("card=-1"), "", "", ""))).containsExactly("price");
        assertThat(places(read("", "", "", List.of("card="), "", "", ""))).containsExactly("price");
        assertThat(places(read("", "", "", List.of("card=1e9"), "", "", ""))).containsExactly("price");
        assertThat(places(read("", "", "", List.of(), "0", "", ""))).containsExactly("rate");
        assertThat(places(read("", "", "", List.of(), "NaN", "", ""))).containsExactly("rate");
        assertThat(places(read("", "", "", List.of(), ".", "", ""))).containsExactly("rate");
    }

    @Test
    void figuresOfWorkWithoutARateAreAMistake() {
        assertThat(places(read("", "", "", List.of(), "", "4", ""))).containsExactly("rate");
        assertThat(places(read("", "", "", List.of(), "", "", "900"))).containsExactly("rate");
    }
}
