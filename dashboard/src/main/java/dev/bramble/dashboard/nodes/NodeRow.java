package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Reading;
import java.util.List;
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
                NodeWords.note(node),
                NodeWords.work(node),
                health.map(BoardHealth::temperatureCelsius)
                        .flatMap(BoardWords::known)
                        .map(BoardWords::celsius)
                        .orElse(BoardWords.UNKNOWN),
                health.map(BoardHealth::load1)
                        .flatMap(BoardWords::known)
                        .map(BoardWords::load)
                        .orElse(BoardWords.UNKNOWN),
                BoardWords.free(memoryFree),
                BoardWords.usedPercent(memoryTotal, memoryFree),
                BoardWords.free(diskFree),
                BoardWords.usedPercent(diskTotal, diskFree));
    }

    public boolean isOld() {
        return !age.isEmpty();
    }
}
