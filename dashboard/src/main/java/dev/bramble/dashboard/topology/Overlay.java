package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.control.racks.SharedSupply;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.nodes.BoardWords;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeStanding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the drawing of the rack shows of each board. What a board said before it fell silent is not how it is. */
enum Overlay {
    /** Whether it is there and takes work. */
    STATE("State", "takes work", "something is up with it", "down, or its drain got stuck"),
    /** Of its processor. */
    TEMPERATURE("Temperature", "below 70 °C", "70 to 80 °C", "80 °C or more: it is being slowed down"),
    /** Whether its clock is held down. */
    THROTTLED("Throttling", "full clock", "below the full clock", "throttled"),
    /** Whether its supply gives enough. */
    VOLTAGE("Voltage", "enough", "too little since its boot", "too little now"),
    /** Processes that want to run, for each core. */
    LOAD("Load", "below one for each core", "one to two for each core", "more than two for each core"),
    /** What is in use of it. */
    MEMORY("Memory", "below 85 % used", "85 to 95 % used", "95 % used or more");

    /** From here on a Pi 4 slows itself down; below it, ten degrees of warning. */
    private static final double HOT_CELSIUS = 80;

    private static final double WARM_CELSIUS = 70;
    private static final double MEMORY_ATTENTION = 0.85;
    private static final double MEMORY_TROUBLE = 0.95;
    /** A clock this little below the full one is a rounding of the firmware. */
    private static final double FULL_SPEED = 0.98;

    private final String label;
    private final List<String> meanings;

    Overlay(String label, String well, String attention, String trouble) {
        this.label = label;
        this.meanings = List.of(well, attention, trouble);
    }

    String label() {
        return label;
    }

    String word() {
        return Words.of(this);
    }

    static Overlay read(String word) {
        return Words.read(Overlay.class, word).orElse(STATE);
    }

    /** How bad something is: the colour and the pattern of a board. */
    enum Level {
        WELL,
        ATTENTION,
        TROUBLE,
        UNKNOWN;

        String word() {
            return Words.of(this);
        }
    }

    /** What a level means here, for the legend. */
    String meaning(Level level) {
        return switch (level) {
            case WELL -> meanings.get(0);
            case ATTENTION -> meanings.get(1);
            case TROUBLE -> meanings.get(2);
            case UNKNOWN -> this == STATE ? "taken out, and off" : "unknown, or not there";
        };
    }

    /** @param text a word or a figure */
    record Shade(Level level, String text) {}

    Shade shade(Views.NodeView node) {
        if (this == STATE) {
            return state(node);
        }
        Optional<BoardHealth> health = node.health().filter(_ -> node.link() == Views.Link.UP);
        return health.flatMap(known -> figure(node, known))
                .orElseGet(() -> new Shade(Level.UNKNOWN, node.link() == Views.Link.UP ? "unknown" : link(node)));
    }

    private static String link(Views.NodeView node) {
        return switch (node.link()) {
            case UP -> "up";
            case SUSPECT -> "silent";
            case DOWN -> isOut(node) ? "out" : "down";
        };
    }

    /** Whether nobody waits for it. */
    private static boolean isOut(Views.NodeView node) {
        return node.standing() == NodeStanding.DRAINED || node.standing() == NodeStanding.MAINTENANCE;
    }

    private static Shade state(Views.NodeView node) {
        return switch (node.link()) {
            case DOWN -> new Shade(isOut(node) ? Level.UNKNOWN : Level.TROUBLE, link(node));
            case SUSPECT -> new Shade(Level.ATTENTION, link(node));
            case UP ->
                switch (node.standing()) {
                    case READY -> new Shade(Level.WELL, "ready");
                    case CORDONED, DRAINING, DRAINED, MAINTENANCE, RETURNING ->
                        new Shade(Level.ATTENTION, Words.of(node.standing()));
                    case EXPIRED, QUARANTINED -> new Shade(Level.TROUBLE, Words.of(node.standing()));
                };
        };
    }

    private Optional<Shade> figure(Views.NodeView node, BoardHealth health) {
        return switch (this) {
            case STATE -> Optional.empty();
            case TEMPERATURE ->
                BoardWords.known(health.temperatureCelsius())
                        .map(celsius ->
                                new Shade(level(celsius, WARM_CELSIUS, HOT_CELSIUS), BoardWords.celsius(celsius)));
            case THROTTLED -> throttled(node, health);
            case VOLTAGE -> voltage(node, health);
            case LOAD ->
                BoardWords.known(health.load1())
                        .map(load -> new Shade(level(load / cores(node), 1, 2), BoardWords.load(load)));
            case MEMORY -> memory(health);
        };
    }

    private static Optional<Shade> throttled(Views.NodeView node, BoardHealth health) {
        boolean isNow = node.flags().contains(Views.HealthFlag.THROTTLED)
                || BoardWords.known(health.throttled())
                        .filter(value -> value == 1)
                        .isPresent();
        if (isNow) {
            return Optional.of(new Shade(Level.TROUBLE, "throttled"));
        }
        Optional<Double> speed = BoardWords.known(health.speed());
        if (speed.isEmpty()) {
            return BoardWords.known(health.throttled()).map(_ -> new Shade(Level.WELL, "full"));
        }
        return speed.map(share -> new Shade(
                share < FULL_SPEED ? Level.ATTENTION : Level.WELL,
                share < FULL_SPEED ? Math.round(100 * share) + " %" : "full"));
    }

    private static Optional<Shade> voltage(Views.NodeView node, BoardHealth health) {
        if (SharedSupply.isUnderVolted(node)) {
            return Optional.of(new Shade(Level.TROUBLE, "too low"));
        }
        boolean wasLow = health.underVoltageSinceBoot()
                .flatMap(BoardWords::known)
                .filter(value -> value == 1)
                .isPresent();
        return BoardWords.known(health.underVoltage())
                .map(_ -> wasLow ? new Shade(Level.ATTENTION, "was low") : new Shade(Level.WELL, "enough"));
    }

    private static Optional<Shade> memory(BoardHealth health) {
        Optional<Double> total = BoardWords.known(health.memoryTotalBytes()).filter(bytes -> bytes > 0);
        Optional<Double> free = BoardWords.known(health.memoryFreeBytes());
        return total.isEmpty() || free.isEmpty()
                ? Optional.empty()
                : Optional.of(1 - free.get() / total.get())
                        .map(share -> new Shade(
                                level(share, MEMORY_ATTENTION, MEMORY_TROUBLE), Math.round(100 * share) + " %"));
    }

    private static Level level(double value, double attention, double trouble) {
        return value >= trouble ? Level.TROUBLE : value >= attention ? Level.ATTENTION : Level.WELL;
    }

    /** Those that it offers; a load is told of all of them. */
    private static double cores(Views.NodeView node) {
        return node.capacity()
                .map(capacity -> Math.max(1, Math.ceil(capacity.milliCpus() / 1000.0)))
                .orElse(1.0);
    }

    static List<Overlay> all() {
        return Arrays.asList(values());
    }
}
