package dev.bramble.sim;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.worker.Filters;
import dev.bramble.worker.SimFilters;
import dev.bramble.worker.Workers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Tasks that take their board down. Which task of a job does is the last word of its command. */
final class Poison {
    /** From its start until the board is gone. */
    private static final Duration WORKS_AFTER = Duration.ofSeconds(1);

    private static final Duration BOOTS_MAX = Duration.ofSeconds(10);
    private static final String WORD = "poison=";

    private final Simulation simulation;
    private final SplittableRandom random;
    private final List<Strike> strikes = new ArrayList<>();

    /**
     * A board went down.
     *
     * @param led whether it was the leader's
     */
    record Strike(long nanos, NodeId node, boolean led) {}

    Poison(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
    }

    /** The same program, of which one task takes its board down. */
    static List<String> lace(List<String> command, int task) {
        List<String> laced = new ArrayList<>(command);
        laced.add(WORD + task);
        return laced;
    }

    /** The boards that went down, in order. */
    List<Strike> strikes() {
        return strikes;
    }

    void begun(SimNode node, Workers.ProcessOrder order) {
        if (order.argv().getLast().equals(WORD + order.env().get("BRAMBLE_TASK"))) {
            strikeSoon(node, order.job());
        }
    }

    /** The same of a filter, whose lines are the tasks' numbers. */
    SimFilters.Play in(SimNode node, Filters.Program program, SimFilters.Play play) {
        if (!program.argv().getLast().startsWith(WORD)) {
            return play;
        }
        return new SimFilters.Play(play.buffers(), play.notStarted(), line -> {
            if (program.argv().getLast().equals(WORD + new String(line, StandardCharsets.UTF_8))) {
                strikeSoon(node, program.job());
                return new SimFilters.Deed.Hang();
            }
            return play.deeds().apply(line);
        });
    }

    private void strikeSoon(SimNode node, JobId job) {
        int life = node.life();
        simulation.time.after(WORKS_AFTER, () -> {
            if (node.isUp() && node.life() == life) {
                simulation.trace.note("poison", node.id, job);
                strikes.add(new Strike(
                        simulation.time.nanos(), node.id, node.leading().isPresent()));
                node.cutPower();
                node.crash();
                simulation.time.after(Duration.ofNanos(random.nextLong(BOOTS_MAX.toNanos())), () -> {
                    if (!node.isUp()) {
                        node.start();
                    }
                });
            }
        });
    }
}
