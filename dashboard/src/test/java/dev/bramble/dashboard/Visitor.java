package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Somebody before a {@link RunningDashboard} with a browser that knows nothing of scripts. Each request says that it
 * comes from a page of this head; headers that a test gives, names and values in turn, stand in place of those of the
 * same name, and one that is empty is left out.
 */
final class Visitor {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final RunningDashboard dashboard;
    private String cookie = "";

    /** A stranger. */
    Visitor(RunningDashboard dashboard) {
        this.dashboard = dashboard;
    }

    /** A page as it came. */
    record Seen(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        /** Empty without such a header. */
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        String html() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        /** As a reader sees it: templates break lines where they like. */
        String text() {
            return html().replaceAll("\\s+", " ").replace("&#39;", "'");
        }

        String location() {
            return header("Location");
        }

        /** What a browser would send back of the last cookie that was set. */
        String cookie() {
            List<String> set = response.headers().allValues("Set-Cookie");
            return set.isEmpty() ? "" : set.getLast().split(";")[0];
        }
    }

    /** Logs in with a form, which must be a right one. */
    Visitor loggedIn(String form) {
        Seen in = post("/login", form);
        assertThat(in.status()).as(in.text()).isEqualTo(303);
        cookie = in.cookie();
        return this;
    }

    /** The session's; empty for a stranger. */
    String cookie() {
        return cookie;
    }

    HttpRequest.Builder request(String path, String... headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Sec-Fetch-Site", "same-origin");
        all.put("Cookie", cookie);
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        HttpRequest.Builder request = dashboard.request(path);
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.header(name, value);
            }
        });
        return request;
    }

    Seen get(String path, String... headers) {
        return new Seen(dashboard.raw(request(path, headers).build()));
    }

    /** A page that is there. */
    String page(String path) {
        Seen page = get(path);
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return page.text();
    }

    Seen post(String path, String form, String... headers) {
        return post(path, FORM, BodyPublishers.ofString(form), headers);
    }

    Seen post(String path, String contentType, BodyPublisher body, String... headers) {
        return new Seen(dashboard.raw(request(path, headers)
                .header("Content-Type", contentType)
                .POST(body)
                .build()));
    }

    /** Sends a form of fields, names and values in turn. */
    Seen send(String path, String... fields) {
        return post(path, form(fields));
    }

    static String form(String... fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(fields[i] + "=" + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return String.join("&", pairs);
    }
}
