package dev.bramble.runner;

import dev.bramble.board.Board;
import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows at the board that somebody looks for it, for as long as the leader says and no longer, also when no leader says
 * anything more. Event loop of the node.
 */
public final class LocateLight {
    private static final Logger LOG = LoggerFactory.getLogger(LocateLight.class);

    private final NodeId self;
    private final EventLoop loop;
    private final Board board;
    private final Executor blocking;
    private boolean isOn;
    private long untilNanos;

    /** @param blocking where the board is told, which may block; one after the other */
    public LocateLight(NodeId self, EventLoop loop, Board board, Executor blocking) {
        this.self = self;
        this.loop = loop;
        this.board = board;
        this.blocking = blocking;
    }

    public void received(Message.Pulse pulse) {
        Optional<Duration> left = pulse.located().orElse(List.of()).stream()
                .filter(each -> each.node().equals(self))
                .map(each -> each.until().since(pulse.now()))
                .findFirst();
        if (left.isEmpty()) {
            set(false);
            return;
        }
        untilNanos = loop.nanos() + left.get().toNanos();
        set(true);
        loop.after(left.get(), () -> {
            if (loop.nanos() >= untilNanos) {
                set(false);
            }
        });
    }

    private void set(boolean on) {
        if (isOn != on) {
            isOn = on;
            blocking.execute(() -> board.locate(on).ifPresent(why -> LOG.info("{} is looked for, but {}", self, why)));
        }
    }
}
