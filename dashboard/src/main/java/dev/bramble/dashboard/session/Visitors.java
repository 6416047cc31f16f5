package dev.bramble.dashboard.session;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.ClientWords;
import dev.bramble.dashboard.http.FormFields;
import dev.bramble.dashboard.http.Logins;
import dev.bramble.dashboard.http.OwnSite;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.http.WebServer;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.page.Templates;
import dev.bramble.model.Password;
import dev.bramble.model.Refusal;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Lets people in and out of the pages. */
public final class Visitors {
    private static final Logger LOG = Logger.getLogger(Visitors.class.getName());

    private static final String LOGIN = "/login";
    private static final String SETUP = "/setup";
    /** Where the form waits for its turn: it was read before, since clients may be slow. */
    private static final String FORM = "bramble.login.form";

    private static final int FORM_BYTES_MAX = 8 * 1024;

    private final Control control;
    private final Logins logins;
    private final Templates templates;

    public Visitors(Control control, Logins logins, Templates templates) {
        this.control = control;
        this.logins = logins;
        this.templates = templates;
    }

    /** @param limited puts a limit around a handler */
    public void register(RoutesConfig routes, UnaryOperator<Handler> limited) {
        routes.get(LOGIN, limited.apply(this::ask));
        routes.post(LOGIN, reading(limited.apply(this::login)));
        routes.get(SETUP, limited.apply(this::askSetup));
        routes.post(SETUP, reading(limited.apply(this::setUp)));
        routes.post("/logout", limited.apply(this::logout));
    }

    private static Handler reading(Handler then) {
        return context -> {
            context.attribute(FORM, Bodies.read(context, FORM_BYTES_MAX));
            then.handle(context);
        };
    }

    /** Who is looking. Empty when nobody was let in: then the visitor is on the way to the login page already. */
    public Optional<Visitor> visitor(Context context) {
        Optional<Visitor> visitor = known(context);
        visitor.ifPresentOrElse(
                in -> logins.noteUse(context, in.who(), in.credential()),
                () -> context.redirect(toLogin(context), HttpStatus.SEE_OTHER));
        return visitor;
    }

    /** With the way back, so that somebody who follows a link gets there, and with what has ended. */
    private static String toLogin(Context context) {
        boolean isPage = context.method().name().equals("GET");
        String query = context.queryString();
        String asked = context.path() + (query == null || query.isEmpty() ? "" : "?" + query);
        String back = isPage ? asked : formsPage(context);
        boolean hadSession = Optional.ofNullable(SessionCookie.read(context))
                .filter(old -> !old.isEmpty())
                .isPresent();
        String ended = isPage ? hadSession ? Ended.PAGE.word : "" : Ended.FORM.word;
        return new Address(LOGIN)
                .with("back", back.equals("/") ? "" : back)
                .with("ended", ended)
                .toString();
    }

    /** As the browser says; else the form's own address, which leads to its page. */
    private static String formsPage(Context context) {
        String referrer = Optional.ofNullable(context.header("Referer")).orElse("");
        try {
            URI page = new URI(referrer);
            String path = ownPath(Optional.ofNullable(page.getRawPath()).orElse(""));
            return path.isEmpty()
                    ? context.path()
                    : path + (page.getRawQuery() == null ? "" : "?" + page.getRawQuery());
        } catch (URISyntaxException noAddress) {
            return context.path();
        }
    }

    /** Why somebody is at the login page who was in before. */
    enum Ended {
        PAGE("page", "Your session has ended: log in to go on."),
        FORM("form", "Your session has ended, and the form was not taken: log in, then send the form again.");

        private final String word;
        private final String sentence;

        Ended(String word, String sentence) {
            this.word = word;
            this.sentence = sentence;
        }

        static Optional<Ended> of(String word) {
            return Arrays.stream(values())
                    .filter(ended -> ended.word.equals(word))
                    .findFirst();
        }
    }

