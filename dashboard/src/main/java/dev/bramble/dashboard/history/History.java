package dev.bramble.dashboard.history;

import dev.bramble.control.Views.NodeView;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * All figures that this head keeps, in its memory and, where its operator says so, in a folder. Safe for many threads:
 * each call holds the lock for less than a millisecond, but for the first one that finds something on the disk.
 */
public final class History implements AutoCloseable {
    /** Boards of the largest bramble with room to spare: so many nodes' figures take 18 MB. */
    static final int NODES_MAX = 256;

    private static final Logger LOG = Logger.getLogger(History.class.getName());

    /**
     * What a board said of itself last.
     *
     * @param atMillis of the clock of {@link Seen#atMillis}
     */
    public record LastHealth(BoardHealth health, long atMillis) {}

    private record OfNode(String name, Map<NodeFigure, Series> series) {
        static OfNode named(String name) {
            Map<NodeFigure, Series> series = new EnumMap<>(NodeFigure.class);
            for (NodeFigure figure : NodeFigure.values()) {
                series.put(figure, new Series(figure.condensed()));
            }
            return new OfNode(name, series);
        }

        OfNode renamed(String now) {
            return now.equals(name) ? this : new OfNode(now, series);
        }
    }

    private final Map<BrambleFigure, Series> bramble = new EnumMap<>(BrambleFigure.class);
    private final Map<NodeId, OfNode> nodes = new HashMap<>();
    private final Map<NodeId, LastHealth> health = new HashMap<>();
    private final Growth growth = new Growth();
    private final ScalingMeter scaling = new ScalingMeter();
    private final Optional<Path> folder;
    private Optional<HistoryKeeper> keeper = Optional.empty();
    private boolean hasLooked;
    private long lastMillis;

    /** @param folder where figures outlive a restart; empty for memory alone */
    public History(Optional<Path> folder) {
        this.folder = folder;
        for (BrambleFigure figure : BrambleFigure.values()) {
            bramble.put(figure, new Series(figure.condensed()));
        }
    }

    /** One look at the bramble; they come in the order of time. */
    public synchronized void record(Seen seen) {
        if (!hasLooked && seen.isFresh()) {
            // Not before: whose figures these are, and how long ago they were, a head knows when it hears the bramble.
            hasLooked = true;
            folder.ifPresent(where -> begin(where, seen));
        }
        if (!hasLooked) {
            return;
        }
        long slotBefore = Resolution.TWO_MINUTES.slotOf(second(lastMillis));
        lastMillis = seen.atMillis();
        long second = second(seen.atMillis());
        if (keeper.isPresent() && seen.isFresh() && Resolution.TWO_MINUTES.slotOf(second) == slotBefore + 1) {
            keeper.get().keep(slot(slotBefore, seen));
        }
        recordBramble(second, seen);
        List<NodeId> known = seen.nodes().stream().map(NodeView::node).toList();
        nodes.keySet().retainAll(known);
        health.keySet().retainAll(known);
        for (NodeView node : seen.nodes()) {
            if (node.role() == NodeRole.AGENT && (nodes.containsKey(node.node()) || nodes.size() < NODES_MAX)) {
                OfNode kept = nodes.compute(
                        node.node(),
                        (id, before) -> before == null ? OfNode.named(node.name()) : before.renamed(node.name()));
                if (Seen.isFresh(node)) {
                    kept.series().forEach((figure, series) -> series.add(second, figure.of(node)));
                    node.health()
                            .ifPresent(said -> health.put(
                                    node.node(), new LastHealth(said, seen.atMillis() - node.heardMillisAgo())));
                }
            }
        }
    }

    private void begin(Path where, Seen seen) {
        try {
            HistoryKeeper opened = new HistoryKeeper(where, seen.summary().ledger());
            keeper = Optional.of(opened);
            restore(opened.read(), seen);
        } catch (IOException failure) {
            LOG.log(Level.WARNING, "history for charts cannot be kept in " + where + ", only in memory", failure);
        }
    }

    /** Puts back what was kept, by how long ago it was in bramble time. */
    private void restore(List<KeptSlot> kept, Seen seen) {
        long slotMillis = Resolution.TWO_MINUTES.stepSeconds() * 1_000L;
        long slot = Long.MAX_VALUE;
        long laterMillis = 0;
        Deque<Long> slots = new ArrayDeque<>();
        for (KeptSlot each : kept.reversed()) {
            // From one to the next: rounded on their own, some would fall together and leave a gap beside them.
            slot = slot == Long.MAX_VALUE
                    ? Resolution.TWO_MINUTES.slotOf(
                            second(seen.atMillis() - (seen.now().millis() - each.brambleMillis())))
                    : slot - Math.max(1, Math.round((laterMillis - each.brambleMillis()) / (double) slotMillis));
            laterMillis = each.brambleMillis();
            slots.addFirst(slot);
        }
        long now = Resolution.TWO_MINUTES.slotOf(second(seen.atMillis()));
        for (KeptSlot each : kept) {
            long place = slots.removeFirst();
            // A ledger that was recovered from an older copy has its time again.
            if (place < now) {
                restore(each, place);
            }
        }
    }

