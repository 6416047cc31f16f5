package dev.bramble.control;

import dev.bramble.control.TaskStreamView.End;
import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The attempts of one job: the newest one by one, all of them summed up. */
final class JobStream {
    /** Twenty for each of four places of a hundred boards; of tiny tasks, those of the last second or two. */
    static final int ATTEMPTS_MAX = 8_192;
    /** Boards that a bramble may have, and as many again that came and went. */
    static final int NODES_MAX = 256;

    /** An attempt as it was recorded. */
    record Ended(Optional<AttemptId> id, int task, int lines, long millis, End end, TaskActivityView.Step counts) {}

    private record Kept(Optional<AttemptId> id, TaskStreamView.Attempt attempt) {}

    private final Moment submittedAt;
    private final Moment seenFrom;
    private final ArrayDeque<Kept> newest = new ArrayDeque<>();
    private final Set<AttemptId> ids = new HashSet<>();
    private final Map<NodeId, Lanes> lanes = new HashMap<>();
    private final Map<End, Long> counts = new EnumMap<>(End.class);
    private final ActivitySums sums = new ActivitySums();
    private long last;

    /** @param seenFrom since when nothing is missed */
    JobStream(Moment submittedAt, Moment seenFrom) {
        this.submittedAt = submittedAt;
        this.seenFrom = seenFrom;
    }

    /**
     * Attempts on one node that were recorded together. One that is here already is passed over: after a change of the
     * leader the same outcome may be recorded again, which changes nothing.
     *
     * @param slots how many attempts of the job fit the node; 0 when nobody knows
     */
    void ended(NodeId node, Moment at, List<Ended> recorded, int slots) {
        if (!lanes.containsKey(node) && lanes.size() >= NODES_MAX) {
            return;
        }
        List<Ended> fresh = recorded.stream()
                .filter(each -> each.id().map(id -> !ids.contains(id)).orElse(true))
                .toList();
        long atMillis = at.since(submittedAt).toMillis();
        List<Lanes.Place> places = lanes.computeIfAbsent(node, any -> new Lanes())
                .place(atMillis, fresh.stream().map(Ended::millis).toList(), slots);
        for (int i = 0; i < fresh.size(); i++) {
            Ended each = fresh.get(i);
            Lanes.Place place = places.get(i);
            keep(
                    each.id(),
                    new TaskStreamView.Attempt(
                            ++last,
                            each.task(),
                            each.lines(),
                            node,
                            place.lane(),
                            place.beganMillis(),
                            place.endedMillis(),
                            each.millis(),
                            each.end()));
            counts.merge(each.end(), 1L, Long::sum);
            sums.add(node, place.endedMillis(), each.millis(), each.counts());
        }
    }

    private void keep(Optional<AttemptId> id, TaskStreamView.Attempt attempt) {
        newest.addLast(new Kept(id, attempt));
        id.ifPresent(ids::add);
        if (newest.size() > ATTEMPTS_MAX) {
            newest.removeFirst().id().ifPresent(ids::remove);
        }
    }

    /** Nodes that had an attempt. */
    SortedSet<NodeId> nodes() {
        return new TreeSet<>(lanes.keySet());
    }

    List<Long> laneEnds(NodeId node) {
        return lanes.get(node).ends();
    }

    long millisAt(Moment now) {
        return now.since(submittedAt).toMillis();
    }

    long seenFromMillis() {
        return Math.max(0, seenFrom.since(submittedAt).toMillis());
    }

    long oldest() {
        return last - newest.size() + 1;
    }

    long last() {
        return last;
    }

    TaskStreamView.Totals totals() {
        return new TaskStreamView.Totals(
                count(End.SUCCEEDED), count(End.FAILED), count(End.TIMED_OUT), count(End.KILLED), count(End.LOST));
    }

    private long count(End end) {
        return counts.getOrDefault(end, 0L);
    }

    /** The newest after {@code number}, in order. */
    List<TaskStreamView.Attempt> after(long number, int limit) {
        List<TaskStreamView.Attempt> found = new ArrayList<>();
        for (Iterator<Kept> back = newest.descendingIterator(); back.hasNext() && found.size() < limit; ) {
            TaskStreamView.Attempt attempt = back.next().attempt();
            if (attempt.number() <= number) {
                break;
            }
            found.add(attempt);
        }
        return List.copyOf(found.reversed());
    }

    long stepMillisUntil(long millis) {
        sums.reach(millis);
        return sums.stepMillis();
    }

    List<TaskActivityView.Step> steps(NodeId node) {
        return sums.of(node);
    }
}
