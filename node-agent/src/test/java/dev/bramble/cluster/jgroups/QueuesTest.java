package dev.bramble.cluster.jgroups;

import static dev.bramble.cluster.jgroups.Eventually.assertThatSoon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.time.SimTime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

/** What waits to be sent, and what has arrived and waits for the loop. */
class QueuesTest {
    private static final Address FROZEN = new UUID(0, 1);
    private static final Address LIVELY = new UUID(0, 2);

    private final CountDownLatch thaw = new CountDownLatch(1);
    private final List<Integer> sentToLively = new CopyOnWriteArrayList<>();

    private void send(Address to, byte[] frame) throws InterruptedException {
        if (to.equals(FROZEN)) {
            thaw.await();
        } else {
            sentToLively.add(ByteBuffer.wrap(frame).getInt());
        }
    }

    private static Outboxes.Frame frame(int number, int length) {
        return new Outboxes.Frame() {
            @Override
            public int length() {
                return length;
            }

            @Override
            public byte[] bytes() {
                return ByteBuffer.allocate(length).putInt(number).array();
            }
        };
    }

    @Test
    void aMemberThatStandsStillHoldsUpNobodyElse() {
        try (Outboxes outboxes = new Outboxes(this::send)) {
            outboxes.put(FROZEN, frame(0, 4));
            IntStream.range(0, 1_000).forEach(i -> outboxes.put(LIVELY, frame(i, 4)));
            assertThatSoon(() -> assertThat(sentToLively)
                    .isEqualTo(IntStream.range(0, 1_000).boxed().toList()));
        } finally {
            thaw.countDown();
        }
    }

    @Test
    void whatDoesNotFitIsDroppedAndCounted() {
        int mebibyte = 1 << 20;
        try (Outboxes outboxes = new Outboxes(this::send)) {
            outboxes.put(FROZEN, frame(0, mebibyte));
            IntStream.range(0, 100).forEach(i -> outboxes.put(FROZEN, frame(i, mebibyte)));
            // Four wait; one more may have been taken by its thread before the others came.
            assertThat(outboxes.dropped()).isBetween(96L, 97L);
            IntStream.range(0, 1_000).forEach(i -> outboxes.put(new UUID(1, i % 100), frame(i, 1_000)));
            assertThatSoon(() -> assertThat(sentToLively).hasSize(1_000));
        } finally {
            thaw.countDown();
        }
    }

    @Test
    void theQueueOfAMemberThatLeftIsForgotten() {
        try (Outboxes outboxes = new Outboxes(this::send)) {
            IntStream.range(0, 5_000).forEach(i -> outboxes.put(FROZEN, frame(i, 4)));
            long dropped = outboxes.dropped();
            assertThat(dropped).isPositive();
            outboxes.keepOnly(List.of(LIVELY));
            outboxes.put(FROZEN, frame(0, 4));
            assertThat(outboxes.dropped()).isEqualTo(dropped);
        } finally {
            thaw.countDown();
        }
    }

    @Test
    void aSlowLoopLosesMessagesButNothingOfTheMembership() {
        SimTime time = new SimTime();
        Inbox inbox = new Inbox(time.newLoop());
        List<String> happened = new ArrayList<>();
        inbox.post(() -> happened.add("view 1"));
        IntStream.range(0, 20_000).forEach(i -> inbox.offer(10, () -> happened.add("message " + i)));
        inbox.post(() -> happened.add("view 2"));
        while (time.step()) {
            // until nothing is left
        }
        assertThat(happened).startsWith("view 1", "message 0", "message 1").endsWith("message 8191", "view 2");
        assertThat(inbox.dropped()).isEqualTo(20_000 - 8_192);
    }

    @Test
    void bytesThatWaitForTheLoopAreBounded() {
        SimTime time = new SimTime();
        Inbox inbox = new Inbox(time.newLoop());
        IntStream.range(0, 20).forEach(i -> inbox.offer(1 << 20, () -> {}));
        assertThat(inbox.dropped()).isEqualTo(12);
        while (time.step()) {
            // until nothing is left
        }
        inbox.offer(1 << 20, () -> {});
        assertThat(inbox.dropped()).isEqualTo(12);
    }

    @Test
    void aFaultInOneItemIsReportedAndTheNextGoesOn() {
        SimTime time = new SimTime();
        Inbox inbox = new Inbox(time.newLoop());
        List<String> happened = new ArrayList<>();
        inbox.offer(1, () -> {
            throw new IllegalStateException("a listener's fault");
        });
        inbox.offer(1, () -> happened.add("next"));
        List<String> reported = new ArrayList<>();
        boolean more = true;
        while (more) {
            try {
                more = time.step();
            } catch (IllegalStateException fault) {
                reported.add(fault.getMessage());
            }
        }
        assertThat(happened).containsExactly("next");
        assertThat(reported).containsExactly("a listener's fault");
    }
}
