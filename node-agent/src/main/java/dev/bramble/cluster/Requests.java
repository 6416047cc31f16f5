package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Questions to other members and their answers. Event loop only. */
public final class Requests {
    /** Questions without an answer yet: a head with a hundred pages open asks far fewer. */
    public static final int OPEN_MAX = 4096;

    private final EventLoop loop;
    private final Cluster cluster;
    private final Map<Long, Open> open = new HashMap<>();
    private long asked;

    private record Open(NodeId to, CompletableFuture<byte[]> answer) {}

    public Requests(EventLoop loop, Cluster cluster) {
        this.loop = loop;
        this.cluster = cluster;
    }

    /** Completes with the answer's body, or fails with UNAVAILABLE when none came within {@code limit}. */
    public CompletionStage<byte[]> ask(NodeId to, byte[] body, Duration limit) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (open.size() >= OPEN_MAX) {
            answer.completeExceptionally(new RefusedException(
                    Refusal.Kind.LIMIT, "too many questions are open (" + OPEN_MAX + "); try again in a moment"));
            return answer;
        }
        long id = ++asked;
        open.put(id, new Open(to, answer));
        EventLoop.Timer timer = loop.after(limit, () -> {
            if (open.remove(id) != null) {
                answer.completeExceptionally(new RefusedException(
                        Refusal.Kind.UNAVAILABLE, "node " + to + " did not answer within " + limit.toMillis() + " ms"));
            }
        });
        answer.whenComplete((bytes, failure) -> timer.cancel());
        cluster.send(to, new Message.Request(id, body));
        return answer;
    }

    /** An answer came; late ones are dropped. */
    public void received(Message.Reply reply) {
        Open question = open.remove(reply.id());
        if (question != null) {
            question.answer().complete(reply.body());
        }
    }

    /** Whoever left will not answer: those who wait for it are told at once, and may ask another. */
    public void viewChanged(View view) {
        List<Long> lost = open.entrySet().stream()
                .filter(question -> !view.has(question.getValue().to()))
                .map(Map.Entry::getKey)
                .toList();
        for (long id : lost) {
            Open question = open.remove(id);
            question.answer()
                    .completeExceptionally(new RefusedException(
                            Refusal.Kind.UNAVAILABLE, "node " + question.to() + " left before it answered: try again"));
        }
    }
}
