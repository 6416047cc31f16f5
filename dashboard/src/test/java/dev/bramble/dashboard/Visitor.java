package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Somebody who is logged in at a {@link RunningDashboard}, with a browser that knows nothing of scripts. */
final class Visitor {
    private final RunningDashboard dashboard;
    private final String cookie;

    Visitor(RunningDashboard dashboard, String user) {
        this.dashboard = dashboard;
        HttpResponse<byte[]> response = dashboard.raw(request(dashboard, "/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString("token=" + user + "-token"))
                .build());
        assertThat(response.statusCode()).isEqualTo(303);
        this.cookie = response.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    /** A page as it came. */
    record Seen(int status, String text, String location) {}

    Seen get(String path) {
        return seen(
                dashboard.raw(request(dashboard, path).header("Cookie", cookie).build()));
    }

    /** Sends a form; fields are names and values, one after the other. */
    Seen send(String path, String... fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(fields[i] + "=" + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return seen(dashboard.raw(request(dashboard, path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Cookie", cookie)
                .POST(BodyPublishers.ofString(String.join("&", pairs)))
                .build()));
    }

    private static HttpRequest.Builder request(RunningDashboard dashboard, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path));
    }

    private static Seen seen(HttpResponse<byte[]> response) {
        return new Seen(
                response.statusCode(),
                // As a reader sees it: templates break lines where they like.
                new String(response.body(), StandardCharsets.UTF_8)
                        .replaceAll("\\s+", " ")
                        .replace("&#39;", "'"),
                response.headers().firstValue("Location").orElse(""));
    }
}
