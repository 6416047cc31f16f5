package dev.bramble.dashboard;

import dev.bramble.dashboard.alerts.AlertSettings;
import dev.bramble.dashboard.alerts.Alerts;
import dev.bramble.dashboard.blobs.Intake;
import dev.bramble.dashboard.events.EventStreams;
import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.StreamPlaces;
import dev.bramble.dashboard.screen.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A dashboard on a free port of the loopback interface before an {@link InMemoryControl}; every answer is checked. */
final class RunningDashboard implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final int LARGE_BODY_BYTES = 10_000;

    final InMemoryControl control = new InMemoryControl();
    final InMemoryBramble bramble = control.bramble;
    final OpenApi openApi = new OpenApi();
    private final Dashboard dashboard;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    RunningDashboard() {
        this(DashboardSettings.plainOnLoopback(0));
    }

    RunningDashboard(DashboardSettings settings) {
        bramble.addNode("n1", "pi01", true);
        bramble.addNode("n2", "pi02", false);
        try {
            dashboard = Dashboard.start(control, settings);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Every operation, of a head that serves nobody. */
    static List<Route> routes() {
        return Dashboard.routes(
                new Intake(1),
                new EventStreams(new InMemoryControl(), new StreamPlaces(new InMemoryControl())),
                new History(Optional.empty()),
                new Alerts(AlertSettings.NONE));
    }

    /** Where every page is, as its address is written: with names of places in braces. */
    static List<String> pages() {
        return Dashboard.screens(new History(Optional.empty()), new Alerts(AlertSettings.NONE)).stream()
                .map(Screen::path)
                .toList();
    }

    int port() {
        return dashboard.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    /** Somebody who is logged in. */
    Visitor visitor(String user) {
        return new Visitor(this).loggedIn("token=" + user + "-token");
    }

    /** An answer of the interface, checked against its description. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }
    }

    /** @param user empty for no token */
    Answer send(String method, String user, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = request("/api/v1" + path)
                .timeout(Duration.ofSeconds(30))
                // Or a refusal that comes early may be lost with the connection that it closes.
                .expectContinue(body.contentLength() > LARGE_BODY_BYTES)
                .method(method, body);
        if (!user.isEmpty()) {
            request.header("Authorization", "Bearer " + user + "-token");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response = raw(request.build());
        openApi.check(method, path.replaceFirst("\\?.*", ""), response);
        return new Answer(response);
    }

    HttpResponse<byte[]> raw(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Answer get(String user, String path, String... headers) {
        return send("GET", user, path, BodyPublishers.noBody(), headers);
    }

    Answer delete(String user, String path) {
        return send("DELETE", user, path, BodyPublishers.noBody());
    }

    Answer post(String user, String path) {
        return send("POST", user, path, BodyPublishers.noBody());
    }

    Answer json(String method, String user, String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return send(method, user, path, BodyPublishers.ofString(body), all);
    }

    Answer upload(String user, String query, byte[] bytes, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/octet-stream";
        return send("POST", user, "/blobs" + query, BodyPublishers.ofByteArray(bytes), all);
    }

    /** A submitted job of {@code count} tasks. */
    long submit(String user, int count, String more) {
        String body =
                "{\"name\": \"sweep\", \"command\": [\"true\"], \"tasks\": {\"count\": " + count + "}" + more + "}";
        Answer answer = json("POST", user, "/jobs", body);
        if (answer.status() != 201) {
            throw new AssertionError(answer.text());
        }
        return answer.json().get("job").asLong();
    }

    @Override
    public void close() {
        client.close();
        dashboard.close();
    }
}
