package dev.bramble.cli.connect;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads answers that are no success: {@code application/problem+json}, or whatever else stood in between. */
final class Refusals {
    private Refusals() {}

    /** @param isUnavailable whether trying again, here or at another head, may help */
    record Refusal(ExitCode code, boolean isUnavailable, String sentence, List<Problem> problems) {}

    static Refusal read(Endpoint.Head head, int status, byte[] body, String source) {
        boolean unavailable = status == 502 || status == 503 || status == 504;
        JsonNode problem = parse(body);
        String detail = CleanText.line(problem.path("detail").asString(""));
        if (detail.isEmpty()) {
            detail = withoutDetail(head, status);
        }
        if (status == 401) {
            detail += " (the token is that of " + source + ")";
        }
        if (status >= 500 && !unavailable) {
            String id = problem.path("requestId").asString("");
            detail += id.isEmpty() ? "" : " (request " + CleanText.line(id) + " in the log of " + head + ")";
        }
        return new Refusal(code(status), unavailable, detail, problems(problem));
    }

    private static JsonNode parse(byte[] body) {
        try {
            return body.length == 0 ? Json.object() : Json.parse(body);
        } catch (JacksonException noProblem) {
            return Json.object();
        }
    }

    private static String withoutDetail(Endpoint.Head head, int status) {
        return switch (status) {
            case 401 -> "no valid token was given";
            case 403 -> "the token does not allow this";
            case 404 -> "there is no such thing";
            default -> head + " answered " + status + " without a reason";
        };
    }

    private static List<Problem> problems(JsonNode problem) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode error : problem.path("errors")) {
            problems.add(new Problem(
                    CleanText.line(error.path("place").asString("")),
                    CleanText.line(error.path("detail").asString(""))));
        }
        return problems;
    }

    private static ExitCode code(int status) {
        return switch (status) {
            case 400, 405, 415, 422 -> ExitCode.USAGE;
            case 401, 403 -> ExitCode.REFUSED;
            case 404, 410 -> ExitCode.NOT_FOUND;
            case 409, 413, 429 -> ExitCode.CONFLICT;
            case 502, 503, 504 -> ExitCode.UNREACHABLE;
            default -> ExitCode.INTERNAL;
        };
    }
}
