package dev.bramble.dashboard.shutdown;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.DrainWords;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.maintenance.DrainChoices;
import dev.bramble.dashboard.maintenance.Mistakes;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Shutting the whole bramble down: what it would do, the order, how far it is. */
public final class ShutdownPage {
    static final String PATH = "/shutdown";
    private static final String TEMPLATE = "shutdown/shutdown";

    /**
     * The shutdown under way, or that there is none.
     *
     * @param headline what the person at the power switch needs to know
     * @param mood attention or trouble; well when there is none
     * @param boards how each is
     * @param mayCancel whether this visitor may, and it is not too late
     */
    public record Now(
            boolean isOrdered,
            String headline,
            String mood,
            String order,
            String left,
            List<String> waitsFor,
            List<Board> boards,
            boolean mayCancel) {
        static Now of(Views views, Views.Principal visitor) {
            return views.shutdown()
                    .map(shutdown -> ordered(shutdown, views, visitor))
                    .orElse(new Now(
                            false, "The bramble is not being shut down", "well", "", "", List.of(), List.of(), false));
        }

        private static Now ordered(Views.ShutdownView shutdown, Views views, Views.Principal visitor) {
            List<Board> boards = agents(views).stream()
                    .map(node -> new Board(node.name(), node.link() == Views.Link.DOWN ? "off" : "on"))
                    .toList();
            long on =
                    boards.stream().filter(board -> board.state().equals("on")).count();
            boolean isOff = shutdown.poweringOff() && on == 0;
            String headline = isOff
                    ? "The boards are off: switch the power off when their green lights are out"
                    : Shown.sentence("the bramble is being shut down: " + DrainWords.shutdown(shutdown.poweringOff()));
            long left = shutdown.deadlineInMillis();
            return new Now(
                    true,
                    headline,
                    isOff ? "well" : "attention",
                    Shown.sentence("ordered by " + shutdown.by() + " " + Shown.time(shutdown.orderedMillisAgo())
                            + " ago: " + shutdown.reason()),
                    shutdown.poweringOff()
                            ? on + " of " + Shown.counted(boards.size(), "board is", "boards are") + " still on"
                            : left < 0
                                    ? "deadline passed " + Shown.time(left) + " ago"
                                    : "work may go on for " + Shown.time(left) + " more",
                    shutdown.waitsFor().stream().map(Shown::sentence).toList(),
                    shutdown.poweringOff() ? boards : List.of(),
                    visitor.may(UserRole.ADMIN) && !shutdown.poweringOff());
        }
    }

    /** @param state on or off */
    public record Board(String name, String state) {}

    /**
     * The form.
     *
     * @param forecast what it would do, a sentence each
     */
    public record Ordering(DrainChoices choices, Mistakes mistakes, String trouble, List<String> forecast) {}

    /**
     * The page.
     *
     * @param ordering empty while it is ordered, or for who may not order it
     */
    public record Shutdown(Now now, Optional<Ordering> ordering, String whyNot) {
        Content content() {
            return Content.of("Shut down", TEMPLATE, this).live(Part.of("shutdown-now", TEMPLATE, "now", now));
        }
    }

    private ShutdownPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.MAINTENANCE, ShutdownPage::load);
    }

    /** Its order, and its end. */
    public static List<FormScreen> forms() {
        return List.of(
                new FormScreen(PATH, Section.MAINTENANCE, UserRole.ADMIN, ShutdownPage::order),
                new FormScreen(PATH + "/cancel", Section.MAINTENANCE, UserRole.ADMIN, ShutdownPage::cancel));
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(
                0,
                views -> page(views, request.visitor(), DrainChoices.standard(), Mistakes.NONE, "")
                        .content());
    }

    private static Shutdown page(
            Views views, Views.Principal visitor, DrainChoices choices, Mistakes mistakes, String trouble) {
        Now now = Now.of(views, visitor);
        boolean mayOrder = visitor.may(UserRole.ADMIN);
        return new Shutdown(
                now,
                mayOrder && !now.isOrdered()
                        ? Optional.of(new Ordering(choices, mistakes, trouble, forecast(views, choices)))
                        : Optional.empty(),
                mayOrder || now.isOrdered() ? "" : "An admin shuts the bramble down; you may watch it here.");
    }

    private static List<String> forecast(Views views, DrainChoices choices) {
        Views.Summary summary = views.summary();
        DrainSpec spec = choices.read(new ArrayList<>());
        return DrainWords.shutdownPreview(
                        spec.mode(),
                        Shown.time(spec.deadline().toMillis()),
                        summary.tasksRunning(),
                        summary.jobsActive(),
                        summary.tasksWaiting(),
                        agents(views).stream()
                                .filter(node -> node.link() != Views.Link.DOWN)
                                .map(Views.NodeView::name)
                                .toList())
                .stream()
                .map(Shown::sentence)
                .toList();
    }

    private static List<Views.NodeView> agents(Views views) {
        return views.nodes().stream()
                .filter(node -> node.role() == NodeRole.AGENT)
                .toList();
    }

    /** Orders it, or shows what it would do. */
    private static FormScreen.Outcome order(FormRequest request) {
        DrainChoices choices = DrainChoices.of(request);
        List<Problem> problems = new ArrayList<>();
        DrainSpec spec = choices.read(problems);
        if (request.field("do").equals("preview")) {
            return again(request, problems.isEmpty() ? 200 : 422, choices, problems, "");
        }
        choices.checkReason(problems);
        if (!request.isTicked("sure")) {
            problems.add(new Problem("sure", "is missing: tick that all boards shall power off"));
        }
        if (!problems.isEmpty()) {
            return again(request, 422, choices, problems, "");
        }
        Optional<Views.ShutdownView> before = request.read(Views::shutdown);
        if (before.isPresent()) {
            return new FormScreen.Outcome.Go(
                    PATH, "Your order was not needed: " + before.get().by() + " has ordered a shutdown already.");
        }
        try {
            request.act(new Action.OrderShutdown(spec.mode(), spec.deadline(), spec.grace(), choices.reason()));
        } catch (ProblemException refused) {
            return again(
                    request,
                    refused.status(),
                    choices,
                    List.of(),
                    "Nothing was ordered: " + Shown.sentence(refused.getMessage()));
        }
        return new FormScreen.Outcome.Go(PATH, "The shutdown is ordered: it can be cancelled until boards power off.");
    }

    private static FormScreen.Outcome again(
            FormRequest request, int status, DrainChoices choices, List<Problem> problems, String trouble) {
        Mistakes mistakes = Mistakes.of(problems);
        return new FormScreen.Outcome.Again(
                status,
                request.read(views -> page(views, request.visitor(), choices, mistakes, trouble)
                        .content()));
    }

    /** Calls it off, until boards power off. */
    private static FormScreen.Outcome cancel(FormRequest request) {
        if (request.read(Views::shutdown).isEmpty()) {
            throw ProblemException.of(
                    Refusal.Kind.CONFLICT, "the bramble is not being shut down: there is nothing to cancel");
        }
        request.act(new Action.CancelShutdown());
        return new FormScreen.Outcome.Go(PATH, "The shutdown is cancelled: work goes on.");
    }
}
