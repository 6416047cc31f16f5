package dev.bramble.sim;

import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A switch that dies and comes back: most nodes are out of reach of the others at once, and of each other, too, or only
 * of the others. From chance of its own, so that the other faults of a seed stay what they were.
 */
final class SwitchChaos {
    private static final long OWN_CHANCE = 0x737769746368L;
    private static final Duration OUT_MAX = Duration.ofSeconds(60);
    /** Just more than the share from which the leader suspects a switch. */
    private static final double SHARE_MIN = 0.56;

    private static final int NODES_MIN = 4;

    private final Simulation simulation;
    private final SplittableRandom random;
    private double perMinute;
    private int outages;
    private boolean over;

    SwitchChaos(Simulation simulation) {
        this.simulation = simulation;
        this.random = new SplittableRandom(simulation.options.seed() ^ OWN_CHANCE);
        boolean isRough = simulation.options.faults().areAny();
        perMinute = isRough && random.nextInt(3) == 0 ? 4 * random.nextDouble() : 0;
    }

    /** Instead of what the seed says. */
    void perMinute(double rate) {
        perMinute = rate;
    }

    int outages() {
        return outages;
    }

    void begin() {
        if (perMinute > 0 && simulation.nodes().size() >= NODES_MIN) {
            next();
        }
    }

    void end() {
        over = true;
    }

    private void next() {
        double seconds = -Math.log(1 - random.nextDouble()) * 60 / perMinute;
        simulation.time.after(Duration.ofNanos((long) (seconds * 1e9)), () -> {
            if (!over) {
                fail();
            }
        });
    }

    private void fail() {
        List<SimNode> out = new ArrayList<>(simulation.nodes());
        Collections.shuffle(out, new Random(random.nextLong()));
        if (random.nextInt(4) > 0) {
            keepLedger(out);
        }
        int most = out.size();
        int least =
                Math.min(most, (int) Math.ceil(SHARE_MIN * simulation.nodes().size()));
        List<SimNode> gone = out.subList(0, least + random.nextInt(most - least + 1));
        boolean isTogether = random.nextBoolean();
        TreeMap<NodeId, Integer> groups = new TreeMap<>();
        simulation.nodes().forEach(node -> groups.put(node.id, 0));
        for (SimNode node : gone) {
            groups.put(node.id, isTogether ? 1 : groups.size() + gone.indexOf(node));
        }
        outages++;
        simulation.trace.note("switch fails", groups.toString());
        simulation.reach.split(groups);
        simulation.time.after(Duration.ofNanos(random.nextLong(OUT_MAX.toNanos())), () -> {
            if (!over) {
                simulation.trace.note("switch is back");
                simulation.reach.heal();
                next();
            }
        });
    }

    /** Mostly the leader and enough voters are on the side that works, else nobody is there to hold anything. */
    private void keepLedger(List<SimNode> out) {
        List<SimNode> voters = simulation.nodes().stream()
                .filter(node -> simulation.consensus.votes(node.id))
                .toList();
        List<SimNode> kept = new ArrayList<>();
        voters.stream().filter(node -> node.leading().isPresent()).limit(1).forEach(kept::add);
        voters.stream()
                .filter(node -> !kept.contains(node))
                .limit(voters.size() / 2 + 1 - kept.size())
                .forEach(kept::add);
        int remain = simulation.nodes().size() - kept.size();
        if (remain >= Math.ceil(SHARE_MIN * simulation.nodes().size())) {
            out.removeAll(kept);
        }
    }
}
