package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What a phone with a bad connection has to load, as it travels. */
class PageWeightTest {
    private static final int PAGE_BYTES_MAX = 150_000;
    private static final Pattern NEEDED = Pattern.compile("(?:href|src)=\"(/assets/[^\"]+)\"");

    @Test
    void overviewOfAHundredNodesWithAllThatItNeedsIsLight() throws Exception {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            for (int number = 3; number <= 100; number++) {
                dashboard.bramble.addNode("n" + number, "pi%02d".formatted(number), false);
            }
            String cookie = login(dashboard);
            HttpResponse<byte[]> page = get(dashboard, "/", cookie);
            assertThat(page.headers().firstValue("Content-Encoding")).contains("gzip");
            String html = new String(
                    new GZIPInputStream(new java.io.ByteArrayInputStream(page.body())).readAllBytes(),
                    StandardCharsets.UTF_8);
            assertThat(html).contains("pi100", "class=\"tile ready\"");
            int bytes = page.body().length;
            Matcher needed = NEEDED.matcher(html);
            int files = 0;
            while (needed.find()) {
                HttpResponse<byte[]> file = get(dashboard, needed.group(1), cookie);
                assertThat(file.statusCode()).as(needed.group(1)).isEqualTo(200);
                bytes += file.body().length;
                files++;
            }
            assertThat(files).as("files beside the page").isGreaterThanOrEqualTo(4);
            assertThat(bytes).as("bytes on the wire").isLessThan(PAGE_BYTES_MAX);
        }
    }

    private static String login(RunningDashboard dashboard) {
        HttpRequest request = request(dashboard, "/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString("token=vera-token"))
                .build();
        return dashboard
                .raw(request)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";")[0];
    }

    private static HttpResponse<byte[]> get(RunningDashboard dashboard, String path, String cookie) {
        return dashboard.raw(request(dashboard, path)
                .header("Cookie", cookie)
                .header("Accept-Encoding", "gzip")
                .build());
    }

    private static HttpRequest.Builder request(RunningDashboard dashboard, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path));
    }
}
