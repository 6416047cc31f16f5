package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import java.time.Duration;

/**
 * Bramble time as leaders told it. Entries alone tell a new leader too little: none is written while nothing happens,
 * and deadlines would move by as much.
 */
final class HeardTime {
    private final EventLoop loop;
    private long term = -1;
    private Moment told = Moment.FOUNDING;
    private long atNanos;

    HeardTime(EventLoop loop) {
        this.loop = loop;
    }

    void hear(Message.Pulse pulse) {
        if (pulse.term() >= term) {
            term = pulse.term();
            told = pulse.now();
            atNanos = loop.nanos();
        }
    }

    /** The last word and the time since; the founding while none was heard in this life. */
    Moment now() {
        return term < 0 ? Moment.FOUNDING : told.plus(Duration.ofNanos(loop.nanos() - atNanos));
    }
}
