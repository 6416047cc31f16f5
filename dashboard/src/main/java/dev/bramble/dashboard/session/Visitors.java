package dev.bramble.dashboard.session;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.FormFields;
import dev.bramble.dashboard.http.Logins;
import dev.bramble.dashboard.http.OwnSite;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.WebServer;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.page.Templates;
import dev.bramble.model.Refusal;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Lets people in and out of the pages. */
public final class Visitors {
    private static final String LOGIN = "/login";
    /** Where the form waits for its turn: it was read before, since clients may be slow. */
    private static final String FORM = "bramble.login.form";

    private static final String TEMPLATE = "session/login";
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
    public Optional<Visitor> visitor(Context context) {
        Optional<Visitor> visitor = known(context);
        if (visitor.isEmpty()) {
            context.redirect(LOGIN, HttpStatus.SEE_OTHER);
        }
        return visitor;
    }

    /** What the visitor's session stands for, not yet checked; empty for who has none. */
    public Optional<String> credential(Context context) {
        return Optional.ofNullable(SessionCookie.read(context)).flatMap(sessions::credential);
    }

    /** The same for a stream, which cannot lead anywhere. */
    public Optional<Visitor> known(Context context) {
        String name = SessionCookie.read(context);
        Optional<String> credential = name == null ? Optional.empty() : sessions.credential(name);
        if (credential.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Visitor(logins.authenticate(context, credential.get(), 0), name, credential.get()));
        } catch (ProblemException e) {
            if (e.code() != ProblemException.Code.UNAUTHENTICATED) {
                throw e;
            }
            sessions.end(name);
            SessionCookie.clear(context);
            return Optional.empty();
        }
    }

    /** Whether the session goes on and its credential still opens what it opened at first. */
    public boolean isStillIn(Visitor visitor, Views views) {
        return sessions.credential(visitor.session())
                .flatMap(views::authenticate)
                .filter(now -> now.may(visitor.who().role()))
                .isPresent();
    }

    private void ask(Context context) {
        templates.send(context, 200, TEMPLATE, Map.of("problem", ""));
    }

    private void login(Context context) {
        OwnSite.require(context);
        Bodies.requireType(context, FormFields.TYPE);
        byte[] form = context.attribute(FORM);
        String token = FormFields.read(form)
                .getOrDefault("token", List.of(""))
                .getFirst()
                .strip();
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
        OwnSite.require(context);
        String name = SessionCookie.read(context);
        if (name != null) {
            sessions.end(name);
        }
        SessionCookie.clear(context);
        context.redirect(LOGIN, HttpStatus.SEE_OTHER);
    }
}
