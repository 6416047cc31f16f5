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

    boolean isPoweringOff() {
        return now.flatMap(ShutdownRecord::poweringOff).isPresent();
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
                order.lives(),
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
                is.lives(),
                Optional.of(lives));
    }

    Optional<Happening> cancel(Command.CancelShutdown cancel) {
        boolean isMeant = now.filter(is -> is.number() == cancel.number()).isPresent();
        if (!isMeant || isPoweringOff() && cancel.staysOn().isEmpty()) {
            return Optional.empty();
        }
        String why = isPoweringOff() ? ": " + cancel.staysOn().get() : "";
        now = Optional.empty();
        return Optional.of(Happening.of(EventKind.SHUTDOWN_CANCELLED, cancel.by(), "cancelled the shutdown" + why));
    }

    /** Whether boards do not power off yet. */
    private boolean isUnderWay(long number) {
        return now.filter(is -> is.number() == number && is.poweringOff().isEmpty())
                .isPresent();
    }

    /** Nodes that were powered off have left, though nobody was up to see it. */
    Optional<Happening> resume(Command.Resume resume, Moment at, NodeTable nodes, PresenceTable presences) {
        Optional<ShutdownRecord> ended = now.filter(is -> is.number() == resume.number());
        ended.flatMap(ShutdownRecord::poweringOff)
                .map(lives -> without(lives, resume.ups()))
                .ifPresent(lives -> presences.poweredOff(at, nodes.all().values(), lives));
        ended.ifPresent(is -> now = Optional.empty());
        return ended.map(is -> {
            String which = "the shutdown that " + is.by() + " ordered";
            String what = is.poweringOff().isPresent()
                    ? "the bramble is back from " + which
                    : "all boards started anew before " + which + " was through: it is over";
            return Happening.of(EventKind.RESUMED, Happening.BRAMBLE, what + ", and work goes on");
        });
    }

    /** A board that could not power off is still up in the same life. */
    private static List<String> without(List<String> lives, Optional<List<String>> ups) {
        return lives.stream()
                .filter(life -> ups.filter(up -> up.contains(life)).isEmpty())
                .toList();
    }
}