    /** What the visitor's session stands for, not yet checked; empty for who has none. */
    public Optional<String> credential(Context context) {
        return Optional.ofNullable(SessionCookie.read(context)).filter(secret -> !secret.isEmpty());
    }

    /** The same for a stream, which cannot lead anywhere, and which is no use of the session. */
    public Optional<Visitor> known(Context context) {
        String credential = SessionCookie.read(context);
        if (credential == null || credential.isEmpty()) {
            return Optional.empty();
        }
        Optional<Visitor> visitor = logins.session(credential).map(who -> new Visitor(who, credential));
        if (visitor.isEmpty()) {
            SessionCookie.clear(context);
        }
        return visitor;
    }

    /** Whether the session goes on and opens as much as it did at first. */
    public boolean isStillIn(Visitor visitor, Views views) {
        return views.authenticate(visitor.credential())
                .filter(now -> now.may(visitor.who().role()))
                .isPresent();
    }

    /** For the audit trail: this head did not let somebody do it. */
    public void noteRefusal(Context context, Visitor visitor, String what, String why) {
        logins.noteRefusal(context, visitor.credential(), what, why);
    }

    // --- In ----------------------------------------------------------------------------------------------------------

    private void ask(Context context) {
        boolean needsSetup = Waiting.await(control.read(0, Views::needsSetup));
        String back = Optional.ofNullable(context.queryParam("back")).orElse("");
        Optional<Ended> ended = Optional.ofNullable(context.queryParam("ended")).flatMap(Ended::of);
        sendLogin(
                context,
                200,
                new Login(
                        "",
                        "",
                        ownPath(back),
                        needsSetup,
                        false,
                        ended.map(why -> why.sentence).orElse("")));
    }

    private void sendLogin(Context context, int status, Login login) {
        templates.send(context, status, "session/login", Map.<String, Object>of("it", login));
    }

    /**
     * What the login page shows.
     *
     * @param back where to go then; the first page when empty
     * @param withToken whether the token's part is open
     * @param ended why somebody must log in again; mostly empty
     */
    public record Login(String problem, String user, String back, boolean needsSetup, boolean withToken, String ended) {
        /** After a login that failed, or a logout. */
        Login(String problem, String user, String back, boolean withToken) {
            this(problem, user, back, false, withToken, "");
        }
    }

    /** Only to this head: an address that begins with two slashes leads elsewhere. */
    private static String ownPath(String back) {
        boolean isOwn = back.startsWith("/") && !back.startsWith("//") && !back.startsWith("/\\");
        return isOwn && back.chars().noneMatch(Character::isISOControl) ? back : "";
    }

    private static Map<String, List<String>> form(Context context) {
        OwnSite.require(context);
        Bodies.requireType(context, FormFields.TYPE);
        byte[] form = context.attribute(FORM);
        return FormFields.read(form);
    }

    private static String field(Map<String, List<String>> form, String name) {
        return form.getOrDefault(name, List.of("")).getFirst();
    }

    private void login(Context context) {
        Map<String, List<String>> form = form(context);
        String token = field(form, "token").strip();
        String user = field(form, "user").strip();
        String back = ownPath(field(form, "back"));
        boolean withToken = form.containsKey("token");
        try {
            begin(
                    context,
                    withToken ? withToken(context, token) : withPassword(context, user, field(form, "password")));
            context.redirect(back.isEmpty() ? "/" : back, HttpStatus.SEE_OTHER);
        } catch (ProblemException problem) {
            WebServer.sendRetryAfter(context, problem);
            sendLogin(
                    context, problem.status(), new Login(Shown.sentence(problem.getMessage()), user, back, withToken));
        }
    }

    private Control.Done withPassword(Context context, String user, String password) {
        if (user.isEmpty() || password.isEmpty()) {
            throw ProblemException.of(Refusal.Kind.UNAUTHENTICATED, "the name or the password is missing: give both");
        }
        Action.LogIn logIn = new Action.LogIn(user, new Password(password), ClientWords.browser(context));
        return Waiting.await(control.act("", logIn, ClientWords.address(context)));
    }

