package dev.bramble.cli.console;

import java.util.List;

/**
 * What is going on, in one place of the screen: redrawn on a terminal, and elsewhere a line now and then, only when it
 * says something new. For one thread at a time.
 */
public final class ProgressLine {
    private static final String CLEAR = "\r\u001b[K";
    private static final int BAR_COLUMNS_MAX = 30;
    private static final int BAR_COLUMNS_MIN = 8;

    /** Ten a second look fluent; more would only keep a slow terminal busy. */
    private static final long REDRAW_NANOS_MIN = 100_000_000;
    /** Elsewhere what is over within it is not worth a line: its end will be said anyway. */
    private static final long PLAIN_NANOS_MIN = 1_000_000_000;

    private final Screen screen;
    private boolean isDrawn;
    private long lastDrawnNanos;
    private String lastNews;
    private long lastPlainNanos;
    private long firstNanos = -1;

    public ProgressLine(Screen screen) {
        this.screen = screen;
    }

    /**
     * Shows a state.
     *
     * @param done share from 0 to 1, negative for no bar
     * @param parts most important first: what does not fit is left out from the end
     * @param news what must have changed for another line where lines cannot be redrawn: an estimate that moves is no
     *     news
     * @param nanos now, on any monotonic clock
     */
    public synchronized void show(double done, List<String> parts, String news, long nanos) {
        if (screen.isTerminal()) {
            if (!isDrawn || nanos - lastDrawnNanos >= REDRAW_NANOS_MIN) {
                draw(done, parts);
                lastDrawnNanos = nanos;
            }
        } else {
            printSometimes(String.join(", ", parts), news, nanos);
        }
    }

    private void draw(double done, List<String> parts) {
        // One column stays free: a full line makes some terminals wrap.
        int columns = screen.columns().getAsInt() - 1;
        String besideBar = fitting(parts, columns - BAR_COLUMNS_MIN - 3);
        boolean hasBar = done >= 0 && !besideBar.isEmpty();
        String text = hasBar ? besideBar : fitting(parts, columns);
        int barColumns = Math.min(BAR_COLUMNS_MAX, columns - TextWidth.of(text) - 3);
        String bar = hasBar ? bar(done, barColumns) + " " : "";
        if (text.isEmpty() && !parts.isEmpty()) {
            text = TextWidth.cut(parts.getFirst(), columns);
        }
        screen.stream().print(CLEAR + bar + text);
        screen.stream().flush();
        isDrawn = true;
    }

    private static String fitting(List<String> parts, int columns) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            String next = text.isEmpty() ? part : " · " + part;
            if (TextWidth.of(text.toString()) + TextWidth.of(next) > columns) {
                break;
            }
            text.append(next);
        }
        return text.toString();
    }

    private String bar(double done, int columns) {
        int full = (int) Math.clamp(Math.floor(done * columns), 0, columns);
        return "[" + screen.styled(Style.GOOD, "#".repeat(full)) + "-".repeat(columns - full) + "]";
    }

    /**
     * Nothing in the first second; then not more often than every 2 s, every 10 s after a minute, every minute after
     * ten: a log stays readable.
     */
    private void printSometimes(String text, String news, long nanos) {
        if (firstNanos < 0) {
            firstNanos = nanos;
        }
        long seconds = (nanos - firstNanos) / 1_000_000_000;
        long pauseSeconds = seconds < 60 ? 2 : seconds < 600 ? 10 : 60;
        boolean due = lastNews == null
                ? nanos - firstNanos >= PLAIN_NANOS_MIN
                : nanos - lastPlainNanos >= pauseSeconds * 1_000_000_000;
        if (due && !news.equals(lastNews)) {
            screen.line(text);
            lastNews = news;
            lastPlainNanos = nanos;
        }
    }

    /** Takes the line away, so that other text can be printed. */
    public synchronized void clear() {
        if (isDrawn) {
            screen.stream().print(CLEAR);
            screen.stream().flush();
            isDrawn = false;
        }
    }
}