    private void restore(KeptSlot kept, long slot) {
        for (BrambleFigure figure : BrambleFigure.values()) {
            restore(bramble.get(figure), slot, kept.bramble()[figure.ordinal()]);
        }
        for (KeptSlot.OfNode node : kept.nodes()) {
            if (nodes.containsKey(node.node()) || nodes.size() < NODES_MAX) {
                OfNode known = nodes.computeIfAbsent(node.node(), id -> OfNode.named(node.name()));
                for (NodeFigure figure : NodeFigure.values()) {
                    restore(known.series().get(figure), slot, node.figures()[figure.ordinal()]);
                }
            }
        }
    }

    private static void restore(Series series, long slot, float value) {
        if (Float.isFinite(value)) {
            series.restore(Resolution.TWO_MINUTES, slot, value);
        }
    }

    private KeptSlot slot(long slot, Seen seen) {
        long ageMillis = seen.atMillis() - slot * Resolution.TWO_MINUTES.stepSeconds() * 1_000L;
        float[] ofBramble = new float[BrambleFigure.values().length];
        bramble.forEach(
                (figure, series) -> ofBramble[figure.ordinal()] = (float) series.at(Resolution.TWO_MINUTES, slot));
        List<KeptSlot.OfNode> ofNodes = new ArrayList<>();
        nodes.forEach((node, kept) -> {
            float[] figures = new float[NodeFigure.values().length];
            kept.series()
                    .forEach((figure, series) ->
                            figures[figure.ordinal()] = (float) series.at(Resolution.TWO_MINUTES, slot));
            ofNodes.add(new KeptSlot.OfNode(node, kept.name(), figures));
        });
        return new KeptSlot(seen.now().millis() - ageMillis, ofBramble, ofNodes);
    }

    private void recordBramble(long second, Seen seen) {
        if (!seen.isFresh()) {
            growth.lost();
            return;
        }
        long atWork = seen.nodes().stream()
                .filter(node -> Seen.isFresh(node) && node.runningTasks() > 0)
                .count();
        double rate = growth.perSecond(seen.atMillis(), seen.tasksEnded());
        add(second, BrambleFigure.TASKS_PER_SECOND, rate);
        add(second, BrambleFigure.NODES_UP, seen.summary().nodesUp());
        add(second, BrambleFigure.JOBS_ACTIVE, seen.summary().jobsActive());
        if (seen.summary().leader().isPresent()) {
            // Which tasks run is the leader's knowledge: without one, zeros would stand for "unknown".
            add(second, BrambleFigure.TASKS_WAITING, seen.summary().tasksWaiting());
            add(second, BrambleFigure.TASKS_RUNNING, seen.summary().tasksRunning());
            add(second, BrambleFigure.NODES_AT_WORK, atWork);
            scaling.add(seen, (int) atWork, rate);
        }
    }

    private void add(long second, BrambleFigure figure, double value) {
        bramble.get(figure).add(second, value);
    }

    private static long second(long atMillis) {
        return Math.floorDiv(atMillis, 1_000L);
    }

    /** How the bramble's rate grows with the nodes at work. */
    public synchronized Scaling scaling() {
        return scaling.measured();
    }

    /** Of {@link #throughput}. */
    public static final int THROUGHPUT_STEP_SECONDS = 10;
    /** Of {@link #throughput}: a quarter of an hour. */
    public static final int THROUGHPUT_STEPS = 90;

    /**
     * Tasks that ended per second in each of the last steps, oldest first, without the one that goes on; NaN: a gap.
     */
    public synchronized List<Double> throughput() {
        long toMillis = lastMillis - THROUGHPUT_STEP_SECONDS * 1_000L;
        long fromMillis = toMillis - (THROUGHPUT_STEPS - 1) * THROUGHPUT_STEP_SECONDS * 1_000L;
        Columns columns = columns(
                List.of(new SeriesName.OfBramble(BrambleFigure.TASKS_PER_SECOND)),
                lastMillis,
                fromMillis,
                toMillis,
                THROUGHPUT_STEP_SECONDS);
        return Arrays.stream(columns.values().getFirst()).boxed().toList();
    }

