package dev.bramble.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.plan.Amounts;
import dev.bramble.control.plan.Catalogue;
import dev.bramble.control.plan.Compared;
import dev.bramble.control.plan.Plan;
import dev.bramble.control.plan.PlanWish;
import dev.bramble.control.plan.PowerWay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The tables on the page of {@code hardware/} are what the program computes now; {@code -Dgolden.write=true} writes
 * them anew.
 */
class HardwarePageTest {
    private static final Path PAGE = Path.of("../hardware/README.md");

    private static Plan plan(int nodes, PowerWay way) {
        return Plan.of(new PlanWish(nodes, Catalogue.shipped().boards().getFirst(), way, Map.of(), Optional.empty()));
    }

    private static String brambles() {
        StringBuilder table = new StringBuilder("""
                | boards | power | parts | a board | idle | load | all start | fullest supply | stops with one supply |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (int nodes : List.of(4, 8, 16)) {
            for (PowerWay way : PowerWay.values()) {
                Plan plan = plan(nodes, way);
                table.append("| %d | %s | %s | %s | %.0f W | %.0f W | %.0f W | %s | %s |\n"
                        .formatted(
                                nodes,
                                way.word(),
                                Amounts.dollars(plan.shopping().total()),
                                Amounts.dollars(plan.shopping().total() / nodes),
                                plan.power().idleWatts(),
                                plan.power().loadWatts(),
                                plan.power().startWatts(),
                                Amounts.share(plan.power().loadShare()),
                                Amounts.share(plan.power().shareLost())));
            }
        }
        return table.toString();
    }

    private static String compared() {
        Plan plan = plan(16, PowerWay.STRONG);
        StringBuilder table =
                new StringBuilder("| | 16 boards | one machine of 64 cores | better |\n|---|---|---|---|\n");
        for (Compared row : plan.compared()) {
            table.append("| %s | %s | %s | %s |\n"
                    .formatted(
                            row.label(),
                            Amounts.of(row.bramble(), row.unit()),
                            Amounts.of(row.server(), row.unit()),
                            row.better().words()));
        }
        return table.toString();
    }

    @Test
    void theTablesAreWhatTheProgramComputes() throws IOException {
        String page = Files.readString(PAGE);
        String right = with(with(page, "brambles", brambles()), "compared", compared());
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(PAGE, right);
        }
        assertThat(page).as("-Dgolden.write=true writes the tables anew").isEqualTo(right);
    }

    private static String with(String page, String name, String table) {
        String begin = "<!-- table: " + name + " -->\n";
        int from = page.indexOf(begin);
        int to = page.indexOf("<!-- end -->", from);
        assertThat(from).as(name).isPositive();
        return page.substring(0, from + begin.length()) + table + page.substring(to);
    }
}
