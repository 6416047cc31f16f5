package dev.bramble.agent;

import dev.bramble.board.panel.FanRule;
import dev.bramble.board.panel.Front;
import dev.bramble.board.panel.FrontPanel;
import dev.bramble.board.panel.Light;
import dev.bramble.board.panel.Panel;
import dev.bramble.model.ButtonPress;
import dev.bramble.model.PanelReport;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks after a board's panel, apart from the agent's event loop: a loop that hangs does not hold up
 * the fan, and the light tells of it.
 */
final class BoardFront implements Front, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoardFront.class);
    /** What is said every second and was not said for so long is not true any more. */
    static final Duration SAID_COUNTS = Duration.ofSeconds(10);
    /** After a step that failed: all is tried again then. */
    private static final Duration FAILED_PAUSE = Duration.ofSeconds(1);

    private static final Duration STOP_MAX = Duration.ofSeconds(2);

    private record Said(Light light, boolean isForEver, long atNanos) {}

    private record Felt(OptionalDouble celsius, long atNanos) {}

    private final Panel panel;
    private final LongSupplier nanos;
    private final FrontPanel front;
    private final Thread thread;
    private volatile Said said;
    private volatile Felt felt;
    private volatile boolean isRefused;
    private volatile boolean isClosed;
    private volatile Consumer<ButtonPress> pressed = press -> {};
    private volatile PanelReport report;
    private boolean hasFailed;

    private BoardFront(Panel panel, FanRule rule, LongSupplier nanos, Thread.Builder thread) {
        this.panel = panel;
        this.nanos = nanos;
        this.said = new Said(Light.STARTING, true, nanos.getAsLong());
        this.felt = new Felt(OptionalDouble.empty(), nanos.getAsLong());
        this.front = new FrontPanel(panel, rule, press -> pressed.accept(press));
        this.report = front.report();
        this.thread = thread.name("panel").unstarted(this::run);
    }

    /** Begins to look after it, on a thread of this kind. */
    static BoardFront start(Panel panel, FanRule rule, Thread.Builder thread) {
        BoardFront started = new BoardFront(panel, rule, System::nanoTime, thread);
        panel.onButton(() -> LockSupport.unpark(started.thread));
        started.thread.start();
        return started;
    }

    /** Shows it while the node is not in a bramble yet, until something else is said. */
    void showUntilTold(Light light) {
        said = new Said(light, true, nanos.getAsLong());
        LockSupport.unpark(thread);
    }

    @Override
    public void show(Light light) {
        boolean isNews = said.light() != light;
        said = new Said(light, false, nanos.getAsLong());
        if (isNews) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void temperature(OptionalDouble celsius) {
        felt = new Felt(celsius, nanos.getAsLong());
    }

    @Override
    public void refuse() {
        isRefused = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void onPress(Consumer<ButtonPress> listener) {
        pressed = listener;
    }

    @Override
    public Optional<PanelReport> report() {
        return Optional.of(report);
    }

    /** What the node does now, in words. */
    String words() {
        return light(nanos.getAsLong()).meaning();
    }

    private void run() {
        try {
            while (!isClosed) {
                LockSupport.parkNanos(this, step().toNanos());
            }
        } finally {
            panel.close();
        }
    }

    private Duration step() {
        long now = nanos.getAsLong();
        try {
            if (isRefused) {
                isRefused = false;
                front.refuse(now);
            }
            Duration again = front.step(now, light(now), celsius(now));
            report = front.report();
            hasFailed = false;
            return again;
        } catch (RuntimeException failure) {
            if (!hasFailed) {
                hasFailed = true;
                LOG.warn("the board's light, fan or button does not answer: {}", failure.toString());
            }
            return FAILED_PAUSE;
        }
    }

    private Light light(long now) {
        Said last = said;
        return last.isForEver() || isFresh(now, last.atNanos()) ? last.light() : Light.ALONE;
    }

    private OptionalDouble celsius(long now) {
        Felt last = felt;
        return isFresh(now, last.atNanos()) ? last.celsius() : OptionalDouble.empty();
    }

    private static boolean isFresh(long now, long at) {
        return now - at < SAID_COUNTS.toNanos();
    }

    /** Lets go of the panel; waits for that. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP_MAX);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
