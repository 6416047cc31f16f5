package dev.bramble.dashboard.page;

import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.WebServer;
import io.javalin.http.Context;
import java.util.Map;

/** Says to a person what went wrong. */
public final class ErrorPage {
    private final Templates templates;

    public ErrorPage(Templates templates) {
        this.templates = templates;
    }

    public void send(Context context, ProblemException problem) {
        WebServer.sendRetryAfter(context, problem);
        Map<String, Object> model = Map.of(
                "status", problem.status(),
                "title", problem.code().title(),
                "detail", Shown.sentence(problem.getMessage()));
        templates.send(context, problem.status(), "page/problem", model);
    }
}
