package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.NotLeadingException;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.time.ThreadEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One real voter on a loopback port, with its own event loop, in this process. */
final class Voter implements AutoCloseable {
    /** More of them in one step means that nobody can lead. */
    private static final int LEADER_CHANGES_MAX = 20;

    static final LedgerId LEDGER = new LedgerId("test-ledger");

    /** The engine tells a long story at INFO. Kept here: the JDK forgets the level of a logger that nobody holds. */
    private static final Logger ENGINE_LOG = Logger.getLogger("org.apache.ratis");

    /** What boards use: with less, a build machine that is busy with other things sees elections for no reason. */
    static final Duration ELECTION_TIMEOUT_MIN = Duration.ofMillis(1000);

    static final Duration ELECTION_TIMEOUT_MAX = Duration.ofMillis(2000);

    /** Nothing here takes longer unless it never happens. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int PORTS_BEGIN = 10_000;
    private static final int PORTS_END = 14_000;

    /** Another test run on this machine begins elsewhere. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(PORTS_BEGIN + (int) (ProcessHandle.current().pid() * 97 % 2_000));

    static {
        if (!Boolean.getBoolean("bramble.test.engineLog")) {
            ENGINE_LOG.setLevel(Level.OFF);
        }
    }

    final NodeId node;
    final Path folder;
    final int port;
    final RatisLedger.Settings settings;
    final List<Throwable> loopFailures = new CopyOnWriteArrayList<>();
    Journal journal;
    RatisLedger ledger;
    /** What applies entries in the journal's place. */
    private Optional<Supplier<Ledger.StateMachine>> machines = Optional.empty();

    private ThreadEventLoop loop;

    Voter(Path root, String node, RatisLedger.Tls tls) {
        this(root, node, tls, freePort());
    }

    private Voter(Path root, String node, RatisLedger.Tls tls, int port) {
        this.node = new NodeId(node);
        this.folder = root.resolve(node);
        this.port = port;
        this.settings = RatisLedger.Settings.of(folder, this.node, LEDGER, "127.0.0.1:" + port, "127.0.0.1", tls)
                .withElectionTimeouts(ELECTION_TIMEOUT_MIN, ELECTION_TIMEOUT_MAX);
    }

    /** A port that nobody else takes meanwhile: below those that the system hands out by itself. */
    static int freePort() {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                assertThat(port).as("no free port: " + taken).isLessThan(PORTS_END);
            }
        }
    }

    /** From its next start on, entries are applied to a new one of these. */
    Voter applyingTo(Supplier<Ledger.StateMachine> newMachine) {
        machines = Optional.of(newMachine);
        return this;
    }

    /** Asked on the event loop, which owns what applies entries. */
    <T> T onLoop(Supplier<T> question) {
        return get(CompletableFuture.supplyAsync(question, loop::execute));
    }

    Voter found() {
        return found(settings);
    }

    Voter found(RatisLedger.Settings other) {
        return start(other, true);
    }

    Voter open() {
        return start(settings, false);
    }

    Voter open(RatisLedger.Settings other) {
        return start(other, false);
    }

    private Voter start(RatisLedger.Settings with, boolean founding) {
        if (ledger != null) {
            throw new IllegalStateException(node + " runs already");
        }
        journal = new Journal();
        loop = new ThreadEventLoop("loop-" + node, loopFailures::add);
        Ledger.StateMachine machine = machines.isPresent() ? machines.get().get() : journal;
        CompletionStage<RatisLedger> started =
                founding ? RatisLedger.found(with, machine, loop) : RatisLedger.open(with, machine, loop);
        ledger = get(started);
        return this;
    }

    /** As a clean stop does. */
    @Override
    public void close() {
        if (ledger != null) {
            ledger.close();
            get(ledger.whenClosed());
            loop.close();
            ledger = null;
        }
        assertThat(loopFailures).isEmpty();
    }

    boolean leads() {
        return ledger != null && ledger.status().leading();
    }

    Ledger.Peer self() {
        return ledger.self();
    }

    List<String> votes() {
        return ledger.status().voters().stream()
                .map(peer -> peer.node().value())
                .sorted()
                .toList();
    }

    long append(String line) {
        return get(ledger.append(bytes(line)));
    }

    void append(String prefix, int count) {
        List<CompletionStage<Long>> pending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pending.add(ledger.append(bytes(prefix + i)));
            if (pending.size() == 100) {
                pending.forEach(Voter::get);
                pending.clear();
            }
        }
        pending.forEach(Voter::get);
    }

    static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }

    /** A machine that does much else may cost a voter its lead at any time: who leads then is asked again. */
    static <T> T asLeader(Function<Voter, CompletionStage<T>> step, Voter... voters) {
        for (int changes = 0; ; changes++) {
            try {
                return get(step.apply(leader(voters)));
            } catch (NotLeadingException changed) {
                assertThat(changes).as("changes of the leader").isLessThan(LEADER_CHANGES_MAX);
            }
        }
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until {@code condition} holds; fails with {@code what} when it does not within the limit. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    static Voter leader(Voter... voters) {
        await("a leader", () -> List.of(voters).stream().anyMatch(Voter::leads));
        return List.of(voters).stream().filter(Voter::leads).findFirst().orElseThrow();
    }
}
