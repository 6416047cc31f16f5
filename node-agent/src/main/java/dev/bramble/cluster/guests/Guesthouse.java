package dev.bramble.cluster.guests;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A member of a cluster with guests: to itself, to its own guests and to those of others everybody looks like a member.
 * Every member of such a cluster is one of these, also those without guests. State is owned by the member's loop.
 */
public final class Guesthouse implements Cluster {
    /** A list of guests may be lost like any other message; said again so often, it is missed for no longer. */
    static final Duration SAID_EVERY = Duration.ofSeconds(2);
    /** Of one member: all simulated boards of the largest bramble. */
    static final int GUESTS_MAX = 100;

    /** How messages become bytes. */
    public record Codec(Function<Message, byte[]> encode, Function<byte[], Message> decode) {}

    private final Member self;
    private final Listener listener;
    private final EventLoop loop;
    private final Codec codec;
    private final Map<NodeId, Guest> guests = new LinkedHashMap<>();
    /** By host. */
    private final Map<NodeId, List<Member>> elsewhere = new HashMap<>();

    private Cluster members;
    private View ofMembers;
    private boolean isClosed;
    private volatile View view;
    private volatile Map<NodeId, NodeId> hosts = Map.of();

    /**
     * @param self this member
     * @param listener of this member, called on {@code loop}
     */
    public Guesthouse(Member self, Listener listener, EventLoop loop, Codec codec) {
        this.self = self;
        this.listener = listener;
        this.loop = loop;
        this.codec = codec;
        this.ofMembers = new View(0, List.of(self));
        this.view = ofMembers;
    }

    /** What the cluster of members proper is told of. */
    public Listener ofMembers() {
        return new MembersListener();
    }

    /** @param joined the cluster of members proper, which calls {@link #ofMembers} */
    public void open(Cluster joined) {
        loop.execute(() -> {
            members = joined;
            everySay();
        });
    }

    /** Takes a guest in; it is in everybody's view soon. From any thread. */
    public Cluster guest(Member guest, Listener itsListener, EventLoop itsLoop) {
        Guest fresh = new Guest(guest, itsListener, itsLoop);
        loop.execute(() -> {
            if (guests.size() < GUESTS_MAX && !isClosed) {
                guests.put(guest.node(), fresh);
                guestsChanged();
            } else {
                itsLoop.execute(() -> itsListener.refused("this process has " + guests.size()
                        + " simulated boards already, or is stopping: start another one"));
            }
        });
        return fresh;
    }

    private void everySay() {
        if (!isClosed) {
            loop.after(SAID_EVERY, this::everySay);
            say();
        }
    }

    private void say() {
        if (members != null && !guests.isEmpty()) {
            members.sendToAll(new Message.Guests(
                    guests.values().stream().map(Guest::member).toList()));
        }
    }

    private void guestsChanged() {
        members()
                .sendToAll(new Message.Guests(
                        guests.values().stream().map(Guest::member).toList()));
        changed(Map.of());
    }

    /** Before the join is over there is nobody to send to. */
    private Cluster members() {
        return members == null ? new Alone() : members;
    }

