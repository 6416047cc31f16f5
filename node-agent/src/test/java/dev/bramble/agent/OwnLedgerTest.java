package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.leader.FeedServer;
import dev.bramble.leader.Voter;
import dev.bramble.ledger.ratis.Authority;
import dev.bramble.ledger.ratis.RatisLedger;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.time.ThreadEventLoop;
import dev.bramble.trust.SimPasswordHashing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real engine, on a port of its own. */
class OwnLedgerTest {
    /** Nothing here takes longer unless it never happens. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final NodeId SELF = new NodeId("a");
    private static final Optional<String> OTHER_COURSE = Optional.of("0123456789abcdef");

    @TempDir
    private Path dir;

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final ThreadEventLoop loop = new ThreadEventLoop("own-ledger-test", failures::add);
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket taken;
    private final OwnLedger ledger;

    private static final class Alone implements Cluster {
        @Override
        public View view() {
            return new View(1, List.of());
        }

        @Override
        public void send(NodeId to, Message message) {}

        @Override
        public void sendToAll(Message message) {}

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    OwnLedgerTest() throws IOException {
        taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RatisLedger.Tls tls = new Authority().node(SELF.value());
        ledger = new OwnLedger(new OwnLedger.Parts(
                loop,
                blocking,
                () -> RatisLedger.Settings.of(
                        dir.resolve("ledger"),
                        SELF,
                        new LedgerId("test-ledger"),
                        "127.0.0.1:" + taken.getLocalPort(),
                        "127.0.0.1",
                        tls),
                () -> new Voter(new Voter.Parts(
                        SELF,
                        loop,
                        new Alone(),
                        new CborCodec(),
                        new SplittableRandom(1),
                        Optional::empty,
                        1,
                        Optional::empty,
                        new SimPasswordHashing(),
                        Runnable::run,
                        FeedServer.PART_BYTES)),
                founder -> {},
                ends::add));
    }

    @AfterEach
    void close() throws IOException {
        onLoop(() -> {
            ledger.close();
            return true;
        });
        taken.close();
        blocking.close();
        loop.close();
        assertThat(failures).isEmpty();
    }

    private <T> T onLoop(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop::execute).join();
    }

    private Message.VoterState awaitState(Predicate<Message.VoterState> condition) {
        return await("the state", () -> onLoop(ledger::state).filter(condition));
    }

    private <T> T await(String what, Supplier<Optional<T>> question) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Optional<T> answer = question.get();
        while (answer.isEmpty()) {
            assertThat(System.nanoTime())
                    .as("waited for " + what + "; ends: " + ends)
                    .isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
            answer = question.get();
        }
        return answer.get();
    }

    @Test
    void anAgentThatCannotOpenWhatALeaderAsksForSaysWhyAndLivesAndTriesAgain() throws IOException {
        onLoop(() -> ledger.prepare(7, Optional.empty()));
        Message.VoterState state = awaitState(known -> !known.trouble().isEmpty());
        assertThat(state.trouble()).contains("cannot be used", Integer.toString(taken.getLocalPort()));
        assertThat(state.storage()).isEmpty();
        onLoop(() -> ledger.prepare(7, Optional.empty()));
        taken.close();
        assertThat(awaitState(known -> known.trouble().isEmpty()).storage()).isNotEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void anAgentThatCannotOpenItsLedgerAsItStartsEnds() {
        onLoop(() -> {
            ledger.open(false);
            return true;
        });
        assertThat(await("its end", () -> ends.stream().findFirst()))
                .contains("the ledger cannot be opened", "cannot be used");
        assertThat(onLoop(ledger::state)).isEmpty();
    }

    @Test
    void aCopyIsSetAsideForAnotherCourseOnlyWhenItsLeaderIsOfAHigherTerm() throws IOException {
        taken.close();
        onLoop(() -> {
            ledger.open(true);
            return true;
        });
        awaitState(known -> known.trouble().isEmpty());
        assertThat(onLoop(() -> ledger.prepare(0, OTHER_COURSE))).isFalse();
        Message.VoterState kept = onLoop(ledger::state).orElseThrow();
        assertThat(kept.trouble()).isEmpty();
        assertThat(kept.course()).isEmpty();
        assertThat(onLoop(() -> ledger.prepare(1_000_000_000, OTHER_COURSE))).isFalse();
        Message.VoterState anew = awaitState(
                known -> known.course().equals(OTHER_COURSE) && known.trouble().isEmpty());
        assertThat(anew.storage()).isNotEqualTo(kept.storage());
        assertThat(dir.resolve("ledger-removed-1")).isDirectory();
    }
}
