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
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A board that waits to join, under the name that it shall have. */
public final class AdmitPage implements Screen {
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

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Section section() {
        return Section.NODES;
    }

    @Override
    public UserRole needed() {
        return UserRole.OPERATOR;
    }

    @Override
    public CompletionStage<Content> load(Control control, ScreenRequest request) {
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
    public static final class Admit implements FormScreen {
        @Override
        public String path() {
            return PATH + "/admit";
        }

        @Override
        public Section section() {
            return Section.NODES;
        }

        @Override
        public UserRole needed() {
            return UserRole.OPERATOR;
        }

        @Override
        public Outcome handle(FormRequest request) {
            String enrolment = request.request().place("enrolment");
            Views.EnrolmentView board =
                    request.read(views -> find(views, enrolment)).orElseThrow(() -> gone(enrolment));
            Optional<String> name = request.given("name").filter(given -> !given.equals(board.name()));
            try {
                request.act(new Action.AdmitNode(enrolment, name));
            } catch (ProblemException refused) {
                String typed = name.orElse(board.name());
                return new Outcome.Again(
                        refused.status(),
                        new Admission(Joining.Board.of(board), typed, Shown.sentence(refused.getMessage())).content());
            }
            return new Outcome.Go("/nodes", name.orElse(board.name()) + " is admitted: it joins within seconds.");
        }
    }

    /** Sends it away. */
    public static final class Refuse implements FormScreen {
        @Override
        public String path() {
            return PATH + "/refuse";
        }

        @Override
        public Section section() {
            return Section.NODES;
        }

        @Override
        public UserRole needed() {
            return UserRole.OPERATOR;
        }

        @Override
        public Outcome handle(FormRequest request) {
            String enrolment = request.request().place("enrolment");
            request.act(new Action.RefuseNode(enrolment));
            return new Outcome.Go("/nodes", "The board is refused: it may ask again after a restart.");
        }
    }
}
