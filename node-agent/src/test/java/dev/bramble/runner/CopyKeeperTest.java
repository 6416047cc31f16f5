package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.store.BlobFetch;
import dev.bramble.store.SimBlobStore;
import dev.bramble.store.SimPeerBlobs;
import dev.bramble.store.SplicedBlobStream;
import dev.bramble.store.Touches;
import dev.bramble.time.SimTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopyKeeperTest {
    private static final NodeId SELF = new NodeId("self");
    private static final NodeId LEADER = new NodeId("leader");
    private static final NodeId OTHER = new NodeId("other");

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private final List<Message.CopyNews> news = new ArrayList<>();
    private final Set<BlobId> waiting = new HashSet<>();
    private final SimPeerBlobs doors = new SimPeerBlobs();
    private final SimBlobStore other = new SimBlobStore();
    /** How long the next pieces of work take that go off the loop; then a millisecond each. */
    private final ArrayDeque<Duration> workTakes = new ArrayDeque<>();

    private CopyKeeper keeper;
    private final SimBlobStore disk = new SimBlobStore(time::nanos, damage -> keeper.damaged(damage));

    private final Cluster cluster = new Cluster() {
        @Override
        public View view() {
            return new View(1, List.of(new Member(OTHER, "attic", NodeRole.AGENT, "other:1", "", "o", "first")));
        }

        @Override
        public void send(NodeId to, Message message) {
            assertThat(to).isEqualTo(LEADER);
            news.add((Message.CopyNews) message);
        }

        @Override
        public void sendToAll(Message message) {}

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    };

    CopyKeeperTest() {
        doors.up(OTHER, "other:1", other);
        keeper = new CopyKeeper(new CopyKeeper.Parts(
                new Offload(
                        loop,
                        task -> loop.after(workTakes.isEmpty() ? Duration.ofMillis(1) : workTakes.remove(), task)),
                cluster,
                disk,
                new BlobFetch(disk, doors.from(SELF), Long.MAX_VALUE),
                SplicedBlobStream.Pace.NONE,
                bytesPerSecond -> {},
                () -> Optional.of(LEADER),
                () -> waiting));
        loop.execute(keeper::start);
    }

    private static BlobId put(SimBlobStore store, String text) {
        try {
            return store.put(new ByteArrayInputStream(text.getBytes()), Long.MAX_VALUE)
                    .blob();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void pass(Duration duration) {
        long end = time.nanos() + duration.toNanos();
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0] && time.nanos() <= end) {
            time.step();
        }
    }

    @Test
    void aFreshCopyOutlivesAnOrderToDropItAndTheLeaderIsAskedLater() {
        pass(Touches.FRESH_FOR);
        BlobId old = put(disk, "old");
        pass(Touches.FRESH_FOR);
        BlobId fresh = put(disk, "fresh");
        loop.execute(() -> keeper.received(new Message.DropBlobs(1, List.of(old, fresh))));
        pass(Duration.ofSeconds(1));
        assertThat(disk.list()).containsExactly(fresh);
        assertThat(news.getLast().gone()).containsExactly(old);
        pass(Duration.ofSeconds(11));
        assertThat(news.getLast().held()).containsExactly(fresh);
    }

    @Test
    void whatAnOutcomeNeedsThatNobodyKnowsYetIsNotDropped() {
        BlobId result = put(disk, "result");
        waiting.add(result);
        pass(Touches.FRESH_FOR.plusSeconds(1));
        loop.execute(() -> keeper.received(new Message.DropBlobs(1, List.of(result))));
        pass(Duration.ofSeconds(1));
        assertThat(disk.list()).containsExactly(result);
    }

    @Test
    void anOrderOfALeaderThatWasReplacedIsNotFollowed() {
        BlobId blob = put(disk, "needed");
        pass(Touches.FRESH_FOR.plusSeconds(1));
        loop.execute(() -> keeper.received(new Message.AskCopies(2, "", List.of(), false)));
        loop.execute(() -> keeper.received(new Message.DropBlobs(1, List.of(blob))));
        pass(Duration.ofSeconds(1));
        assertThat(disk.list()).containsExactly(blob);
    }

    @Test
    void theDiskIsComparedInParts() {
        BlobId here = put(disk, "here");
        BlobId missing = put(other, "missing");
        loop.execute(() -> keeper.received(new Message.AskCopies(1, "", List.of(missing), false)));
        pass(Duration.ofSeconds(1));
        assertThat(news.getLast().held()).containsExactly(here);
        assertThat(news.getLast().gone()).containsExactly(missing);
        assertThat(news.getLast().scanned()).contains(new Message.Scanned("", ""));

        BlobId low = new BlobId("0".repeat(64));
        loop.execute(() -> keeper.received(new Message.AskCopies(1, "", List.of(low), true)));
        pass(Duration.ofSeconds(1));
        assertThat(news.getLast().gone()).containsExactly(low);
        assertThat(news.getLast().held()).as("beyond the part that was asked").isEmpty();
        assertThat(news.getLast().scanned()).contains(new Message.Scanned("", low.sha256()));
    }

    @Test
    void anOrderedCopyIsBroughtOrItsFailureTold() {
        BlobId blob = put(other, "copy me");
        BlobId nowhere = new BlobId("1".repeat(64));
        loop.execute(() -> keeper.received(new Message.CopyBlobs(
                1,
                1000,
                List.of(new Message.BlobPlace(blob, List.of(OTHER)), new Message.BlobPlace(nowhere, List.of(OTHER))))));
        pass(Duration.ofSeconds(1));
        assertThat(disk.isWhole(blob)).isTrue();
        assertThat(news).anyMatch(each -> each.held().equals(List.of(blob)));
        assertThat(news)
                .filteredOn(each -> !each.failed().isEmpty())
                .singleElement()
                .satisfies(each -> assertThat(each.failed().getFirst().blob()).isEqualTo(nowhere));
    }

    @Test
    void whatHasArrivedIsToldAtOnceWhenItWasTheLastAndElseALittleLater() {
        List<Message.BlobPlace> places = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            places.add(new Message.BlobPlace(put(other, "file " + number), List.of(OTHER)));
        }
        workTakes.add(Duration.ofSeconds(10));
        loop.execute(() -> keeper.received(new Message.CopyBlobs(1, 1000, places)));
        pass(Duration.ofSeconds(1));
        assertThat(news)
                .as("one of many")
                .singleElement()
                .satisfies(each -> assertThat(each.held()).hasSize(19));
        pass(Duration.ofMillis(9_010));
        assertThat(news.getLast().held()).containsExactly(places.getFirst().blob());
    }

    @Test
    void aCopyThatWasFoundDamagedBeforeTheLeaderHeardOfItIsNotToldAsHeld() {
        BlobId rots = put(other, "rots");
        BlobId slow = put(other, "slow");
        workTakes.addAll(List.of(Duration.ofMillis(1), Duration.ofSeconds(1)));
        loop.execute(() -> keeper.received(new Message.CopyBlobs(
                1,
                1000,
                List.of(new Message.BlobPlace(rots, List.of(OTHER)), new Message.BlobPlace(slow, List.of(OTHER))))));
        pass(Duration.ofMillis(10));
        disk.damage(rots);
        assertThatThrownBy(() -> disk.verify(rots)).isInstanceOf(IOException.class);
        pass(Duration.ofSeconds(2));
        assertThat(news).anyMatch(each -> each.gone().equals(List.of(rots)));
        assertThat(news).noneMatch(each -> each.held().contains(rots));
        assertThat(news).anyMatch(each -> each.held().equals(List.of(slow)));
    }

    @Test
    void aDamagedCopyIsToldAtOnceAndSomeTimesMore() throws IOException {
        BlobId blob = put(disk, "rots");
        disk.damage(blob);
        try {
            disk.verify(blob);
        } catch (IOException found) {
            pass(Duration.ofMinutes(2));
        }
        assertThat(news)
                .hasSize(1 + CopyKeeper.TOLD_TIMES)
                .allMatch(each -> each.gone().equals(List.of(blob)));
    }
}
