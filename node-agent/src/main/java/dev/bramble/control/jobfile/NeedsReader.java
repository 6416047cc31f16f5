package dev.bramble.control.jobfile;

import static dev.bramble.control.jobfile.JobLimits.CPUS_MAX;

import dev.bramble.model.Needs;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code needs}. */
final class NeedsReader {
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private NeedsReader() {}

    static Needs defaults() {
        return new Needs(
                JobLimits.MILLI_CPUS_DEFAULT,
                JobLimits.MEMORY_BYTES_DEFAULT,
                JobLimits.DISK_BYTES_DEFAULT,
                new TreeMap<>(),
                List.of());
    }

    static Needs read(Node node, Problems problems) {
        if (!(node instanceof Node.MapNode map)) {
            problems.add(node.place(), "must be a map, it is " + node.described() + ": write {cpus: 1, memory: 512M}");
            return defaults();
        }
        Fields fields = new Fields(map, List.of("cpus", "memory", "disk", "labels", "nodes"), problems);
        return new Needs(
                fields.get("cpus").flatMap(cpus -> milliCpus(cpus, problems)).orElse(JobLimits.MILLI_CPUS_DEFAULT),
                fields.get("memory")
                        .flatMap(size -> memoryBytes(size, problems))
                        .orElse(JobLimits.MEMORY_BYTES_DEFAULT),
                fields.get("disk")
                        .flatMap(size -> Values.sizeBytes(size, problems))
                        .orElse(JobLimits.DISK_BYTES_DEFAULT),
                fields.get("labels").map(labels -> labels(labels, problems)).orElseGet(TreeMap::new),
                fields.get("nodes")
                        .map(nodes -> Values.texts(nodes, "[pi01, pi02]", problems))
                        .orElseGet(List::of));
    }

    private static Optional<Integer> milliCpus(Node node, Problems problems) {
        Optional<BigDecimal> cpus = Values.number(node);
        boolean fits = cpus.isPresent()
                && cpus.get().signum() > 0
                && cpus.get().compareTo(BigDecimal.valueOf(CPUS_MAX)) <= 0
                && cpus.get().multiply(THOUSAND).stripTrailingZeros().scale() <= 0;
        if (!fits) {
            problems.add(
                    node.place(),
                    "must be a number of cores from 0.001 to " + CPUS_MAX + ", such as 1 or 0.5, it is "
                            + node.described());
            return Optional.empty();
        }
        return cpus.map(value -> value.multiply(THOUSAND).intValueExact());
    }

    private static Optional<Long> memoryBytes(Node node, Problems problems) {
        Optional<Long> bytes = Values.sizeBytes(node, problems);
        if (bytes.isPresent() && bytes.get() < JobLimits.MEMORY_BYTES_MIN) {
            problems.add(node.place(), "is too little for any process: give at least 1M");
            return Optional.empty();
        }
        return bytes;
    }

    private static SortedMap<String, String> labels(Node node, Problems problems) {
        SortedMap<String, String> labels = new TreeMap<>();
        if (!(node instanceof Node.MapNode map)) {
            problems.add(node.place(), "must be a map, it is " + node.described() + ": write {ssd: \"yes\"}");
            return labels;
        }
        for (Node.Field field : Fields.distinct(map, problems)) {
            if (field.key().isBlank()) {
                problems.add(field.place(), "is an empty label: give it a name");
            } else {
                Values.text(field.value(), problems).ifPresent(text -> labels.put(field.key(), text));
            }
        }
        return labels;
    }
}
