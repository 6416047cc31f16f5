package dev.bramble.dashboard.jobs;

import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.Units;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.Priority;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Jobs as job files that people read and change: files by their names, and nothing that goes without saying. What it
 * writes, a reader of job files that has these files reads back to an equal job.
 */
final class JobText {
    private static final int LINE_CHARS_MAX = 100;
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z_./][A-Za-z0-9_./@%+-]*|-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,15})?");
    /** What YAML takes for something else than a text. */
    private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "on", "off", ".inf", ".nan");

    private final StringBuilder out = new StringBuilder();

    private JobText() {}

    static String of(JobSpec spec) {
        JobText text = new JobText();
        text.line("name", scalar(spec.name()));
        text.list("", spec.filter().isPresent() ? "filter" : "command", spec.command());
        spec.filter().filter(Framing.INDEXED::equals).ifPresent(_ -> text.line("framing", "indexed"));
        text.list("", "ship", names(spec.ship()));
        text.tasks(spec.tasks());
        text.map("", "env", spec.env());
        text.needs(spec.needs());
        spec.deadline().ifPresent(deadline -> text.line("deadline", Units.written(deadline)));
        if (spec.cancelAtDeadline()) {
            text.line("on_deadline", "cancel");
        }
        if (!spec.timeout().equals(JobLimits.TIMEOUT_DEFAULT)) {
            text.line("timeout", Units.written(spec.timeout()));
        }
        if (spec.attempts() != JobLimits.ATTEMPTS_DEFAULT) {
            text.line("attempts", Integer.toString(spec.attempts()));
        }
        if (spec.atOnce() != JobLimits.AT_ONCE_UNLIMITED) {
            text.line("at_once", Integer.toString(spec.atOnce()));
        }
        text.list("", "outputs", spec.outputs());
        spec.reduce().ifPresent(reduce -> {
            text.list("", "reduce", reduce.command());
            text.list("", "reduce_outputs", reduce.outputs());
        });
        text.list("", "after", spec.after().stream().map(JobId::toString).toList());
        if (spec.isExclusive()) {
            text.line("exclusive", "true");
        }
        if (spec.checkpoints()) {
            text.line("checkpoints", "true");
        }
        if (spec.priority() != Priority.NORMAL) {
            text.line("priority", spec.priority().name().toLowerCase(Locale.ROOT));
        }
        if (!spec.keep().equals(JobLimits.KEEP_DEFAULT)) {
            text.line("keep", Units.written(spec.keep()));
        }
        return text.out.toString();
    }

    private static List<String> names(List<ShippedFile> files) {
        return files.stream().map(ShippedFile::name).toList();
    }

    private void tasks(TaskSource source) {
        switch (source) {
            case TaskSource.Count count -> {
                if (count.count() != 1) {
                    line("tasks", "{count: " + count.count() + "}");
                }
            }
            case TaskSource.Grid grid -> {
                out.append("tasks:\n  grid:\n");
                grid.parameters().forEach((name, values) -> list("    ", name, values));
            }
            case TaskSource.Lines lines ->
                line("tasks", "{lines: " + scalar(lines.file().name()) + "}");
            case TaskSource.Each each -> {
                out.append("tasks:\n");
                list("  ", "each", names(each.files()));
            }
        }
    }

    private void needs(Needs needs) {
        List<String> parts = new ArrayList<>();
        if (needs.milliCpus() != JobLimits.MILLI_CPUS_DEFAULT) {
            BigDecimal cpus = BigDecimal.valueOf(needs.milliCpus(), 3).stripTrailingZeros();
            parts.add("cpus: " + cpus.toPlainString());
        }
        if (needs.memoryBytes() != JobLimits.MEMORY_BYTES_DEFAULT) {
            parts.add("memory: " + size(needs.memoryBytes()));
        }
        if (needs.diskBytes() != JobLimits.DISK_BYTES_DEFAULT) {
            parts.add("disk: " + size(needs.diskBytes()));
        }
        if (!needs.labels().isEmpty()) {
            parts.add("labels: " + flow(needs.labels()));
        }
        if (!needs.nodes().isEmpty()) {
            parts.add("nodes: " + flow(needs.nodes()));
        }
        if (!parts.isEmpty()) {
            line("needs", "{" + String.join(", ", parts) + "}");
        }
    }

    /** Exactly, in the largest unit that allows it. */
    static String size(long bytes) {
        String units = "TGMK";
        for (int i = 0; i < units.length(); i++) {
            long unit = 1L << (10 * (units.length() - i));
            if (bytes >= unit && bytes % unit == 0) {
                return bytes / unit + units.substring(i, i + 1);
            }
        }
        return bytes + "B";
    }

    private void line(String key, String written) {
        out.append(key).append(": ").append(written).append('\n');
    }

    private void map(String indent, String key, Map<String, String> values) {
        if (!values.isEmpty()) {
            out.append(indent).append(key).append(":\n");
            values.forEach((name, value) -> out.append(indent)
                    .append("  ")
                    .append(scalar(name))
                    .append(": ")
                    .append(scalar(value))
                    .append('\n'));
        }
    }

    /** Nothing for an empty list. */
    private void list(String indent, String key, List<String> values) {
        if (!values.isEmpty()) {
            out.append(written(indent, key, values));
        }
    }

    /** On one line if it fits, with an element on each otherwise. */
    static String written(String indent, String key, List<String> values) {
        String line = indent + key + ": " + flow(values);
        boolean hasLines = values.stream().anyMatch(value -> value.indexOf('\n') >= 0);
        if (!hasLines && line.length() <= LINE_CHARS_MAX) {
            return line + "\n";
        }
        StringBuilder block = new StringBuilder(indent).append(key).append(":\n");
        for (String value : values) {
            block.append(indent)
                    .append("  - ")
                    .append(element(value, indent + "    "))
                    .append('\n');
        }
        return block.toString();
    }

    private static String flow(List<String> values) {
        return "[" + String.join(", ", values.stream().map(JobText::scalar).toList()) + "]";
    }

    private static String flow(Map<String, String> values) {
        return "{"
                + String.join(
                        ", ",
                        values.entrySet().stream()
                                .map(entry -> scalar(entry.getKey()) + ": " + scalar(entry.getValue()))
                                .toList())
                + "}";
    }

    /** A program of several lines stays one that can be read. */
    private static String element(String value, String indent) {
        boolean isText = value.indexOf('\n') > 0
                && !value.endsWith("\n\n")
                && !Character.isWhitespace(value.charAt(0))
                && value.codePoints().allMatch(c -> c == '\n' || c == '\t' || isPlainInBlock(c));
        if (!isText) {
            return scalar(value);
        }
        boolean endsLine = value.endsWith("\n");
        String body = endsLine ? value.substring(0, value.length() - 1) : value;
        StringBuilder block = new StringBuilder(endsLine ? "|" : "|-");
        for (String line : body.split("\n", -1)) {
            block.append('\n').append(line.isEmpty() ? "" : indent + line);
        }
        return block.toString();
    }

    private static boolean isPlainInBlock(int c) {
        return c >= 0x20 && c < 0x7f || c >= 0xa0 && c < 0xd800 && c != 0x2028 && c != 0x2029;
    }

    /** One value, so that YAML reads it back as this text. */
    static String scalar(String text) {
        boolean isPlain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        return isPlain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isPlainInBlock(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
