package dev.bramble.dashboard.audit;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.UserRole;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Who did what. */
public final class AuditPage {
    private static final String PATH = "/audit";
    /** As many as one likes to look through; older ones are a link away. */
    private static final int RECORDS_MAX = 50;

    private static final String BEFORE = "before";
    private static final String RESULT = "result";
    private static final String WAS_REFUSED = "refused";
    private static final String WAS_DONE = "done";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private AuditPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.AUDIT, UserRole.ADMIN, AuditPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        Filter filter = Filter.of(request);
        long before = request.number(BEFORE, 1, Long.MAX_VALUE, 0);
        return control.read(0, views -> Content.of("Audit", "audit/audit", Trail.of(views, filter, before)));
    }

    /** What the form says; empty for whatever. */
    public record Filter(String user, String text, String result) {
        static Filter of(ScreenRequest request) {
            String result = request.query(RESULT).orElse("");
            return new Filter(
                    request.query(AuditRoutes.USER).orElse("").strip(),
                    request.query(AuditRoutes.TEXT).orElse("").strip(),
                    result.equals(WAS_DONE) || result.equals(WAS_REFUSED) ? result : "");
        }

        public boolean isOn() {
            return !user.isEmpty() || !text.isEmpty() || !result.isEmpty();
        }

        private static Optional<String> given(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        }

        Views.AuditFilter views() {
            return new Views.AuditFilter(
                    given(user), Optional.empty(), given(result).map(WAS_REFUSED::equals), given(text));
        }

        String page(long before) {
            return new Address(PATH)
                    .with(BEFORE, before, 0)
                    .with(RESULT, result)
                    .with(AuditRoutes.USER, user)
                    .with(AuditRoutes.TEXT, text)
                    .toString();
        }

        String csv() {
            return new Address(Route.ROOT + PATH + ".csv")
                    .with(AuditRoutes.REFUSED, result.isEmpty() ? "" : Boolean.toString(result.equals(WAS_REFUSED)))
                    .with(AuditRoutes.USER, user)
                    .with(AuditRoutes.TEXT, text)
                    .toString();
        }
    }

    /**
     * A record.
     *
     * @param words with what and from where
     * @param when how long ago
     * @param date by the calendar; empty while there is none
     */
    public record Row(
            long number,
            String by,
            String what,
            boolean refused,
            String refusedWords,
            String words,
            String when,
            String date) {
        static Row of(Views.AuditView record) {
            List<String> words = new ArrayList<>();
            if (!record.action().isEmpty()) {
                words.add(record.action() + (record.object().isEmpty() ? "" : ", " + record.object()));
            }
            if (!record.address().isEmpty() || !record.head().isEmpty()) {
                words.add((record.address().isEmpty() ? "" : "from " + record.address() + " ")
                        + (record.head().isEmpty() ? "" : "by " + record.head()));
            }
            if (!record.credential().isEmpty()) {
                words.add("token " + record.credential());
            }
            return new Row(
                    record.number(),
                    record.by(),
                    told(record),
                    record.refused() > 0,
                    record.refused() > 1 ? "refused " + Shown.count(record.refused()) + " times" : "refused",
                    String.join(" · ", words.stream().map(String::strip).toList()),
                    Shown.time(record.millisAgo()) + " ago",
                    record.at().map(DATE::format).orElse(""));
        }
    }

    /** As the trail calls it when a file is sent. */
    private static final String UPLOAD = "hold-blob";

    /** Who sends a file changes nothing but that: the bramble keeps it for whoever uses it. */
    static String told(Views.AuditView record) {
        return record.refused() == 0 && record.action().equals(UPLOAD) ? "uploaded a file" : record.what();
    }

    /** All that the page shows. */
    public record Trail(Filter filter, List<Row> records, String dropped, String older, String newest, String csv) {
        static Trail of(Views views, Filter filter, long before) {
            Views.AuditPage page = views.audit(before, RECORDS_MAX, filter.views());
            return new Trail(
                    filter,
                    page.items().stream().map(Row::of).toList(),
                    page.dropped() == 0
                            ? ""
                            : Shown.counted(page.dropped(), "older record has", "older records have")
                                    + " gone to make room; the setting audit.records-max says how many are kept.",
                    page.next() == 0 ? "" : filter.page(page.next()),
                    before > 0 ? filter.page(0) : "",
                    filter.csv());
        }
    }
}
