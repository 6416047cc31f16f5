package dev.bramble.sim;

import dev.bramble.board.BoardPower;
import dev.bramble.board.SimBoardPower;
import dev.bramble.cluster.Timing;
import dev.bramble.control.Action;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.model.DrainMode;
import dev.bramble.model.NodeStanding;
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
    /** So long a leader in another part of the network may not know what the ledger says. */
    private static final Duration OLD_WORD_MAX = Timing.LEASE.plusSeconds(5);

    /** Three times what a board may be overdue, and a little. */
    private static final Duration COMES_AFTER_MAX = Duration.ofMinutes(7);

    private static final Duration CALLS_EVERY = Duration.ofSeconds(20);
    private static final String BROKEN = "simulated: no such command";

    private final Simulation simulation;
    private final SplittableRandom random;
    /** Agents that had begun before the power was cut, by the number of the shutdown under way. */
    private final Map<Long, Set<String>> beforeCut = new HashMap<>();

    /** Agents whose boards may be told to go down, and until when those might that may not any more. */
    private final Set<String> mayGoDown = new HashSet<>();

    private final Map<String, Long> mightGoDownNanos = new HashMap<>();
    /** Shares of agents whose power command fails, and of boards that do not go down though it did not. */
    private final double fails;

    private final double staysOn;
    private final SplittableRandom defects;
    private final long comesAfterNanos;
    private boolean calling;
    private int switched;

    Boards(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
        this.defects = new SplittableRandom(simulation.options.seed() * 0xE7037ED1A0B428DBL + 13);
        boolean isAnyBroken = !simulation.options.faults().equals(Faults.NONE) && defects.nextInt(3) == 0;
        this.fails = isAnyBroken ? Math.max(0, defects.nextDouble() * 1.4 - 0.2) : 0;
        this.staysOn = isAnyBroken ? defects.nextDouble() * 0.3 : 0;
        this.comesAfterNanos = defects.nextLong(COMES_AFTER_MAX.toNanos());
    }

    /** What switches the board of this agent, from its start on. */
    BoardPower power(SimNode node) {
        SimBoardPower power = new SimBoardPower(act -> begin(node, act));
        if (defects.nextDouble() < fails) {
            power.breakDown(BROKEN);
        }
        return power;
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
        boolean mayStayOn = fails + staysOn > 0;
        return simulation.options.faults().shutdowns() > 0
                ? DEADLINE_MAX.plus(Duration.ofMinutes(mayStayOn ? 12 : 4))
                : Duration.ZERO;
    }

    /** Whether the bramble is being shut down, or is not back from it. */
    boolean isShutDown() {
        return simulation.invariants.front().shutdown().isPresent();
    }

    /** Follows which boards may be told to go down, as the ledger says. */
    private void follow() {
        for (SimNode node : simulation.nodes()) {
            if (mayGoDown(node)) {
                mayGoDown.add(node.incarnation());
            } else if (mayGoDown.remove(node.incarnation())) {
                mightGoDownNanos.put(node.incarnation(), simulation.time.nanos());
            }
        }
    }

    private boolean mayGoDown(SimNode node) {
        return isShutDown() || isInMaintenance(node);
    }

    private boolean isInMaintenance(SimNode node) {
        return simulation
                .invariants
                .front()
                .node(node.id)
                .filter(known -> known.standing() == NodeStanding.MAINTENANCE)
                .isPresent();
    }

    private void checkGoesDown(SimNode node) {
        long sinceNanos =
                simulation.time.nanos() - mightGoDownNanos.getOrDefault(node.incarnation(), Long.MIN_VALUE / 2);
        if (!mayGoDown(node) && sinceNanos > OLD_WORD_MAX.toNanos()) {
            simulation.invariants.violated("no board of a node that is at work goes down: " + node.incarnation());
        }
        boolean votes = simulation.consensus.voters().stream()
                .anyMatch(voter -> voter.node().equals(node.id));
        if (votes && !isShutDown() && isInMaintenance(node)) {
            simulation.invariants.violated("no drained board goes down with a vote: " + node.incarnation());
        }
    }

    /** Once nothing breaks any more, somebody comes who calls off a shutdown that hangs. */
    void callOff() {
        boolean isDue = simulation.time.nanos() - simulation.calmSinceNanos() > comesAfterNanos;
        if (isDue && isShutDown() && !calling) {
            calling = true;
            simulation.client.operate(new Action.CancelShutdown());
            later(CALLS_EVERY, () -> calling = false);
        }
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
        follow();
        for (Command command : entry.commands()) {
            if (command instanceof Command.BeginPowerOff begin) {
                checkCut(begin);
            }
            // One that was called off by a command that came first changes nothing.
            if (command instanceof Command.BeginPowerOff begin
                    && isShutDown()
                    && LeaderProbe.saysThatWorkEnded(begin)) {
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
        checkGoesDown(node);
        if (defects.nextDouble() >= staysOn) {
            later(GOES_DOWN_MAX, () -> goDown(node, act, life));
        }
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
