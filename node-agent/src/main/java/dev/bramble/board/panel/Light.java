package dev.bramble.board.panel;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a board's light says, each by a colour and by a rhythm that no other has: whoever cannot tell red from green
 * reads the rhythm. Only one never goes dark, the one that says that a hand may pull the plug.
 */
public enum Light {
    /** The button is down; not known yet what for. */
    PRESSED("dark", Lamp.DARK, "button pressed", 0, 1000),
    /** The button was down long enough: what it means is done when it is let go. */
    LET_GO("quick amber", Lamp.AMBER, "let the button go", 150, 150),
    /** The bramble did not do what the button asked for. */
    REFUSED(
            "five red",
            Lamp.RED,
            "refused; the agent's log says why",
            100,
            100,
            100,
            100,
            100,
            100,
            100,
            100,
            100,
            900),
    /** Somebody looks for this board. */
    LOCATED("flickering amber", Lamp.AMBER, "located", 50, 50),
    /** Drained, by the word of who leads now. */
    SAFE("steady green", Lamp.GREEN, "safe to unplug", 1000),
    /** Drained, and no other node could take what it has: its card is the only copy. */
    STOPPED("two long green", Lamp.GREEN, "stopped, may be powered off, keep the card", 1000, 300, 1000, 1700),
    /** The agent is up and has not found its bramble yet. */
    STARTING("even amber", Lamp.AMBER, "starting", 1000, 1000),
    /** An operator has to let it in. */
    WAITING("triple amber", Lamp.AMBER, "waiting to be let in", 200, 300, 200, 300, 200, 1500),
    /** No word of a leader for a lease, or the agent hangs: it begins no work. */
    ALONE("long red", Lamp.RED, "out of touch, starts nothing", 2500, 500),
    /** The board is sick, or its drain did not come to its end. */
    TROUBLE("short and long red", Lamp.RED, "trouble", 200, 300, 1000, 1500),
    /** Work ends or moves away. */
    DRAINING("fast green", Lamp.GREEN, "draining, do not unplug", 250, 250),
    /** Takes no new work; what it has goes on. */
    CORDONED("double green", Lamp.GREEN, "no new work", 200, 300, 200, 2300),
    WORKING("slow green", Lamp.GREEN, "working", 200, 2800);

    private final String pattern;
    private final Lamp colour;
    private final String meaning;
    /** How long it is lit, dark, lit and so on. */
    private final int[] millis;

    Light(String pattern, Lamp colour, String meaning, int... millis) {
        this.pattern = pattern;
        this.colour = colour;
        this.meaning = meaning;
        this.millis = millis;
    }

    /** Its rhythm and colour, as people say it. */
    public String pattern() {
        return pattern;
    }

    public Lamp colour() {
        return colour;
    }

    public String meaning() {
        return meaning;
    }

    /** For lists: "slow green – working". */
    public String words() {
        return pattern + " – " + meaning;
    }

    /** Lit and dark in turn, in milliseconds, beginning lit; after the last it begins again. */
    public int[] rhythmMillis() {
        return millis.clone();
    }

    /** What is lit so long after it began. */
    public Lamp at(long sinceNanos) {
        return step(sinceNanos) % 2 == 0 ? colour : Lamp.DARK;
    }

    /** How long that stays so; empty for ever. */
    public Optional<Duration> changesAfter(long sinceNanos) {
        if (millis.length == 1 || colour == Lamp.DARK) {
            return Optional.empty();
        }
        long passed = sinceNanos % (cycleMillis() * 1_000_000L);
        long end = 0;
        for (int i = 0; i <= step(sinceNanos); i++) {
            end += millis[i] * 1_000_000L;
        }
        return Optional.of(Duration.ofNanos(end - passed));
    }

    private int step(long sinceNanos) {
        long left = sinceNanos % (cycleMillis() * 1_000_000L);
        int step = 0;
        while (left >= millis[step] * 1_000_000L) {
            left -= millis[step] * 1_000_000L;
            step++;
        }
        return step;
    }

    private int cycleMillis() {
        return Arrays.stream(millis).sum();
    }
}
