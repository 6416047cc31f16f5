package dev.bramble.dashboard.session;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.Logins;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.WebServer;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.page.Templates;
import dev.bramble.model.Refusal;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Lets people in and out of the pages. */
public final class Visitors {
    private static final String LOGIN = "/login";
    /** Where the form waits for its turn: it was read before, since clients may be slow. */
    private static final String FORM = "bramble.login.form";

    private static final String TEMPLATE = "session/login";
    private static final String FORM_TYPE = "application/x-www-form-urlencoded";
    private static final int FORM_BYTES_MAX = 8 * 1024;

    private final Logins logins;
    private final Sessions sessions;
    private final Templates templates;

    public Visitors(Logins logins, Sessions sessions, Templates templates) {
        this.logins = logins;
        this.sessions = sessions;
        this.templates = templates;
    }

    /** @param limited puts a limit around a handler */
    public void register(RoutesConfig routes, UnaryOperator<Handler> limited) {
        routes.get(LOGIN, limited.apply(this::ask));
        Handler login = limited.apply(this::login);
        routes.post(LOGIN, context -> {
            context.attribute(FORM, Bodies.read(context, FORM_BYTES_MAX));
            login.handle(context);
        });
        routes.post("/logout", limited.apply(this::logout));
    }

    /** Who is looking. Empty when nobody was let in: then the visitor is on the way to the login page already. */
    public Optional<Views.Principal> visitor(Context context) {
        String name = SessionCookie.read(context);
        Optional<String> credential = name == null ? Optional.empty() : sessions.credential(name);
        if (credential.isEmpty()) {
            context.redirect(LOGIN, HttpStatus.SEE_OTHER);
            return Optional.empty();
        }
        try {
            return Optional.of(logins.authenticate(context, credential.get(), 0));
        } catch (ProblemException e) {
            if (e.code() != ProblemException.Code.UNAUTHENTICATED) {
                throw e;
            }
            sessions.end(name);
            SessionCookie.clear(context);
            context.redirect(LOGIN, HttpStatus.SEE_OTHER);
            return Optional.empty();
        }
    }

    private void ask(Context context) {
        templates.send(context, 200, TEMPLATE, Map.of("problem", ""));
    }

    private void login(Context context) {
        refuseOtherSites(context);
        Bodies.requireType(context, FORM_TYPE);
        String token = field(context.attribute(FORM), "token").strip();
        try {
            if (token.isEmpty()) {
                throw ProblemException.of(Refusal.Kind.UNAUTHENTICATED, "the token is missing: paste it here");
            }
            logins.authenticate(context, token, 0);
        } catch (ProblemException e) {
            WebServer.sendRetryAfter(context, e);
            templates.send(context, e.status(), TEMPLATE, Map.of("problem", Shown.sentence(e.getMessage())));
            return;
        }
        SessionCookie.set(context, sessions.begin(token));
        context.redirect("/", HttpStatus.SEE_OTHER);
    }

    private void logout(Context context) {
        refuseOtherSites(context);
        String name = SessionCookie.read(context);
        if (name != null) {
            sessions.end(name);
        }
        SessionCookie.clear(context);
        context.redirect(LOGIN, HttpStatus.SEE_OTHER);
    }

    /** The cookie is not sent from other sites; this keeps them from logging somebody in as well. */
    private static void refuseOtherSites(Context context) {
        String site = context.header("Sec-Fetch-Site");
        String origin = context.header("Origin");
        boolean siteIsOurs = site == null || Set.of("same-origin", "none").contains(site);
        boolean originIsOurs = origin == null || origin.equals(origin(context.req()));
        if (!siteIsOurs || !originIsOurs) {
            throw ProblemException.of(
                    Refusal.Kind.FORBIDDEN, "this form was sent from another site: open this head's own page");
        }
    }

    /** As browsers write it. Not from the Host header: HTTP/2 has none. */
    private static String origin(HttpServletRequest request) {
        int port = request.getServerPort();
        boolean isDefault = port == (request.isSecure() ? 443 : 80);
        return request.getScheme() + "://" + request.getServerName() + (isDefault ? "" : ":" + port);
    }

    private static String field(byte[] form, String name) {
        String text = new String(form, StandardCharsets.UTF_8);
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2 && pair[0].equals(name))
                .map(pair -> decoded(pair[1]))
                .findFirst()
                .orElse("");
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
