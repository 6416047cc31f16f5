package dev.bramble.sim;

import dev.bramble.control.Action;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.model.DrainMode;
import dev.bramble.model.PowerAct;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The power of simulated boards: what happens when one is told to reboot or to power off, and who switches it on. */
final class Boards {
    private static final Duration DEADLINE_MAX = Duration.ofSeconds(20);
    private static final Duration GOES_DOWN_MAX = Duration.ofSeconds(3);
    private static final Duration BOOTS_MAX = Duration.ofSeconds(15);
    /** Some boards need longer than {@code drains.return-max}: their nodes are set aside. */
    private static final double HANGS = 0.2;

    private static final Duration HANGS_MAX = Duration.ofSeconds(60);
    private static final Duration SWITCHED_ON_MAX = Duration.ofSeconds(20);

    private final Simulation simulation;
    private final SplittableRandom random;
    /** Agents that had begun before the power was cut, by the number of the shutdown under way. */
    private final Map<Long, Set<String>> beforeCut = new HashMap<>();

    private int switched;

    Boards(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
    }

    /** Orders shutdowns of the whole bramble while things break. */
    void begin(double shutdownsPerMinute) {
        if (shutdownsPerMinute <= 0) {
            return;
        }
        double seconds = -Math.log(1 - random.nextDouble()) * 60 / shutdownsPerMinute;
        simulation.time.after(Duration.ofNanos((long) (seconds * 1e9)), () -> {
            if (simulation.isRough()) {
                order();
                begin(shutdownsPerMinute);
            }
        });
    }

    private void order() {
        DrainMode mode = DrainMode.values()[random.nextInt(3)];
        Duration deadline = Duration.ofMillis(1000 + random.nextLong(DEADLINE_MAX.toMillis() - 1000));
        Duration grace = Duration.ofMillis(1000 + random.nextInt(9000));
        simulation.trace.note("shutdown", mode.name(), deadline);
        simulation.client.operate(new Action.OrderShutdown(mode, deadline, grace, "simulated"));
        if (random.nextInt(3) == 0) {
            later(DEADLINE_MAX, () -> simulation.client.operate(new Action.CancelShutdown()));
        }
    }

    /** Longest that a shutdown and the start after it may take when nothing breaks. */
    Duration most() {
        return simulation.options.faults().shutdowns() > 0 ? DEADLINE_MAX.plus(Duration.ofMinutes(4)) : Duration.ZERO;
    }

    /** Whether the bramble is being shut down, or is not back from it. */
    boolean isShutDown() {
        return simulation.invariants.front().shutdown().isPresent();
    }

    /** The power of all boards is cut. A shutdown that has come to no more than its order is over by that. */
    void powerCut() {
        simulation
                .invariants
                .front()
                .shutdown()
                .filter(shutdown -> shutdown.poweringOff().isEmpty())
                .ifPresent(shutdown -> {
                    Set<String> before = new HashSet<>();
                    simulation.nodes().forEach(node -> before.add(node.incarnation()));
                    beforeCut.putIfAbsent(shutdown.number(), before);
                });
    }

    private void checkCut(Command.BeginPowerOff begin) {
        Set<String> before = beforeCut.get(begin.number());
        if (before != null && !before.containsAll(begin.lives())) {
            simulation.invariants.violated("after a power cut no board powers off: " + begin.lives());
        }
    }

    /** The newest entry was applied: when work is said to have ended, it has. */
    void applied(Entry entry) {
        for (Command command : entry.commands()) {
            if (command instanceof Command.BeginPowerOff begin) {
                checkCut(begin);
            }
            if (command instanceof Command.BeginPowerOff begin && LeaderProbe.saysThatWorkEnded(begin)) {
                for (SimNode node : simulation.nodes()) {
                    boolean counts = node.isUp() && begin.lives().contains(node.incarnation());
                    if (counts && simulation.invariants.runningOn(node.id) > 0) {
                        simulation.invariants.violated("boards power off only when no process is left: " + node.id);
                    }
                }
            }
        }
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
