package dev.bramble.cli;

import dev.bramble.cli.connect.Json;
import dev.bramble.control.plan.Compared;
import dev.bramble.control.plan.OwnWork;
import dev.bramble.control.plan.Plan;
import dev.bramble.control.plan.PowerBudget;
import dev.bramble.control.plan.Shopping;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A plan for programs: prices in dollars, power in watts, rates in tasks a second. */
final class PlanJson {
    private PlanJson() {}

    static ObjectNode of(Plan plan) {
        ObjectNode all = Json.object();
        all.put("nodes", plan.wish().nodes())
                .put("board", plan.wish().board())
                .put("power", plan.wish().power().word())
                .put("currency", "USD");
        all.set("parts", parts(plan.shopping()));
        all.put("total", plan.shopping().total())
                .put("totalEstimated", plan.shopping().estimated())
                .put("boardStep", plan.boardStep())
                .put("nextStep", plan.nextStep())
                .put("kwhPrice", plan.kwhPrice());
        ArrayNode ways = all.putArray("powerWays");
        plan.ways().forEach(way -> ways.add(power(way.power()).put("total", way.total())));
        all.putObject("network")
                .put("switches", plan.network().switches())
                .put("ports", plan.network().ports())
                .put("freePorts", plan.network().freePorts())
                .put("portMegabytesPerSecond", plan.network().portRate())
                .put("withinMegabytesPerSecond", plan.network().withinRate())
                .put("betweenMegabytesPerSecond", plan.network().betweenRate());
        all.set("serverParts", parts(plan.serverShopping()));
        ArrayNode compared = all.putArray("compared");
        plan.compared().forEach(row -> compared.add(row(row)));
        plan.work().ifPresent(work -> all.set("work", work(work)));
        return all;
    }

    private static ArrayNode parts(Shopping shopping) {
        ArrayNode parts = Json.array();
        shopping.lines()
                .forEach(line -> parts.addObject()
                        .put("part", line.part().name())
                        .put("about", line.part().about())
                        .put("quantity", line.quantity())
                        .put("price", line.price())
                        .put("cost", line.cost())
                        .put("ownPrice", line.isOwn())
                        .put("date", line.part().date().toString())
                        .put("source", line.part().source()));
        return parts;
    }

    private static ObjectNode power(PowerBudget power) {
        return Json.object()
                .put("way", power.way().word())
                .put("supplies", power.supplies())
                .put("idleWatts", power.idleWatts())
                .put("loadWatts", power.loadWatts())
                .put("startWatts", power.startWatts())
                .put("loadShare", power.loadShare())
                .put("startShare", power.startShare())
                .put("shareLostWithOneSupply", power.shareLost())
                .put("enough", power.isEnough());
    }

    private static ObjectNode row(Compared row) {
        return Json.object()
                .put("figure", row.key())
                .put("unit", row.unit())
                .put("bramble", row.bramble())
                .put("server", row.server())
                .put("better", row.better().name().toLowerCase(Locale.ROOT));
    }

    private static ObjectNode work(OwnWork work) {
        ObjectNode json = Json.object()
                .put("tasksPerSecond", work.tasksPerSecond())
                .put("tasksPerSecondOfABoard", work.perBoard())
                .put("kwhPerMillionTasks", work.kwhPerMillion())
                .put("dollarsPerMillionTasks", work.dollarsPerMillion())
                .put("serverEvenTasksPerSecond", work.evenTasksPerSecond())
                .put("serverEvenCoreFactor", work.evenCoreFactor())
                .put("serverExpectedTasksPerSecondFewest", work.serverFewest())
                .put("serverExpectedTasksPerSecondMost", work.serverMost());
        work.serverMeasured()
                .ifPresent(measured -> json.putObject("serverMeasured")
                        .put("tasksPerSecond", measured.tasksPerSecond())
                        .put("kwhPerMillionTasks", measured.kwhPerMillion())
                        .put("dollarsPerMillionTasks", measured.dollarsPerMillion()));
        return json;
    }
}
