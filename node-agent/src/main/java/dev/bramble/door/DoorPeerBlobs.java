package dev.bramble.door;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.store.BlobStore;
import dev.bramble.store.CheckedBlobStream;
import dev.bramble.store.NoRoomException;
import dev.bramble.store.PeerBlobs;
import dev.bramble.trust.Form;
import dev.bramble.trust.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** Other nodes' blobs, through their doors. Keeps a few connections open, since results come in bursts. */
public final class DoorPeerBlobs implements PeerBlobs, AutoCloseable {
    /** Connections kept without a use: some for each of the nodes that a busy node sends its results to. */
    private static final int IDLE_LINKS_MAX = 16;

    private static final int BUFFER_BYTES = 64 << 10;
    /** Of a chunk: its size in hexadecimal and CR LF before it, CR LF behind. */
    private static final int CHUNK_FRAME_BYTES = 16;

    private final Identity identity;
    private final DoorLimits limits;
    private final SSLContext context;
    private final Watchdog watchdog = new Watchdog("peer-watchdog");
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    private record Idle(DoorLink link, NodeId holder, long sinceNanos) {}

    public DoorPeerBlobs(Identity identity, DoorLimits limits) {
        this.identity = identity;
        this.limits = limits;
        this.context = identity.sslContext();
    }

    @Override
    public InputStream open(NodeId holder, String door, BlobId blob, long offsetBytes) throws IOException {
        PeerBlobStream bytes = new PeerBlobStream(this, holder, door, blob, offsetBytes);
        return offsetBytes > 0 ? bytes : new CheckedBlobStream(bytes, blob, bytes.sizeBytes(), "on node " + holder);
    }

    @Override
    public BlobStore.Stored push(NodeId holder, String door, InputStream bytes) throws IOException {
        DoorLink link =
                begin(holder, door, "PUT", "/v1/blobs", "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n");
        try {
            Heads.Response head = link.readHead(limits.answer());
            if (head.status() != 100) {
                throw new IOException("node " + holder + " takes no blob: "
                        + link.readRefusal(head, limits.request()).sentence());
            }
            BlobStore.Stored stored = stream(link, holder, bytes);
            giveBack(link, holder);
            return stored;
        } catch (IOException | RuntimeException failure) {
            link.abort();
            throw failure;
        }
    }

    private BlobStore.Stored stream(DoorLink link, NodeId holder, InputStream bytes) throws IOException {
        // Read beside the writing: a full disk is reported in the middle, and writing on would only fill buffers.
        CompletableFuture<Form> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("push-answer").start(() -> {
            try {
                Heads.Response head = Heads.readResponse(link.wire());
                Form form = link.readForm(head, limits.request());
                if (head.status() == 201) {
                    answer.complete(form);
                } else if (head.status() == 507) {
                    answer.completeExceptionally(new NoRoomException("node " + holder + " did not keep the blob: "
                            + form.refusal().map(Refusal::sentence).orElse("its disk is full")));
                } else {
                    Refusal refusal = form.refusal().orElse(new Refusal(Refusal.Kind.INVALID, "no reason given"));
                    answer.completeExceptionally(new RefusedException(refusal));
                }
            } catch (IOException | RuntimeException broken) {
                answer.completeExceptionally(broken);
            }
        });
        link.wire().writing().stall(limits.stall());
        IOException writeFailure = null;
        byte[] buffer = new byte[BUFFER_BYTES + CHUNK_FRAME_BYTES];
        for (int count; !answer.isDone() && (count = bytes.read(buffer, 8, BUFFER_BYTES)) >= 0; ) {
            try {
                writeChunk(link.wire(), buffer, count);
            } catch (IOException broken) {
                writeFailure = broken;
                break;
            }
        }
        if (writeFailure == null && !answer.isDone()) {
            link.wire().write("0\r\n\r\n");
        }
        link.wire().writing().none();
        return await(answer, link, holder, writeFailure);
    }

