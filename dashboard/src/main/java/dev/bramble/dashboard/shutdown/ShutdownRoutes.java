package dev.bramble.dashboard.shutdown;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.DrainWish;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.nodes.DrainFields;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;

/** The operations about shutting everything down. */
public final class ShutdownRoutes {
    private ShutdownRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/shutdown", UserRole.VIEWER, ShutdownRoutes::show),
                Route.post("/shutdown", UserRole.ADMIN, ShutdownRoutes::order),
                Route.delete("/shutdown", UserRole.ADMIN, ShutdownRoutes::cancel));
    }

    private static void show(ApiRequest request) {
        Views.ShutdownView shutdown = request.read(Views::shutdown)
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.NOT_FOUND, "the bramble is not being shut down: POST orders it"));
        request.json(ShutdownJson.of(shutdown));
    }

    private static void order(ApiRequest request) {
        Fields body = request.fields();
        String reason = body.requiredText("reason", DrainWish.REASON_CHARS_MAX);
        DrainSpec spec = DrainFields.shutdownSpec(body);
        body.check();
        Optional<Views.ShutdownView> before = request.read(Views::shutdown);
        if (before.isPresent()) {
            again(request, before.get(), reason);
            return;
        }
        Control.Done done = request.act(new Action.OrderShutdown(spec.mode(), spec.deadline(), spec.grace(), reason));
        Views.ShutdownView shutdown = request.readAfter(done, Views::shutdown)
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.CONFLICT, "the shutdown was ordered and has been cancelled since"));
        request.json(202, ShutdownJson.of(shutdown));
    }

    /** A client whose connection broke sends its order again. */
    private static void again(ApiRequest request, Views.ShutdownView before, String reason) {
        boolean isSame = before.reason().equals(reason)
                && before.by().equals(request.principal().user());
        if (!isSame) {
            throw ProblemException.of(
                    Refusal.Kind.CONFLICT,
                    before.by() + " has ordered a shutdown already (" + before.reason()
                            + "): cancel it first, or let it go on");
        }
        request.json(202, ShutdownJson.of(before));
    }

    private static void cancel(ApiRequest request) {
        if (request.read(Views::shutdown).isEmpty()) {
            throw ProblemException.of(
                    Refusal.Kind.CONFLICT, "the bramble is not being shut down: there is nothing to cancel");
        }
        request.write(new Action.CancelShutdown());
    }
}
