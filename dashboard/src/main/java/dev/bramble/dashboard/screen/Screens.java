package dev.bramble.dashboard.screen;

import dev.bramble.control.Control;
import dev.bramble.control.SeenControl;
import dev.bramble.control.Views;
import dev.bramble.dashboard.blobs.Intake;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.ClientWords;
import dev.bramble.dashboard.http.FormFields;
import dev.bramble.dashboard.http.MultipartForm;
import dev.bramble.dashboard.http.OwnSite;
import dev.bramble.dashboard.http.Places;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.StreamPlaces;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.http.WebServer;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.page.Templates;
import dev.bramble.dashboard.session.Visitor;
import dev.bramble.dashboard.session.Visitors;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import dev.bramble.model.Version;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Serves pages: each at its own address, what changes on it at {@code /live} before that address, and the forms of all.
 * A page that is asked for with a query it does not know is shown all the same: people edit addresses.
 */
public final class Screens implements AutoCloseable {
    private static final String LIVE = "/live";
    private static final String THEME = "/theme";
    private static final Set<String> THEMES = Set.of("auto", "light", "dark");
    private static final String THEME_COOKIE = "bramble-theme";
    private static final int THEME_SECONDS = 400 * 24 * 3600; // the most that browsers keep

    private final Control control;
    private final Visitors visitors;
    private final Templates templates;
    private final Places places;
    private final Notices notices = new Notices();
    private final LivePages live;
    private final Intake intake;
    private final String version = Version.current().text();

    public Screens(
            Control control,
            Visitors visitors,
            Templates templates,
            Places places,
            StreamPlaces streamPlaces,
            Intake intake) {
        this.control = control;
        this.visitors = visitors;
        this.templates = templates;
        this.places = places;
        this.live = new LivePages(streamPlaces, new WrittenParts(this::write));
        this.intake = intake;
    }

    public void register(RoutesConfig routes, List<Screen> screens, List<FormScreen> forms) {
        for (Screen screen : screens) {
            routes.get(screen.path(), context -> places.run(same -> show(screen, same), context));
            routes.get(LIVE + screen.path(), context -> stream(screen, context));
        }
        for (FormScreen form : forms) {
            routes.post(form.path(), context -> take(form, context));
        }
        FormsPage formsPage = new FormsPage(screens);
        for (FormScreen form : forms) {
            // A page after a refused form has the form's address: loading it anew, or a link to it, leads to the page.
            if (!formsPage.isPage(form.path())) {
                routes.get(
                        form.path(),
                        context -> context.redirect(formsPage.of(form.path(), context.path()), HttpStatus.SEE_OTHER));
            }
        }
        routes.post(THEME, this::chooseTheme);
    }

    // --- Pages -------------------------------------------------------------------------------------------------------

    private void show(Screen screen, Context context) {
        Optional<Visitor> visitor = visitors.visitor(context);
        if (visitor.isEmpty()) {
            return;
        }
        ScreenRequest request = request(context, visitor.get());
        try {
            requireRole(visitor.get(), screen.needed());
            Content content = Waiting.await(screen.loader().load(seenBy(request), request));
            send(context, 200, screen.section(), visitor.get(), request, content);
        } catch (ProblemException problem) {
            sendProblem(context, screen.section(), visitor.get(), request, problem);
        }
    }

    /** Within the frame, so that somebody finds a way on. When the bramble cannot answer, there is no frame either. */
    private void sendProblem(
            Context context, Section section, Visitor visitor, ScreenRequest request, ProblemException problem) {
        if (problem.status() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()) {
            throw problem;
        }
        WebServer.sendRetryAfter(context, problem);
        Trouble it =
                new Trouble(problem.code().title(), Shown.sentence(problem.getMessage()), problem.status(), section);
        send(context, problem.status(), section, visitor, request, Content.of(it.title(), "page/trouble", it));
    }