    /** The data lies in {@code buffer} from its 9th byte on; the frame goes around it, so that all is one write. */
    private static void writeChunk(Wire wire, byte[] buffer, int count) throws IOException {
        if (count == 0) {
            return; // A chunk of no bytes would end the body.
        }
        byte[] size = String.format("%06x\r\n", count).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, buffer, 0, size.length);
        buffer[8 + count] = '\r';
        buffer[8 + count + 1] = '\n';
        wire.write(buffer, 0, 8 + count + 2);
    }

    private BlobStore.Stored await(
            CompletableFuture<Form> answer, DoorLink link, NodeId holder, IOException writeFailure) throws IOException {
        try {
            long waitMillis = (writeFailure == null ? limits.answer() : limits.request()).toMillis();
            Form form = answer.get(waitMillis, TimeUnit.MILLISECONDS);
            return new BlobStore.Stored(new BlobId(form.text("blob")), form.number("size"));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof NoRoomException full) {
                throw full;
            }
            if (failed.getCause() instanceof RefusedException refused) {
                throw new IOException("node " + holder + " did not keep the blob: " + refused.getMessage(), refused);
            }
            Exception cause = writeFailure != null ? writeFailure : new IOException(failed.getCause());
            throw new IOException("the transfer to node " + holder + " broke off: " + cause.getMessage(), cause);
        } catch (TimeoutException tooLong) {
            throw new IOException(
                    "node " + holder + " did not say within " + limits.answer().toSeconds()
                            + " s that it kept the blob",
                    tooLong);
        } catch (IllegalArgumentException | RefusedException nonsense) {
            throw new IOException("node " + holder + " answered without a blob's name", nonsense);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while node " + holder + " keeps the blob", stopping);
        }
    }

    DoorLimits limits() {
        return limits;
    }

    /**
     * Sends the head of a request to the holder, on a connection that was kept or else on a new one. Nothing but the
     * head was sent when this returns, and the first byte of an answer has come: one that was kept may have been closed
     * by the other side meanwhile, which only then shows.
     */
    DoorLink begin(NodeId holder, String door, String method, String path, String headers) throws IOException {
        while (true) {
            Optional<DoorLink> kept = take(holder, door);
            DoorLink link = kept.isPresent() ? kept.get() : connect(holder, door);
            try {
                link.wire().writing().limit(limits.request());
                link.send(method, path, headers, new byte[0]);
                link.wire().writing().none();
                link.wire().reading().limit(limits.answer());
                if (!link.wire().fill()) {
                    throw new IOException("it closed the connection without an answer");
                }
                return link;
            } catch (IOException broken) {
                link.abort();
                if (kept.isEmpty()) {
                    throw DoorLink.sentence(door, broken, link.wire().reading().ranOut());
                }
            }
        }
    }

    private DoorLink connect(NodeId holder, String door) throws IOException {
        DoorLink link = DoorLink.connect(door, context, limits, watchdog);
        if (!link.peer().node().equals(holder)) {
            link.close();
            throw new IOException("at " + door + " answers node " + link.peer().node() + ", not " + holder);
        }
        return link;
    }

    private synchronized Optional<DoorLink> take(NodeId holder, String door) {
        dropStale();
        for (Iterator<Idle> each = idle.descendingIterator(); each.hasNext(); ) {
            Idle candidate = each.next();
            if (candidate.holder.equals(holder) && candidate.link.door().equals(door)) {
                each.remove();
                if (!identity.isRevoked(candidate.link.peer())) {
                    return Optional.of(candidate.link);
                }
                candidate.link.abort();
            }
        }
        return Optional.empty();
    }

    /** A connection whose last answer was read to its end. */
    synchronized void giveBack(DoorLink link, NodeId holder) {
        dropStale();
        if (closed) {
            link.close();
            return;
        }
        idle.addLast(new Idle(link, holder, System.nanoTime()));
        if (idle.size() > IDLE_LINKS_MAX) {
            idle.removeFirst().link.abort();
        }
    }

    // The door closes them after its idle time; half of it keeps us from finding many closed.
    private void dropStale() {
        long now = System.nanoTime();
        while (!idle.isEmpty()
                && now - idle.getFirst().sinceNanos > limits.idle().toNanos() / 2) {
            idle.removeFirst().link.abort();
        }
    }

    /** Closes what is kept open; transfers that run break off when their time is up. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(each -> each.link.abort());
        idle.clear();
        watchdog.close();
    }
}
