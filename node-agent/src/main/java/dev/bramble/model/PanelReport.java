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
    /** How fast a fan turns, for people. */
    public static String fan(int percent) {
        return percent == 0 ? "off" : percent == 100 ? "full speed" : percent + " % of full speed";
    }
}
