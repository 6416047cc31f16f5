package dev.bramble.dashboard.tasks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What tasks printed, as text of a page: pure. */
public final class LogText {
    private LogText() {}

    /** Bad UTF-8 replaced; colours and other orders to a terminal left out. */
    static String shown(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8)
                .replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "")
                .replaceAll("\r\n?", "\n")
                .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\ufffd");
    }

    /**
     * Lines that have something in them.
     *
     * @param lines at most so many, the last ones
     * @param found how many there are
     */
    record Found(List<Line> lines, int found) {}

    /** @param number from 1, within what was searched */
    public record Line(int number, String text) {}

    /** Upper and lower case are the same. */
    static Found find(String log, String wanted, int linesMax) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        List<Line> found = new ArrayList<>();
        int number = 0;
        for (String line : log.split("\n", -1)) {
            number++;
            if (line.toLowerCase(Locale.ROOT).contains(lower)) {
                found.add(new Line(number, line));
            }
        }
        int count = found.size();
        return new Found(List.copyOf(found.subList(Math.max(0, count - linesMax), count)), count);
    }
}
