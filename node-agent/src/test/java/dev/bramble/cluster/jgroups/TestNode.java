package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.ThreadEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jgroups.JChannel;

/** A member on loopback that remembers what it was told. */
final class TestNode implements Cluster.Listener, AutoCloseable {
    static final MessageCodec CODEC = new MessageCodec(TestNode::encode, TestNode::decode);
    static final String CLUSTER = "test-ledger";

    private static final int PORTS_FROM = 14_000;
    private static final int PORTS = 4_000;

    /** Two builds on one machine begin at different places. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 101 % PORTS));

    /** How a test builds a member; everything has a default that works. */
    static final class Builder {
        String node;
        NodeRole role = NodeRole.AGENT;
        String serial = "board-1";
        int port = freePort();
        List<Integer> hosts = List.of();
        ClusterSettings.Credentials credentials;
        AdmissionCheck admission = AdmissionCheck.KNOWS_NOTHING;
        boolean multicast;
        boolean founding;
        Path folder;
        Consumer<JChannel> prepare = channel -> {};

        Builder(String node) {
            this.node = node;
        }

        ClusterSettings settings() throws IOException {
            Member self = new Member(
                    new NodeId(node),
                    node + "-name",
                    role,
                    "127.0.0.1:1",
                    "127.0.0.1:2",
                    serial,
                    UUID.randomUUID().toString());
            return new ClusterSettings(
                    self,
                    CLUSTER,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    hosts.stream().map(p -> "127.0.0.1:" + p).toList(),
                    credentials,
                    admission,
                    multicast,
                    folder == null ? Files.createTempDirectory("cluster-test") : folder,
                    founding);
        }

        TestNode join() throws IOException {
            return new TestNode(this);
        }
    }

    final int port;
    final Member self;
    final ThreadEventLoop loop;
    final List<View> views = new CopyOnWriteArrayList<>();
    final List<Long> received = new CopyOnWriteArrayList<>();
    final List<NodeId> senders = new CopyOnWriteArrayList<>();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final JGroupsCluster cluster;
    private JChannel channel;

    private TestNode(Builder builder) throws IOException {
        this.port = builder.port;
        this.loop = new ThreadEventLoop("loop-" + builder.node, failures::add);
        ClusterSettings settings = builder.settings();
        this.self = settings.self();
        this.cluster = JGroupsCluster.join(settings, CODEC, this, loop, prepared -> {
            channel = prepared;
            builder.prepare.accept(prepared);
        });
    }

    JChannel channel() {
        return channel;
    }

    /** The node ids in the last view that the listener was told. */
    List<String> sees() {
        return views.isEmpty()
                ? List.of()
                : views.getLast().members().stream()
                        .map(member -> member.node().value())
                        .sorted()
                        .toList();
    }

    void send(String to, long number) {
        cluster.send(new NodeId(to), new Message.Request(number, new byte[0]));
    }

    @Override
    public void viewChanged(View view) {
        views.add(view);
    }

    @Override
    public void received(Member from, Message message) {
        switch (message) {
            case Message.Request request -> {
                received.add(request.id());
                senders.add(from.node());
            }
            default -> throw new IllegalStateException("an unexpected " + message);
        }
    }

    @Override
    public void refused(String sentence) {
        refusals.add(sentence);
    }

    @Override
    public void close() {
        cluster.close();
        loop.close();
    }

    /**
     * A port that is free, and handed out once. Below those that outgoing connections get, since one of them could take
     * it before the member that it is for has started.
     */
    static int freePort() {
        while (true) {
            int port = PORTS_FROM + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
    }

    static List<Integer> freePorts(int count) {
        return Stream.generate(TestNode::freePort).limit(count).toList();
    }

    private static byte[] encode(Message message) {
        return switch (message) {
            case Message.Request request ->
                ByteBuffer.allocate(8 + request.body().length)
                        .putLong(request.id())
                        .put(request.body())
                        .array();
            default -> throw new IllegalStateException("the tests send requests only");
        };
    }

    private static Message decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long id = buffer.getLong();
        byte[] body = new byte[buffer.remaining()];
        buffer.get(body);
        return new Message.Request(id, body);
    }
}
