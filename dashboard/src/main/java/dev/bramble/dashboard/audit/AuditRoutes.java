package dev.bramble.dashboard.audit;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.UserRole;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The operations about the audit trail. */
public final class AuditRoutes {
    /** Also of the page. */
    static final String USER = "user";

    static final String ACTION = "action";
    static final String REFUSED = "refused";
    static final String TEXT = "text";

    private static final int TEXT_CHARS_MAX = 200;

    private AuditRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get(
                        "/audit",
                        UserRole.ADMIN,
                        AuditRoutes::list,
                        Page.LIMIT,
                        Page.CURSOR,
                        USER,
                        ACTION,
                        REFUSED,
                        TEXT),
                Route.get("/audit.csv", UserRole.ADMIN, AuditRoutes::csv, USER, ACTION, REFUSED, TEXT));
    }

    /** @param dropped how many older records have gone to make room */
    private record AuditPageJson(List<AuditJson> items, String next, long dropped) {}

    private static Views.AuditFilter filter(ApiRequest request) {
        Optional<Boolean> refused =
                request.query(REFUSED).isPresent() ? Optional.of(request.flag(REFUSED)) : Optional.empty();
        Optional<String> text = request.query(TEXT);
        if (text.filter(given -> given.length() > TEXT_CHARS_MAX).isPresent()) {
            request.wrong(TEXT, "is longer than " + TEXT_CHARS_MAX + " characters: shorten it");
        }
        return new Views.AuditFilter(request.query(USER), request.query(ACTION), refused, text);
    }

    private static void list(ApiRequest request) {
        int limit = request.page().limit();
        long before = request.query(Page.CURSOR).isPresent() ? request.number(Page.CURSOR, 1, Long.MAX_VALUE, 1) : 0;
        Views.AuditFilter filter = filter(request);
        Views.AuditPage page = request.read(views -> views.audit(before, limit, filter));
        request.json(new AuditPageJson(
                page.items().stream().map(AuditJson::of).toList(),
                page.next() == 0 ? null : Long.toString(page.next()),
                page.dropped()));
    }

    private static void csv(ApiRequest request) throws IOException {
        Views.AuditFilter filter = filter(request);
        AuditCsv.send(request.context(), (before, limit) -> request.read(views -> views.audit(before, limit, filter)));
    }
}
