package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.conf.ConfiguratorFactory;
import org.jgroups.conf.ProtocolStackConfigurator;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.pbcast.GMS;

/**
 * Membership and messages on JGroups over mutual TLS; the stack is {@code bramble-stack.xml}. Network threads check and
 * decode; the roster and the listener live on the event loop. Nothing here survives a restart but the file
 * {@code peers}.
 */
public final class JGroupsCluster implements Cluster {
    /** How often what was lost is repeated, and members are checked against what the ledger has learnt. */
    private static final Duration TICK_EVERY = Duration.ofSeconds(1);

    /** Members that come together are listed in one view, if their introductions come within this. */
    private static final Duration LIST_TOGETHER = Duration.ofMillis(100);

    /** Ticks between two measurements of the round trips. */
    private static final int PING_EVERY_TICKS = 5;

    /** Ticks between two attempts to resolve names of initial hosts. */
    private static final int RESOLVE_EVERY_TICKS = 10;

    /**
     * For each member, and at least what the stack's file says: keeps what merging asks at a few dozen messages a
     * second.
     */
    private static final long MERGE_INTERVAL_MILLIS_PER_MEMBER = 30;

    /** JGroups takes a second to tell the others; a board that is shutting down does not wait for more. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

    private static final Logger LOG = Logger.getLogger(JGroupsCluster.class.getName());

    /**
     * JGroups warns at length of what is normal here, such as members that are gone. A field: loggers are held weakly.
     */
    private static final Logger ENGINE_LOG = Logger.getLogger("org.jgroups");

    /** It calls every farewell to a connection that is already closed an error; TlsSockets says what matters. */
    private static final Logger TRANSPORT_LOG = Logger.getLogger(ClusterTcp.class.getName());

    private final ClusterSettings settings;
    private final MessageCodec codec;
    private final Listener listener;
    private final EventLoop loop;
    private final TlsSockets sockets;
    private final Seeds seeds;
    private final JChannel channel;
    private final Wire wire;
    private final Inbox inbox;
    private final Roster roster;
    private final MERGE3 merging;
    private final long mergeIntervalMillis;
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile AutoCloseable beacon = () -> {};
    private volatile View view;
    private volatile Map<NodeId, Address> routes = Map.of();

    // On the loop.
    /** Of those who left the engine's view: how, until the listener has been told. */
    private final Map<NodeId, Departure> departures = new HashMap<>();

    private final Set<Address> farewells = new HashSet<>();
    private boolean listingWaits;
    private boolean isRefused;
    private long ticks;

    private JGroupsCluster(
            ClusterSettings settings, MessageCodec codec, Listener listener, EventLoop loop, Consumer<JChannel> prepare)
            throws Exception {
        this.settings = settings;
        this.codec = codec;
        this.listener = listener;
        this.loop = loop;
        this.view = new View(0, List.of(settings.self()));
        this.seeds = new Seeds(settings);
        this.inbox = new Inbox(loop);
        quieten(ENGINE_LOG, Level.SEVERE);
        quieten(TRANSPORT_LOG, Level.OFF);
        this.channel = new JChannel(stack(settings));
        Address self = MemberAddress.create(settings.listen(), seeds.isConfigured(settings.listen()));
        this.roster = new Roster(self, settings, loop::nanos, new RosterEffects());
        this.wire = new Wire(channel, self, settings, codec, new WireArrivals());
        this.sockets = new TlsSockets(settings.credentials());
        channel.addAddressGenerator(() -> self);
        channel.name(settings.self().node().value());
        channel.setReceiver(wire);
        channel.getProtocolStack().getTransport().setSocketFactory(sockets);
        TCPPING discovery = channel.getProtocolStack().findProtocol(TCPPING.class);
        this.merging = channel.getProtocolStack().findProtocol(MERGE3.class);
        this.mergeIntervalMillis = merging.getMaxInterval();
        discovery.setInitialHosts2(seeds.addresses());
        if (settings.founding() || (seeds.isEmpty() && !settings.multicast())) {
            // Nobody to ask, nobody to wait for.
            channel.getProtocolStack().<GMS>findProtocol(GMS.class).setJoinTimeout(1);
        }
        prepare.accept(channel);
    }

    /**
     * Joins, or starts a cluster of its own when no member answers; later it merges with others that it meets. Takes up
     * to some seconds, so it is not for the event loop.
     *
     * @param listener called on {@code loop}
     * @throws IOException with a sentence, when the port is in use or the cluster cannot be started
     */
    public static JGroupsCluster join(ClusterSettings settings, MessageCodec codec, Listener listener, EventLoop loop)
            throws IOException {
        return join(settings, codec, listener, loop, channel -> {});
    }

