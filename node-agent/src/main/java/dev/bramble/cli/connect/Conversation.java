package dev.bramble.cli.connect;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Pace;
import dev.bramble.control.Knowledge;
import dev.bramble.model.BlobId;
import dev.bramble.model.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Talks to a bramble through whichever of its heads answers, and sees its own writes on all of them. Safe for many
 * threads.
 *
 * <p>A head that cannot be reached, or that says 503, is passed over for the next one; when all were tried, they are
 * tried again after a pause that grows, for as long as the {@link Patience} says. Any other answer is final, but what a
 * head reads from old knowledge: that counts only when no other head knows more. Every failure is a {@link Failure}
 * with a sentence.
 */
public final class Conversation implements AutoCloseable {
    private static final String API = "/api/v1";
    /** A switch that learns and a board under load answer within one; more only delays the next head's turn. */
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    /** No piece of a body for so long: the head is frozen or the link is gone. */
    private static final Duration STALL_MAX = Duration.ofSeconds(60);

    private static final Duration PAUSE_MIN = Duration.ofMillis(200);
    /** Short against what a person notices, long against what a booting head minds. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    /** A page of a thousand tasks is about 1 MB. */
    private static final int JSON_BYTES_MAX = 32 * 1024 * 1024;
    /** Most that a page may have, from the interface's description. */
    private static final int PAGE_ITEMS_MAX = 1000;

    private final Endpoint endpoint;
    private final Patience patience;
    private final Outage outage;
    private final Pace pace;
    private final Map<Endpoint.Head, HttpClient> clients = new ConcurrentHashMap<>();
    private final AtomicLong revision = new AtomicLong();
    private volatile int preferred;

