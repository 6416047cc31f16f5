package dev.bramble.dashboard.events;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** All that happened, newest first, as it happens. */
public final class EventsPage {
    /** A page of rows: three screens at a desk. */
    static final int ROWS_MAX = 60;

    private static final String TEMPLATE = "events/events";
    private static final String PATH = "/events";

    private EventsPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.EVENTS, EventsPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(0, views -> content(Events.of(views, Wanted.of(request))));
    }

    private static Content content(Events it) {
        Content content = Content.of("Events", TEMPLATE, it);
        // An older page stands still but for the ages.
        return it.wanted().before() > 0
                ? content
                : content.live(Part.list(
                        "events", TEMPLATE, "events", it, it.rows(), "event", row -> "event-" + row.number()));
    }

    /**
     * What the visitor wants to see, as typed.
     *
     * @param before number of an event of which older ones are wanted; 0 for the newest
     */
    public record Wanted(String node, String job, String kind, boolean warnings, long before) {
        static Wanted of(ScreenRequest request) {
            return new Wanted(
                    request.query("node").orElse(""),
                    request.query("job").orElse(""),
                    request.query("kind").orElse(""),
                    request.query("warnings").isPresent(),
                    request.number("before", 1, Long.MAX_VALUE, 0));
        }

        /** Whether all events are wanted. */
        public boolean isAll() {
            return node.isEmpty() && job.isEmpty() && kind.isEmpty() && !warnings;
        }

        String url(long older) {
            return new Address(PATH)
                    .with("node", node)
                    .with("job", job)
                    .with("kind", kind)
                    .with("warnings", warnings ? "on" : "")
                    .with("before", older, 0)
                    .toString();
        }
    }

    /** A kind to choose. */
    public record Choice(String word, String label) {}

    /**
     * All that the page shows.
     *
     * @param reach how far back events are kept, a sentence
     * @param trouble what of the filter is not known; may be empty
     * @param older address of the next page; empty when there is none
     * @param newer address of the first page; empty on it
     */
    public record Events(
            Wanted wanted,
            List<EventRow> rows,
            String reach,
            String trouble,
            String older,
            String newer,
            List<String> nodes,
            List<Choice> kinds) {

        static Events of(Views views, Wanted wanted) {
            List<String> troubles = new ArrayList<>();
            Optional<NodeId> node = node(views, wanted.node(), troubles);
            Optional<JobId> job = job(wanted.job(), troubles);
            Optional<EventKind> kind = Words.read(EventKind.class, wanted.kind());
            if (kind.isEmpty() && !wanted.kind().isEmpty()) {
                troubles.add("There is no kind of event called '" + wanted.kind() + "'.");
            }
            Views.EventFilter filter = new Views.EventFilter(node, job, kind, wanted.warnings());
            // One more than is shown says whether there are older ones.
            List<Views.EventView> found = troubles.isEmpty()
                    ? views.eventsBefore(wanted.before() == 0 ? Long.MAX_VALUE : wanted.before(), ROWS_MAX + 1, filter)
                            .reversed()
                    : List.of();
            boolean isMore = found.size() > ROWS_MAX;
            List<EventRow> rows =
                    found.stream().limit(ROWS_MAX).map(EventRow::of).toList();
            return new Events(
                    wanted,
                    rows,
                    reach(views),
                    String.join(" ", troubles),
                    isMore ? wanted.url(rows.getLast().number()) : "",
                    wanted.before() > 0 ? wanted.url(0) : "",
                    views.nodes().stream().map(Views.NodeView::name).toList(),
                    Arrays.stream(EventKind.values())
                            .map(each -> new Choice(Words.of(each), EventRow.kind(each)))
                            .sorted(Comparator.comparing(Choice::label))
                            .toList());
        }

        private static String reach(Views views) {
            List<Views.EventView> oldest = views.events(OptionalLong.of(0), 1, Views.EventFilter.ALL);
            List<Views.EventView> newest = views.events(OptionalLong.empty(), 1, Views.EventFilter.ALL);
            if (oldest.isEmpty()) {
                return "Nothing has happened yet.";
            }
            // Numbers have no gaps: only the oldest are dropped.
            long kept = newest.getFirst().number() - oldest.getFirst().number() + 1;
            return Shown.counted(kept, "event is", "events are") + " kept, the oldest from "
                    + Shown.time(oldest.getFirst().millisAgo()) + " ago. Times are bramble time: it stands still while"
                    + " everything is off.";
        }

        /** A node that was forgotten lives on in its events. */
        private static Optional<NodeId> node(Views views, String given, List<String> troubles) {
            if (given.isEmpty()) {
                return Optional.empty();
            }
            Optional<NodeId> known = views.node(given)
                    .map(Views.NodeView::node)
                    .or(() -> views.events(OptionalLong.of(0), Integer.MAX_VALUE, Views.EventFilter.ALL).stream()
                            .filter(event -> event.node().equals(given)
                                    || event.nodeId().map(NodeId::value).equals(Optional.of(given)))
                            .findFirst()
                            .flatMap(Views.EventView::nodeId));
            if (known.isEmpty()) {
                String names = views.nodes().stream().map(Views.NodeView::name).collect(Collectors.joining(", "));
                troubles.add("There is no node '" + given + "': there are " + names + ".");
            }
            return known;
        }

        private static Optional<JobId> job(String given, List<String> troubles) {
            if (given.isEmpty()) {
                return Optional.empty();
            }
            if (!given.matches("[1-9][0-9]{0,17}")) {
                troubles.add("'" + given + "' is no number of a job: jobs are numbered from 1.");
                return Optional.empty();
            }
            return Optional.of(new JobId(Long.parseLong(given)));
        }
    }
}
