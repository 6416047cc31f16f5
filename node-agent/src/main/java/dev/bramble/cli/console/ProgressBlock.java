package dev.bramble.cli.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is going on with several things: a line for each, redrawn in place on a terminal, and elsewhere a line now and
 * then for each that has news. For one thread at a time.
 */
public final class ProgressBlock {
    /** Higher than that, some windows scroll the first lines away, and they could not be redrawn. */
    private static final int LINES_MAX = 20;

    private static final String ERASE_LINE = "\r\u001b[K";
    private static final String ERASE_BELOW = "\r\u001b[J";

    private final Screen screen;
    private final Map<String, ProgressLine> plain = new HashMap<>();
    private int drawn;

    /**
     * @param key which thing it is about
     * @param text all that is to be said, most important first: what does not fit is cut off
     * @param news as for {@link ProgressLine#show}
     */
    public record Line(String key, String text, String news) {}

    public ProgressBlock(Screen screen) {
        this.screen = screen;
    }

    /** @param nanos now, on any monotonic clock */
    public synchronized void show(List<Line> lines, long nanos) {
        if (screen.isTerminal()) {
            if (drawn > 0 || !lines.isEmpty()) {
                draw(lines);
            }
            return;
        }
        for (Line line : lines) {
            plain.computeIfAbsent(line.key(), any -> new ProgressLine(screen))
                    .show(-1, List.of(line.text()), line.news(), nanos);
        }
    }

    private void draw(List<Line> lines) {
        int columns = screen.columns().getAsInt() - 1;
        int shown = lines.size() <= LINES_MAX ? lines.size() : LINES_MAX - 1;
        StringBuilder out = new StringBuilder(drawn > 0 ? "\u001b[" + drawn + "A" : "");
        for (Line line : lines.subList(0, shown)) {
            out.append(ERASE_LINE).append(TextWidth.cut(line.text(), columns)).append('\n');
        }
        if (shown < lines.size()) {
            out.append(ERASE_LINE).append("… and ").append(lines.size() - shown).append(" more\n");
        }
        screen.stream().print(out.append(ERASE_BELOW));
        screen.stream().flush();
        drawn = Math.min(lines.size(), LINES_MAX);
    }

    /** Takes the lines away, so that other text can be printed. */
    public synchronized void clear() {
        if (drawn > 0) {
            screen.stream().print("\u001b[" + drawn + "A" + ERASE_BELOW);
            screen.stream().flush();
            drawn = 0;
        }
    }
}
