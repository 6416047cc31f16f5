package dev.bramble.control.jobfile;

import dev.bramble.control.jobfile.Node.Field;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import dev.bramble.model.TaskTraits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a job as the tree of fields that {@link JobReader} reads back, with {@link UploadedFiles}, to an equal job.
 */
public final class JobFields {
    private final Place place;
    private final List<Field> fields = new ArrayList<>();

    private JobFields(Place place) {
        this.place = place;
    }

    /** Every field, also those at their defaults, so that a later default changes no stored job. */
    public static Node.MapNode of(JobSpec spec) {
        JobFields job = new JobFields(Place.TOP);
        job.text("name", spec.name());
        job.put(spec.filter().isPresent() ? "filter" : "command", texts(spec.command()));
        spec.filter().ifPresent(framing -> job.text("framing", framing.name().toLowerCase(Locale.ROOT)));
        job.put("ship", files(spec.ship()));
        job.put("tasks", tasks(spec.tasks()));
        job.put("env", map(spec.env()));
        job.put("needs", needs(spec.needs()));
        spec.deadline().ifPresent(deadline -> job.text("deadline", Units.written(deadline)));
        if (spec.cancelAtDeadline()) {
            job.text("on_deadline", "cancel");
        }
        job.text("timeout", Units.written(spec.timeout()));
        job.number("attempts", spec.attempts());
        if (spec.atOnce() != JobLimits.AT_ONCE_UNLIMITED) {
            job.number("at_once", spec.atOnce());
        }
        job.put("outputs", texts(spec.outputs()));
        spec.reduce().ifPresent(reduce -> job.put("reduce", reduce(reduce)));
        job.put(
                "after",
                new Node.ListNode(
                        Place.TOP,
                        spec.after().stream()
                                .map(id -> (Node) new Node.Number(Place.TOP, id.toString()))
                                .toList()));
        spec.traits().filter(TaskTraits::exclusive).ifPresent(traits -> job.flag("exclusive"));
        spec.traits().filter(TaskTraits::checkpoints).ifPresent(traits -> job.flag("checkpoints"));
        job.text("priority", spec.priority().name().toLowerCase(Locale.ROOT));
        job.text("keep", Units.written(spec.keep()));
        return job.node();
    }

    private static Node tasks(TaskSource source) {
        JobFields tasks = new JobFields(Place.TOP);
        switch (source) {
            case TaskSource.Count count -> tasks.number("count", count.count());
            case TaskSource.Grid wide -> {
                JobFields grid = new JobFields(Place.TOP);
                wide.parameters().forEach((name, values) -> grid.put(name, texts(values)));
                tasks.put("grid", grid.node());
            }
            case TaskSource.Lines from -> {
                JobFields lines = new JobFields(Place.TOP);
                lines.identify(from.file());
                lines.number("count", from.count());
                tasks.put("lines", lines.node());
            }
            case TaskSource.Each each -> tasks.put("each", files(each.files()));
        }
        return tasks.node();
    }

    private static Node needs(Needs needs) {
        JobFields out = new JobFields(Place.TOP);
        BigDecimal cpus = BigDecimal.valueOf(needs.milliCpus(), 3).stripTrailingZeros();
        out.put("cpus", new Node.Number(Place.TOP, cpus.toPlainString()));
        out.text("memory", needs.memoryBytes() + "B");
        out.text("disk", needs.diskBytes() + "B");
        out.put("labels", map(needs.labels()));
        if (!needs.nodes().isEmpty()) {
            out.put("nodes", texts(needs.nodes()));
        }
        return out.node();
    }

    private static Node reduce(JobSpec.Reduce reduce) {
        JobFields out = new JobFields(Place.TOP);
        out.put("command", texts(reduce.command()));
        out.put("outputs", texts(reduce.outputs()));
        return out.node();
    }

    private static Node files(List<ShippedFile> files) {
        return new Node.ListNode(Place.TOP, files.stream().map(JobFields::file).toList());
    }

    private static Node file(ShippedFile file) {
        JobFields out = new JobFields(Place.TOP);
        out.identify(file);
        out.put("executable", new Node.Flag(Place.TOP, file.executable(), Boolean.toString(file.executable())));
        return out.node();
    }

    private void identify(ShippedFile file) {
        text("name", file.name());
        text("sha256", file.blob().sha256());
        put("sizeBytes", new Node.Number(Place.TOP, Long.toString(file.sizeBytes())));
    }

    private static Node map(Map<String, String> values) {
        JobFields out = new JobFields(Place.TOP);
        values.forEach(out::text);
        return out.node();
    }

    private static Node texts(List<String> texts) {
        return new Node.ListNode(
                Place.TOP,
                texts.stream()
                        .map(text -> (Node) new Node.Text(Place.TOP, text))
                        .toList());
    }

    private void text(String key, String value) {
        put(key, new Node.Text(Place.TOP, value));
    }

    private void number(String key, int value) {
        put(key, new Node.Number(Place.TOP, Integer.toString(value)));
    }

    private void flag(String key) {
        put(key, new Node.Flag(Place.TOP, true, "true"));
    }

    private void put(String key, Node value) {
        fields.add(new Field(place, key, value));
    }

    private Node.MapNode node() {
        return new Node.MapNode(place, List.copyOf(fields));
    }
}