    /** The same with {@code prepare}, which may change the stack before it starts. */
    static JGroupsCluster join(
            ClusterSettings settings, MessageCodec codec, Listener listener, EventLoop loop, Consumer<JChannel> prepare)
            throws IOException {
        JGroupsCluster cluster = null;
        try {
            cluster = new JGroupsCluster(settings, codec, listener, loop, prepare);
            cluster.start();
            return cluster;
        } catch (Exception failure) {
            if (cluster != null) {
                cluster.close();
            }
            throw new IOException(sentence(settings, failure), failure);
        }
    }

    private static ProtocolStackConfigurator stack(ClusterSettings settings) throws Exception {
        try (InputStream file = JGroupsCluster.class.getResourceAsStream("bramble-stack.xml")) {
            ProtocolStackConfigurator stack = ConfiguratorFactory.getStackConfigurator(file);
            // JGroups wants these two at once; the hosts to ask change later.
            stack.getProtocolStack()
                    .getFirst()
                    .getProperties()
                    .putAll(Map.of(
                            "bind_addr", settings.listen().getAddress().getHostAddress(),
                            "bind_port", Integer.toString(settings.listen().getPort())));
            return stack;
        }
    }

    private void start() throws Exception {
        if (settings.multicast()) {
            beacon = LanBeacon.start(settings, seeds::heard);
        }
        channel.connect(settings.cluster());
        loop.after(TICK_EVERY, this::tick);
    }

    private static void quieten(Logger log, Level level) {
        if (log.getLevel() == null) {
            log.setLevel(level); // whoever looks for a fault in JGroups sets another, and keeps it
        }
    }

