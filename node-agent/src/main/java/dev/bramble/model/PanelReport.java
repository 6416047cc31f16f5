package dev.bramble.model;

import java.util.Optional;

/**
 * What a board shows to whoever stands before it.
 *
 * @param light its pattern, its colour and what that means, such as "slow green – working"; empty without a light
 * @param fanPercent how fast its fan is told to turn, of full speed; empty without a fan
 * @param button whether it has a button
 * @param missing of light, fan and button what is not there, and why, a sentence; empty when all are
 * @param simulated whether none of it is there to be seen
 */
public record PanelReport(
        String light, Optional<Integer> fanPercent, boolean button, String missing, boolean simulated) {
    /** Of a head, whose machine nobody looks for. */
    public static final PanelReport OF_HEAD = new PanelReport("", Optional.empty(), false, "a head drives none", false);

    /**
     * What comes of looking for a board, for people.
     *
     * @param panel empty when it is not known
     * @param length for how long, in words
     */
    public static String located(String name, Optional<PanelReport> panel, String length) {
        return panel.filter(known -> known.light.isEmpty())
                .map(known -> name + " has no light that could show where it is"
                        + (known.missing.isEmpty() ? "" : " (" + known.missing + ")")
                        + ": pages mark it for " + length)
                .orElse(name + " shows where it is for " + length
                        + (panel.isPresent() ? "" : ", if its board has a light"));
    }

    /** How fast a fan turns, for people. */
    public static String fan(int percent) {
        return percent == 0 ? "off" : percent == 100 ? "full speed" : percent + " % of full speed";
    }
}
