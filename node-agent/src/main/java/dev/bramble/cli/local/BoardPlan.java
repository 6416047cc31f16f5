package dev.bramble.cli.local;

import dev.bramble.board.Play;
import java.util.Locale;

/**
 * What one of many simulated boards is like, by its number alone: so that each start shows the same bramble, with a bit
 * of everything that happens to a hundred boards in a year.
 *
 * @param power label of its power supply: ten boards each
 */
record BoardPlan(Play plays, String power) {
    private static final int BOARDS_PER_SUPPLY = 10;

    /** @param index from 0 */
    static BoardPlan of(int index) {
        int supply = index / BOARDS_PER_SUPPLY;
        return new BoardPlan(play(index), String.format(Locale.ROOT, "supply%02d", supply + 1));
    }

    /** The third of every ten supplies is weak: most of its boards feel it, so that the cause can be told. */
    private static Play play(int index) {
        int place = index % BOARDS_PER_SUPPLY;
        if (index / BOARDS_PER_SUPPLY % BOARDS_PER_SUPPLY == 2 && place < 7) {
            return Play.WEAK_POWER;
        }
        return switch (index % 37) {
            case 5 -> Play.HOT;
            case 11 -> Play.THROTTLED_BEFORE;
            case 17 -> Play.WORN_CARD;
            case 29 -> Play.FILLING_DISK;
            case 33 -> Play.NO_CLOCK;
            default -> Play.WELL;
        };
    }
}
