package dev.bramble.dashboard.overview;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A node on the page.
 *
 * @param state down, suspect or its standing: the word, the icon and the colour of it
 * @param marks what else it is, in words
 * @param flags what its board says is wrong with it
 * @param note why it is as it is; may be empty
 */
public record NodeCard(
        String name,
        String board,
        String state,
        List<String> marks,
        List<String> flags,
        String note,
        String work,
        List<Gauge> gauges) {

    /**
     * A figure.
     *
     * @param percent of a bar; −1 for none
     * @param known whether it is more than a guess
     */
    public record Gauge(String label, String text, int percent, boolean known) {}

    static NodeCard of(Views.NodeView node) {
        // What a node that is down said last is not how it is.
        Optional<BoardHealth> health = node.health().filter(any -> node.link() == Views.Link.UP);
        return new NodeCard(
                node.name(),
                node.health().map(BoardHealth::board).orElse("board not known"),
                state(node),
                marks(node),
                flags(node, health),
                note(node),
                work(node),
                health.map(NodeCard::gauges).orElse(List.of()));
    }

    /** Only what takes work has the word and the colour of a node that is well. */
    private static String state(Views.NodeView node) {
        return switch (node.link()) {
            case DOWN -> "down";
            case SUSPECT -> "suspect";
            case UP -> Words.of(node.standing());
        };
    }

    private static List<String> marks(Views.NodeView node) {
        List<String> marks = new ArrayList<>();
        if (node.role() == NodeRole.HEAD) {
            marks.add("head");
        }
        if (node.leader()) {
            marks.add("leader");
        } else if (node.voter()) {
            marks.add("voter");
        }
        if (node.link() != Views.Link.UP && node.standing() != NodeStanding.READY) {
            marks.add(Words.of(node.standing()));
        }
        return marks;
    }

    private static List<String> flags(Views.NodeView node, Optional<BoardHealth> health) {
        Set<String> words = new LinkedHashSet<>();
        health.map(HealthFlag::of).orElse(List.of()).forEach(flag -> words.add(flag.word()));
        if (node.link() == Views.Link.UP) {
            node.flags().forEach(flag -> words.add(HealthFlag.word(flag)));
        }
        return List.copyOf(words);
    }

    private static String note(Views.NodeView node) {
        List<String> parts = new ArrayList<>();
        if (node.link() != Views.Link.UP && node.heardMillisAgo() >= 0) {
            parts.add("last heard of " + Shown.time(node.heardMillisAgo()) + " ago");
        }
        why(node).ifPresent(parts::add);
        node.drain()
                .filter(drain -> node.standing() != NodeStanding.DRAINED
                        && !drain.waitsFor().isEmpty())
                .ifPresent(drain -> parts.add("waits for: " + String.join("; ", drain.waitsFor())));
        if (node.standing() == NodeStanding.DRAINED) {
            parts.add(safe(node));
        }
        return String.join("; ", parts);
    }

    /** Of a node that was taken out, what the operator said. */
    static Optional<String> why(Views.NodeView node) {
        return switch (node.standing()) {
            case READY -> Optional.empty();
            case CORDONED, QUARANTINED -> why(node.standingReason(), node.standingBy());
            case DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING ->
                node.drain().isPresent()
                        ? why(node.drain().get().reason(), node.drain().get().by())
                        : why(node.standingReason(), node.standingBy());
        };
    }

    private static Optional<String> why(String reason, String by) {
        return reason.isEmpty() ? Optional.empty() : Optional.of(reason + (by.isEmpty() ? "" : " (" + by + ")"));
    }

    /** What may be done to the board of a drained node. */
    static String safe(Views.NodeView node) {
        if (node.drain().map(Views.DrainView::stoppedInPlace).orElse(false)) {
            return "stopped in place: safe to power off, do not remove the card";
        }
        return node.isSafeToUnplug()
                ? "safe to unplug"
                : "NOT safe to unplug now: "
                        + node.drain()
                                .map(drain -> String.join("; ", drain.waitsFor()))
                                .orElse("");
    }

    private static String work(Views.NodeView node) {
        if (node.role() == NodeRole.HEAD) {
            return "serves the dashboard, runs no tasks";
        }
        if (node.link() == Views.Link.DOWN) {
            return "gets no work while it is down";
        }
        int waiting = node.heldTasks() - node.runningTasks();
        String running =
                node.runningTasks() == 0 ? "idle" : "runs " + Shown.counted(node.runningTasks(), "task", "tasks");
        String held = waiting > 0 ? running + ", holds " + Shown.count(waiting) + " more" : running;
        return node.standing().takesWork() ? held : held + ", takes no new work";
    }

    private static List<Gauge> gauges(BoardHealth health) {
        return List.of(
                temperature(health.temperatureCelsius()),
                used("memory", health.memoryTotalBytes(), health.memoryFreeBytes()),
                used("disk", health.diskTotalBytes(), health.diskFreeBytes()));
    }

    private static Gauge temperature(Reading celsius) {
        return known(celsius)
                .map(value -> new Gauge("temperature", String.format(Locale.ROOT, "%.0f °C", value), -1, true))
                .orElse(new Gauge("temperature", "unknown", -1, false));
    }

    private static Gauge used(String label, Reading total, Reading free) {
        if (!total.isKnown() || !free.isKnown() || total.value() <= 0) {
            return new Gauge(label, "unknown", -1, false);
        }
        int percent = (int) Math.round(100 * (total.value() - free.value()) / total.value());
        return new Gauge(label, Shown.bytes(free.value()) + " free", Math.clamp(percent, 0, 100), true);
    }

    private static Optional<Double> known(Reading reading) {
        return reading.isKnown() ? Optional.of(reading.value()) : Optional.empty();
    }
}
