package dev.bramble.dashboard.overview;

import dev.bramble.control.Views;
import dev.bramble.dashboard.nodes.BoardWords;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** What a tile says beside the name: what is wrong, or else how warm it is. */
    public String brief() {
        if (!flags.isEmpty()) {
            return String.join(", ", flags);
        }
        return gauges.isEmpty() ? state : gauges.getFirst().text();
    }

    /** The colour and the icon of its tile: a board that works and is not well is not shown as one that is. */
    public String mood() {
        return state.equals("ready") && !flags.isEmpty() ? "attention" : state;
    }

    static NodeCard of(Views.NodeView node) {
        // What a node that is down said last is not how it is.
        Optional<BoardHealth> health = node.health().filter(any -> node.link() == Views.Link.UP);
        return new NodeCard(
                node.name(),
                node.health().map(BoardHealth::board).orElse("board not known"),
                NodeWords.state(node),
                NodeWords.marks(node),
                NodeWords.flags(node),
                note(node),
                NodeWords.work(node),
                health.map(NodeCard::gauges).orElse(List.of()));
    }

    private static String note(Views.NodeView node) {
        List<String> notes = new ArrayList<>();
        if (node.link() != Views.Link.UP && node.heardMillisAgo() >= 0) {
            notes.add("last heard of " + Shown.time(node.heardMillisAgo()) + " ago");
        }
        notes.addAll(NodeWords.notes(node));
        return String.join("; ", notes);
    }

    private static List<Gauge> gauges(BoardHealth health) {
        return List.of(
                temperature(health.temperatureCelsius()),
                used("memory", health.memoryTotalBytes(), health.memoryFreeBytes()),
                used("disk", health.diskTotalBytes(), health.diskFreeBytes()));
    }

    private static Gauge temperature(Reading celsius) {
        return new Gauge(
                "temperature",
                BoardWords.known(celsius).map(BoardWords::celsius).orElse(BoardWords.UNKNOWN),
                -1,
                celsius.isKnown());
    }

    private static Gauge used(String label, Reading total, Reading free) {
        int percent = BoardWords.usedPercent(total, free);
        boolean isKnown = percent >= 0;
        return new Gauge(label, isKnown ? BoardWords.free(free) : BoardWords.UNKNOWN, percent, isKnown);
    }
}
