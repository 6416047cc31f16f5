package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

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
            Visitor vera = dashboard.visitor("vera");
            Visitor.Seen page = vera.get("/", "Accept-Encoding", "gzip");
            assertThat(page.header("Content-Encoding")).isEqualTo("gzip");
            String html = new String(
                    new GZIPInputStream(new java.io.ByteArrayInputStream(
                                    page.response().body()))
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            assertThat(html).contains("pi100", "class=\"tile ready\"");
            int bytes = page.response().body().length;
            Matcher needed = NEEDED.matcher(html);
            int files = 0;
            while (needed.find()) {
                Visitor.Seen file = vera.get(needed.group(1), "Accept-Encoding", "gzip");
                assertThat(file.status()).as(needed.group(1)).isEqualTo(200);
                bytes += file.response().body().length;
                files++;
            }
            assertThat(files).as("files beside the page").isGreaterThanOrEqualTo(4);
            assertThat(bytes).as("bytes on the wire").isLessThan(PAGE_BYTES_MAX);
        }
    }
}