    /** Why there is not what was asked for. */
    public record Trouble(String title, String detail, int status, Section section) {
        public boolean hasSection() {
            return section != Section.ELSEWHERE;
        }
    }

    private void send(
            Context context, int status, Section section, Visitor visitor, ScreenRequest request, Content content) {
        if (status == 200 && content.isKept()) {
            // The way back shows it with what was typed; a link to it asks for a new one. Not no-cache: over HTTPS
            // browsers take that for no-store.
            context.header("Cache-Control", "private, max-age=0");
        }
        Views.Summary summary = Waiting.await(control.read(0, Views::summary));
        Notices.Notice notice = notices.take(visitor.session());
        Frame frame = new Frame(
                summary.name(),
                content.title() + " · " + summary.name(),
                request.url(),
                visitor.who().user(),
                visitor.who().role(),
                section,
                theme(context),
                notice.sentence(),
                notice.secret(),
                content.isTypedInto(),
                content.isLive() && status == 200 ? LIVE + request.url() : "",
                content.scripts(),
                Frame.Status.of(summary),
                version);
        Map<String, Object> model = new HashMap<>();
        model.put("frame", frame);
        model.put("template", content.template());
        model.put("it", content.it());
        templates.send(context, status, "page/frame", model);
    }

    private Control seenBy(ScreenRequest request) {
        return SeenControl.seenBy(control, request.visitor());
    }

    private static ScreenRequest request(Context context, Visitor visitor) {
        Map<String, String> query = new HashMap<>();
        context.queryParamMap().forEach((name, values) -> query.put(name, values.getFirst()));
        String asked = context.queryString();
        String path = context.path();
        String own = path.startsWith(LIVE + "/") ? path.substring(LIVE.length()) : path;
        return new ScreenRequest(
                own + (asked == null || asked.isEmpty() ? "" : "?" + asked),
                Map.copyOf(context.pathParamMap()),
                Map.copyOf(query),
                visitor.who());
    }

    private static void requireRole(Visitor visitor, UserRole needed) {
        if (!visitor.who().may(needed)) {
            throw ProblemException.of(
                    Refusal.Kind.FORBIDDEN,
                    "this needs the role " + Words.of(needed) + ", and you are a "
                            + Words.of(visitor.who().role()) + ": ask an admin");
        }
    }

    // --- What changes ------------------------------------------------------------------------------------------------

    /** Who sees the same: by address and by who asks, since what one may do shows on many pages. */
    private record LiveKey(String url, Views.Principal visitor) {}

    private void stream(Screen screen, Context context) throws Exception {
        List<Runnable> then = new ArrayList<>();
        places.run(
                same -> {
                    Optional<Visitor> visitor = visitors.known(same);
                    if (visitor.isEmpty()) {
                        throw ProblemException.of(Refusal.Kind.UNAUTHENTICATED, "you are not logged in: do so first");
                    }
                    requireRole(visitor.get(), screen.needed());
                    ScreenRequest request = request(same, visitor.get());
                    // What is wrong with the request must be said before the answer begins.
                    Waiting.await(screen.loader().load(seenBy(request), request));
                    then.add(() -> live.serve(
                            same,
                            visitor.get().who().user(),
                            new LiveKey(request.url(), visitor.get().who()),
                            () -> parts(screen, request),
                            views -> visitors.isStillIn(visitor.get(), views)));
                },
                context);
        then.forEach(Runnable::run);
    }

    private List<Part> parts(Screen screen, ScreenRequest request) {
        List<Part> parts = new ArrayList<>();
        parts.add(Part.of(
                "status", "page/frame", "status", Frame.Status.of(Waiting.await(control.read(0, Views::summary)))));
        parts.addAll(
                Waiting.await(screen.loader().load(seenBy(request), request)).parts());
        return parts;
    }

    private String write(Part part) {
        return templates.fragment(part.template(), part.fragment(), part.it());
    }

