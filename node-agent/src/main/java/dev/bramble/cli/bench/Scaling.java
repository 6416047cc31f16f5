package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same short tasks on more and more slots. Tasks sleep, so that a machine that runs several nodes with fewer cores
 * than slots can be measured, too: what is looked for is the time that Bramble adds.
 */
final class Scaling {
    private static final double TASK_SECONDS = 0.02;
    /** Three seconds on each slot: the start and the end of a job, about 50 ms, are then 2 % of it. */
    private static final int TASKS_PER_SLOT = 150;

    private static final int MILLI_CPUS_PER_SLOT = 1000;

    private final Conversation bramble;
    private final BenchJobs jobs;

    Scaling(Conversation bramble, BenchJobs jobs) {
        this.bramble = bramble;
        this.jobs = jobs;
    }

    List<Figure> take() {
        List<Integer> slots = slotsOfNodes();
        if (slots.isEmpty()) {
            throw new Failure(ExitCode.CONFLICT, "no node is up, takes work and has a core for a task");
        }
        run(slots.getFirst(), slots.getFirst() * 10, "warming up");
        List<Figure> figures = new ArrayList<>();
        for (int nodes : Statistics.steps(slots.size())) {
            int used =
                    slots.subList(0, nodes).stream().mapToInt(Integer::intValue).sum();
            int tasks = used * TASKS_PER_SLOT;
            long nanos = run(used, tasks, "20 ms tasks, slots of " + nodes + " of " + slots.size() + " nodes");
            figures.add(Figure.of(
                    Measure.SCALING,
                    "20 ms tasks, slots of " + nodes + (nodes == 1 ? " node" : " nodes"),
                    Statistics.efficiency(tasks, TASK_SECONDS, nanos, used),
                    Figure.Unit.SHARE,
                    String.format(
                            "%,d tasks x 20 ms / (%.2f s x %d slots); at_once: %d, on any nodes",
                            tasks, nanos / 1e9, used, used)));
        }
        return figures;
    }

    private long run(int atOnce, int tasks, String what) {
        ObjectNode job = BenchJobs.job(Measure.SCALING);
        job.set("command", Json.array().add("sleep").add(Double.toString(TASK_SECONDS)));
        job.set("tasks", Json.object().put("count", tasks));
        job.put("at_once", atOnce);
        return jobs.nanosToEnd(job, what);
    }

    private List<Integer> slotsOfNodes() {
        List<Integer> slots = new ArrayList<>();
        bramble.list("/nodes", Long.MAX_VALUE, node -> {
            int count = node.path("capacity").path("milliCpus").asInt(0) / MILLI_CPUS_PER_SLOT;
            if (isReady(node) && count > 0) {
                slots.add(count);
            }
        });
        return slots;
    }

    private static boolean isReady(JsonNode node) {
        return node.path("role").asString("").equals("agent")
                && node.path("link").asString("").equals("up")
                && node.path("standing").asString("").equals("ready");
    }
}
