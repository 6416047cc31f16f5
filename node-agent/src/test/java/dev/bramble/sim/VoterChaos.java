package dev.bramble.sim;

import dev.bramble.control.Action;
import dev.bramble.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Wipes voters' storages and orders votes to move; in the end there must be enough voters again. */
final class VoterChaos {
    private static final long OWN_CHANCE = 0x63686173L;
    /** Nodes from which on five voters are kept. DESIGN section 5. */
    private static final int NODES_FOR_FIVE = 9;

    private final Simulation simulation;
    private final VoterFaults faults;
    private final SplittableRandom random;
    private boolean over;

    VoterChaos(Simulation simulation, VoterFaults faults) {
        this.simulation = simulation;
        this.faults = faults;
        this.random = new SplittableRandom(simulation.options.seed() ^ OWN_CHANCE);
    }

    void begin() {
        every(faults.wipes(), this::wipe);
        every(faults.moves(), this::move);
    }

    void end() {
        over = true;
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

    private SimNode any() {
        List<SimNode> nodes = simulation.nodes();
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void wipe() {
        SimNode node = any();
        Duration away = Duration.ofMillis(random.nextLong(15_000));
        if (!simulation.consensus.hasStorage(node.id) || !simulation.consensus.mayLose(node.id)) {
            return;
        }
        if (node.isUp()) {
            node.crash();
        }
        node.wipeLedger();
        simulation.time.after(away, () -> {
            if (!over && !node.isUp()) {
                node.start();
            }
        });
    }

    private void move() {
        List<Ledger.Peer> voters = simulation.consensus.voters();
        Ledger.Peer from = voters.get(random.nextInt(voters.size()));
        simulation.client.operate(new Action.MoveVote(from.node(), any().id));
    }

    /** Two changes never overlap: each adds one vote or takes one. */
    void checkMemberships() {
        List<List<Ledger.Peer>> all = simulation.consensus.memberships();
        for (int i = 1; i < all.size(); i++) {
            List<Ledger.Peer> before = all.get(i - 1);
            List<Ledger.Peer> after = all.get(i);
            long common = before.stream().filter(after::contains).count();
            if (before.size() + after.size() - 2 * common != 1) {
                throw new SimulationFailure(
                        simulation, "one vote changes at a time: " + before + " became " + after, null);
            }
        }
    }

    /** What is not as it must be once nothing breaks any more. */
    String missing() {
        List<Ledger.Peer> voters = simulation.consensus.voters();
        int wanted = Math.min(simulation.options.voters(), simulation.options.nodes() >= NODES_FOR_FIVE ? 5 : 3);
        if (voters.size() < wanted) {
            return voters.size() + " nodes vote instead of " + wanted + concerns();
        }
        for (Ledger.Peer voter : voters) {
            if (!simulation.consensus.votes(voter.node())) {
                return "voter " + voter + " lost its storage and is not replaced" + concerns();
            }
        }
        return simulation.invariants.front().electorate().move().isPresent()
                ? "a vote is still to move" + concerns()
                : "";
    }

    private String concerns() {
        StringBuilder all = new StringBuilder();
        simulation.nodes().stream()
                .map(SimNode::concern)
                .filter(concern -> !concern.isEmpty())
                .forEach(concern -> all.append(": ").append(concern));
        return all.toString();
    }
}
