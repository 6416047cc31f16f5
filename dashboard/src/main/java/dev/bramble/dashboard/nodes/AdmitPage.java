package dev.bramble.dashboard.nodes;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A board that waits to join, under the name that it shall have. */
public final class AdmitPage {
    private static final String PATH = "/nodes/joining/{enrolment}";

    /**
     * @param name as it was typed
     * @param trouble why it was not admitted; may be empty
     */
    public record Admission(Joining.Board board, String name, String trouble) {
        Content content() {
            return Content.of("Admit " + board.name(), "nodes/admit", this);
        }
    }

    private AdmitPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.NODES, UserRole.OPERATOR, AdmitPage::load);
    }

    /** To let it in, and to send it away. */
    static List<FormScreen> forms() {
        return List.of(
                new FormScreen(PATH + "/admit", Section.NODES, UserRole.OPERATOR, AdmitPage::admit),
                new FormScreen(PATH + "/refuse", Section.NODES, UserRole.OPERATOR, AdmitPage::refuse));
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        String enrolment = request.place("enrolment");
        return control.read(
                0,
                views -> find(views, enrolment)
                        .map(board -> new Admission(Joining.Board.of(board), board.name(), "").content())
                        .orElseThrow(() -> gone(enrolment)));
    }

    private static Optional<Views.EnrolmentView> find(Views views, String enrolment) {
        return views.waiting().stream()
                .filter(board -> board.enrolment().equals(enrolment))
                .findFirst();
    }

    private static ProblemException gone(String enrolment) {
        return ScreenRequest.missing("no board waits to join as " + enrolment
                + ": it was admitted or refused meanwhile, or has stopped asking");
    }

    /** Lets it in. */
    private static FormScreen.Outcome admit(FormRequest request) {
        String enrolment = request.request().place("enrolment");
        Views.EnrolmentView board =
                request.read(views -> find(views, enrolment)).orElseThrow(() -> gone(enrolment));
        Optional<String> name = request.given("name").filter(given -> !given.equals(board.name()));
        try {
            request.act(new Action.AdmitNode(enrolment, name));
        } catch (ProblemException refused) {
            String typed = name.orElse(board.name());
            return new FormScreen.Outcome.Again(
                    refused.status(),
                    new Admission(Joining.Board.of(board), typed, Shown.sentence(refused.getMessage())).content());
        }
        return new FormScreen.Outcome.Go(
                "/nodes", name.orElse(board.name()) + " is admitted: it joins within seconds.");
    }

    /** Sends it away. */
    private static FormScreen.Outcome refuse(FormRequest request) {
        String enrolment = request.request().place("enrolment");
        request.act(new Action.RefuseNode(enrolment));
        return new FormScreen.Outcome.Go("/nodes", "The board is refused: it may ask again after a restart.");
    }
}
