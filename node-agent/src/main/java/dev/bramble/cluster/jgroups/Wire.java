package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.model.NodeRole;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.util.UUID;

/**
 * The network's side of the adapter: turns frames into proven introductions and genuine messages, and back. Called by
 * JGroups' threads and by the loop; what it learns it hands to {@link Arrivals}.
 *
 * <pre>
 *  I  introduction   signed; makes the key for M
 *  M  message        tag, encoded message
 *  D  dismissal      signed
 *  P  ping           nanoseconds of the sender's clock, as they come back in
 *  Q  pong
 *  F  farewell       tag; its sender is about to leave in order
 *  G  its answer     so that the view without the sender comes after its farewell
 * </pre>
 *
 * All frames are unicasts, so that everything that one member sends another arrives in one order.
 */
final class Wire implements Receiver, AutoCloseable {
    /** A proven address that is in no view yet is kept this long; its view is on its way. */
    private static final Duration PROVEN_KEPT = Duration.ofSeconds(30);

    /** Several times the largest bramble; more can only be somebody who makes them up. */
    private static final int KNOWN_MAX = 1024;

    private static final int PING_BYTES = 1 + Long.BYTES;

    /** What the tag of a farewell is of: no message is a single byte. */
    private static final byte[] FAREWELL = {'F'};

    /** Some round trips; who does not answer by then is told how this member left by nobody. */
    private static final Duration FAREWELL_MAX = Duration.ofMillis(300);

    private static final Logger LOG = Logger.getLogger(Wire.class.getName());

    /** What comes in, on network threads. */
    interface Arrivals {
        void view(List<Address> members);

        void introduced(Address from, Introduction.Proven proven);

        void message(Address from, int bytes, Message message);

        void dismissed(String sentence);

        /** Comes before the view without it. */
        void farewell(Address from);
    }

    private record Known(Introduction.Proven proven, PairSeal seal, long provenNanos) {}

    private final JChannel channel;
    private final ClusterSettings settings;
    private final MessageCodec codec;
    private final Arrivals arrivals;
    private final Introduction.Scope ownScope;
    private final KeyPair exchange = PairSeal.exchangeKey();
    private final Introduction introduction;
    private final Outboxes outboxes;
    private final Map<Address, Known> known = new ConcurrentHashMap<>();
    private final Map<Address, Duration> roundTrips = new ConcurrentHashMap<>();
    private final Seldom complaints = new Seldom(Duration.ofMinutes(1));
    private final AtomicLong refusedFrames = new AtomicLong();
    /** Counts the answers to this member's own farewell. */
    private volatile CountDownLatch goodbyes = new CountDownLatch(0);

    Wire(JChannel channel, Address self, ClusterSettings settings, MessageCodec codec, Arrivals arrivals)
            throws GeneralSecurityException {
        this.channel = channel;
        this.settings = settings;
        this.codec = codec;
        this.arrivals = arrivals;
        this.ownScope = scope(self);
        this.introduction = Introduction.sign(
                settings.self(),
                HostPort.of(settings.listen()),
                exchange.getPublic().getEncoded(),
                settings.credentials().key(),
                settings.credentials().certificate(),
                ownScope);
        this.outboxes = new Outboxes((to, frame) -> channel.send(new BytesMessage(to, frame)));
    }

    private Introduction.Scope scope(Address address) {
        return new Introduction.Scope(settings.cluster(), ((UUID) address).toStringLong());
    }

    // ---- out ----

    /** Queues our introduction. */
    void introduceTo(Address to, long upMillis, boolean askingBack) {
        byte[] content = introduction.with(upMillis, askingBack).encode();
        outboxes.put(to, plain('I', content));
    }

    /** Queues a dismissal. */
    void dismiss(Address who, String sentence) {
        ClusterSettings.Credentials own = settings.credentials();
        try {
            outboxes.put(
                    who,
                    plain(
                            'D',
                            Dismissal.sign(sentence, own.key(), own.certificate(), scope(who))
                                    .encode()));
        } catch (GeneralSecurityException unusableKey) {
            throw new IllegalStateException("this node's key cannot sign: " + unusableKey.getMessage(), unusableKey);
        }
    }

    /** Queues an encoded message to a member whose introduction is proven. */
    void send(Address to, byte[] message) {
        Known member = known.get(to);
        if (member != null) {
            outboxes.put(to, new Sealed(member.seal(), message));
        }
    }

