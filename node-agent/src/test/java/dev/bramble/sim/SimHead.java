package dev.bramble.sim;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.View;
import dev.bramble.control.HeadControl;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A head that follows the ledger, starts anew now and then, and at last must know what the voters know. */
final class SimHead implements Cluster.Listener {
    /** Heads know nothing when they start, so what they fetch first is what is tested most. */
    private static final Duration LIFE_MAX = Duration.ofSeconds(4);

    private static final Duration OFF_MAX = Duration.ofSeconds(1);

    final NodeId id;
    private final Simulation simulation;
    private final SplittableRandom random;
    private int incarnations;
    private HeadControl control;

    SimHead(Simulation simulation, NodeId id, SplittableRandom random) {
        this.simulation = simulation;
        this.id = id;
        this.random = random;
    }

    void start() {
        SimTime.SimLoop loop = simulation.time.newLoop();
        Member self = new Member(id, id.value(), NodeRole.HEAD, id + ":1", "", id.value(), id + "-" + ++incarnations);
        simulation.trace.note("head", self.incarnation());
        Cluster cluster = simulation.network.join(self, loop, this);
        control = new HeadControl(new HeadControl.Parts(
                loop,
                cluster,
                new Requests(loop, cluster),
                simulation.codec,
                simulation.codec,
                simulation.doors.from(id),
                Runnable::run));
        control.start();
        if (simulation.isRough()) {
            simulation.time.after(upTo(LIFE_MAX), this::disturb);
        }
    }

    private Duration upTo(Duration most) {
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }

    private void disturb() {
        if (!simulation.isRough()) {
            return;
        }
        if (random.nextInt(3) == 0) {
            simulation.network.freeze(id, upTo(LIFE_MAX));
            simulation.time.after(upTo(LIFE_MAX), this::disturb);
        } else {
            simulation.network.crash(id);
            simulation.time.after(upTo(OFF_MAX), this::start);
        }
    }

    /** Whether it knows all that the voters do. */
    boolean knows(LedgerState truth) {
        byte[] image = simulation.codec.encodeImage(truth.image());
        return Arrays.equals(simulation.codec.encodeImage(control.state().image()), image);
    }

    @Override
    public void viewChanged(View view) {
        control.viewChanged(view);
    }

    @Override
    public void received(Member from, Message message) {
        control.received(from, message);
    }

    @Override
    public void refused(String sentence) {
        throw new IllegalStateException(sentence);
    }
}
