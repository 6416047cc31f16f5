package dev.bramble.control.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bramble.control.plan.Compared.Better;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Offset<Double> CLOSE = within(1e-6);

    /** Round numbers, so that what follows can be computed by hand. */
    private static final String PARTS = """
            part,about,machine,when,boards,per_node,per_bramble,one_for,price,currency,date,source
            pi,"a board, green",bramble,pi,,1,,,100,USD,2026-01-01,a shop
            card,a card,bramble,,,1,,,10,USD,2026-01-01,a shop
            own-plug,a supply,bramble,own,,1,,,5,USD,2026-01-01,estimate: of mine
            strong-supply,a supply,bramble,strong,,,,8,40,USD,2026-01-01,a shop
            hat,a hat,bramble,poe,,1,,,20,USD,2026-01-01,a shop
            switch-small,a switch,bramble,,1-7,,1,,30,USD,2026-01-01,estimate: of mine
            switch-large,a switch,bramble,,8-100,,,23,70,USD,2026-01-01,a shop
            server-box,a machine,server,,,,1,,1000,USD,2026-01-01,a shop
            server-memory,1 GB,server,,,,10,,10,USD,2026-01-01,a shop
            """;

    private static final String FIGURES = """
            name,value,unit,date,source
            pi.cores,4,,2026-01-01,me
            pi.memory,4,GB,2026-01-01,me
            pi.gflops,10,,2026-01-01,me
            pi.mips,5000,,2026-01-01,me
            pi.bandwidth,5000,MB/s,2026-01-01,me
            server.cores,64,,2026-01-01,me
            server.memory,64,GB,2026-01-01,me
            server.gflops,400,,2026-01-01,me
            server.mips,100000,,2026-01-01,me
            server.bandwidth,150000,MB/s,2026-01-01,me
            server.watts-idle,50,W,2026-01-01,me
            server.watts-load,100,W,2026-01-01,me
            board.watts-idle,2,W,2026-01-01,me
            board.watts-load,6,W,2026-01-01,me
            board.watts-start,5,W,2026-01-01,me
            board.volts-min,4.6,V,2026-01-01,me
            fan.watts,1,W,2026-01-01,me
            cluster.efficiency,0.8,,2026-01-01,me
            own.efficiency,0.5,,2026-01-01,me
            own.watts,14,W,2026-01-01,me
            strong.efficiency,0.7,,2026-01-01,me
            strong.watts,80,W,2026-01-01,me
            strong.inrush,30,A,2026-01-01,me
            strong.volts,5,V,2026-01-01,me
            strong.lead-metres,1,m,2026-01-01,me
            strong.ohms-per-metre,0.02,,2026-01-01,me
            strong.ohms-contacts,0.01,,2026-01-01,me
            poe.efficiency,0.6,,2026-01-01,me
            poe.hat-efficiency,0.75,,2026-01-01,me
            supply.share-max,0.8,,2026-01-01,me
            switch-small.ports,8,,2026-01-01,me
            switch-small.watts,3,W,2026-01-01,me
            switch-small.poe-watts,60,W,2026-01-01,me
            switch-large.ports,24,,2026-01-01,me
            switch-large.watts,9,W,2026-01-01,me
            switch-large.poe-watts,200,W,2026-01-01,me
            network.port-rate,100,MB/s,2026-01-01,me
            energy.kwh-price,0.5,USD,2026-01-01,me
            use.years,2,years,2026-01-01,me
            story.boards,16,,2026-01-01,me
            story.board-price,100,USD,2026-01-01,me
            story.server-cores,64,,2026-01-01,me
            story.server-price,4000,USD,2026-01-01,me
            """;

    private static final Catalogue SMALL = Catalogue.of(Csv.of("parts.csv", PARTS), Csv.of("figures.csv", FIGURES));

    private static Plan plan(int nodes, PowerWay way) {
        return Plan.of(new PlanWish(nodes, "pi", way, Map.of(), Optional.empty()), SMALL);
    }

    @Test
    void theTotalIsQuantitiesTimesPrices() {
        assertThat(plan(4, PowerWay.OWN).shopping().total()).isEqualTo(4 * (100 + 10 + 5) + 30);
        assertThat(plan(8, PowerWay.STRONG).shopping().total()).isEqualTo(8 * 110 + 40 + 70);
        assertThat(plan(9, PowerWay.STRONG).shopping().total()).isEqualTo(9 * 110 + 2 * 40 + 70);
        assertThat(plan(24, PowerWay.POE).shopping().total()).isEqualTo(24 * 130 + 2 * 70);
        assertThat(plan(4, PowerWay.OWN).shopping().estimated()).isEqualTo(4 * 5 + 30);
        assertThat(plan(4, PowerWay.OWN).serverShopping().total()).isEqualTo(1100);
    }

    @Test
    void aPriceOfOnesOwnTakesThePlaceOfTheShippedOne() {
        Map<String, Double> prices = Map.of("pi", 80.0, "switch-small", 0.0, "kwh", 1.0);
        Plan own = Plan.of(new PlanWish(4, "pi", PowerWay.OWN, prices, Optional.empty()), SMALL);
        assertThat(own.shopping().total()).isEqualTo(4 * (80 + 10 + 5));
        assertThat(own.shopping().estimated()).isEqualTo(20);
        assertThat(own.kwhPrice()).isEqualTo(1);
        assertThat(own.shopping().lines()).filteredOn(Shopping.Line::isOwn).hasSize(2);
    }

    @Test
    void theNextStepIsWhatTheNextBoardAddsToTheTotal() {
        Plan seven = plan(7, PowerWay.STRONG);
        assertThat(seven.boardStep()).isEqualTo(110);
        assertThat(seven.nextStep()).as("with a larger switch").isEqualTo(110 + 70 - 30);
        assertThat(plan(8, PowerWay.STRONG).nextStep())
                .as("with another supply")
                .isEqualTo(110 + 40);
        assertThat(plan(100, PowerWay.OWN).nextStep()).as("nothing follows").isEqualTo(115);
    }

    @Test
    void powerIsThatOfBoardsFansAndSwitchesThroughTheirSupplies() {
        PowerBudget own = plan(4, PowerWay.OWN).power();
        assertThat(own.idleWatts()).isEqualTo(4 * 2 / 0.5 + 3, CLOSE);
        assertThat(own.loadWatts()).isEqualTo(4 * 7 / 0.5 + 3, CLOSE);
        assertThat(own.startWatts()).isEqualTo(4 * 6 / 0.5 + 3, CLOSE);
        assertThat(own.loadShare()).isEqualTo(0.5, CLOSE);
        assertThat(own.shareLost()).isEqualTo(0.25, CLOSE);
        assertThat(own.isEnough()).isTrue();

        PowerBudget strong = plan(9, PowerWay.STRONG).power();
        assertThat(strong.supplies()).isEqualTo(2);
        assertThat(strong.loadShare()).as("five on the fuller one").isEqualTo(5 * 7 / 80.0, CLOSE);
        assertThat(strong.inrushAmps()).isEqualTo(60);
        assertThat(strong.boardVolts()).isEqualTo(5 - (2 * 0.02 + 0.01) * 7 / 5, CLOSE);
        assertThat(strong.shareLost()).isEqualTo(5 / 9.0, CLOSE);

        PowerBudget poe = plan(4, PowerWay.POE).power();
        assertThat(poe.loadWatts()).as("the HAT's fan is part of it").isEqualTo(4 * 6 / 0.6 + 3, CLOSE);
        assertThat(poe.loadShare()).isEqualTo(4 * 6 / 0.75 / 60, CLOSE);
    }

    @Test
    void aSupplyThatIsTooFullIsNotEnough() {
        assertThat(plan(7, PowerWay.POE).power().loadShare()).isGreaterThan(0.8);
        assertThat(plan(7, PowerWay.POE).power().isEnough()).isFalse();
        assertThat(PlanWords.power(plan(7, PowerWay.POE).power())).anyMatch(said -> said.contains("NOT ENOUGH"));
        assertThat(PlanWords.power(plan(4, PowerWay.POE).power())).noneMatch(said -> said.contains("NOT ENOUGH"));
    }

    @Test
    void theComparisonSaysHonestlyWhoIsAhead() {
        Map<String, Compared> rows = new java.util.HashMap<>();
        plan(16, PowerWay.OWN).compared().forEach(row -> rows.put(row.key(), row));
        assertThat(rows.get("cores").better()).isEqualTo(Better.EQUAL);
        assertThat(rows.get("gflops").bramble()).as("the network costs a fifth").isEqualTo(16 * 10 * 0.8, CLOSE);
        assertThat(rows.get("gflops").better()).isEqualTo(Better.SERVER);
        assertThat(rows.get("price-per-core").bramble()).isEqualTo((16 * 115 + 70) / 64.0, CLOSE);
        assertThat(rows.get("price-per-core").better()).isEqualTo(Better.SERVER);
        assertThat(rows.get("memory").better()).isEqualTo(Better.EQUAL);
        assertThat(rows.get("price-per-mb-s").server()).isEqualTo(1100 / 150_000.0, CLOSE);
        assertThat(rows.get("kwh-year").server()).isEqualTo(876, CLOSE);
        assertThat(rows.get("energy-year").server()).isEqualTo(438, CLOSE);
        assertThat(rows.get("next-step").better()).isEqualTo(Better.BRAMBLE);
        assertThat(rows.get("share-lost").bramble()).isEqualTo(6.25, CLOSE);
        assertThat(rows.get("share-lost").better()).isEqualTo(Better.BRAMBLE);
    }

    @Test
    void ratesGrowWithTheBoardsAndTheEvenPointGivesEqualTasksForADollar() {
        Plan plan = Plan.of(
                new PlanWish(
                        16, "pi", PowerWay.OWN, Map.of(), Optional.of(new PlanWish.Work(40, 4, Optional.of(200.0)))),
                SMALL);
        OwnWork work = plan.work().orElseThrow();
        assertThat(work.perBoard()).isEqualTo(10, CLOSE);
        assertThat(work.tasksPerSecond()).isEqualTo(160, CLOSE);
        assertThat(work.evenTasksPerSecond() / 1100)
                .isEqualTo(160 / plan.shopping().total(), CLOSE);
        assertThat(work.serverFewest()).as("20 times a board in 7-zip").isEqualTo(200, CLOSE);
        assertThat(work.serverMost()).as("40 times a board in HPL").isEqualTo(400, CLOSE);
        double kwh = plan.power().loadWatts() / 1000 * (1e6 / 160) / 3600;
        assertThat(work.kwhPerMillion()).isEqualTo(kwh, CLOSE);
        double tasks = 160 * 2 * 365 * 86_400.0;
        assertThat(work.dollarsPerMillion()).isEqualTo(plan.shopping().total() / tasks * 1e6 + kwh * 0.5, CLOSE);
        assertThat(PlanWords.work(work, plan))
                .last()
                .asString()
                .endsWith("the large machine is cheaper for your work.");
    }

    @Test
    void aTableThatIsWrongIsToldWithItsLine() {
        assertThatThrownBy(() -> Csv.of("t.csv", "a,b\n1,2\n3\n")).hasMessage("t.csv, line 3: 1 fields for 2 columns");
        assertThatThrownBy(() -> Catalogue.of(
                        Csv.of("parts.csv", PARTS + "x,y,bramble,,,1,,,cheap,USD,2026-01-01,z\n"),
                        Csv.of("figures.csv", FIGURES)))
                .hasMessageContaining("parts.csv, line 11")
                .hasMessageContaining("cheap");
        assertThatThrownBy(() -> SMALL.value("pi.wings")).hasMessage("figures.csv has no pi.wings");
    }

    // --- What is shipped --------------------------------------------------------------------------------------------

    @Test
    void eachShippedNumberHasADateAndASourceAndEstimatesSayHowTheyWereMade() {
        LocalDate first = LocalDate.of(2009, 1, 1);
        LocalDate last = LocalDate.of(2026, 11, 30);
        assertThat(Catalogue.shipped().parts()).allSatisfy(part -> {
            assertThat(part.currency()).isEqualTo("USD");
            assertThat(part.price()).isPositive();
            assertThat(part.about()).isNotBlank();
            assertThat(part.date()).isBetween(first, last);
            assertThat(part.source()).hasSizeGreaterThan(7);
            assertThat(part.source().startsWith("estimate") && part.source().length() < 25)
                    .as(part.name())
                    .isFalse();
        });
        assertThat(Catalogue.shipped().parts()).extracting(Part::name).doesNotHaveDuplicates();
        assertThat(Catalogue.shipped().figures().values()).allSatisfy(figure -> {
            assertThat(figure.value()).as(figure.name()).isPositive();
            assertThat(figure.unit()).isNotBlank();
            assertThat(figure.date()).isBetween(first, last);
            assertThat(figure.source()).hasSizeGreaterThan(3);
        });
    }

    @Test
    void shippedPartsAreOnlyForBoardsAndWaysThatThereAre() {
        Set<String> known = new TreeSet<>(PowerWay.words());
        known.addAll(Catalogue.shipped().boards());
        assertThat(Catalogue.shipped().parts()).allSatisfy(part -> {
            assertThat(known).containsAll(part.when());
            assertThat(part.machine()).isIn("bramble", "server");
        });
        assertThat(Catalogue.shipped().boards()).contains("pi4-4gb", "pi4-4gb-1250");
    }

    @Test
    void everyShippedBrambleHasEnoughPortsPowerAndOneKindOfSwitch() {
        for (String board : Catalogue.shipped().boards()) {
            for (PowerWay way : PowerWay.values()) {
                for (int nodes = 1; nodes <= PlanWish.NODES_MAX; nodes++) {
                    Plan plan = Plan.of(new PlanWish(nodes, board, way, Map.of(), Optional.empty()));
                    String which = nodes + " " + board + " " + way;
                    Predicate<Shopping.Line> isSwitch =
                            line -> line.part().name().startsWith("switch-");
                    assertThat(plan.shopping().lines().stream().filter(isSwitch))
                            .as(which)
                            .hasSize(1);
                    assertThat(plan.network().freePorts()).as(which).isNotNegative();
                    assertThat(plan.network().boardsEach())
                            .as(which)
                            .isLessThan(plan.network().ports());
                    assertThat(plan.power().isEnough()).as(which).isTrue();
                    assertThat(plan.shopping().lines().stream()
                                    .mapToDouble(Shopping.Line::cost)
                                    .sum())
                            .as(which)
                            .isEqualTo(plan.shopping().total(), CLOSE);
                }
            }
        }
    }

    @Test
    void theExampleComesOutAsItIsTold() {
        Plan.Story story = Plan.of(PlanWish.of(16, PowerWay.STRONG)).story();
        assertThat(List.of(story.perCore(), story.serverPerCore())).containsExactly(25.0, 62.5);
        assertThat(story.perGflops()).isGreaterThan(story.serverPerGflops());
    }
}
