package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A node in the list.
 *
 * @param state down, suspect or its standing: the word, the icon and the colour of it
 * @param age how old the figures are; empty while they are fresh
 * @param note why it is as it is; may be empty
 * @param memoryPercent of it in use; −1 when unknown, likewise of the disk
 */
public record NodeRow(
        String name,
        String link,
        String board,
        String state,
        List<String> marks,
        List<String> flags,
        String age,
        String note,
        String work,
        String temperature,
        String load,
        String memory,
        int memoryPercent,
        String disk,
        int diskPercent) {
    static final String UNKNOWN = "unknown";

    static NodeRow of(Views.NodeView node, Views.Summary summary) {
        Optional<BoardHealth> health = node.health();
        Reading none = Reading.unknown("it has not reported");
        Reading memoryTotal = health.map(BoardHealth::memoryTotalBytes).orElse(none);
        Reading memoryFree = health.map(BoardHealth::memoryFreeBytes).orElse(none);
        Reading diskTotal = health.map(BoardHealth::diskTotalBytes).orElse(none);
        Reading diskFree = health.map(BoardHealth::diskFreeBytes).orElse(none);
        return new NodeRow(
                node.name(),
                NodeWords.link(node.name()),
                node.role() == NodeRole.HEAD
                        ? "dashboard"
                        : health.map(BoardHealth::board).orElse("board not known"),
                NodeWords.state(node),
                NodeWords.marks(node),
                NodeWords.flags(node),
                NodeWords.age(node, summary),
                note(node),
                NodeWords.work(node),
                health.map(BoardHealth::temperatureCelsius)
                        .filter(Reading::isKnown)
                        .map(reading -> String.format(Locale.ROOT, "%.0f °C", reading.value()))
                        .orElse(UNKNOWN),
                health.map(BoardHealth::load1)
                        .filter(Reading::isKnown)
                        .map(reading -> String.format(Locale.ROOT, "%.1f", reading.value()))
                        .orElse(UNKNOWN),
                free(memoryFree),
                usedPercent(memoryTotal, memoryFree),
                free(diskFree),
                usedPercent(diskTotal, diskFree));
    }

    private static String free(Reading free) {
        return free.isKnown() ? Shown.bytes(free.value()) + " free" : UNKNOWN;
    }

    /** −1 when it is not known. */
    static int usedPercent(Reading total, Reading free) {
        if (!total.isKnown() || !free.isKnown() || total.value() <= 0) {
            return -1;
        }
        return Math.clamp(Math.round(100 * (total.value() - free.value()) / total.value()), 0, 100);
    }

    /** Why it stands as it does, and what a drain of it waits for. */
    static String note(Views.NodeView node) {
        List<String> parts = new ArrayList<>();
        NodeWords.why(node).ifPresent(parts::add);
        node.drain()
                .filter(drain -> node.standing() != NodeStanding.DRAINED
                        && !drain.waitsFor().isEmpty())
                .ifPresent(drain -> parts.add("waits for: " + String.join("; ", drain.waitsFor())));
        if (node.standing() == NodeStanding.DRAINED) {
            parts.add(NodeWords.safe(node));
        }
        return Shown.sentence(String.join("; ", parts));
    }

    public boolean isOld() {
        return !age.isEmpty();
    }
}
