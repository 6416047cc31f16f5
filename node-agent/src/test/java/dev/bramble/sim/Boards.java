package dev.bramble.sim;

import dev.bramble.model.PowerAct;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** The power of simulated boards: what happens when one is told to reboot or to power off, and who switches it on. */
final class Boards {
    private static final Duration GOES_DOWN_MAX = Duration.ofSeconds(3);
    private static final Duration BOOTS_MAX = Duration.ofSeconds(15);
    /** Some boards need longer than {@code drains.return-max}: their nodes are set aside. */
    private static final double HANGS = 0.2;

    private static final Duration HANGS_MAX = Duration.ofSeconds(60);
    private static final Duration SWITCHED_ON_MAX = Duration.ofSeconds(20);

    private final Simulation simulation;
    private final SplittableRandom random;
    private int switched;

    Boards(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
    }

    /** How many were told to reboot or to power off. */
    int switched() {
        return switched;
    }

    void begin(SimNode node, PowerAct act) {
        int life = node.life();
        switched++;
        simulation.trace.note("power", node.id, act.name());
        later(GOES_DOWN_MAX, () -> goDown(node, act, life));
    }

    private void goDown(SimNode node, PowerAct act, int life) {
        if (!node.isUp() || node.life() != life) {
            return;
        }
        node.crash();
        node.cutPower();
        boolean hangs = simulation.isRough() && random.nextDouble() < HANGS;
        switch (act) {
            case REBOOT -> later(hangs ? HANGS_MAX : BOOTS_MAX, () -> switchOn(node));
            case POWEROFF -> awaitHand(node);
        }
    }

    /** Somebody comes and switches on what is off: one board, or all once all are off. */
    private void awaitHand(SimNode node) {
        List<SimNode> nodes = simulation.nodes();
        if (nodes.stream().noneMatch(SimNode::isUp)) {
            simulation.trace.note("all off");
            nodes.forEach(each -> later(SWITCHED_ON_MAX, () -> switchOn(each)));
        } else {
            later(SWITCHED_ON_MAX.multipliedBy(4), () -> switchOn(node));
        }
    }

    private void switchOn(SimNode node) {
        if (!node.isUp()) {
            node.start();
        }
    }

    private void later(Duration max, Runnable task) {
        simulation.time.after(Duration.ofNanos(random.nextLong(max.toNanos())), task);
    }
}
