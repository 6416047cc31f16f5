package dev.bramble.dashboard.failures;

import dev.bramble.control.Views;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Toll;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Something that went wrong, from when it began until it was over, with all that was told of it.
 *
 * @param first what it began with; its text has the cause
 * @param end what ended it; empty while it goes on, and when it was over at once
 * @param lasts whether it goes on
 * @param tasks how many tasks it met
 * @param redoneMillis run time that they lost by it; empty when nobody told
 * @param evidence all that was told of it, oldest first, {@code first} and {@code end} among them
 */
public record Incident(
        Views.EventView first,
        Optional<Views.EventView> end,
        boolean lasts,
        long tasks,
        OptionalLong redoneMillis,
        List<Views.EventView> evidence) {
    /** The losses of a node's tasks are recorded once it is clear that no switch is to blame: within half a minute. */
    private static final long LOSSES_WITHIN_MILLIS = 60_000;

    /** What ends what, of the same node where they have one. */
    private static final Map<EventKind, Set<EventKind>> ENDS = new EnumMap<>(Map.of(
            EventKind.NODE_LOST,
            EnumSet.of(EventKind.NODE_RETURNED, EventKind.NODE_JOINED, EventKind.NODE_FORGOTTEN),
            EventKind.BOARD_SICK,
            EnumSet.of(EventKind.BOARD_WELL, EventKind.NODE_FORGOTTEN),
            EventKind.SWITCH_SUSPECTED,
            EnumSet.of(EventKind.SWITCH_CLEARED),
            EventKind.NODE_QUARANTINED,
            EnumSet.of(EventKind.NODE_UNCORDONED, EventKind.NODE_DRAINED, EventKind.NODE_FORGOTTEN),
            EventKind.DRAIN_EXPIRED,
            EnumSet.of(
                    EventKind.NODE_DRAINED,
                    EventKind.DRAIN_CANCELLED,
                    EventKind.NODE_UNCORDONED,
                    EventKind.NODE_FORGOTTEN),
            EventKind.MAINTENANCE_FAILED,
            EnumSet.of(EventKind.NODE_UNCORDONED, EventKind.MAINTENANCE_ENDED, EventKind.NODE_FORGOTTEN)));

    /** Newest first. */
    static List<Incident> of(List<Views.EventView> oldestFirst) {
        Course course = new Course();
        oldestFirst.forEach(course::take);
        return course.all.stream()
                .map(Open::incident)
                .sorted(Comparator.comparingLong(
                        (Incident incident) -> -incident.first().number()))
                .toList();
    }

    /** How long it lasted, or lasts by now; empty when it was over at once. */
    public OptionalLong lastedMillis() {
        if (lasts) {
            return OptionalLong.of(first.millisAgo());
        }
        return end.isPresent() ? OptionalLong.of(first.millisAgo() - end.get().millisAgo()) : OptionalLong.empty();
    }

    /** Of the job it is about, and of the jobs whose tasks it met. */
    public List<JobId> jobs() {
        return evidence.stream()
                .flatMap(event -> event.job().stream())
                .distinct()
                .toList();
    }

    /** What is known while events are looked at in their order. */
    private static final class Course {
        private final List<Open> all = new ArrayList<>();
        private final List<Open> lasting = new ArrayList<>();
        private final Map<NodeId, Open> lostNodes = new HashMap<>();
        private final Map<JobId, Open> failingJobs = new HashMap<>();

        void take(Views.EventView event) {
            lasting.removeIf(open -> open.endBy(event));
            if (event.kind().weight() != EventKind.Weight.WARNING) {
                return;
            }
            Optional<Open> whole = whole(event);
            if (whole.isPresent()) {
                whole.get().evidence.add(event);
                if (event.kind() == EventKind.JOB_FAILED) {
                    event.job().ifPresent(failingJobs::remove);
                }
                return;
            }
            Open open = new Open(event);
            all.add(open);
            if (ENDS.containsKey(event.kind())) {
                lasting.add(open);
            }
            if (event.kind() == EventKind.NODE_LOST) {
                event.nodeId().ifPresent(node -> lostNodes.put(node, open));
            } else if (event.kind() == EventKind.TASK_FAILED) {
                event.job().ifPresent(job -> failingJobs.put(job, open));
            }
        }

        /** What it is more of: tasks lost with a node, more failures of a job, its end by them. */
        private Optional<Open> whole(Views.EventView event) {
            if (event.kind() == EventKind.TASKS_LOST) {
                return event.nodeId()
                        .map(lostNodes::get)
                        .filter(open -> open.first.millisAgo() - event.millisAgo() <= LOSSES_WITHIN_MILLIS);
            }
            boolean isOfJob = event.kind() == EventKind.TASK_FAILED || event.kind() == EventKind.JOB_FAILED;
            return isOfJob ? event.job().map(failingJobs::get) : Optional.empty();
        }
    }

    private static final class Open {
        private final Views.EventView first;
        private final List<Views.EventView> evidence = new ArrayList<>();
        private Optional<Views.EventView> end = Optional.empty();

        Open(Views.EventView first) {
            this.first = first;
            evidence.add(first);
        }

        boolean endBy(Views.EventView event) {
            boolean ends = ENDS.get(first.kind()).contains(event.kind())
                    && (first.nodeId().isEmpty() || first.nodeId().equals(event.nodeId()));
            if (ends) {
                end = Optional.of(event);
                evidence.add(event);
            }
            return ends;
        }

        Incident incident() {
            boolean goesOn = end.isEmpty() && ENDS.containsKey(first.kind());
            Optional<Views.EventView> last =
                    end.isEmpty() && evidence.size() > 1 && first.kind() == EventKind.TASK_FAILED
                            ? Optional.of(evidence.getLast())
                            : end;
            List<Toll> tolls =
                    evidence.stream().flatMap(event -> event.toll().stream()).toList();
            return new Incident(
                    first,
                    last,
                    goesOn,
                    tolls.stream().mapToLong(Toll::tasks).sum(),
                    tolls.isEmpty()
                            ? OptionalLong.empty()
                            : OptionalLong.of(
                                    tolls.stream().mapToLong(Toll::workMillis).sum()),
                    List.copyOf(evidence));
        }
    }
}
