package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.NotLeadingException;
import dev.bramble.time.EventLoop;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.JavaUtils;

/**
 * The appends of this leader that are under way. An append is done when its entry was applied here, whatever the engine
 * answers; the engine's answer matters only when it fails, and then it depends on whether the entry had been written to
 * the log before.
 *
 * <p>Thread: any; futures complete on the loop.
 */
final class Appends {
    private final Engine engine;
    private final EventLoop loop;
    private final Executor engineThread;
    private final ByteString client;
    private final Map<Long, Append> underWay = new ConcurrentHashMap<>();
    private final AtomicLong bytesUnderWay = new AtomicLong();

    /** @param engineThread one thread that may wait for the engine, so that appends keep their order */
    Appends(Engine engine, EventLoop loop, Executor engineThread) {
        this.engine = engine;
        this.loop = loop;
        this.engineThread = engineThread;
        this.client = engine.client().toByteString();
    }

    private static final class Append {
        final CompletableFuture<Long> done = new CompletableFuture<>();
        final int bytes;

        /** Whether the entry went into this leader's log: then others may have it, and may commit it some day. */
        volatile boolean written;

        Append(int bytes) {
            this.bytes = bytes;
        }
    }

    CompletionStage<Long> refuse(RuntimeException reason) {
        CompletableFuture<Long> refused = new CompletableFuture<>();
        loop.execute(() -> refused.completeExceptionally(reason));
        return refused;
    }

    CompletionStage<Long> append(byte[] entry) {
        if (entry.length > Ledger.ENTRY_BYTES_MAX) {
            return refuse(new IllegalArgumentException(
                    "an entry of " + entry.length + " bytes is larger than " + Ledger.ENTRY_BYTES_MAX));
        }
        if (underWay.size() >= Tuning.APPENDS_IN_FLIGHT_MAX
                || bytesUnderWay.get() + entry.length > Tuning.APPEND_BYTES_IN_FLIGHT_MAX) {
            return refuse(new RejectedExecutionException("the ledger has " + underWay.size()
                    + " appends under way; this one was not begun, wait for one of them and append again"));
        }
        Append append = new Append(entry.length);
        long callId = engine.nextCallId();
        bytesUnderWay.addAndGet(entry.length);
        underWay.put(callId, append);
        engineThread.execute(() -> submit(callId, entry));
        return append.done;
    }

    private void submit(long callId, byte[] entry) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(engine.client())
                .setServerId(engine.self().getId())
                .setGroupId(engine.group())
                .setCallId(callId)
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            engine.server().submitClientRequestAsync(request).whenComplete((reply, failure) -> {
                Throwable reason = failure != null ? JavaUtils.unwrapCompletionException(failure) : exception(reply);
                if (reason != null) {
                    loop.execute(() -> failed(callId, reason));
                }
            });
        } catch (Exception failure) {
            loop.execute(() -> failed(callId, JavaUtils.unwrapCompletionException(failure)));
        }
    }

    private static Throwable exception(RaftClientReply reply) {
        return reply.getException();
    }

    /** The engine writes the entry to the log now. */
    void written(TransactionContext context) {
        RaftClientRequest request = context.getClientRequest();
        if (request != null && request.getClientId().equals(engine.client())) {
            Append append = underWay.get(request.getCallId());
            if (append != null) {
                append.written = true;
            }
        }
    }

    /** On the loop: an entry, perhaps one of this leader's, was applied. */
    void applied(long index, StateMachineLogEntryProto entry) {
        if (entry.getClientId().equals(client)) {
            Append append = remove(entry.getCallId());
            if (append != null) {
                append.done.complete(index);
            }
        }
    }

    /** On the loop. */
    private void failed(long callId, Throwable reason) {
        Append append = remove(callId);
        if (append == null) {
            return;
        }
        if (append.written) {
            append.done.completeExceptionally(new IllegalStateException(
                    "the leadership ended while the entry was under way; it may or may not be applied later", reason));
        } else if (reason instanceof NotLeaderException
                || reason instanceof LeaderNotReadyException
                || reason instanceof LeaderSteppingDownException
                || reason instanceof ServerNotReadyException) {
            append.done.completeExceptionally(new NotLeadingException("this voter does not lead the ledger any more"));
        } else {
            append.done.completeExceptionally(
                    new RejectedExecutionException("the ledger did not begin the append: " + reason, reason));
        }
    }

    /** On the loop: nothing more is heard of any of them. */
    void failAll(String sentence) {
        for (Long callId : underWay.keySet()) {
            Append append = remove(callId);
            if (append != null) {
                append.done.completeExceptionally(
                        new IllegalStateException(sentence + "; the entry may or may not be applied later"));
            }
        }
    }

    private Append remove(long callId) {
        Append append = underWay.remove(callId);
        if (append != null) {
            bytesUnderWay.addAndGet(-append.bytes);
        }
        return append;
    }
}
