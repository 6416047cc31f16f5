package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.NodeStanding;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What Prometheus and load balancers get. */
class MetricsTest {
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_0-9]+)(\\{((?:[a-z]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)+)})? (-?[0-9.E+-]+|\\+Inf)");

    /** Samples by name and labels, as they were written; fails for whatever is not the format. */
    private static Map<String, Double> parsed(String text) {
        Map<String, Double> samples = new HashMap<>();
        Set<String> typed = new HashSet<>();
        Set<String> helped = new HashSet<>();
        String family = "";
        assertThat(text).endsWith("\n");
        for (String line : text.split("\n")) {
            if (line.startsWith("# HELP ")) {
                family = line.split(" ", 4)[2];
                assertThat(helped.add(family)).as(line).isTrue();
                assertThat(line.split(" ", 4)[3]).isNotBlank();
            } else if (line.startsWith("# TYPE ")) {
                assertThat(line).matches("# TYPE " + family + " (gauge|counter)");
                assertThat(typed.add(family)).isTrue();
            } else if (!line.equals("# EOF")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(sample.group(1)).isIn(family, family + "_total");
                String labels = sample.group(3) == null ? "" : sample.group(3);
                String key = sample.group(1) + "{" + labels + "}";
                assertThat(samples.put(key, Double.parseDouble(sample.group(4).replace("+Inf", "Infinity"))))
                        .as(line)
                        .isNull();
            }
        }
        assertThat(typed).isEqualTo(helped);
        return samples;
    }

    private static HttpResponse<byte[]> get(RunningDashboard dashboard, String path, String... headers) {
        HttpRequest.Builder request = dashboard.request(path);
        return dashboard.raw((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** Asked until the head has looked at the bramble so that {@code expected} is there. */
    private static Map<String, Double> metrics(RunningDashboard dashboard, String expected, String... headers) {
        Map<String, Double> samples;
        do {
            String[] all = new String[headers.length + 2];
            System.arraycopy(headers, 0, all, 2, headers.length);
            all[0] = "Authorization";
            all[1] = "Bearer vera-token";
            samples = parsed(text(get(dashboard, "/metrics", all)));
        } while (!samples.containsKey(expected));
        return samples;
    }

    @Test
    void everyFigureIsParsedAndUnknownOnesAreAbsent() throws IOException {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            synchronized (dashboard.bramble) {
                dashboard.bramble.nodes.add(InMemoryBramble.node(
                        "n9",
                        "odd\"na\\me\n",
                        false,
                        Views.Link.DOWN,
                        NodeStanding.CORDONED,
                        "",
                        Optional.of(InMemoryBramble.health(99))));
            }
            String odd = "node=\"odd\\\"na\\\\me\\n\"";
            Map<String, Double> samples = metrics(dashboard, "bramble_node_up{" + odd + "}");

            assertThat(samples)
                    .containsEntry("bramble_node_up{node=\"pi01\"}", 1.0)
                    .containsEntry("bramble_node_up{" + odd + "}", 0.0)
                    .containsEntry("bramble_node_temperature_celsius{node=\"pi01\"}", 47.3)
                    .containsEntry("bramble_node_standing{" + odd + ",standing=\"cordoned\"}", 1.0)
                    .containsEntry("bramble_node_standing{" + odd + ",standing=\"ready\"}", 0.0)
                    .containsEntry("bramble_tasks_waiting{}", 12_345.0)
                    .containsEntry("bramble_files_lost{}", 1.0)
                    .containsEntry("bramble_alerts_open{rule=\"node-down\"}", 0.0)
                    // The firmware did not say, and the other is down: neither is a number.
                    .doesNotContainKey("bramble_node_throttled{node=\"pi01\"}")
                    .doesNotContainKey("bramble_node_temperature_celsius{" + odd + "}");
        }
    }

    @Test
    void openMetricsEndsWithItsMarkAndNamesCountersItsWay() throws IOException {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            String accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
            metrics(dashboard, "bramble_tasks_ended_total{}", "Accept", accept);
            HttpResponse<byte[]> answer =
                    get(dashboard, "/metrics", "Authorization", "Bearer vera-token", "Accept", accept);

            assertThat(text(answer)).endsWith("\n# EOF\n").contains("# TYPE bramble_tasks_ended counter\n");
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/openmetrics-text");
        }
    }

    @Test
    void metricsNeedATokenAndProbesSayNothingButYesOrNo() throws IOException {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            assertThat(get(dashboard, "/metrics").statusCode()).isEqualTo(401);
            assertThat(text(get(dashboard, "/metrics"))).doesNotContain("bramble_");
            assertThat(get(dashboard, "/metrics", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(text(get(dashboard, "/healthz"))).isEqualTo("ok\n");
            assertThat(text(get(dashboard, "/readyz"))).isEqualTo("ok\n");
        }
    }

    @Test
    void headWithoutALeaderOrBehindIsAliveAndNotReady() throws IOException {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            dashboard.bramble.behindMillis = 60_000;
            assertThat(get(dashboard, "/readyz").statusCode()).isEqualTo(503);
            assertThat(text(get(dashboard, "/readyz"))).isEqualTo("not ok\n");
            assertThat(get(dashboard, "/healthz").statusCode()).isEqualTo(200);

            dashboard.bramble.behindMillis = 10;
            dashboard.bramble.leader = Optional.empty();
            assertThat(get(dashboard, "/readyz").statusCode()).isEqualTo(503);

            dashboard.control.fault = new IllegalStateException("planted");
            assertThat(get(dashboard, "/healthz").statusCode()).isEqualTo(503);
        }
    }
}
