package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same short tasks on more and more nodes. Tasks sleep, so that a machine that runs several nodes with fewer cores
 * than slots can be measured, too: what is looked for is the time that Bramble adds.
 */
final class Scaling {
    private static final int TASK_MILLIS = 20;
    /** Six seconds on each slot: the start and the end of a job, about 50 ms, are then 1 % of it. */
    private static final int TASKS_PER_SLOT = 300;
    /** So that the length of a task is known when the clock starts, and programs and folders are there. */
    private static final int WARM_UP_TASKS_PER_SLOT = 10;

    private static final int MILLI_CPUS_PER_SLOT = 1000;

    private final Conversation bramble;
    private final BenchJobs jobs;

    Scaling(Conversation bramble, BenchJobs jobs) {
        this.bramble = bramble;
        this.jobs = jobs;
    }

    /** A node that takes work. */
    private record Place(String name, int slots) {}

    /** How a task comes to its 20 ms. */
    private enum Way {
        // perl is wherever an agent is, and sleeps for less than a second without a library.
        FILTER(
                "through a warm filter",
                "filter",
                "perl",
                "-e",
                "$|=1;while(<STDIN>){select undef,undef,undef,.02;print}"),
        COMMAND("a process each", "command", "sleep", "0.02");

        final String words;
        final String field;
        final List<String> argv;

        Way(String words, String field, String... argv) {
            this.words = words;
            this.field = field;
            this.argv = List.of(argv);
        }
    }

    List<Figure> take() {
        List<Place> places = places();
        if (places.isEmpty()) {
            throw new Failure(ExitCode.CONFLICT, "no node is up, takes work and has a core for a task");
        }
        List<Figure> figures = new ArrayList<>();
        for (Way way : Way.values()) {
            run(way, places, WARM_UP_TASKS_PER_SLOT, "warming up");
            for (int nodes : Statistics.steps(places.size())) {
                figures.add(figure(way, places.subList(0, nodes), places.size()));
            }
        }
        return figures;
    }

    private Figure figure(Way way, List<Place> used, int nodes) {
        String what = TASK_MILLIS + " ms tasks, " + used.size() + (used.size() == 1 ? " node" : " nodes");
        long nanos = run(way, used, TASKS_PER_SLOT, what + " of " + nodes + ", " + way.words);
        int slots = slots(used);
        int tasks = slots * TASKS_PER_SLOT;
        return Figure.of(
                Measure.SCALING,
                what,
                Statistics.efficiency(tasks, TASK_MILLIS / 1e3, nanos, slots),
                Figure.Unit.SHARE,
                String.format(
                        "%s: %,d tasks x %d ms / (%.2f s x %d slots)",
                        way.words, tasks, TASK_MILLIS, nanos / 1e9, slots));
    }

    private long run(Way way, List<Place> places, int tasksPerSlot, String what) {
        ObjectNode job = BenchJobs.job(Measure.SCALING);
        ArrayNode argv = Json.array();
        way.argv.forEach(argv::add);
        job.set(way.field, argv);
        job.set("tasks", Json.object().put("count", slots(places) * tasksPerSlot));
        ArrayNode names = Json.array();
        places.forEach(place -> names.add(place.name()));
        ((ObjectNode) job.get("needs")).set("nodes", names);
        return jobs.nanosToEnd(job, what);
    }

    private static int slots(List<Place> places) {
        return places.stream().mapToInt(Place::slots).sum();
    }

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        bramble.list("/nodes", Long.MAX_VALUE, node -> {
            int slots = node.path("capacity").path("milliCpus").asInt(0) / MILLI_CPUS_PER_SLOT;
            if (isReady(node) && slots > 0) {
                places.add(new Place(node.path("name").asString(), slots));
            }
        });
        return places;
    }

    private static boolean isReady(JsonNode node) {
        return node.path("role").asString("").equals("agent")
                && node.path("link").asString("").equals("up")
                && node.path("standing").asString("").equals("ready");
    }
}
