package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.connect.Json;
import dev.bramble.control.plan.Catalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PlanTest {
    @TempDir
    Path home;

    private CliRun run(String... arguments) {
        CliRun run = new CliRun(home).run(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run;
    }

    @Test
    void aPlanNeedsNoBramble() {
        String out = run("plan", "--nodes", "16").out();
        assertThat(out)
                .contains(
                        "Parts of 16 boards", "Power", "Network", "Beside one machine of 64 cores", "price of a core");
        assertThat(out).as("what is not measured is not shown").doesNotContain("Your work");
        assertThat(out.lines())
                .as("figures line up")
                .anyMatch(line -> line.matches("GFLOPS \\(HPL, FP64\\) +\\d+ +656 .*"));
    }

    @Test
    void theLargeMachineIsSaidToBeAheadWhereItIs() {
        assertThat(run("plan").out().lines())
                .filteredOn(line -> line.startsWith("GFLOPS per watt"))
                .singleElement()
                .asString()
                .endsWith("the large one");
    }

    @Test
    void jsonHasTheSamePartsAndTotalAsCsv() {
        JsonNode json = Json.parse(
                run("plan", "--nodes", "9", "--power", "poe", "--json").out());
        List<String> csv = run("plan", "--nodes", "9", "--power", "poe", "--csv")
                .out()
                .lines()
                .toList();
        assertThat(csv.getFirst()).isEqualTo("part,about,per_node,quantity,price,cost,currency,date,source");
        assertThat(csv).hasSize(json.path("parts").size() + 2);
        double sum = StreamSupport.stream(json.path("parts").spliterator(), false)
                .mapToDouble(part ->
                        part.path("quantity").asInt() * part.path("price").asDouble())
                .sum();
        assertThat(json.path("total").asDouble()).isEqualTo(sum);
        assertThat(csv.getLast()).isEqualTo(String.format("total,,,,,%.2f,USD,,", sum));
    }

    @Test
    void workAndPricesOfOnesOwnCount() {
        JsonNode json = Json.parse(run(
                        "plan",
                        "--nodes",
                        "8",
                        "--rate",
                        "40",
                        "--rate-nodes",
                        "4",
                        "--price",
                        "card=0",
                        "--price",
                        "kwh=0.5",
                        "--server-rate",
                        "900",
                        "--json")
                .out());
        assertThat(json.path("work").path("tasksPerSecond").asDouble()).isEqualTo(80);
        assertThat(json.path("work")
                        .path("serverMeasured")
                        .path("tasksPerSecond")
                        .asDouble())
                .isEqualTo(900);
        assertThat(json.path("kwhPrice").asDouble()).isEqualTo(0.5);
        assertThat(json.path("parts"))
                .filteredOn(part -> part.path("part").asString().equals("card"))
                .singleElement()
                .satisfies(card -> assertThat(card.path("ownPrice").asBoolean()).isTrue());
        assertThat(run("plan", "--rate", "40").out()).contains("Your work", "Measure that.");
    }

    @Test
    void allMistakesAreSaidAtOnce() {
        CliRun wrong = new CliRun(home)
                .run("plan", "--nodes", "0", "--power", "poo", "--price", "x=1", "--rate", "-2", "--csv", "--json");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err())
                .contains("--nodes: ", "--power: ", "did you mean 'poe'", "--price: ", "--rate: ", "choose one of them")
                .contains("see 'bramble plan --help'");
    }

    @Test
    void theHelpNamesTheWaysAndTheUsual() {
        String help = run("plan", "--help").out();
        assertThat(help).contains("own, strong or poe", "bramble rack set rack.yaml");
        assertThat(Catalogue.shipped().boards()).hasSizeGreaterThan(1);
    }
}
