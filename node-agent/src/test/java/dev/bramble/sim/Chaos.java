package dev.bramble.sim;

import dev.bramble.control.Action;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Makes the faults happen, each at its own rate, until it is told to stop. */
final class Chaos {
    private final Simulation simulation;
    private final SplittableRandom random;
    private boolean over;

    Chaos(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
    }

    void begin(Faults faults) {
        every(faults.crashes(), () -> crash(any()));
        every(faults.leaderCrashes(), () -> leader().ifPresent(this::crash));
        every(faults.freezes(), () -> freeze(any()));
        every(faults.splits(), this::split);
        every(faults.cuts(), this::cut);
        every(faults.elections(), simulation.consensus::disturb);
        every(faults.powerCuts(), this::powerCut);
        every(faults.slowdowns(), this::slow);
        every(faults.cordons(), this::cordon);
        every(faults.damages(), this::damage);
        every(faults.fullDisks(), this::fill);
        every(faults.lostCards(), this::loseCard);
        every(faults.heats(), () -> simulation.ills.heat(any(), this::later));
        every(faults.readOnlys(), () -> simulation.ills.lockCard(any(), this::later));
        every(faults.muteSensors(), () -> simulation.ills.mute(any(), this::later));
    }

    /** From now on nothing breaks; what is broken is mended at once. */
    void end() {
        over = true;
        simulation.reach.heal();
        for (SimNode node : simulation.nodes()) {
            restart(node);
            if (simulation.options.faults().slowdowns() > 0) {
                node.slowness(1);
            }
            node.disk.limit(Long.MAX_VALUE);
            simulation.ills.heal(node);
            node.readAll();
            setStanding(node, NodeStanding.READY);
        }
    }

    private void every(double perMinute, Runnable fault) {
        if (perMinute <= 0) {
            return;
        }
        double seconds = -Math.log(1 - random.nextDouble()) * 60 / perMinute;
        simulation.time.after(Duration.ofNanos((long) (seconds * 1e9)), () -> {
            if (!over) {
                fault.run();
                every(perMinute, fault);
            }
        });
    }

    private void later(Duration max, Runnable task) {
        simulation.time.after(Duration.ofNanos(random.nextLong(max.toNanos())), () -> {
            if (!over) {
                task.run();
            }
        });
    }

    /** Where leases are at stake, what parts nodes lasts for longer than it takes until these are surely over. */
    private Duration longest(long usualSeconds) {
        return Duration.ofSeconds(simulation.options.exclusive() ? usualSeconds * 3 : usualSeconds);
    }

    private SimNode any() {
        List<SimNode> nodes = simulation.nodes();
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Optional<SimNode> leader() {
        return simulation.nodes().stream()
                .filter(node -> node.leading().isPresent())
                .findFirst();
    }

    private void crash(SimNode node) {
        if (node.isUp()) {
            node.crash();
            later(Duration.ofSeconds(15), () -> restart(node));
        }
    }

    private void restart(SimNode node) {
        if (!node.isUp()) {
            node.start();
        }
    }

    private void powerCut() {
        simulation.trace.note("power cut");
        simulation.boards.powerCut();
        for (SimNode node : simulation.nodes()) {
            if (node.isUp()) {
                node.crash();
            }
            later(Duration.ofSeconds(4), () -> restart(node));
        }
    }

    private void freeze(SimNode node) {
        if (node.isUp()) {
            node.freeze(Duration.ofMillis(100 + random.nextLong(longest(15).toMillis())));
        }
    }

    private void split() {
        TreeMap<NodeId, Integer> groups = new TreeMap<>();
        simulation.nodes().forEach(node -> groups.put(node.id, random.nextInt(2)));
        simulation.trace.note("split", groups.toString());
        simulation.reach.split(groups);
        later(longest(20), () -> {
            simulation.trace.note("merge");
            simulation.reach.heal();
        });
    }

    private void cut() {
        NodeId from = any().id;
        NodeId to = any().id;
        if (!from.equals(to)) {
            simulation.trace.note("cut", from, to);
            simulation.reach.cut(from, to);
            later(longest(15), simulation.reach::heal);
        }
    }

    private void slow() {
        SimNode node = any();
        node.slowness(1 + random.nextInt(5));
        later(Duration.ofSeconds(10), () -> node.slowness(1));
    }

    private void cordon() {
        SimNode node = any();
        setStanding(node, NodeStanding.CORDONED);
        later(Duration.ofSeconds(20), () -> setStanding(node, NodeStanding.READY));
    }

    private void damage() {
        SimNode node = any();
        List<BlobId> blobs = List.copyOf(node.disk.list());
        if (!blobs.isEmpty()) {
            BlobId blob = blobs.get(random.nextInt(blobs.size()));
            simulation.trace.note("damage", node.id, blob);
            simulation.copies.destroyed(node, List.of(blob));
            node.disk.damage(blob);
        }
    }

    private void fill() {
        SimNode node = any();
        simulation.trace.note("full disk", node.id);
        node.disk.limit(0);
        simulation.ills.full(node, true);
        later(Duration.ofSeconds(15), () -> {
            node.disk.limit(Long.MAX_VALUE);
            simulation.ills.full(node, false);
        });
    }

    private void loseCard() {
        SimNode node = any();
        simulation.trace.note("lost card", node.id);
        simulation.copies.destroyed(node, node.disk.list());
        if (node.isUp()) {
            node.crash();
            later(Duration.ofSeconds(15), () -> restart(node));
        }
        node.disk.wipe();
        node.cordons.wipe();
    }

    private void setStanding(SimNode node, NodeStanding standing) {
        simulation.trace.note("standing", node.id, standing.name());
        simulation.client.operate(new Action.SetStanding(node.id, standing, "simulated"));
    }
}
