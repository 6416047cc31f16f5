package dev.bramble.dashboard.real;

import dev.bramble.trust.ChainTrust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A patient client of a bramble's REST interface: what fails is asked again until the limit. */
public abstract class HeadClient {
    /** Long enough for a machine that runs much else beside the tests. */
    public static final Duration LIMIT = Duration.ofSeconds(120);

    public static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .sslContext(trustingAnyone())
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /** Where the head answers, {@code https://host:port}; asked before each request. */
    public abstract String url();

    /** The admin's; empty while there is none. */
    public abstract String token();

    /** Told when a request was not answered; the next one follows. */
    void unreachable() {}

    /** What the processes said last, for whoever reads why a test failed. */
    public abstract String log();

    /** Waits until {@code condition} holds; fails with the supervisor's log when it does not in time. */
    public void await(String what, BooleanSupplier condition) {
        await(what, LIMIT, condition);
    }

    /** The same, for what takes its time. */
    public void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what + "\n" + log());
            }
            pause();
        }
    }

    public static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + "/api/v1" + path))
                .header("Authorization", "Bearer " + token())
                .timeout(Duration.ofSeconds(20));
    }

    public Optional<HttpResponse<String>> send(HttpRequest request) {
        try {
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException unreachable) {
            unreachable();
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    public Optional<HttpResponse<String>> get(String path) {
        return send(request(path).GET().build());
    }

    /** The answer to a GET, asked again until it is 200. */
    public JsonNode read(String path) {
        return JSON.readTree(text(path));
    }

    /** The same as it came. */
    public String text(String path) {
        String[] answer = new String[1];
        await(path + " is answered", () -> {
            Optional<HttpResponse<String>> got = get(path).filter(response -> response.statusCode() == 200);
            got.ifPresent(response -> answer[0] = response.body());
            return got.isPresent();
        });
        return answer[0];
    }

    /** What the head answers to a write with that body (none when empty); empty when it does not. */
    public Optional<HttpResponse<String>> write(String method, String path, String body) {
        HttpRequest.Builder request = request(path);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return send(request.method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Uploads until the bytes are taken; their hash. */
    public String upload(byte[] bytes) {
        HttpRequest request = request("/blobs")
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        String[] hash = new String[1];
        await("an upload is taken", () -> {
            send(request)
                    .filter(answer -> answer.statusCode() / 100 == 2)
                    .ifPresent(answer ->
                            hash[0] = JSON.readTree(answer.body()).get("sha256").asString());
            return hash[0] != null;
        });
        return hash[0];
    }

    /** The last line that each task of a job printed. */
    public List<String> rows(long job) {
        List<String> rows = new ArrayList<>();
        for (JsonNode task : tasks(job)) {
            if (!task.get("reduce").asBoolean()) {
                rows.add(task.get("lastLine").asString(""));
            }
        }
        return rows;
    }

    /** Submits until the job is accepted; repeating is harmless since the key is the same. */
    public long submit(String key, String body) {
        HttpRequest request = request("/jobs")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long[] job = {-1};
        await("the job is accepted", () -> {
            Optional<HttpResponse<String>> answer = send(request);
            if (answer.isPresent() && answer.get().statusCode() / 100 == 2) {
                job[0] = JSON.readTree(answer.get().body()).get("job").asLong();
            }
            return job[0] > 0;
        });
        return job[0];
    }

    public void cancel(long job) {
        HttpRequest request = request("/jobs/" + job + "/cancel")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        await(
                "cancelling job " + job + " is accepted",
                () -> send(request)
                        .filter(answer -> answer.statusCode() / 100 == 2)
                        .isPresent());
        awaitPhase(job, "cancelled");
    }

    /** All tasks of a job, in their order. */
    public List<JsonNode> tasks(long job) {
        List<JsonNode> tasks = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = read("/jobs/" + job + "/tasks?limit=1000" + cursor);
            page.get("items").forEach(tasks::add);
            JsonNode next = page.get("next");
            cursor = next == null || next.isNull() ? null : "&cursor=" + next.asString();
        } while (cursor != null);
        return tasks;
    }

    public void awaitPhase(long job, String phase) {
        await(
                "job " + job + " is " + phase,
                () -> read("/jobs/" + job).get("phase").asString().equals(phase));
    }

    /** Name of the node that leads. */
    public String leader() {
        String[] name = new String[1];
        await("somebody leads", () -> {
            for (JsonNode node : read("/nodes").get("items")) {
                if (node.get("leader").asBoolean()) {
                    name[0] = node.get("name").asString();
                }
            }
            return name[0] != null;
        });
        return name[0];
    }

    public static SSLContext trustingAnyone() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Which certificate the head shows is other tests' matter. */
    private static final class Anyone extends ChainTrust {
        @Override
        protected void checkServer(X509Certificate[] chain) {}

        @Override
        protected void checkClient(X509Certificate[] chain) {}
    }
}
