package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One member's end of the {@link SimNetwork}. Messages are handed over as they are, without bytes in between. */
public final class SimCluster implements Cluster {
    private final SimNetwork network;
    private final Member self;
    private final SimTime.SimLoop loop;
    private final Listener listener;
    private View view;
    private long newestRegrouping;
    private long pausedUntilNanos;
    private boolean isGone;
    private boolean isNoticedSilent;

    SimCluster(SimNetwork network, Member self, SimTime.SimLoop loop, Listener listener) {
        this.network = network;
        this.self = self;
        this.loop = loop;
        this.listener = listener;
        this.view = new View(0, List.of(self));
    }

    Member self() {
        return self;
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public void send(NodeId to, Message message) {
        if (isGone) {
            return;
        }
        if (to.equals(self.node())) {
            loop.execute(() -> tell(self, message));
        } else if (view.has(to)) {
            network.send(this, to, message);
        }
    }

    @Override
    public void sendToAll(Message message) {
        view.members().stream()
                .map(Member::node)
                .filter(node -> !node.equals(self.node()))
                .forEach(node -> send(node, message));
    }

    @Override
    public Map<NodeId, Duration> roundTripTimes() {
        Map<NodeId, Duration> times = new LinkedHashMap<>();
        view.members().stream()
                .map(Member::node)
                .filter(node -> !node.equals(self.node()))
                .forEach(node -> times.put(node, network.roundTrip()));
        return times;
    }

    @Override
    public void close() {
        if (!isGone) {
            isGone = true;
            network.leave(this);
        }
    }

    /** Arrives from the network: heard only if its sender is in the view by then. */
    void deliver(Member from, Message message) {
        loop.execute(() -> {
            if (view.members().contains(from)) {
                tell(from, message);
            }
        });
    }

    private void tell(Member from, Message message) {
        if (!isGone) {
            listener.received(from, message);
        }
    }

    /** A view on its way is overtaken by those of later regroupings, never the other way round. */
    void install(long regrouping, List<Member> members) {
        if (regrouping < newestRegrouping) {
            return;
        }
        newestRegrouping = regrouping;
        loop.execute(() -> {
            boolean isNews = view.number() == 0 || !members.equals(view.members());
            if (!isGone && isNews && regrouping == newestRegrouping) {
                view = new View(view.number() + 1, members, left(members));
                listener.viewChanged(view);
            }
        });
    }

    private Map<NodeId, Departure> left(List<Member> members) {
        Map<NodeId, Departure> left = new LinkedHashMap<>();
        view.members().stream().map(Member::node).forEach(node -> left.put(node, network.departure(node)));
        members.forEach(member -> left.remove(member.node()));
        return left;
    }

    void refuse(String sentence) {
        isGone = true;
        loop.execute(() -> listener.refused(sentence));
    }

    /** The process is over, and what is due in it never happens. */
    void crash() {
        isGone = true;
        loop.halt();
    }

    boolean isGone() {
        return isGone;
    }

    void pause(Duration duration) {
        pausedUntilNanos = Math.max(pausedUntilNanos, loop.nanos() + duration.toNanos());
        loop.pause(duration);
    }

    boolean isPaused() {
        return loop.nanos() < pausedUntilNanos;
    }

    void noticeSilent(boolean silent) {
        isNoticedSilent = silent;
    }

    boolean isNoticedSilent() {
        return isNoticedSilent;
    }
}
