package dev.bramble.dashboard.head;

import dev.bramble.control.Knowledge;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import dev.bramble.model.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operations about the bramble as a whole and about this head. */
public final class HeadRoutes {
    private static final Map<String, String> OK = Map.of("status", "ok");

    private final Version version = Version.current();
    private final byte[] description = description();

    public List<Route> routes() {
        return List.of(
                Route.get("/bramble", UserRole.VIEWER, this::summary),
                Route.about("/whoami", Optional.of(UserRole.VIEWER), HeadRoutes::whoami),
                Route.about("/openapi.yaml", Optional.empty(), this::openapi),
                Route.about("/healthz", Optional.empty(), request -> request.json(OK)),
                Route.about("/readyz", Optional.empty(), HeadRoutes::ready));
    }

    private void summary(ApiRequest request) {
        request.json(request.read(views -> SummaryJson.of(views.summary(), views.shutdown(), version)));
    }

    private record Whoami(String user, String role, String tokenId) {}

    private static void whoami(ApiRequest request) {
        Views.Principal caller = request.principal();
        request.read(views -> caller);
        request.json(new Whoami(caller.user(), Words.of(caller.role()), caller.tokenId()));
    }

    private static void ready(ApiRequest request) {
        Views.Summary summary = request.read(Views::summary);
        if (summary.leader().isEmpty()) {
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE, "this head knows no leader of the bramble: ask another head, or wait");
        }
        if (Knowledge.isOld(summary.behindMillis())) {
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE, "this head hears nothing of the bramble: ask another head, or wait");
        }
        request.json(OK);
    }

    private void openapi(ApiRequest request) {
        request.check();
        request.context().contentType("application/yaml").result(description);
    }

    private static byte[] description() {
        try (InputStream in = HeadRoutes.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException(
                        "openapi.yaml is missing from the dashboard's jar: build Bramble again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read openapi.yaml from the dashboard's jar", e);
        }
    }
}