    /**
     * A node's figures in the steps of {@link #throughput}, by their words; empty when nothing is kept of it. What is
     * unknown is NaN.
     */
    public synchronized Map<String, List<Double>> ofNode(NodeId node) {
        OfNode kept = nodes.get(node);
        if (kept == null) {
            return Map.of();
        }
        long toMillis = lastMillis - THROUGHPUT_STEP_SECONDS * 1_000L;
        long fromMillis = toMillis - (THROUGHPUT_STEPS - 1) * THROUGHPUT_STEP_SECONDS * 1_000L;
        Map<String, List<Double>> figures = new HashMap<>();
        for (NodeFigure figure : NodeFigure.values()) {
            Columns columns = columns(
                    List.of(new SeriesName.OfNode(kept.name(), figure)),
                    lastMillis,
                    fromMillis,
                    toMillis,
                    THROUGHPUT_STEP_SECONDS);
            figures.put(
                    figure.word(),
                    Arrays.stream(columns.values().getFirst()).boxed().toList());
        }
        return figures;
    }

    /** What this head heard last of a board; a leader that is new has not heard one that is down. */
    public synchronized Optional<LastHealth> lastHealth(NodeId node) {
        return Optional.ofNullable(health.get(node));
    }

    /** Names of the nodes of which something is kept. */
    public synchronized List<String> nodes() {
        return nodes.values().stream().map(OfNode::name).sorted().toList();
    }

    /** Names of the figures that {@code pattern} stands for; {@code *} as a node's name stands for all. */
    synchronized List<SeriesName> names(SeriesName pattern) {
        return switch (pattern) {
            case SeriesName.OfBramble of -> List.of(of);
            case SeriesName.OfNode of
            when of.isPattern() ->
                nodes().stream()
                        .<SeriesName>map(name -> new SeriesName.OfNode(name, of.figure()))
                        .toList();
            case SeriesName.OfNode of -> find(of).isPresent() ? List.of(of) : List.of();
        };
    }

    private Optional<Series> find(SeriesName name) {
        return switch (name) {
            case SeriesName.OfBramble of -> Optional.of(bramble.get(of.figure()));
            case SeriesName.OfNode of ->
                nodes.values().stream()
                        .filter(node -> node.name().equals(of.node()))
                        .map(node -> node.series().get(of.figure()))
                        .findFirst();
        };
    }

    /**
     * Figures side by side.
     *
     * @param fromMillis and {@code toMillis}: of the clock of {@link Seen#atMillis}
     * @param stepSeconds the least that is of use
     */
    synchronized Columns columns(
            List<SeriesName> names, long nowMillis, long fromMillis, long toMillis, long stepSeconds) {
        long backSeconds = second(nowMillis) - second(fromMillis);
        Resolution resolution = Resolution.of(backSeconds, stepSeconds);
        long first = Math.max(
                resolution.slotOf(second(fromMillis)), resolution.slotOf(second(nowMillis)) - resolution.slots() + 1);
        long last = Math.min(resolution.slotOf(second(toMillis)), resolution.slotOf(second(nowMillis)));
        int length = (int) Math.max(0, last - first + 1);
        List<double[]> columns = new ArrayList<>();
        for (SeriesName name : names) {
            double[] column = new double[length];
            Optional<Series> series = find(name);
            for (int i = 0; i < length; i++) {
                long slot = first + i;
                column[i] = series.map(known -> known.at(resolution, slot)).orElse(Double.NaN);
            }
            columns.add(column);
        }
        return new Columns(resolution.stepSeconds(), first * resolution.stepSeconds(), length, columns);
    }

    /** What was handed to the disk is on it then. */
    @Override
    public void close() {
        keeper().ifPresent(HistoryKeeper::close);
    }

    private synchronized Optional<HistoryKeeper> keeper() {
        return keeper;
    }

    /**
     * @param firstSecond where the first slot begins, on the clock of {@link Seen#atMillis}
     * @param values a column for each name; NaN for a gap
     */
    record Columns(int stepSeconds, long firstSecond, int length, List<double[]> values) {}

    /** What became more since the look before. */
    private static final class Growth {
        private long atMillis;
        private OptionalLong before = OptionalLong.empty();

        /**
         * NaN when it is not known: at the first look, and when less is counted, since jobs were removed or retried.
         */
        double perSecond(long nowMillis, long total) {
            double rate = before.isPresent() && total >= before.getAsLong() && nowMillis > atMillis
                    ? (total - before.getAsLong()) * 1000.0 / (nowMillis - atMillis)
                    : Double.NaN;
            atMillis = nowMillis;
            before = OptionalLong.of(total);
            return rate;
        }

        /** What comes next would be the growth of the whole time since. */
        void lost() {
            before = OptionalLong.empty();
        }
    }
}
