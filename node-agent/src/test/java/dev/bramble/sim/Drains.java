package dev.bramble.sim;

import dev.bramble.control.Action;
import dev.bramble.leader.Leader;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Operators who drain nodes while things break, and what must hold of each drain, seen from outside. */
final class Drains {
    private static final int DEADLINE_MILLIS_MAX = 20_000;
    private static final int GRACE_MILLIS_MAX = 10_000;
    /** A return may take half a minute, and being well once more as long. */
    private static final Duration REBOOT_MAX = Duration.ofSeconds(70);

    private final Simulation simulation;
    private final SplittableRandom random;
    private final Map<NodeId, Moment> acknowledged = new TreeMap<>();
    private boolean isOver;

    Drains(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
    }

    void begin(double perMinute) {
        if (perMinute <= 0) {
            return;
        }
        double seconds = -Math.log(1 - random.nextDouble()) * 60 / perMinute;
        later(Duration.ofNanos((long) (seconds * 1e9)), () -> {
            order();
            begin(perMinute);
        });
    }

    private void later(Duration delay, Runnable task) {
        simulation.time.after(delay, () -> {
            if (!isOver) {
                task.run();
            }
        });
    }

    private void order() {
        List<SimNode> nodes = simulation.nodes();
        List<NodeId> drained = new ArrayList<>();
        do {
            drained.add(nodes.get(random.nextInt(nodes.size())).id);
        } while (random.nextInt(3) == 0);
        DrainSpec spec = new DrainSpec(
                DrainMode.values()[random.nextInt(3)],
                Duration.ofMillis(1000 + random.nextInt(DEADLINE_MILLIS_MAX - 1000)),
                Duration.ofMillis(1000 + random.nextInt(GRACE_MILLIS_MAX - 1000)),
                AfterDrain.values()[random.nextInt(4)],
                1 + random.nextInt(2));
        simulation.trace.note("drain", drained, spec.mode().name(), spec.deadline(), spec.then());
        simulation.client.operate(new Action.OrderDrain(drained, spec, "simulated"));
        NodeId node = drained.getFirst();
        Duration pause = Duration.ofMillis(random.nextInt(30_000));
        if (random.nextBoolean()) {
            later(pause, () -> simulation.client.operate(new Action.CancelDrain(node)));
        } else {
            later(pause, () -> uncordon(node));
        }
    }

    private void uncordon(NodeId node) {
        simulation.client.operate(new Action.SetStanding(node, NodeStanding.READY, "simulated"));
    }

    /** From now on nobody orders any; those that are open go on to their end. */
    void end() {
        isOver = true;
    }

    /** Longest that an open drain may take when nothing breaks. */
    Duration most() {
        return simulation.options.faults().drains() > 0
                ? Duration.ofMillis(DEADLINE_MILLIS_MAX + GRACE_MILLIS_MAX)
                        .plusSeconds(30)
                        .multipliedBy(2)
                        .plus(REBOOT_MAX.multipliedBy(2))
                : Duration.ZERO;
    }

    /** Whether some node has a drain, or is about to take work again. */
    boolean isAnyOpen() {
        return !open().isEmpty();
    }

    /** Nodes that do not take work, with their standing. */
    Map<NodeId, NodeStanding> open() {
        Map<NodeId, NodeStanding> open = new TreeMap<>();
        for (NodeRecord node : simulation.invariants.front().nodes().values()) {
            if (node.drain().isPresent()) {
                open.put(node.node(), node.standing());
            }
        }
        return open;
    }

    /** Nodes whose drain has come to its end take work again. */
    void giveBack() {
        for (NodeRecord node : simulation.invariants.front().nodes().values()) {
            boolean isOver = switch (node.standing()) {
                case DRAINED, EXPIRED -> true;
                // It did not come back well from its reboot.
                case CORDONED -> node.drain().filter(DrainRecord::hasBegun).isPresent();
                case READY, DRAINING, QUARANTINED, MAINTENANCE, RETURNING -> false;
            };
            if (isOver) {
                if (node.standingReason().isEmpty()) {
                    simulation.invariants.violated("a drain that came to its end says why: " + node.node());
                }
                uncordon(node.node());
            }
        }
    }

    // What must hold

    /** A leader has heard from a node. */
    void heard(Leader leader) {
        for (NodeId node : LeaderProbe.acknowledged(leader)) {
            // An old leader may think of a cordon that is over: only one that the ledger has counts.
            standing(node)
                    .filter(known -> leader.state().node(node).equals(Optional.of(known)))
                    .ifPresent(known -> acknowledged.putIfAbsent(node, known.standingSince()));
        }
    }

    private Optional<NodeRecord> standing(NodeId node) {
        return simulation
                .invariants
                .front()
                .node(node)
                .filter(known -> !known.standing().takesWork());
    }

    void started(SimNode node) {
        if (acknowledged.containsKey(node.id) && standing(node.id).isPresent()) {
            simulation.invariants.violated("nothing starts on a node that has acknowledged its cordon: " + node.id);
        }
    }

    /** The newest entry was applied. */
    void applied(Entry entry) {
        simulation.ills.applied(entry);
        acknowledged.keySet().removeIf(node -> standing(node).isEmpty());
        for (Command command : entry.commands()) {
            if (command instanceof Command.StepDrain step && step.next() == NodeStanding.DRAINED) {
                simulation
                        .invariants
                        .front()
                        .node(step.node())
                        .filter(node -> node.standing() == NodeStanding.DRAINED
                                && node.drain().map(DrainRecord::number).equals(Optional.of(step.drain()))
                                && node.standingSince()
                                        .equals(simulation.invariants.front().now()))
                        .ifPresent(node -> checkDrained(node.node()));
            }
        }
    }

    private void checkDrained(NodeId id) {
        LedgerState state = simulation.invariants.front();
        SimNode drained = simulation.nodes().stream()
                .filter(node -> node.id.equals(id))
                .findFirst()
                .orElseThrow();
        if (simulation.invariants.runningOn(id) > 0) {
            simulation.invariants.violated("no process is left on a drained node: " + id);
        }
        if (drained.isUp() && drained.heldAttempts() > 0) {
            simulation.invariants.violated("no outcome is left on a drained node: " + id);
        }
        for (BlobId blob : state.blobTable().heldBy(id)) {
            BlobRecord record = state.blob(blob).orElseThrow();
            boolean isElsewhere = simulation.nodes().stream()
                    .anyMatch(node -> node != drained && record.holders().contains(node.id) && node.disk.isWhole(blob));
            if (!isElsewhere && !simulation.copies.wasDestroyedOutside(blob, id)) {
                simulation.invariants.violated("what a drained node held is on another node: " + blob + " of " + id);
            }
        }
    }
}
