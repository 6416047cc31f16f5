package dev.bramble.cluster.jgroups;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.Address;

/**
 * What waits to be sent, a queue for each member. JGroups blocks a sender while the receiver has no room; with a thread
 * and a queue for each member, one that stands still makes nobody else wait. A full queue drops what comes: every
 * protocol on top repeats itself.
 */
final class Outboxes implements AutoCloseable {
    /** A thousand tiny messages to one member are a burst; more are a fault. */
    private static final int FRAMES_PER_MEMBER_MAX = 4096;

    /** Room for some messages of the largest size. */
    private static final long BYTES_PER_MEMBER_MAX = 4L << 20;

    /** An agent's whole heap is 64 MB. */
    private static final long BYTES_MAX = 8L << 20;

    private static final Logger LOG = Logger.getLogger(Outboxes.class.getName());

    /** Where frames go; may block. */
    interface Wire {
        void send(Address to, byte[] frame) throws Exception;
    }

    /** Something to send, completed on the sending thread. */
    interface Frame {
        int length();

        byte[] bytes();
    }

    private final Wire wire;
    private final Map<Address, Outbox> outboxes = new ConcurrentHashMap<>();
    private final AtomicLong bytesWaiting = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Seldom complaints = new Seldom(Duration.ofSeconds(10));
    private volatile boolean closed;

    Outboxes(Wire wire) {
        this.wire = wire;
    }

    /** Frames dropped since the start because a queue was full. */
    long dropped() {
        return dropped.get();
    }

    /** Queues a frame or drops it; never waits. Any thread. */
    void put(Address to, Frame frame) {
        if (!closed) {
            outboxes.computeIfAbsent(to, Outbox::new).put(frame);
        }
    }

    /** Forgets what waits for anybody else. */
    void keepOnly(Collection<Address> members) {
        outboxes.forEach((address, outbox) -> {
            if (!members.contains(address)) {
                outboxes.remove(address);
                outbox.clear();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        outboxes.values().forEach(Outbox::clear);
    }

    private void countDrop(Address to) {
        long total = dropped.incrementAndGet();
        if (complaints.isDue(to)) {
            LOG.warning(() -> "dropped a message to " + to + ", which takes them too slowly (" + total + " so far)");
        }
    }

    private final class Outbox {
        private final Address to;
        private final Queue<Frame> frames = new ArrayDeque<>();
        private long bytes;
        private boolean sending;

        Outbox(Address to) {
            this.to = to;
        }

        void put(Frame frame) {
            synchronized (this) {
                boolean full = frames.size() >= FRAMES_PER_MEMBER_MAX
                        || bytes + frame.length() > BYTES_PER_MEMBER_MAX
                        || bytesWaiting.get() + frame.length() > BYTES_MAX;
                if (!full) {
                    frames.add(frame);
                    bytes += frame.length();
                    bytesWaiting.addAndGet(frame.length());
                    if (!sending) {
                        sending = true;
                        Thread.ofVirtual().name("cluster-outbox").start(this::sendAll);
                    }
                    return;
                }
            }
            countDrop(to);
        }

        private synchronized Frame next() {
            Frame frame = frames.poll();
            if (frame == null) {
                sending = false;
            } else {
                bytes -= frame.length();
                bytesWaiting.addAndGet(-frame.length());
            }
            return frame;
        }

        private void sendAll() {
            for (Frame frame = next(); frame != null; frame = next()) {
                try {
                    wire.send(to, frame.bytes());
                } catch (Exception leaving) {
                    LOG.log(Level.FINE, leaving, () -> "a message to " + to + " was not sent");
                }
            }
        }

        synchronized void clear() {
            frames.clear();
            bytesWaiting.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
