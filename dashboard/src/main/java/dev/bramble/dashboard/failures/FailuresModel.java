package dev.bramble.dashboard.failures;

import dev.bramble.control.Views;
import dev.bramble.dashboard.events.EventRow;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.Toll;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * All that the page of failures shows, made of the events that are kept.
 *
 * @param older address of the next page of incidents; empty when there is none
 * @param newer of the one before; empty on the first
 */
public record FailuresModel(
        Wanted wanted,
        Head head,
        List<GroupRow> groups,
        List<IncidentRow> incidents,
        Presence presence,
        String older,
        String newer) {
    static final String PATH = "/failures";

    /** Causes on the page, those met last first: whoever has more has another problem. */
    static final int GROUPS_MAX = 20;
    /** Incidents on a page. */
    static final int INCIDENTS_MAX = 25;
    /** As many as all events that are kept can fill. */
    static final int PAGES_MAX = 400;
    /** For a glance, once a second: the page of failures goes through all. */
    static final int NEWEST_EVENTS = 200;
    /** Pieces of evidence shown with an incident; the page of events has all. */
    static final int EVIDENCE_MAX = 12;

    /** What others bring about is told with its cause. */
    private static final Set<EventKind> CONSEQUENCES =
            EnumSet.of(EventKind.TASKS_LOST, EventKind.JOB_FAILED, EventKind.JOB_LATE);

    /** @param page of incidents, from 1 */
    public record Wanted(String node, String job, int page) {
        public boolean isAll() {
            return node.isEmpty() && job.isEmpty();
        }

        private String url(int other) {
            return new Address(PATH)
                    .with("node", node)
                    .with("job", job)
                    .with("page", other, 1)
                    .toString();
        }

        private boolean takes(Views.EventView event) {
            boolean isOfNode = node.isEmpty() || event.node().equals(node);
            return isOfNode
                    && (job.isEmpty()
                            || event.job()
                                    .map(JobId::toString)
                                    .filter(job::equals)
                                    .isPresent());
        }
    }

    /**
     * What stands first.
     *
     * @param word well, attention or trouble: the icon and the colour
     * @param reach how far back this goes, a sentence
     */
    public record Head(String word, String headline, String reach) {}

    /**
     * A cause.
     *
     * @param spread where it was met and what that suggests
     * @param counts how often and when
     * @param job its number; empty for none
     * @param task path of the newest task that met it; empty for none
     * @param event path of the newest event
     */
    public record GroupRow(
            String id,
            String word,
            String reason,
            String spread,
            String counts,
            String job,
            String task,
            String event) {}

    /**
     * @param when when it began
     * @param lasted how long; empty when it was over at once
     * @param cost tasks and work; empty when it cost none
     * @param more pieces of evidence that are not shown
     */
    public record IncidentRow(
            long number,
            String word,
            String kind,
            String cause,
            String when,
            String instant,
            String lasted,
            String cost,
            String node,
            List<String> jobs,
            String task,
            List<EventRow> evidence,
            int more) {}

    /**
     * How often nodes were there.
     *
     * @param nodes those that were away, worst first
     * @param steady names of the others
     */
    public record Presence(List<NodeRow> nodes, List<String> steady, String reach) {}

    /**
     * @param lane when it was away, drawn from the oldest event that is kept (0) to now (1000)
     * @param words the same for those who do not see it
     */
    public record NodeRow(
            String name, String share, String lost, String between, String repair, List<Bar> lane, String words) {}

    /** @param planned whether it was taken out */
    public record Bar(int x, int width, boolean planned) {
        /** Half as high, so that it is told apart without its colour. */
        public int top() {
            return planned ? 5 : 0;
        }
    }

    static FailuresModel of(Views views, Wanted wanted) {
        List<Views.EventView> all = views.events(OptionalLong.of(0), Integer.MAX_VALUE, Views.EventFilter.ALL);
        List<Views.NodeView> nodes = views.nodes();
        List<Incident> incidents = Incident.of(all).stream()
                .filter(incident -> incident.evidence().stream().anyMatch(wanted::takes))
                .toList();
        int from = Math.min((wanted.page() - 1) * INCIDENTS_MAX, incidents.size());
        int to = Math.min(from + INCIDENTS_MAX, incidents.size());
        return new FailuresModel(
                wanted,
                head(all, incidents),
                groups(all, nodes, wanted),
                incidents.subList(from, to).stream().map(FailuresModel::row).toList(),
                presence(all, nodes),
                to < incidents.size() ? wanted.url(wanted.page() + 1) : "",
                wanted.page() > 1 ? wanted.url(wanted.page() - 1) : "");
    }

    /** How far back events are kept. */
    private static long sinceMillis(List<Views.EventView> all) {
        return all.isEmpty() ? 0 : all.getFirst().millisAgo();
    }

    private static String since(List<Views.EventView> all) {
        if (all.isEmpty()) {
            return "Nothing has happened yet.";
        }
        String time = Shown.time(sinceMillis(all));
        return all.getFirst().number() == 1
                ? "Since the bramble was founded " + time + " ago."
                : "In the last " + time + ": of what was before, the events are not kept any more.";
    }

    private static Head head(List<Views.EventView> all, List<Incident> incidents) {
        String reach = since(all) + " While everything is off, time stands still here.";
        long lasting = incidents.stream().filter(Incident::lasts).count();
        if (lasting > 0) {
            return new Head("trouble", Shown.counted(lasting, "failure is not over", "failures are not over"), reach);
        }
        if (incidents.isEmpty()) {
            return new Head("well", "Nothing failed", reach);
        }
        Incident newest = incidents.getFirst();
        long over = newest.end()
                .map(Views.EventView::millisAgo)
                .orElse(newest.first().millisAgo());
        return new Head("well", "Nothing is failing now; the last failure was over " + EventRow.ago(over), reach);
    }

    /** The causes that were met last, of the newest events alone. */
    public static List<GroupRow> newestCauses(Views views, int most) {
        List<Views.EventView> newest = views.events(
                OptionalLong.empty(),
                NEWEST_EVENTS,
                new Views.EventFilter(Optional.empty(), Optional.empty(), Optional.empty(), true));
        List<GroupRow> groups = groups(newest, views.nodes(), new Wanted("", "", 1));
        return groups.subList(0, Math.min(most, groups.size()));
    }

    // --- Causes ------------------------------------------------------------------------------------------------------

    private static List<GroupRow> groups(List<Views.EventView> all, List<Views.NodeView> nodes, Wanted wanted) {
        Set<String> names = new HashSet<>();
        nodes.forEach(node -> names.add(node.name()));
        all.forEach(event -> names.add(event.node()));
        names.remove("");
        List<CauseGroup.Failure> failures = all.stream()
                .filter(event -> event.kind().weight() == EventKind.Weight.WARNING
                        && !CONSEQUENCES.contains(event.kind())
                        && wanted.takes(event))
                .map(event -> new CauseGroup.Failure(
                        FailureCause.of(event, names),
                        event.job(),
                        event.node(),
                        event.millisAgo(),
                        event.toll().map(Toll::tasks).orElse(1),
                        event.task(),
                        event.number()))
                .toList();
        return CauseGroup.of(failures).stream()
                .limit(GROUPS_MAX)
                .map(FailuresModel::row)
                .toList();
    }

    private static GroupRow row(CauseGroup group) {
        CauseGroup.Failure newest = group.newest();
        String job = group.job().map(JobId::toString).orElse("");
        int key = (group.cause().signature() + "\n" + job).hashCode();
        String times = newest.task() >= 0
                ? Shown.counted(group.tasks(), "attempt", "attempts")
                : group.tasks() == 1 ? "once" : Shown.count(group.tasks()) + " times";
        String when = group.firstMillisAgo() == group.lastMillisAgo()
                ? EventRow.ago(group.lastMillisAgo())
                : "first " + EventRow.ago(group.firstMillisAgo()) + ", last " + EventRow.ago(group.lastMillisAgo());
        return new GroupRow(
                "group-" + Integer.toHexString(key),
                group.isOfOneBoard() ? "trouble" : "attention",
                Shown.sentence(group.cause().reason()),
                Shown.sentence(group.spread()),
                times + ", " + when,
                job,
                job.isEmpty() || newest.task() < 0 ? "" : "/jobs/" + job + "/tasks/" + newest.task(),
                newest.event() < 0 ? "" : "/events/" + newest.event());
    }

    // --- Incidents ---------------------------------------------------------------------------------------------------

    private static IncidentRow row(Incident incident) {
        EventRow first = EventRow.of(incident.first());
        String lasted = incident.lastedMillis().isEmpty()
                ? ""
                : (incident.lasts() ? "for " : "lasted ")
                        + Shown.time(incident.lastedMillis().getAsLong())
                        + (incident.lasts() ? ", not over" : "");
        List<Views.EventView> shown = incident.evidence()
                .subList(0, Math.min(EVIDENCE_MAX, incident.evidence().size()));
        return new IncidentRow(
                first.number(),
                incident.lasts() ? "trouble" : "attention",
                first.kind(),
                first.text(),
                first.at().isEmpty() ? first.ago() : first.at(),
                first.instant(),
                lasted,
                cost(incident),
                first.node(),
                incident.jobs().stream().map(JobId::toString).toList(),
                first.task(),
                shown.stream().map(EventRow::of).toList(),
                incident.evidence().size() - shown.size());
    }

    private static String cost(Incident incident) {
        if (incident.tasks() == 0) {
            return "";
        }
        long millis = incident.redoneMillis().orElse(0);
        return Shown.counted(incident.tasks(), "attempt", "attempts") + ", "
                + (millis == 0 ? "no run time known to be lost" : Shown.time(millis) + " of work came to nothing");
    }

    // --- Who was there -----------------------------------------------------------------------------------------------

    private static Presence presence(List<Views.EventView> all, List<Views.NodeView> nodes) {
        long since = Math.max(1, sinceMillis(all));
        List<Availability> known = nodes.stream()
                .map(node -> Availability.of(node.node(), node.name(), node.link() != Views.Link.DOWN, all, since))
                .toList();
        return new Presence(
                known.stream()
                        .filter(each -> !each.spans().isEmpty())
                        .sorted(Comparator.comparingDouble(
                                        (Availability each) -> each.share().orElse(2))
                                .thenComparing(Availability::name))
                        .map(each -> row(each, since))
                        .toList(),
                known.stream()
                        .filter(each -> each.spans().isEmpty())
                        .map(Availability::name)
                        .toList(),
                since(all));
    }

    private static NodeRow row(Availability node, long since) {
        List<Bar> lane = node.spans().stream().map(span -> bar(span, since)).toList();
        return new NodeRow(
                node.name(),
                node.share().isPresent() ? percent(node.share().getAsDouble()) : "unknown",
                node.losses() == 0 ? "never" : Shown.counted(node.losses(), "time", "times"),
                node.betweenFailuresMillis().isPresent()
                        ? Shown.time(node.betweenFailuresMillis().getAsLong())
                        : "no failure",
                node.toRepairMillis().isPresent()
                        ? Shown.time(node.toRepairMillis().getAsLong())
                        : node.losses() == 0 ? "no failure" : "not back yet",
                lane,
                Shown.counted(node.spans().size(), "time away", "times away") + ", down for "
                        + (node.downMillis() == 0 ? "no time" : Shown.time(node.downMillis())) + " in all");
    }

    /** Less than all is never shown as all. */
    private static String percent(double share) {
        double percent = share < 1 ? Math.min(99.99, 100 * share) : 100;
        return String.format(Locale.ROOT, percent >= 99 ? "%.2f %%" : "%.1f %%", percent);
    }

    /** At least wide enough to be seen. */
    private static Bar bar(Availability.Span span, long since) {
        int begin = (int) Math.round(1000.0 * (since - Math.min(since, span.fromMillisAgo())) / since);
        int end = (int) Math.round(1000.0 * (since - span.toMillisAgo()) / since);
        int width = Math.max(4, end - begin);
        return new Bar(Math.min(begin, 1000 - width), width, span.planned());
    }
}
