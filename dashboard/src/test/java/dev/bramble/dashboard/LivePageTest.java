package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeStanding;
import dev.bramble.model.UserRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an open page is sent. */
class LivePageTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    /** A page's changes as a browser gets them. */
    private final class Looker implements AutoCloseable {
        final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Looker(Visitor visitor, String path) throws Exception {
            response = client.send(
                    visitor.request("/live" + path)
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofInputStream());
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** Events up to the first that says {@code text}, as name and data. */
        List<String> until(String text) throws IOException {
            List<String> events = new ArrayList<>();
            StringBuilder event = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    events.add(event.toString());
                    event.setLength(0);
                    if (events.getLast().contains(text)) {
                        return events;
                    }
                } else {
                    event.append(line).append('\n');
                }
            }
            throw new IOException("the stream ended after " + events);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    @Test
    void whoComesGetsAllPartsAndThenOnlyWhatChanges() throws Exception {
        try (Looker looker = new Looker(dashboard.visitor("vera"), "/")) {
            assertThat(looker.response.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            List<String> first = looker.until("id=\"jobs\"");
            assertThat(String.join("", first)).contains("id=\"status\"", "id=\"verdict\"", "id=\"nodes\"", "pi01");

            dashboard.bramble.setDrain("n2", NodeStanding.CORDONED, Optional.empty());
            List<String> then = looker.until("id=\"node-pi02\"");
            assertThat(then.getLast())
                    .startsWith("event: part\n")
                    .contains("cordoned")
                    .doesNotContain("pi01");
        }
    }

    @Test
    void whoMayDoLessNeverGetsWhatWasWrittenForWhoMayDoMore() throws Exception {
        try (Looker operator = new Looker(dashboard.visitor("olga"), "/nodes/pi01")) {
            assertThat(String.join("", operator.until("id=\"node-losses\""))).contains("id=\"drain-open\"");
            try (Looker viewer = new Looker(dashboard.visitor("vera"), "/nodes/pi01")) {
                assertThat(String.join("", viewer.until("id=\"node-losses\"")))
                        .contains("id=\"node-head\"")
                        .doesNotContain("drain-open");
            }
        }
    }

    @Test
    void strangersGetNothing() throws Exception {
        try (Looker stranger = new Looker(new Visitor(dashboard), "/")) {
            assertThat(stranger.response.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void openPageIsToldToLogInAgainWhenItsTokenIsRevoked() throws Exception {
        try (Looker looker = new Looker(dashboard.visitor("vera"), "/")) {
            looker.until("id=\"jobs\"");
            dashboard.bramble.principals.remove("vera-token");
            assertThat(looker.until("event: out")).isNotEmpty();
        }
    }

    /** At once: not after the next sign of life, which is sent when nothing has changed for ten seconds. */
    @Timeout(60)
    @ParameterizedTest
    @EnumSource
    void openPageIsToldAtOnceThatItsSessionIsOver(Ending ending) throws Exception {
        dashboard.control.accounts.add("grace", UserRole.ADMIN, "four words make one");
        Visitor grace =
                new Visitor(dashboard).loggedIn(Visitor.form("user", "grace", "password", "four words make one"));
        Visitor sameOnAnotherBrowser =
                new Visitor(dashboard).loggedIn(Visitor.form("user", "grace", "password", "four words make one"));
        try (Looker looker = new Looker(grace, "/about")) {
            looker.until("id=\"status\"");
            switch (ending) {
                case LOGGED_OUT ->
                    assertThat(grace.post("/logout", "").status()).isEqualTo(303);
                case REVOKED -> sameOnAnotherBrowser.post("/account/sessions/end-others", "");
                case DISABLED -> dashboard.visitor("root").post("/settings/users/grace", "do=disable");
            }
            assertThat(looker.until("event: out")).noneMatch(event -> event.startsWith("event: well"));
        }
    }

    private enum Ending {
        LOGGED_OUT,
        REVOKED,
        DISABLED
    }

    @Test
    void openPageIsToldWhenTheHeadCannotTellAnyMore() throws Exception {
        try (Looker looker = new Looker(dashboard.visitor("vera"), "/")) {
            looker.until("id=\"jobs\"");
            dashboard.control.fault = new IllegalStateException("hunter2");
            assertThat(looker.until("event: trouble").getLast())
                    .contains("This head has a fault")
                    .doesNotContain("hunter2");
            dashboard.control.fault = null;
            assertThat(looker.until("event: trouble").getLast()).contains("data: none");
        }
    }
}
