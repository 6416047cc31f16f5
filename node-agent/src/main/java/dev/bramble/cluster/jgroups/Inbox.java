package dev.bramble.cluster.jgroups;

import dev.bramble.time.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What has arrived and waits for the event loop, in order. A loop that does not keep up loses messages, which are
 * counted; it never loses what happens to the membership.
 */
final class Inbox {
    /** Several seconds of work for a busy leader's loop. */
    private static final int MESSAGES_MAX = 8192;

    /** An agent's whole heap is 64 MB. */
    private static final long BYTES_MAX = 8L << 20;

    /** So that timers and everything else on the loop get their turn. */
    private static final int PER_TURN_MAX = 64;

    private record Item(int bytes, Runnable task) {}

    private final EventLoop loop;
    private final Queue<Item> items = new ArrayDeque<>();
    private long bytes;
    private int messages;
    private long dropped;
    private boolean draining;

    Inbox(EventLoop loop) {
        this.loop = loop;
    }

    /** Messages dropped since the start because the loop was too slow. */
    synchronized long dropped() {
        return dropped;
    }

    /** Something about the membership. */
    void post(Runnable task) {
        add(new Item(0, task));
    }

    /** A message of this many bytes; dropped when too many wait. */
    void offer(int length, Runnable task) {
        synchronized (this) {
            if (messages >= MESSAGES_MAX || bytes + length > BYTES_MAX) {
                dropped++;
                return;
            }
        }
        add(new Item(Math.max(1, length), task));
    }

    private void add(Item item) {
        boolean start;
        synchronized (this) {
            items.add(item);
            bytes += item.bytes();
            messages += item.bytes() > 0 ? 1 : 0;
            start = !draining;
            draining = true;
        }
        if (start) {
            loop.execute(this::drain);
        }
    }

    private synchronized Item next() {
        Item item = items.poll();
        if (item == null) {
            draining = false;
        } else {
            bytes -= item.bytes();
            messages -= item.bytes() > 0 ? 1 : 0;
        }
        return item;
    }

    private void drain() {
        for (int i = 0; i < PER_TURN_MAX; i++) {
            Item item = next();
            if (item == null) {
                return;
            }
            try {
                item.task().run();
            } catch (RuntimeException fault) {
                loop.execute(() -> {
                    throw fault; // the loop reports it; what waits behind it goes on
                });
            }
        }
        loop.execute(this::drain);
    }
}
