package dev.bramble.dashboard.http;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Puts each route behind the same door: who is asking, which role it needs, which parameters it reads. */
public final class Api {
    private static final String SCHEME = "bearer ";

    private final Control control;
    private final Logins logins;
    private final Places places;
    private final Function<Context, Optional<String>> ofSession;

    /** @param ofSession the credential of a browser's session, for what pages ask of the interface */
    public Api(Control control, Logins logins, Places places, Function<Context, Optional<String>> ofSession) {
        this.control = control;
        this.logins = logins;
        this.places = places;
        this.ofSession = ofSession;
    }

    public void register(RoutesConfig config, List<Route> routes) {
        for (Route route : routes) {
            config.addHttpHandler(
                    route.method(),
                    Route.ROOT + route.path(),
                    route.role().isPresent()
                            ? context -> places.run(same -> answer(route, same), context)
                            // Whether this head is well must be answered also when it is busy.
                            : context -> answer(route, context));
        }
    }

    private void answer(Route route, Context context) throws Exception {
        Optional<String> token = token(context);
        // A browser sends its session along unasked: so it counts for this head's own pages alone.
        String session = token.isEmpty() && OwnSite.is(context)
                ? ofSession.apply(context).orElse("")
                : "";
        String credential = token.orElse(session);
        Optional<Views.Principal> principal = Optional.empty();
        if (route.role().isPresent()) {
            long after = ApiRequest.afterOf(context, new ArrayList<>());
            principal = Optional.of(
                    session.isEmpty()
                            ? logins.authenticate(context, credential, after)
                            : logins.session(session).orElseThrow(Api::sessionIsOver));
            requireRole(route, context, principal.get(), credential);
            // What an open page asks for by itself is no use of its session.
            if (!route.isStream() && (session.isEmpty() || !isRead(route))) {
                logins.noteUse(context, principal.get(), credential);
            }
        }
        ApiRequest request = new ApiRequest(context, control, places, credential, principal);
        refuseUnknownParameters(route.query(), context, request);
        route.handler().handle(request);
    }

    /** Empty when there is none; another scheme is a token that opens nothing. */
    private static Optional<String> token(Context context) {
        return Optional.ofNullable(context.header("Authorization"))
                .map(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                        ? header.substring(SCHEME.length()).strip()
                        : "");
    }

    private static ProblemException sessionIsOver() {
        return ProblemException.of(Refusal.Kind.UNAUTHENTICATED, "this session is over: log in again");
    }

    private static boolean isRead(Route route) {
        return route.method() == HandlerType.GET || route.method() == HandlerType.HEAD;
    }

    private void requireRole(Route route, Context context, Views.Principal principal, String credential) {
        UserRole role = route.role().orElseThrow();
        if (principal.may(role)) {
            return;
        }
        String sentence = "this needs the role " + Words.of(role) + ", and " + principal.user()
                + "'s token has the role " + Words.of(principal.role()) + ": use a token with that role";
        if (!isRead(route)) {
            logins.noteRefusal(context, credential, route.word(), sentence);
        }
        throw ProblemException.of(Refusal.Kind.FORBIDDEN, sentence);
    }

    private static void refuseUnknownParameters(Set<String> known, Context context, ApiRequest request) {
        for (String name : context.queryParamMap().keySet()) {
            if (!known.contains(name)) {
                String hint = known.isEmpty()
                        ? "nothing is read from the query here"
                        : "known are "
                                + String.join(", ", known.stream().sorted().toList());
                request.wrong(name, "is not known here: " + hint);
            } else if (context.queryParams(name).size() > 1) {
                request.wrong(name, "is given more than once: give it once");
            }
        }
    }
}
