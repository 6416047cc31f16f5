package dev.bramble.runner;

import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shows at the board that somebody looks for it, for as long as the leader says and no longer, also when no leader says
 * anything more. Event loop of the node.
 */
final class LocateLight {
    private final NodeId self;
    private final EventLoop loop;
    private final Consumer<Boolean> shown;
    private boolean isOn;
    private long untilNanos;

    /** @param shown told when it begins and ends */
    LocateLight(NodeId self, EventLoop loop, Consumer<Boolean> shown) {
        this.self = self;
        this.loop = loop;
        this.shown = shown;
    }

    void received(Message.Pulse pulse) {
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
            shown.accept(on);
        }
    }
}
