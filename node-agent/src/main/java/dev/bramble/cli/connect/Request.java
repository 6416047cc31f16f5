package dev.bramble.cli.connect;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * One thing to ask of a bramble, of whichever head.
 *
 * @param path beneath {@code /api/v1}, with its query
 * @param body makes the body anew for each try
 * @param isSafeToRepeat whether it may be sent again when it is unknown whether it arrived
 * @param answerWithin longest wait for the beginning of the answer
 * @param isLarge whether the head is asked first if it wants the body at all
 */
record Request(
        String method,
        String path,
        Map<String, String> headers,
        Supplier<BodyPublisher> body,
        boolean isSafeToRepeat,
        Duration answerWithin,
        boolean isLarge) {
    /** A head waits 2 s for an index and some more for the leader; a slow board under load takes its time. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    static Request get(String path) {
        return new Request("GET", path, Map.of(), BodyPublishers::noBody, true, ANSWER_WITHIN, false);
    }

    static Request head(String path) {
        return new Request("HEAD", path, Map.of(), BodyPublishers::noBody, true, ANSWER_WITHIN, false);
    }

    static Request write(String method, String path, JsonNode body) {
        if (body == null) {
            return new Request(method, path, Map.of(), BodyPublishers::noBody, true, ANSWER_WITHIN, false);
        }
        byte[] bytes = Json.compact(body).getBytes(StandardCharsets.UTF_8);
        return new Request(
                method,
                path,
                Map.of("Content-Type", "application/json"),
                () -> BodyPublishers.ofByteArray(bytes),
                true,
                ANSWER_WITHIN,
                false);
    }

    Request with(String header, String value) {
        Map<String, String> more = new java.util.TreeMap<>(headers);
        more.put(header, value);
        return new Request(method, path, Map.copyOf(more), body, isSafeToRepeat, answerWithin, isLarge);
    }

    Request once() {
        return new Request(method, path, headers, body, false, answerWithin, isLarge);
    }
}
