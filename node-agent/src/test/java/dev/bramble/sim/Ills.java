package dev.bramble.sim;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What boards suffer from, as their figures say it, and what must hold of what the bramble does about it: it acts on
 * what is so, on few boards at a time, and never on what a person decided.
 */
final class Ills {
    private static final double WELL_CELSIUS = 50;
    private static final double HOT_CELSIUS = 85;
    private static final double FREE_BYTES = 16e9;
    /** Longest from a board's last bad figure to the entry that acts on it: figures that are old do not count. */
    private static final Duration ACTED_AFTER_MAX = Duration.ofSeconds(60);

    private static final double SHARE_MAX = 0.1;

    private final Simulation simulation;
    private final SplittableRandom random;
    private final Map<NodeId, Ill> ills = new HashMap<>();
    private final TreeMap<NodeId, String> cordonedBy = new TreeMap<>();
    private final Set<NodeId> acted = new HashSet<>();
    private int acts;
    private int returns;

    private static final class Ill {
        double celsius = WELL_CELSIUS;
        boolean isReadOnly;
        boolean isFull;
        boolean isMute;
        boolean isOld;
        long badNanos = Long.MIN_VALUE / 2;

        boolean isBad() {
            return celsius > 75 || isReadOnly || isFull;
        }
    }

    /** Who runs something later, as long as things are rough. */
    interface Later {
        void run(Duration most, Runnable task);
    }

    Ills(Simulation simulation) {
        this.simulation = simulation;
        this.random = new SplittableRandom(simulation.options.seed() * 0x8CB92BA72F3D8DD7L + 17);
    }

    private Ill of(SimNode node) {
        return ills.computeIfAbsent(node.id, id -> new Ill());
    }

    /** How often the bramble took a board out by itself. */
    int acts() {
        return acts;
    }

    /** How often it let one work again by itself. */
    int returns() {
        return returns;
    }

    void heat(SimNode node, Later later) {
        celsius(node, HOT_CELSIUS);
        later.run(Duration.ofSeconds(40), () -> celsius(node, WELL_CELSIUS));
    }

    void celsius(SimNode node, double celsius) {
        simulation.trace.note("temperature", node.id, Math.round(celsius));
        of(node).celsius = celsius;
    }

    void lockCard(SimNode node, Later later) {
        lockCard(node);
        later.run(Duration.ofSeconds(60), () -> {
            of(node).isReadOnly = false;
            node.disk.limit(Long.MAX_VALUE);
        });
    }

    void lockCard(SimNode node) {
        simulation.trace.note("read-only card", node.id);
        of(node).isReadOnly = true;
        node.disk.limit(0);
    }

    void full(SimNode node, boolean is) {
        of(node).isFull = is;
    }

    /** Its figures are unknown, or no new ones come. */
    void mute(SimNode node, Later later) {
        simulation.trace.note("mute sensors", node.id);
        of(node).isMute = true;
        of(node).isOld = random.nextBoolean();
        later.run(Duration.ofSeconds(40), () -> of(node).isMute = false);
    }

    void mute(SimNode node) {
        of(node).isMute = true;
        of(node).isOld = false;
    }

    void heal(SimNode node) {
        ills.remove(node.id);
    }

    BoardHealth health(SimNode node, String boot, double speed) {
        Ill ill = of(node);
        if (ill.isBad()) {
            ill.badNanos = simulation.time.nanos();
        }
        Reading none = Reading.unknown("simulated");
        boolean isOld = ill.isMute && ill.isOld;
        return new BoardHealth(
                "simulated board",
                boot,
                reading(ill, isOld ? HOT_CELSIUS : ill.celsius, isOld),
                Reading.known(speed),
                none,
                none,
                none,
                none,
                reading(ill, ill.isFull ? 0 : FREE_BYTES, false),
                none,
                none,
                reading(ill, ill.isReadOnly ? 0 : 1, false),
                simulation.calendars.now(node.id).isPresent() ? Reading.known(1) : Reading.known(0));
    }

    private static Reading reading(Ill ill, double value, boolean isOld) {
        return isOld
                ? new Reading(value, Duration.ofMinutes(1).toMillis(), "")
                : ill.isMute ? Reading.unknown("simulated") : Reading.known(value);
    }

    // What must hold

    /** The newest entry was applied. */
    void applied(Entry entry) {
        Collection<NodeRecord> nodes = simulation.invariants.front().nodes().values();
        long out = nodes.stream().filter(Ills::isOutByBramble).count();
        if (out > Math.max(1, (long) (nodes.size() * SHARE_MAX))) {
            simulation.invariants.violated("the bramble takes few boards out by itself: " + out);
        }
        for (NodeRecord node : nodes) {
            follow(node);
        }
        for (Command command : entry.commands()) {
            if (command instanceof Command.LiftCordon lift) {
                returns++;
                String by = cordonedBy.getOrDefault(lift.node(), Happening.BRAMBLE);
                boolean works = simulation.invariants.front().node(lift.node()).stream()
                        .anyMatch(node -> node.standing() == NodeStanding.READY);
                if (works && !by.equals(Happening.BRAMBLE)) {
                    simulation.invariants.violated("what a person decided stands: " + lift.node());
                }
            }
        }
        for (NodeRecord node : nodes) {
            if (node.standing().takesWork()) {
                cordonedBy.remove(node.node());
            } else {
                cordonedBy.put(node.node(), node.standingBy());
            }
        }
    }

    private void follow(NodeRecord node) {
        boolean isOurs = isOutByBramble(node) && node.standing() != NodeStanding.QUARANTINED;
        if (!isOurs) {
            acted.remove(node.node());
            return;
        }
        if (!acted.add(node.node())) {
            return;
        }
        acts++;
        Ill ill = ills.get(node.node());
        long since = ill == null ? Long.MAX_VALUE : simulation.time.nanos() - ill.badNanos;
        if (since > ACTED_AFTER_MAX.toNanos() && simulation.isRough()) {
            simulation.invariants.violated("the bramble acts on what is so: " + node.node());
        }
    }

    private static boolean isOutByBramble(NodeRecord node) {
        boolean isDrained = node.drain()
                .filter(drain -> drain.by().equals(Happening.BRAMBLE))
                .isPresent();
        boolean isAside = node.drain().isEmpty()
                && node.standingBy().equals(Happening.BRAMBLE)
                && (node.standing() == NodeStanding.CORDONED || node.standing() == NodeStanding.QUARANTINED);
        return isDrained || isAside;
    }
}
