package dev.bramble.ledger;

import dev.bramble.model.EventKind;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Optional;

/** The shutdown under way, if there is one. What does not fit changes nothing; else people are told. */
final class Shutdowns {
    private Optional<ShutdownRecord> now = Optional.empty();

    Optional<ShutdownRecord> now() {
        return now;
    }

    void restore(Optional<ShutdownRecord> from) {
        now = from;
    }

    /** @param isNew whether no earlier order had its number */
    Optional<Happening> order(Command.OrderShutdown order, boolean isNew, Moment at) {
        if (now.isPresent() || !isNew) {
            return Optional.empty();
        }
        now = Optional.of(new ShutdownRecord(
                order.number(),
                order.mode(),
                at.plus(order.deadline()),
                order.grace(),
                order.reason(),
                order.by(),
                at,
                Optional.empty()));
        String because = order.reason().isEmpty() ? "" : ": " + order.reason();
        return Optional.of(Happening.of(EventKind.SHUTDOWN_ORDERED, order.by(), "ordered a shutdown" + because));
    }

    Optional<Happening> powerOff(Command.BeginPowerOff begin) {
        if (!isUnderWay(begin.number())) {
            return Optional.empty();
        }
        now = now.map(is -> off(is, begin.lives()));
        return Optional.of(
                Happening.of(EventKind.SHUTDOWN_DONE, Happening.BRAMBLE, "the boards power off: " + begin.why()));
    }

    private static ShutdownRecord off(ShutdownRecord is, List<String> lives) {
        return new ShutdownRecord(
                is.number(),
                is.mode(),
                is.deadline(),
                is.grace(),
                is.reason(),
                is.by(),
                is.orderedAt(),
                Optional.of(lives));
    }

    Optional<Happening> cancel(Command.CancelShutdown cancel) {
        if (!isUnderWay(cancel.number())) {
            return Optional.empty();
        }
        now = Optional.empty();
        return Optional.of(Happening.of(EventKind.SHUTDOWN_CANCELLED, cancel.by(), "cancelled the shutdown"));
    }

    /** Whether boards do not power off yet. */
    private boolean isUnderWay(long number) {
        return now.filter(is -> is.number() == number && is.poweringOff().isEmpty())
                .isPresent();
    }

    Optional<Happening> resume(Command.Resume resume) {
        Optional<ShutdownRecord> ended = now.filter(
                is -> is.number() == resume.number() && is.poweringOff().isPresent());
        ended.ifPresent(is -> now = Optional.empty());
        return ended.map(is -> Happening.of(
                EventKind.RESUMED,
                Happening.BRAMBLE,
                "the bramble is back from the shutdown that " + is.by() + " ordered, and work goes on"));
    }
}
