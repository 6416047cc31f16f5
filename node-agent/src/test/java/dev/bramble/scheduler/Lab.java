package dev.bramble.scheduler;

import dev.bramble.model.JobId;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.Priority;
import dev.bramble.model.TaskRange;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Offers and demands from text, one per line, {@code name=value} after the first two words:
 *
 * <pre>
 * node a cpus=4 memory=4000 speed=0.5 held=2 heldSeconds=0.3 warm=1 avoids=2 label=zone:a
 * job 1 owner=ada priority=HIGH tasks=3 cpus=1 memory=100 slack=60 remaining=10 share=2 room=2 seconds=0.1 failedOn=a
 * job 2 barred=a,b lastChance=yes slowOn=b
 * node b runs=0.4,12
 * </pre>
 *
 * Processors in cores, memory in MB, times in seconds.
 */
final class Lab {
    final List<NodeOffer> offers = new ArrayList<>();
    final List<JobDemand> demands = new ArrayList<>();

    static Lab of(String... lines) {
        Lab lab = new Lab();
        Arrays.stream(lines).flatMap(String::lines).forEach(lab::add);
        return lab;
    }

    private void add(String line) {
        String[] words = line.strip().split("\\s+");
        switch (words[0]) {
            case "node" -> offers.add(offer(words[1], values(words)));
            case "job" -> demands.add(demand(words[1], values(words)));
            default -> {
                if (!line.isBlank() && !line.startsWith("#")) {
                    throw new IllegalArgumentException(line);
                }
            }
        }
    }

    private static Map<String, String> values(String[] words) {
        return Arrays.stream(words)
                .skip(2)
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static NodeOffer offer(String name, Map<String, String> values) {
        NodeCapacity capacity = new NodeCapacity(
                milli(values.getOrDefault("cpus", "4")),
                megabytes(values.getOrDefault("memory", "4000")),
                labels(values),
                "simulated");
        int held = milli(values.getOrDefault("held", "0"));
        return new NodeOffer(
                new NodeId(name),
                name,
                capacity,
                values.containsKey("diskFree")
                        ? OptionalLong.of(megabytes(values.get("diskFree")))
                        : OptionalLong.empty(),
                Double.parseDouble(values.getOrDefault("speed", "1")),
                held,
                megabytes(values.getOrDefault("heldMemory", "0")),
                Double.parseDouble(values.getOrDefault("heldSeconds", "0")),
                Integer.parseInt(values.getOrDefault("heldAttempts", Integer.toString(held / 1000))),
                () -> busy(values.get("runs")),
                jobs(values.get("warm")),
                values.containsKey("leaves"),
                values.containsKey("suspect") || values.containsKey("lastChance"),
                values.containsKey("lastChance"),
                jobs(values.get("avoids")));
    }

    private static JobDemand demand(String number, Map<String, String> values) {
        int tasks = Integer.parseInt(values.getOrDefault("tasks", "1"));
        Set<NodeId> failedOn = nodes(values.get("failedOn"));
        Suspicion suspicion = new Suspicion(
                nodes(values.get("barred")),
                values.containsKey("suspect") || values.containsKey("lastChance"),
                values.containsKey("lastChance"));
        return new JobDemand(
                new JobId(Long.parseLong(number)),
                values.getOrDefault("owner", "ada"),
                Priority.valueOf(values.getOrDefault("priority", "NORMAL")),
                new Moment(Long.parseLong(number)),
                Optional.ofNullable(values.get("slack")).map(Lab::seconds),
                seconds(values.getOrDefault("remaining", "0")),
                milli(values.getOrDefault("share", "0")),
                new Needs(
                        milli(values.getOrDefault("cpus", "1")),
                        megabytes(values.getOrDefault("memory", "0")),
                        megabytes(values.getOrDefault("disk", "0")),
                        labels(values),
                        values.containsKey("on") ? List.of(values.get("on").split(",")) : List.of()),
                Integer.parseInt(values.getOrDefault("room", Integer.toString(Integer.MAX_VALUE))),
                values.containsKey("seconds")
                        ? OptionalDouble.of(Double.parseDouble(values.get("seconds")))
                        : OptionalDouble.empty(),
                1,
                node -> values.getOrDefault("slowOn", "").equals(node.value()) ? 3 : 1,
                Integer.parseInt(values.getOrDefault("batch", "1")),
                () -> tasks,
                supply(tasks),
                task -> failedOn,
                task -> suspicion);
    }

    private static TaskSupply supply(int tasks) {
        return new TaskSupply() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < tasks;
            }

            @Override
            public TaskRange next(int most) {
                TaskRange range = new TaskRange(next, Math.min(most, tasks - next));
                next = range.end();
                return range;
            }
        };
    }

    private static TreeMap<String, String> labels(Map<String, String> values) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (values.containsKey("label")) {
            String[] pair = values.get("label").split(":");
            labels.put(pair[0], pair[1]);
        }
        return labels;
    }

    private static Set<NodeId> nodes(String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split(",")).map(NodeId::new).collect(Collectors.toSet());
    }

    /** One processor each, and so many seconds left. */
    private static List<NodeOffer.Busy> busy(String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(","))
                        .map(left -> new NodeOffer.Busy(1000, Double.parseDouble(left)))
                        .toList();
    }

    private static Set<JobId> jobs(String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.split(","))
                        .map(number -> new JobId(Long.parseLong(number)))
                        .collect(Collectors.toSet());
    }

    private static int milli(String cores) {
        return (int) Math.round(Double.parseDouble(cores) * 1000);
    }

    private static long megabytes(String text) {
        return Long.parseLong(text) << 20;
    }

    private static Duration seconds(String text) {
        return Duration.ofMillis((long) (Double.parseDouble(text) * 1000));
    }

    /** The plan, a grant per line: job/task and its node. */
    List<String> plan() {
        return Scheduler.plan(offers, demands).stream()
                .map(grant -> grant.job() + "/" + grant.tasks() + " " + grant.node())
                .toList();
    }

    /** How many tasks each node or job gets, by the words of the plan. */
    long count(String word) {
        return plan().stream()
                .filter(line -> Arrays.stream(line.split("[ /]")).anyMatch(word::equals))
                .count();
    }
}