    public Conversation(Endpoint endpoint, Patience patience, Outage outage, Pace pace) {
        this.endpoint = endpoint;
        this.patience = patience;
        this.outage = outage;
        this.pace = pace;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Takes an answer's body. An IOException means that the connection broke: it will be called again from the start.
     */
    @FunctionalInterface
    public interface Receiver<T> {
        T receive(InputStream body, HttpHeaders headers) throws IOException;
    }

    /** One part of a path or of a query, so that nothing in it is taken for syntax. */
    public static String escaped(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code &name=value}, for a query that has begun; empty for a null value, which asks for all. */
    public static String filter(String name, String value) {
        return value == null ? "" : "&" + name + "=" + escaped(value);
    }

    public JsonNode get(String path) {
        return fetch(path, Conversation::json);
    }

    /** Reads an answer of any kind and size. */
    public <T> T fetch(String path, Receiver<T> receiver) {
        return exchange(Request.get(path), receiver);
    }

    /** All items of a list, or the first {@code limit} of them, page by page. */
    public void list(String path, long limit, Consumer<JsonNode> item) {
        String cursor = "";
        long left = limit;
        while (left > 0) {
            String separator = path.contains("?") ? "&" : "?";
            JsonNode page = get(path + separator + "limit=" + Math.min(left, PAGE_ITEMS_MAX) + cursor);
            page.path("items").forEach(item);
            left -= page.path("items").size();
            if (!page.path("next").isString()) {
                return;
            }
            cursor = "&cursor=" + escaped(page.path("next").asString());
        }
    }

    /** Whether there is such a thing. */
    public boolean exists(String path) {
        try {
            exchange(Request.head(path), (body, headers) -> true);
            return true;
        } catch (Failure failure) {
            if (failure.code() == ExitCode.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
    }

    /** Sends a write that may be sent again. @param body may be null */
    public JsonNode write(String method, String path, JsonNode body) {
        return exchange(Request.write(method, path, body), Conversation::json);
    }

    /** Sends a write that the key makes safe to send again. */
    public JsonNode writeOnce(String method, String path, JsonNode body, String idempotencyKey) {
        return exchange(Request.write(method, path, body).with("Idempotency-Key", idempotencyKey), Conversation::json);
    }

    /**
     * The same, and waits for what comes of it as long as the head likes to, at most {@code limit} (RFC 7240).
     *
     * @param limit whole seconds
     */
    public JsonNode writeOnceAndWait(String method, String path, JsonNode body, String idempotencyKey, Duration limit) {
        Request request = Request.write(method, path, body)
                .with("Idempotency-Key", idempotencyKey)
                .with("Prefer", "wait=" + limit.toSeconds());
        return exchange(request, Conversation::json);
    }

    /** Sends a write that must not be sent again when its answer was lost. */
    public JsonNode writeAtMostOnce(String method, String path, JsonNode body) {
        return exchange(Request.write(method, path, body).once(), Conversation::json);
    }

    /**
     * Streams a file to the bramble.
     *
     * @param sent told the number of bytes sent of this file so far; begins anew when it is tried again
     */
    public JsonNode upload(String path, Path file, BlobId blob, long sizeBytes, LongConsumer sent) {
        return exchange(FileUpload.request(path, file, blob, sizeBytes, sent), Conversation::json);
    }

    private static JsonNode json(InputStream body, HttpHeaders headers) throws IOException {
        byte[] bytes = body.readNBytes(JSON_BYTES_MAX);
        if (bytes.length == 0) {
            return Json.object();
        }
        try {
            return Json.parse(bytes);
        } catch (JacksonException broken) {
            throw new IOException("the head's answer is no JSON", broken);
        }
    }

    // --- Trying ------------------------------------------------------------------------------------------------------

    /** What came of one try with one head. */
    private sealed interface Try<T> {
        record Answered<T>(T value) implements Try<T> {}

        /** @param sentence what was wrong with this head */
        record Unanswered<T>(Why why, String sentence) implements Try<T> {}
    }

    private enum Why {
        UNREACHABLE,
        UNAVAILABLE,
        DISTRUSTED,
        BEHIND
    }

    private <T> T exchange(Request request, Receiver<T> receiver) {
        long began = pace.nanos();
        Duration pause = PAUSE_MIN;
        boolean told = false;
        while (true) {
            List<String> reasons = new ArrayList<>();
            List<Why> whys = new ArrayList<>();
            int first = preferred;
            int heads = endpoint.heads().size();
            // In the second round with those whose knowledge is old, unless somebody knows more.
            for (int i = 0; i < (whys.contains(Why.BEHIND) ? 2 * heads : heads); i++) {
                int index = (first + i) % heads;
                switch (attempt(endpoint.heads().get(index), request, receiver, heads == 1 || i >= heads)) {
                    case Try.Answered<T> answered -> {
                        preferred = index;
                        if (told) {
                            outage.isOver();
                        }
                        return answered.value();
                    }
                    case Try.Unanswered<T> unanswered -> {
                        reasons.add(unanswered.sentence());
                        whys.add(unanswered.why());
                    }
                }
            }
            Duration since = Duration.ofNanos(pace.nanos() - began);
            String reason = String.join("; ", reasons);
            if (isHopeless(whys, since)) {
                throw failure(whys, reason, since);
            }
            outage.lasts(since, reason);
            told = true;
            pace.pause(pause);
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        }
    }

    private boolean isHopeless(List<Why> whys, Duration since) {
        if (whys.stream().allMatch(why -> why == Why.DISTRUSTED)) {
            return true;
        }
        Duration limit = whys.contains(Why.UNAVAILABLE) ? patience.unavailable() : patience.unreachable();
        return since.compareTo(limit) >= 0;
    }

    private Failure failure(List<Why> whys, String reason, Duration since) {
        if (whys.contains(Why.DISTRUSTED)) {
            return new Failure(ExitCode.REFUSED, reason);
        }
        String tried = since.toSeconds() > 0 ? ", for " + since.toSeconds() + " s" : "";
        if (whys.contains(Why.UNAVAILABLE)) {
            return new Failure(ExitCode.UNREACHABLE, "the bramble cannot answer now" + tried + ": " + reason);
        }
        return new Failure(
                ExitCode.UNREACHABLE,
                "cannot reach the bramble of " + endpoint.source() + tried + ": " + reason
                        + (endpoint.isLocal() ? "; 'bramble local' starts it again" : ""));
    }

    /** @param takesOld whether an answer from old knowledge is one */
    private <T> Try<T> attempt(Endpoint.Head head, Request request, Receiver<T> receiver, boolean takesOld) {
        try {
            HttpResponse<InputStream> response =
                    client(head).send(http(head, request), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = StallGuard.over(response.body(), STALL_MAX)) {
                Optional<String> old = behind(head, response.headers());
                if (old.isPresent() && !takesOld) {
                    return new Try.Unanswered<>(Why.BEHIND, old.get());
                }
                old.ifPresent(outage::answersOld);
                return answer(head, response, body, receiver);
            }
        } catch (IOException e) {
            Unreachable.cause(e, Failure.class).ifPresent(own -> {
                throw own;
            });
            if (Unreachable.cause(e, CertificateException.class).isPresent()) {
                return new Try.Unanswered<>(Why.DISTRUSTED, distrust(head, e));
            }
            if (!request.isSafeToRepeat()
                    && Unreachable.cause(e, ConnectException.class).isEmpty()) {
                throw new Failure(
                        ExitCode.UNREACHABLE,
                        "the connection to " + head + " broke off, and it is not known whether it was done: look"
                                + " before you try again",
                        e);
            }
            return new Try.Unanswered<>(Why.UNREACHABLE, head + ": " + Unreachable.reason(e));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.UNREACHABLE, "interrupted while waiting for " + head, stop);
        }
    }

    private <T> Try<T> answer(
            Endpoint.Head head, HttpResponse<InputStream> response, InputStream body, Receiver<T> receiver)
            throws IOException {
        int status = response.statusCode();
        if (status / 100 == 2) {
            response.headers()
                    .firstValueAsLong("Bramble-Revision")
                    .ifPresent(seen -> revision.accumulateAndGet(seen, Math::max));
            return new Try.Answered<>(receiver.receive(body, response.headers()));
        }
        Refusals.Refusal refusal = Refusals.read(head, status, body.readNBytes(JSON_BYTES_MAX), endpoint.source());
        if (refusal.isUnavailable()) {
            return new Try.Unanswered<>(Why.UNAVAILABLE, head + ": " + refusal.sentence());
        }
        throw new Failure(refusal.code(), refusal.sentence(), refusal.problems(), null);
    }

    /** What is wrong with an answer from old knowledge; empty for any other one. */
    private static Optional<String> behind(Endpoint.Head head, HttpHeaders headers) {
        return headers.firstValue("Bramble-Behind-Millis").flatMap(text -> {
            long millis = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
            if (!Knowledge.isOld(millis)) {
                return Optional.empty();
            }
            String since = millis < 0 ? "" : " since " + millis / 1000 + " s";
            return Optional.of(head + " hears nothing of the bramble" + since + ": what it answers may be old");
        });
    }

    private String distrust(Endpoint.Head head, IOException e) {
        return Unreachable.cause(e, PinnedTrust.WrongPin.class)
                .map(wrong -> head + " shows another certificate than the one pinned in " + endpoint.source() + " ("
                        + wrong.getMessage() + "): it was set up anew, or somebody is in between; if you know that"
                        + " it was set up anew, add the profile again")
                .orElse(head + " shows a certificate that nobody known here vouches for: 'bramble profile add " + head
                        + "' shows its fingerprint and remembers it");
    }

    private HttpClient client(Endpoint.Head head) {
        return clients.computeIfAbsent(head, h -> {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    // One question after the other: frames and their flow control would only cost time.
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_WITHIN)
                    // A redirection would carry the token somewhere else.
                    .followRedirects(HttpClient.Redirect.NEVER);
            h.pin().map(PinnedTrust::only).ifPresent(builder::sslContext);
            return builder.build();
        });
    }

    private HttpRequest http(Endpoint.Head head, Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(head.url() + API + request.path()))
                .method(request.method(), request.body().get())
                .timeout(request.answerWithin())
                // A refusal that comes early may else be lost with the connection that it closes.
                .expectContinue(request.isLarge())
                .header("User-Agent", "bramble/" + Version.current())
                .header("Accept", "*/*");
        Optional.of(endpoint.token())
                .filter(token -> !token.isEmpty())
                .ifPresent(token -> builder.header("Authorization", "Bearer " + cleanToken(token)));
        if (request.method().equals("GET") && revision.get() > 0) {
            builder.header("Bramble-Revision", Long.toString(revision.get()));
        }
        request.headers().forEach(builder::header);
        return builder.build();
    }

    private String cleanToken(String token) {
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the token of " + CleanText.line(endpoint.source())
                            + " has blanks or other characters in it that no token has: copy it again");
        }
        return token;
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
