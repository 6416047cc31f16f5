package dev.bramble.dashboard.nodes;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;

/** The operations about boards that wait to be let in. */
public final class EnrolmentRoutes {
    /** Longest label of a host name, which a node's name may become. */
    static final int NAME_CHARS_MAX = 63;

    private EnrolmentRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/enrolments", UserRole.OPERATOR, EnrolmentRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.delete("/enrolments/{enrolment}", UserRole.OPERATOR, EnrolmentRoutes::refuse),
                Route.post("/enrolments/{enrolment}/admit", UserRole.OPERATOR, EnrolmentRoutes::admit));
    }

    private record EnrolmentJson(
            String enrolment,
            String code,
            String name,
            String role,
            String boardSerial,
            String address,
            long secondsLeft) {
        static EnrolmentJson of(Views.EnrolmentView board) {
            return new EnrolmentJson(
                    board.enrolment(),
                    board.code(),
                    board.name(),
                    Words.of(board.role()),
                    board.boardSerial(),
                    board.address(),
                    board.secondsLeft());
        }
    }

    private static void list(ApiRequest request) {
        request.list(Views::waiting, Views.EnrolmentView::enrolment, EnrolmentJson::of);
    }

    private static void refuse(ApiRequest request) {
        request.write(new Action.RefuseNode(request.context().pathParam("enrolment")));
    }

    private static void admit(ApiRequest request) {
        byte[] body = request.body(Bodies.FIELDS_BYTES_MAX);
        Optional<String> name = body.length == 0 ? Optional.empty() : name(request, body);
        request.write(new Action.AdmitNode(request.context().pathParam("enrolment"), name));
    }

    private static Optional<String> name(ApiRequest request, byte[] body) {
        Bodies.requireType(request.context(), Json.CONTENT_TYPE);
        Fields fields = new Fields(Bodies.json(body));
        Optional<String> name = fields.text("name", NAME_CHARS_MAX);
        fields.check();
        return name;
    }
}
