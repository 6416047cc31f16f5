package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Somebody who is logged in, with a browser that says where its requests come from. */
final class PageVisitor {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final RunningDashboard dashboard;
    private final String cookie;

    PageVisitor(RunningDashboard dashboard, String user) {
        this.dashboard = dashboard;
        HttpResponse<byte[]> login = dashboard.raw(request("/login", "")
                .header("Content-Type", FORM)
                .POST(BodyPublishers.ofString("token=" + user + "-token"))
                .build());
        assertThat(login.statusCode()).isEqualTo(303);
        cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private HttpRequest.Builder request(String path, String session) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path))
                .header("Sec-Fetch-Site", "same-origin");
        return session.isEmpty() ? request : request.header("Cookie", session);
    }

    HttpResponse<byte[]> get(String path, String... headers) {
        HttpRequest.Builder request = request(path, cookie);
        return dashboard.raw((headers.length == 0 ? request : request.headers(headers)).build());
    }

    HttpResponse<byte[]> post(String path, String form) {
        return post(path, FORM, BodyPublishers.ofString(form));
    }

    HttpResponse<byte[]> post(String path, String contentType, BodyPublisher body) {
        return dashboard.raw(request(path, cookie)
                .header("Content-Type", contentType)
                .POST(body)
                .build());
    }

    /** A page that is there. */
    String page(String path) {
        HttpResponse<byte[]> answer = get(path);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return text(answer);
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static String location(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Location").orElse("");
    }
}