    /** @param left how members proper left */
    private void changed(Map<NodeId, Departure> left) {
        List<Member> all = new ArrayList<>(ofMembers.members());
        Map<NodeId, NodeId> hostOf = new HashMap<>();
        guests.values().forEach(guest -> hostOf.put(guest.member().node(), self.node()));
        List<Member> visiting =
                new ArrayList<>(guests.values().stream().map(Guest::member).toList());
        elsewhere.forEach((host, theirs) -> theirs.stream()
                .filter(guest -> !ofMembers.has(guest.node()) && !hostOf.containsKey(guest.node()))
                .forEach(guest -> {
                    visiting.add(guest);
                    hostOf.put(guest.node(), host);
                }));
        visiting.sort(Comparator.comparing(guest -> guest.node().value()));
        all.addAll(visiting);
        if (all.equals(view.members()) && left.isEmpty()) {
            return;
        }
        View before = view;
        Map<NodeId, Departure> gone = new HashMap<>(left);
        for (Member was : before.members()) {
            NodeId host = hosts.get(was.node());
            if (host != null && all.stream().noneMatch(now -> now.node().equals(was.node()))) {
                // One whose host is gone went with it, in the same way.
                gone.put(was.node(), left.getOrDefault(host, Departure.FAREWELL));
            }
        }
        hosts = Map.copyOf(hostOf);
        view = new View(before.number() + 1, List.copyOf(all), Map.copyOf(gone));
        listener.viewChanged(view);
        View now = view;
        guests.values().forEach(guest -> guest.tell(now));
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public void send(NodeId to, Message message) {
        loop.execute(() -> send(self.node(), List.of(to), message));
    }

    @Override
    public void sendToAll(Message message) {
        loop.execute(() -> sendToAll(self.node(), message));
    }

    private void sendToAll(NodeId from, Message message) {
        send(
                from,
                view.members().stream()
                        .map(Member::node)
                        .filter(node -> !node.equals(from))
                        .toList(),
                message);
    }

    /** On the loop: to those of this house at once, to all others in one message for each house. */
    private void send(NodeId from, List<NodeId> to, Message message) {
        Map<NodeId, List<NodeId>> byHost = new LinkedHashMap<>();
        for (NodeId each : to) {
            NodeId host = hosts.getOrDefault(each, each);
            if (host.equals(self.node())) {
                deliver(from, each, message);
            } else {
                byHost.computeIfAbsent(host, first -> new ArrayList<>()).add(each);
            }
        }
        byte[] body = null;
        for (Map.Entry<NodeId, List<NodeId>> entry : byHost.entrySet()) {
            boolean isBetweenMembers =
                    from.equals(self.node()) && entry.getValue().equals(List.of(entry.getKey()));
            if (isBetweenMembers) {
                members().send(entry.getKey(), message);
            } else {
                body = body == null ? codec.encode().apply(message) : body;
                members().send(entry.getKey(), new Message.Carried(from, entry.getValue(), body));
            }
        }
    }

    private void deliver(NodeId from, NodeId to, Message message) {
        view.member(from).ifPresent(sender -> {
            if (to.equals(self.node())) {
                listener.received(sender, message);
            } else if (guests.containsKey(to)) {
                guests.get(to).hear(sender, message);
            }
        });
    }

    @Override
    public Map<NodeId, Duration> roundTripTimes() {
        Map<NodeId, Duration> times = new HashMap<>(members().roundTripTimes());
        hosts.forEach((guest, host) -> {
            Duration ofHost = times.get(host);
            if (ofHost != null) {
                times.put(guest, ofHost);
            }
        });
        return times;
    }

    @Override
    public void close() {
        loop.execute(() -> isClosed = true);
        members().close();
    }

    /** What the members proper say. On the loop. */
    private final class MembersListener implements Listener {
        @Override
        public void viewChanged(View now) {
            boolean hasNews = now.members().stream().anyMatch(member -> !ofMembers.has(member.node()));
            ofMembers = now;
            elsewhere.keySet().removeIf(host -> !now.has(host));
            if (hasNews) {
                say();
            }
            changed(now.left());
        }

        @Override
        public void received(Member from, Message message) {
            if (message instanceof Message.Guests news) {
                elsewhere.put(
                        from.node(), news.guests().stream().limit(GUESTS_MAX).toList());
                changed(Map.of());
            } else if (message instanceof Message.Carried carried) {
                unpack(from, carried);
            } else {
                listener.received(from, message);
            }
        }

        private void unpack(Member from, Message.Carried carried) {
            boolean isTheirs = carried.from().equals(from.node()) || from.node().equals(hosts.get(carried.from()));
            if (isTheirs) {
                Message inside = codec.decode().apply(carried.body());
                carried.to().forEach(to -> deliver(carried.from(), to, inside));
            }
        }

        @Override
        public void refused(String sentence) {
            listener.refused(sentence);
        }
    }

    /** A guest's side of it. */
    private final class Guest implements Cluster {
        private final Member member;
        private final Listener its;
        private final EventLoop itsLoop;

        Guest(Member member, Listener its, EventLoop itsLoop) {
            this.member = member;
            this.its = its;
            this.itsLoop = itsLoop;
        }

        Member member() {
            return member;
        }

        void tell(View now) {
            itsLoop.execute(() -> its.viewChanged(now));
        }

        void hear(Member from, Message message) {
            itsLoop.execute(() -> its.received(from, message));
        }

        @Override
        public View view() {
            return view;
        }

        @Override
        public void send(NodeId to, Message message) {
            if (to.equals(member.node())) {
                hear(member, message);
            } else {
                loop.execute(() -> Guesthouse.this.send(member.node(), List.of(to), message));
            }
        }

        @Override
        public void sendToAll(Message message) {
            loop.execute(() -> Guesthouse.this.sendToAll(member.node(), message));
        }

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Guesthouse.this.roundTripTimes();
        }

        @Override
        public void close() {
            loop.execute(() -> {
                if (guests.remove(member.node(), this)) {
                    guestsChanged();
                }
            });
        }
    }

    /** A cluster in which nobody is. */
    private final class Alone implements Cluster {
        @Override
        public View view() {
            return ofMembers;
        }

        @Override
        public void send(NodeId to, Message message) {
            // There is nobody.
        }

        @Override
        public void sendToAll(Message message) {
            // There is nobody.
        }

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
