package dev.bramble.dashboard.metrics;

import dev.bramble.control.Control;
import dev.bramble.control.Knowledge;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Logins;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.WebServer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What machines ask of a head: {@code /healthz} and {@code /readyz}, for everybody, and {@code /metrics}. */
public final class Probes {
    /** A loop that takes longer to come to a question serves nobody. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    private static final String SCHEME = "bearer ";

    private final Control control;
    private final Logins logins;
    private final Metrics metrics;

    public Probes(Control control, Logins logins, Metrics metrics) {
        this.control = control;
        this.logins = logins;
        this.metrics = metrics;
    }

    /** @param limited puts a limit around a handler */
    public void register(RoutesConfig routes, UnaryOperator<Handler> limited) {
        // A head that is busy is still alive, so these two wait for no place.
        routes.get("/healthz", context -> answer(context, isAlive()));
        routes.get("/readyz", context -> answer(context, isReady()));
        routes.get("/metrics", limited.apply(this::metrics));
    }

    private static void answer(Context context, boolean good) {
        context.status(good ? 200 : 503)
                .contentType("text/plain; charset=utf-8")
                .header("Cache-Control", "no-store")
                .result(good ? "ok\n" : "not ok\n");
    }

    private boolean isAlive() {
        return ask(views -> true);
    }

    private boolean isReady() {
        return ask(views -> {
            Views.Summary summary = views.summary();
            return summary.leader().isPresent() && !Knowledge.isOld(summary.behindMillis());
        });
    }

    /** False when the event loop does not come to it. */
    private boolean ask(Function<Views, Boolean> question) {
        try {
            return control.read(0, question).toCompletableFuture().get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException stuck) {
            return false;
        }
    }

    private void metrics(Context context) {
        String header = context.header("Authorization");
        boolean hasToken = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        try {
            // Any token's role includes the viewer's.
            logins.authenticate(
                    context, hasToken ? header.substring(SCHEME.length()).strip() : "", 0);
        } catch (ProblemException problem) {
            WebServer.sendRetryAfter(context, problem);
            if (problem.status() == 401) {
                context.header("WWW-Authenticate", "Bearer realm=\"bramble\"");
            }
            context.status(problem.status())
                    .contentType("text/plain; charset=utf-8")
                    .result(problem.getMessage() + "\n");
            return;
        }
        Exposition.Format format = Exposition.Format.of(context.header("Accept"));
        context.header("Cache-Control", "no-store")
                .contentType(format.contentType())
                .result(metrics.text(format));
    }
}