    /** Measures the round trip to each; an answer that does not come leaves the last figure. */
    void ping(Collection<Address> members) {
        for (Address member : members) {
            byte[] frame = ByteBuffer.allocate(PING_BYTES)
                    .put((byte) 'P')
                    .putLong(System.nanoTime())
                    .array();
            sendNow(member, frame);
        }
    }

    /**
     * Tells each that this member leaves in order, and waits for their answers within {@link #FAREWELL_MAX}. Whom it
     * does not reach takes it for a loss.
     */
    void farewell(Collection<Address> members) throws InterruptedException {
        goodbyes = new CountDownLatch(
                (int) members.stream().filter(known::containsKey).count());
        for (Address to : members) {
            Known member = known.get(to);
            if (member != null) {
                sendNow(
                        to,
                        ByteBuffer.allocate(1 + PairSeal.TAG_BYTES)
                                .put((byte) 'F')
                                .put(member.seal().tag(FAREWELL, 0, FAREWELL.length))
                                .array());
            }
        }
        goodbyes.await(FAREWELL_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    Map<Address, Duration> roundTrips() {
        return roundTrips;
    }

    /** Forgets everybody else, as far as they are not about to appear. */
    void keepOnly(Collection<Address> present) {
        long now = System.nanoTime();
        known.entrySet()
                .removeIf(entry -> !present.contains(entry.getKey())
                        && now - entry.getValue().provenNanos() > PROVEN_KEPT.toNanos());
        roundTrips.keySet().retainAll(present);
        outboxes.keepOnly(present);
    }

    long dropped() {
        return outboxes.dropped();
    }

    /** Frames that were no proven member's, or no message. */
    long refusedFrames() {
        return refusedFrames.get();
    }

    @Override
    public void close() {
        outboxes.close();
    }

    private record Sealed(PairSeal seal, byte[] message) implements Outboxes.Frame {
        static final int HEADER_BYTES = 1 + PairSeal.TAG_BYTES;

        @Override
        public int length() {
            return HEADER_BYTES + message.length;
        }

        @Override
        public byte[] bytes() {
            return ByteBuffer.allocate(length())
                    .put((byte) 'M')
                    .put(seal.tag(message, 0, message.length))
                    .put(message)
                    .array();
        }
    }

    private record Plain(byte[] bytes) implements Outboxes.Frame {
        @Override
        public int length() {
            return bytes.length;
        }
    }

    private static Plain plain(char kind, byte[] content) {
        return new Plain(ByteBuffer.allocate(1 + content.length)
                .put((byte) kind)
                .put(content)
                .array());
    }

    /** Past all queues and without repetition: for what is worthless when late. */
    private void sendNow(Address to, byte[] frame) {
        try {
            channel.send(new BytesMessage(to, frame)
                    .setFlag(
                            org.jgroups.Message.Flag.OOB,
                            org.jgroups.Message.Flag.NO_FC,
                            org.jgroups.Message.Flag.NO_RELIABILITY));
        } catch (Exception leaving) {
            LOG.fine(() -> "a ping to " + to + " was not sent: " + leaving.getMessage());
        }
    }

    // ---- in ----

    @Override
    public void viewAccepted(org.jgroups.View view) {
        arrivals.view(view.getMembers());
    }

    @Override
    public void receive(org.jgroups.Message message) {
        Address from = message.getSrc();
        byte[] bytes = message.getArray();
        int offset = message.getOffset();
        int length = message.getLength();
        if (length < 1) {
            return;
        }
        try {
            switch (bytes[offset]) {
                case 'I' -> introduced(from, content(bytes, offset, length));
                case 'M' -> received(from, bytes, offset, length);
                case 'D' -> dismissed(content(bytes, offset, length));
                case 'P' -> {
                    byte[] pong = Arrays.copyOfRange(bytes, offset, offset + PING_BYTES);
                    pong[0] = 'Q';
                    sendNow(from, pong);
                }
                case 'Q' ->
                    ponged(from, ByteBuffer.wrap(bytes, offset + 1, Long.BYTES).getLong());
                case 'F' -> saidGoodbye(from, Arrays.copyOfRange(bytes, offset + 1, offset + length));
                case 'G' -> goodbyes.countDown();
                default -> throw new IOException("a frame of kind " + bytes[offset]);
            }
        } catch (CertificateException unproven) {
            refuse(from, unproven.getMessage());
        } catch (GeneralSecurityException | IOException | RuntimeException malformed) {
            refuse(from, "it sends what makes no sense here: " + malformed);
        }
    }

    private void refuse(Address from, String why) {
        refusedFrames.incrementAndGet();
        if (complaints.isDue(from)) {
            LOG.warning(() -> "nothing is heard from " + from + ": " + why);
        }
    }

    private static DataInputStream content(byte[] bytes, int offset, int length) throws IOException {
        if (length > Introduction.BYTES_MAX) {
            throw new IOException("an introduction of " + length + " bytes");
        }
        return new DataInputStream(new ByteArrayInputStream(bytes, offset + 1, length - 1));
    }

    private void introduced(Address from, DataInputStream content) throws GeneralSecurityException, IOException {
        Introduction theirs = Introduction.decode(content);
        Known before = known.get(from);
        if (before == null && known.size() >= KNOWN_MAX) {
            throw new IOException("one introduction too many");
        }
        Known now;
        if (before != null
                && Arrays.equals(before.proven().introduction().signature(), theirs.signature())
                && !settings.credentials().peers().isRevoked(before.proven().peer())) {
            // The same again: the signature covers all but these two, and checking it costs a Pi milliseconds.
            Introduction repeated = before.proven().introduction().with(theirs.upMillis(), theirs.askingBack());
            now = new Known(
                    new Introduction.Proven(repeated, before.proven().peer()), before.seal(), System.nanoTime());
        } else {
            Introduction.Proven proven =
                    theirs.prove(scope(from), settings.credentials().peers());
            PairSeal seal = PairSeal.between(
                    exchange.getPrivate(),
                    ownScope.address(),
                    theirs.exchangeKey(),
                    scope(from).address(),
                    settings.cluster());
            now = new Known(proven, seal, System.nanoTime());
        }
        known.put(from, now);
        arrivals.introduced(from, now.proven());
    }

    private void received(Address from, byte[] bytes, int offset, int length) throws IOException {
        Known member = known.get(from);
        int tagAt = offset + 1;
        int messageAt = tagAt + PairSeal.TAG_BYTES;
        int messageLength = length - Sealed.HEADER_BYTES;
        if (member == null) {
            refusedFrames.incrementAndGet(); // its introduction is on its way, or was refused with a line in the log
            return;
        }
        if (messageLength < 0
                || messageLength > Cluster.MESSAGE_BYTES_MAX
                || !member.seal().isGenuine(bytes, messageAt, messageLength, tagAt)) {
            throw new IOException(
                    "a message that is not from node " + member.proven().peer().node());
        }
        byte[] encoded = Arrays.copyOfRange(bytes, messageAt, messageAt + messageLength);
        arrivals.message(from, messageLength, codec.decode().apply(encoded));
    }

    private void dismissed(DataInputStream content) throws CertificateException, IOException {
        Dismissal dismissal = Dismissal.decode(content);
        PeerCheck.Peer by = dismissal.prove(ownScope, settings.credentials().peers());
        boolean mayDismiss =
                by.role() == NodeRole.AGENT || by.node().equals(settings.self().node());
        if (!mayDismiss) {
            throw new CertificateException("node " + by.node() + " is a head, and heads do not dismiss members");
        }
        arrivals.dismissed(dismissal.sentence());
    }

    private void saidGoodbye(Address from, byte[] tag) throws IOException {
        Known member = known.get(from);
        if (member == null) {
            return; // it was no member here yet: nobody misses it
        }
        byte[] tagged = Arrays.copyOf(FAREWELL, FAREWELL.length + tag.length);
        System.arraycopy(tag, 0, tagged, FAREWELL.length, tag.length);
        if (tag.length != PairSeal.TAG_BYTES || !member.seal().isGenuine(tagged, 0, FAREWELL.length, FAREWELL.length)) {
            throw new IOException(
                    "a farewell that is not from node " + member.proven().peer().node());
        }
        arrivals.farewell(from);
        sendNow(from, new byte[] {'G'});
    }

    private void ponged(Address from, long sentNanos) {
        long nanos = System.nanoTime() - sentNanos;
        if (nanos >= 0 && known.containsKey(from)) {
            roundTrips.put(from, Duration.ofNanos(nanos));
        }
    }
}
