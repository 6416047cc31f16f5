package dev.bramble.dashboard.failures;

import dev.bramble.control.Views;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How often and for how long a node was away, as far back as it was seen. Bramble time: while everything is off, time
 * stands still, and nobody is away. A node that left as planned is neither there nor missing meanwhile.
 *
 * @param watchedMillis how much of the time is known: of it are all the others
 * @param upMillis it was there
 * @param downMillis it was lost
 * @param losses how often it was lost
 * @param repairs how often it came back from that; {@code repairedMillis} how long that took in all
 * @param spans when it was not there, oldest first
 */
public record Availability(
        NodeId node,
        String name,
        long watchedMillis,
        long upMillis,
        long downMillis,
        int losses,
        int repairs,
        long repairedMillis,
        List<Span> spans) {

    /**
     * A time when it was not there.
     *
     * @param fromMillisAgo where the time that is looked at begins, when it was away then already
     * @param toMillisAgo 0 while it is away
     * @param planned whether it was taken out
     */
    public record Span(long fromMillisAgo, long toMillisAgo, boolean planned) {}

    private enum State {
        UNKNOWN,
        UP,
        LOST,
        LEFT
    }

    /**
     * Of one node.
     *
     * @param isUp whether it is there now
     * @param events of all nodes, oldest first, as far back as {@code sinceMillisAgo}
     */
    public static Availability of(
            NodeId node, String name, boolean isUp, List<Views.EventView> events, long sinceMillisAgo) {
        List<Views.EventView> own = events.stream()
                .filter(event -> event.nodeId().filter(node::equals).isPresent() && next(event) != State.UNKNOWN)
                .toList();
        Sums sums = new Sums();
        State state = own.isEmpty() ? (isUp ? State.UP : State.UNKNOWN) : before(own.getFirst());
        long at = sinceMillisAgo;
        for (Views.EventView event : own) {
            State next = next(event);
            long then = Math.clamp(event.millisAgo(), 0, at);
            sums.add(state, at, then, next);
            at = then;
            // Lost twice, or lost after it left: nothing new happened to it.
            state = next != State.UP && (state == State.LOST || state == State.LEFT) ? state : next;
        }
        sums.add(state, at, 0, state);
        return new Availability(
                node,
                name,
                sums.up + sums.down,
                sums.up,
                sums.down,
                sums.losses,
                sums.repairs,
                sums.repaired,
                List.copyOf(sums.spans));
    }

    /** What it was before the first that is told of it. */
    private static State before(Views.EventView first) {
        return switch (next(first)) {
            case LOST, LEFT -> State.UP;
            // Whether it was lost or taken out before it came back, nobody knows any more.
            case UP, UNKNOWN -> State.UNKNOWN;
        };
    }

    /** What it is after an event; UNKNOWN when that changes nothing. */
    private static State next(Views.EventView event) {
        if (event.kind() == EventKind.NODE_JOINED || event.kind() == EventKind.NODE_RETURNED) {
            return State.UP;
        }
        if (event.kind() == EventKind.NODE_LOST) {
            return State.LOST;
        }
        return event.kind() == EventKind.NODE_LEFT ? State.LEFT : State.UNKNOWN;
    }

    private static final class Sums {
        private long up;
        private long down;
        private int losses;
        private int repairs;
        private long repaired;
        private long lostAt = -1;
        private final List<Span> spans = new ArrayList<>();

        void add(State state, long from, long to, State next) {
            long millis = from - to;
            switch (state) {
                case UNKNOWN -> {}
                case UP -> {
                    up += millis;
                    if (next == State.LOST) {
                        losses++;
                    }
                }
                case LOST -> {
                    down += millis;
                    span(from, to, false);
                    lostAt = lostAt < 0 ? from : lostAt;
                    if (next == State.UP) {
                        repairs++;
                        repaired += lostAt - to;
                        lostAt = -1;
                    }
                }
                case LEFT -> span(from, to, true);
            }
        }

        private void span(long from, long to, boolean planned) {
            boolean goesOn = !spans.isEmpty()
                    && spans.getLast().toMillisAgo() == from
                    && spans.getLast().planned() == planned;
            long begin = goesOn ? spans.removeLast().fromMillisAgo() : from;
            spans.add(new Span(begin, to, planned));
        }
    }

    /** The share of the watched time during which it was there, from 0 to 1; empty when it was not watched. */
    public OptionalDouble share() {
        return watchedMillis == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) upMillis / watchedMillis);
    }

    /** Mean time between failures; empty when there was none. */
    public OptionalLong betweenFailuresMillis() {
        return losses == 0 ? OptionalLong.empty() : OptionalLong.of(upMillis / losses);
    }

    /** Mean time to repair; empty when none was repaired. */
    public OptionalLong toRepairMillis() {
        return repairs == 0 ? OptionalLong.empty() : OptionalLong.of(repairedMillis / repairs);
    }
}
