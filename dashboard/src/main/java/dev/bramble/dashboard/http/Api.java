package dev.bramble.dashboard.http;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
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
        String credential = credential(context);
        Optional<Views.Principal> principal = Optional.empty();
        if (route.role().isPresent()) {
            long after = ApiRequest.afterOf(context, new ArrayList<>());
            principal = Optional.of(logins.authenticate(context, credential, after));
            requireRole(principal.get(), route.role().get());
        }
        ApiRequest request = new ApiRequest(context, control, places, credential, principal);
        refuseUnknownParameters(route.query(), context, request);
        route.handler().handle(request);
    }

    /** A token; without one the browser's session, which it sends along unasked: so for this head's own pages alone. */
    private String credential(Context context) {
        String header = context.header("Authorization");
        if (header != null) {
            boolean isToken = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
            return isToken ? header.substring(SCHEME.length()).strip() : "";
        }
        return OwnSite.is(context) ? ofSession.apply(context).orElse("") : "";
    }

    private static void requireRole(Views.Principal principal, UserRole role) {
        if (!principal.may(role)) {
            throw ProblemException.of(
                    Refusal.Kind.FORBIDDEN,
                    "this needs the role " + Words.of(role) + ", and " + principal.user() + "'s token has the role "
                            + Words.of(principal.role()) + ": use a token with that role");
        }
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