    private Control.Done withToken(Context context, String token) {
        if (token.isEmpty()) {
            throw ProblemException.of(Refusal.Kind.UNAUTHENTICATED, "the token is missing: paste it here");
        }
        logins.authenticate(context, token, 0);
        return Waiting.await(control.act(
                token, new Action.BeginSession(ClientWords.browser(context)), ClientWords.address(context)));
    }

    /** A session that nobody could plant: its secret was made just now. One that this browser had before ends. */
    private void begin(Context context, Control.Done done) {
        Optional<Visitor> before = known(context);
        String secret = done.secret().orElseThrow(() -> new IllegalStateException("a session without a secret"));
        Waiting.await(control.read(done.index(), Views::revision));
        before.ifPresent(old -> end(context, old));
        SessionCookie.set(context, secret);
    }

    private boolean end(Context context, Visitor visitor) {
        try {
            Waiting.await(control.act(
                    visitor.credential(),
                    new Action.RevokeToken(visitor.who().tokenId()),
                    ClientWords.address(context)));
            return true;
        } catch (ProblemException unheard) {
            LOG.log(Level.INFO, "a session goes on until it is not used any more: {0}", unheard.getMessage());
            return false;
        }
    }

    // --- The first admin ---------------------------------------------------------------------------------------------

    /** What the page of the first admin shows; nothing of the form is lost but the secrets. */
    public record Setup(Map<String, String> problems, String problem, String user) {
        /** Of one field; empty when it is well. */
        public String problemOf(String field) {
            return problems.getOrDefault(field, "");
        }
    }

    private void askSetup(Context context) {
        if (Waiting.await(control.read(0, Views::needsSetup))) {
            sendSetup(context, 200, new Setup(Map.of(), "", ""));
        } else {
            context.redirect(LOGIN, HttpStatus.SEE_OTHER);
        }
    }

    private void sendSetup(Context context, int status, Setup setup) {
        templates.send(context, status, "session/setup", Map.<String, Object>of("it", setup));
    }

    private void setUp(Context context) {
        Map<String, List<String>> form = form(context);
        String user = field(form, "user").strip();
        String password = field(form, "password");
        Map<String, String> problems = new HashMap<>();
        if (field(form, "code").isBlank()) {
            problems.put("code", "The code is missing: it stands where the bramble was founded.");
        }
        if (!password.equals(field(form, "again"))) {
            problems.put("again", "The two are not the same: type the password again.");
        }
        if (!problems.isEmpty()) {
            sendSetup(context, 422, new Setup(problems, "", user));
            return;
        }
        try {
            Action.SetUp setUp = new Action.SetUp(
                    new Password(field(form, "code")), user, new Password(password), ClientWords.browser(context));
            begin(context, Waiting.await(control.act("", setUp, ClientWords.address(context))));
            context.redirect("/", HttpStatus.SEE_OTHER);
        } catch (ProblemException problem) {
            WebServer.sendRetryAfter(context, problem);
            problem.problems().forEach(each -> problems.put(each.place(), Shown.sentence("this " + each.sentence())));
            sendSetup(
                    context,
                    problem.status(),
                    new Setup(problems, problems.isEmpty() ? Shown.sentence(problem.getMessage()) : "", user));
        }
    }

    // --- Out ---------------------------------------------------------------------------------------------------------

    private void logout(Context context) {
        OwnSite.require(context);
        Optional<Visitor> visitor = known(context);
        boolean isOver = visitor.map(in -> end(context, in)).orElse(true);
        SessionCookie.clear(context);
        // Some form pages may be kept by a browser, for its way back.
        context.header("Clear-Site-Data", "\"cache\"");
        if (isOver) {
            context.redirect(LOGIN, HttpStatus.SEE_OTHER);
        } else {
            sendLogin(
                    context,
                    503,
                    new Login(
                            "You are logged out of this browser. The bramble has no leader just now to end the session"
                                    + " itself: it ends when nobody has used it for 2 hours.",
                            "",
                            "",
                            false));
        }
    }
}