    private static String sentence(ClusterSettings settings, Throwable failure) {
        String address = HostPort.of(settings.listen());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "the cluster cannot listen on " + address + ": the port is in use, or the address is not this"
                        + " board's; stop what uses it or configure another";
            }
        }
        return "the cluster cannot be started on " + address + ": " + failure.getMessage();
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public void send(NodeId to, Message message) {
        if (to.equals(settings.self().node())) {
            deliverToSelf(message);
            return;
        }
        Address address = routes.get(to);
        if (address != null) {
            wire.send(address, encode(message));
        }
    }

    @Override
    public void sendToAll(Message message) {
        List<Address> others = List.copyOf(routes.values());
        if (!others.isEmpty()) {
            byte[] encoded = encode(message);
            others.forEach(address -> wire.send(address, encoded));
        }
    }

    private byte[] encode(Message message) {
        byte[] encoded = codec.encode().apply(message);
        if (encoded.length > MESSAGE_BYTES_MAX) {
            throw new IllegalArgumentException("a " + message.getClass().getSimpleName() + " of " + encoded.length
                    + " bytes is larger than a message may be (" + MESSAGE_BYTES_MAX + ")");
        }
        return encoded;
    }

    private void deliverToSelf(Message message) {
        inbox.offer(1, () -> {
            if (!isOver()) {
                listener.received(settings.self(), message);
            }
        });
    }

    @Override
    public Map<NodeId, Duration> roundTripTimes() {
        Map<NodeId, Duration> times = new HashMap<>();
        Map<Address, Duration> measured = wire.roundTrips();
        routes.forEach((node, address) -> {
            Duration time = measured.get(address);
            if (time != null) {
                times.put(node, time);
            }
        });
        return times;
    }

    /** What was lost here since the start, for people who look for the reason of something slow. */
    public Losses losses() {
        return new Losses(wire.dropped(), inbox.dropped(), wire.refusedFrames());
    }

    /**
     * Messages that went no further.
     *
     * @param unsent the receiver took them too slowly
     * @param undelivered this node's event loop took them too slowly
     * @param unproven their sender had not proven who it is, or they made no sense
     */
    public record Losses(long unsent, long undelivered, long unproven) {}

    /** Leaves; within {@link #CLOSE_MAX}. Nothing is called back afterwards. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        wire.close();
        closeQuietly(beacon);
        Thread leaving = Thread.ofPlatform().daemon().name("cluster-leaving").start(this::leave);
        try {
            leaving.join(CLOSE_MAX);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        sockets.close();
    }

    private void leave() {
        try {
            wire.farewell(routes.values());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        channel.close();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception gone) {
            LOG.log(Level.FINE, "closed with a complaint", gone);
        }
    }

    // ---- on the loop ----

    private boolean isOver() {
        return isRefused || closed.get();
    }

    private void tick() {
        if (isOver()) {
            return;
        }
        loop.after(TICK_EVERY, this::tick);
        roster.tick();
        wire.keepOnly(roster.present());
        ticks++;
        if (ticks % PING_EVERY_TICKS == 1) {
            wire.ping(routes.values());
        }
        if (ticks % RESOLVE_EVERY_TICKS == 0) {
            Thread.ofVirtual().name("cluster-names").start(seeds::resolve);
        }
        sockets.endRevoked();
    }

    private void deliver(Address from, Message message) {
        Member member = roster.listed().get(from);
        if (isOver() || member == null) {
            return;
        }
        publish(); // a listener never hears from somebody who is not in its view
        listener.received(member, message);
    }

    private void publishSoon() {
        if (!listingWaits) {
            listingWaits = true;
            loop.after(LIST_TOGETHER, () -> {
                listingWaits = false;
                publish();
            });
        }
    }

    private void publish() {
        List<Member> members = List.copyOf(roster.listed().values());
        boolean isFirst = view.number() == 0;
        if (isOver() || (members.equals(view.members()) && !isFirst)) {
            return;
        }
        Map<NodeId, Address> others = new HashMap<>();
        Map<NodeId, String> listening = new HashMap<>();
        roster.listed()
                .forEach((address, member) -> roster.introduction(address).ifPresent(introduction -> {
                    others.put(member.node(), address);
                    listening.put(member.node(), introduction.listensOn());
                }));
        routes = Map.copyOf(others);
        seeds.remember(listening);
        view = new View(view.number() + 1, members, left(members));
        listener.viewChanged(view);
    }

    private Map<NodeId, Departure> left(List<Member> members) {
        Map<NodeId, Departure> left = new HashMap<>();
        view.members()
                .forEach(member -> left.put(member.node(), departures.getOrDefault(member.node(), Departure.UNKNOWN)));
        members.forEach(member -> left.remove(member.node()));
        departures.clear();
        return left;
    }

    private void presentChanged(List<Address> present, Map<Address, Departure> gone) {
        gone.forEach((address, departure) -> {
            Departure how = farewells.contains(address) ? Departure.FAREWELL : departure;
            Optional.ofNullable(roster.listed().get(address)).ifPresent(member -> departures.put(member.node(), how));
        });
        farewells.retainAll(present);
        wire.keepOnly(present);
        roster.presentChanged(present);
    }

    private void refused(String sentence) {
        if (!isOver()) {
            isRefused = true;
            Thread.ofPlatform().daemon().name("cluster-refused").start(this::close);
            listener.refused(sentence);
        }
    }

    private final class RosterEffects implements Roster.Effects {
        @Override
        public void introduceTo(Address address, boolean askingBack) {
            wire.introduceTo(address, roster.upMillis(), askingBack);
        }

        @Override
        public void dismiss(Address address, String sentence) {
            wire.dismiss(address, sentence);
        }

        @Override
        public void leave(String sentence) {
            refused(sentence);
        }

        @Override
        public void listChanged(boolean soon) {
            if (soon) {
                publishSoon();
            } else {
                publish();
            }
        }
    }

    /** Hands over from network threads to the loop. */
    private final class WireArrivals implements Wire.Arrivals {
        /** Told by one thread at a time, in order. */
        private volatile List<Address> before = List.of();

        @Override
        public void view(List<Address> members) {
            merging.setMaxInterval(Math.max(mergeIntervalMillis, members.size() * MERGE_INTERVAL_MILLIS_PER_MEMBER));
            Map<Address, Departure> gone = new HashMap<>();
            ClusterTcp transport = (ClusterTcp) channel.getProtocolStack().getTransport();
            before.stream()
                    .filter(address -> !members.contains(address))
                    .forEach(address -> gone.put(address, transport.departure(address)));
            before = members;
            inbox.post(() -> presentChanged(members, gone));
        }

        @Override
        public void farewell(Address from) {
            inbox.post(() -> {
                if (roster.present().contains(from)) {
                    farewells.add(from);
                }
            });
        }

        @Override
        public void introduced(Address from, Introduction.Proven proven) {
            inbox.post(() -> roster.introduced(from, proven));
        }

        @Override
        public void message(Address from, int bytes, Message message) {
            inbox.offer(bytes, () -> deliver(from, message));
        }

        @Override
        public void dismissed(String sentence) {
            inbox.post(() -> refused(sentence));
        }
    }
}
