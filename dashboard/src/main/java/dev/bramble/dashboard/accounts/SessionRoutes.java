package dev.bramble.dashboard.accounts;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.UserNames;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.ClientWords;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.Password;
import dev.bramble.model.Refusal;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;

/** The operations about logging in: sessions, and the first admin. */
public final class SessionRoutes {
    private static final String USER = "user";

    private SessionRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/sessions", UserRole.VIEWER, SessionRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.open(HandlerType.POST, "/sessions", SessionRoutes::begin),
                Route.delete("/sessions/{session}", UserRole.VIEWER, SessionRoutes::end),
                Route.post("/sessions/end-others", UserRole.VIEWER, SessionRoutes::endOthers, USER),
                Route.open(HandlerType.GET, "/setup", SessionRoutes::needsSetup),
                Route.open(HandlerType.POST, "/setup", SessionRoutes::setUp));
    }

    private record SessionJson(
            String id,
            String user,
            String browser,
            String address,
            boolean current,
            long createdMillisAgo,
            long lastUsedMillisAgo,
            Long endsInMillis) {
        static SessionJson of(Views.TokenView session, String current) {
            return new SessionJson(
                    session.id(),
                    session.user(),
                    session.note(),
                    session.lastUsedFrom().isEmpty() ? session.from() : session.lastUsedFrom(),
                    session.id().equals(current),
                    session.createdMillisAgo(),
                    session.lastUsedMillisAgo().orElse(session.createdMillisAgo()),
                    session.expiresInMillis().orElse(null));
        }
    }

    /** One's own; an admin sees all. */
    static List<Views.TokenView> visible(Views views, Views.Principal caller) {
        return views.tokens().stream()
                .filter(token -> token.user().equals(caller.user()) || caller.may(UserRole.ADMIN))
                .toList();
    }

    private static void list(ApiRequest request) {
        Views.Principal caller = request.principal();
        request.list(
                views -> visible(views, caller).stream()
                        .filter(token -> token.purpose() == TokenPurpose.SESSION)
                        .toList(),
                Views.TokenView::id,
                session -> SessionJson.of(session, caller.tokenId()));
    }

    private record Begun(String secret, long revision) {}

    private static void begin(ApiRequest request) {
        Fields body = request.fieldsOfAnyone();
        String user = body.requiredText(USER, UserNames.CHARS_MAX);
        Password password = body.requiredPassword("password");
        body.check();
        answer(request, new Action.LogIn(user, password, ClientWords.browser(request.context())));
    }

    private static void answer(ApiRequest request, Action action) {
        Control.Done done = request.act(action);
        String secret = done.secret().orElseThrow(() -> new IllegalStateException("a session without a secret"));
        request.json(201, new Begun(secret, done.index()));
    }

    /** What is no session is a token: it is ended elsewhere. */
    private static void end(ApiRequest request) {
        String id = request.context().pathParam("session");
        Views.Principal caller = request.principal();
        boolean isSession = request.read(views -> visible(views, caller).stream()
                .anyMatch(token -> token.id().equals(id) && token.purpose() == TokenPurpose.SESSION));
        if (!isSession) {
            throw ProblemException.of(Refusal.Kind.NOT_FOUND, "there is no such session of yours: see /sessions");
        }
        request.write(new Action.RevokeToken(id));
    }

    private static void endOthers(ApiRequest request) {
        request.write(new Action.EndSessions(request.query(USER)));
    }

    private static void needsSetup(ApiRequest request) {
        request.json(Map.of("needed", request.read(Views::needsSetup)));
    }

    private static void setUp(ApiRequest request) {
        Fields body = request.fieldsOfAnyone();
        Password code = body.requiredPassword("code");
        String user = body.requiredText(USER, UserNames.CHARS_MAX);
        Password password = body.requiredPassword("password");
        body.check();
        answer(request, new Action.SetUp(code, user, password, ClientWords.browser(request.context())));
    }
}
