package dev.bramble.dashboard.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** A problem document as it is sent. */
record ProblemJson(
        String type,
        String title,
        int status,
        String detail,
        String code,
        String requestId,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Mistake> errors) {
    static final String CONTENT_TYPE = "application/problem+json";

    /** One mistake and where it is. */
    record Mistake(String place, String detail) {}

    static ProblemJson of(ProblemException problem, String requestId) {
        String code = Words.of(problem.code());
        return new ProblemJson(
                "urn:bramble:problem:" + code,
                problem.code().title(),
                problem.status(),
                problem.getMessage(),
                code,
                requestId,
                problem.problems().stream()
                        .map(each -> new Mistake(each.place(), each.sentence()))
                        .toList());
    }
}
