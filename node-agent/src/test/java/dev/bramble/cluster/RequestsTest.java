package dev.bramble.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final NodeId ASKED = new NodeId("asked");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SimTime time = new SimTime();
    private final List<Message> sent = new ArrayList<>();
    private final Requests requests = new Requests(time.newLoop(), new Outgoing(sent));

    @Test
    void anAnswerCompletesItsQuestion() {
        CompletableFuture<byte[]> answer = ask();
        requests.received(new Message.Reply(((Message.Request) sent.getFirst()).id(), new byte[] {7}));
        assertThat(answer).isCompletedWithValueMatching(bytes -> bytes[0] == 7);
    }

    @Test
    void silenceFailsTheQuestionAtItsLimit() {
        CompletableFuture<byte[]> answer = ask();
        assertThat(answer).isNotDone();
        while (time.step()) {
            // Until nothing is left to happen.
            continue;
        }
        assertThat(time.nanos()).isEqualTo(LIMIT.toNanos());
        assertThat(answer).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(RefusedException.class);
    }

    @Test
    void whoeverLeavesTheViewIsNotWaitedFor() {
        CompletableFuture<byte[]> answer = ask();
        Member asked = new Member(ASKED, "asked", NodeRole.AGENT, "", "", "", "1");
        requests.viewChanged(new View(1, List.of(asked)));
        assertThat(answer).isNotDone();
        requests.viewChanged(new View(2, List.of()));
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("left before it answered");
    }

    private CompletableFuture<byte[]> ask() {
        return requests.ask(ASKED, new byte[] {1}, LIMIT).toCompletableFuture();
    }

    private record Outgoing(List<Message> sent) implements Cluster {
        @Override
        public View view() {
            return new View(0, List.of());
        }

        @Override
        public void send(NodeId to, Message message) {
            sent.add(message);
        }

        @Override
        public void sendToAll(Message message) {
            sent.add(message);
        }

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