    // --- Forms -------------------------------------------------------------------------------------------------------

    private void take(FormScreen form, Context context) throws Exception {
        OwnSite.require(context);
        if (form.filesMax() > 0 && MultipartForm.is(context.contentType())) {
            places.run(same -> takeWithFiles(form, same), context);
            return;
        }
        Bodies.requireType(context, FormFields.TYPE);
        // Read before its turn, since clients may be slow.
        byte[] body = Bodies.read(context, form.bytesMax());
        places.run(
                same -> {
                    Optional<Visitor> visitor = visitors.visitor(same);
                    if (visitor.isPresent()) {
                        requireRole(form, same, visitor.get());
                        take(form, same, visitor.get(), SentForm.of(FormFields.read(body)));
                    }
                },
                context);
    }

    /** Nothing is read of somebody who may not send it: files pass through to the nodes while they come. */
    private void takeWithFiles(FormScreen form, Context context) throws IOException {
        Optional<Visitor> visitor = visitors.visitor(context);
        if (visitor.isEmpty()) {
            return;
        }
        requireRole(form, context, visitor.get());
        String address = ClientWords.address(context);
        Intake.Giver giver = new Intake.Giver(
                control,
                visitor.get().who(),
                action -> Waiting.await(control.act(visitor.get().credential(), action, address)));
        SentForm sent;
        try (Intake.Place _ = intake.place()) {
            sent = SentForm.read(context.req().getInputStream(), context.contentType(), form, intake, giver);
        }
        take(form, context, visitor.get(), sent);
    }

    private void requireRole(FormScreen form, Context context, Visitor visitor) {
        try {
            requireRole(visitor, form.needed());
        } catch (ProblemException refusal) {
            visitors.noteRefusal(context, visitor, form.path(), refusal.getMessage());
            throw refusal;
        }
    }

    private void take(FormScreen form, Context context, Visitor visitor, SentForm fields) {
        ScreenRequest request = request(context, visitor);
        FormRequest sent =
                new FormRequest(seenBy(request), visitor.credential(), ClientWords.address(context), request, fields);
        try {
            switch (form.does().apply(sent)) {
                case FormScreen.Outcome.Go go -> {
                    notices.put(visitor.session(), new Notices.Notice(go.notice(), go.secret()));
                    context.redirect(go.path(), HttpStatus.SEE_OTHER);
                }
                case FormScreen.Outcome.Again again ->
                    send(context, again.status(), form.section(), visitor, request, again.content());
            }
        } catch (ProblemException problem) {
            sendProblem(context, form.section(), visitor, request, problem);
        }
    }

    // --- Light and dark ----------------------------------------------------------------------------------------------

    private static String theme(Context context) {
        String chosen = context.cookie(THEME_COOKIE);
        return chosen != null && THEMES.contains(chosen) ? chosen : "auto";
    }

    /** No secret and no state of the bramble: who is not logged in may choose as well. */
    private void chooseTheme(Context context) {
        OwnSite.require(context);
        Map<String, List<String>> fields = FormFields.read(Bodies.read(context, Bodies.FIELDS_BYTES_MAX));
        String chosen = fields.getOrDefault("theme", List.of("auto")).getFirst();
        String back = fields.getOrDefault("back", List.of("/")).getFirst();
        context.res()
                .addHeader(
                        "Set-Cookie",
                        THEME_COOKIE + "=" + (THEMES.contains(chosen) ? chosen : "auto") + "; Path=/; Max-Age="
                                + THEME_SECONDS + "; HttpOnly; SameSite=Strict"
                                + (context.req().isSecure() ? "; Secure" : ""));
        // Only to this head: an address that begins with two slashes leads elsewhere.
        context.redirect(
                back.startsWith("/") && !back.startsWith("//") && !back.startsWith("/\\") ? back : "/",
                HttpStatus.SEE_OTHER);
    }

    @Override
    public void close() {
        live.close();
    }
}
