package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagesTest {
    private RunningDashboard dashboard;

    @BeforeEach
    void start() throws Exception {
        dashboard = new RunningDashboard();
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path));
    }

    private HttpResponse<byte[]> get(String path, String cookie) {
        return dashboard.raw(request(path).header("Cookie", cookie).build());
    }

    private HttpResponse<byte[]> post(String path, String form, String... headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        request.headers(headers.length > 0 ? headers : new String[] {"Sec-Fetch-Site", "same-origin"});
        return dashboard.raw(request.build());
    }

    private String login(String user) {
        HttpResponse<byte[]> response = post("/login", "token=" + user + "-token");
        assertThat(response.statusCode()).isEqualTo(303);
        return response.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String location(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Location").orElse("");
    }

    @Test
    void strangerIsSentToTheLoginPageAndSeesNothing() {
        HttpResponse<byte[]> response = dashboard.raw(request("/").build());

        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(location(response)).endsWith("/login");
        assertThat(text(response)).doesNotContain("pi01");
        assertThat(dashboard.raw(request("/login").build()).statusCode()).isEqualTo(200);
    }

    @Test
    void viewerSeesNodesJobsAndVerdict() {
        dashboard.submit("ada", 12, "");
        String page = text(get("/", login("vera")));

        assertThat(page)
                .contains("All is well")
                .contains("pi01")
                .contains("pi02")
                .contains("47 °C");
        assertThat(page).contains("sweep").contains("0 of 12 tasks done").contains("2 of 2");
        assertThat(page).as("without scripts").contains("<noscript><meta http-equiv=\"refresh\" content=\"10\">");
    }

    @Test
    void whatIsWrongStandsOnTopWorstFirst() {
        BoardHealth health = InMemoryBramble.health(60);
        BoardHealth weak = new BoardHealth(
                health.board(),
                health.bootId(),
                Reading.unknown("no sensor"),
                health.speed(),
                health.load1(),
                health.memoryTotalBytes(),
                health.memoryFreeBytes(),
                health.diskTotalBytes(),
                health.diskFreeBytes(),
                Reading.known(1),
                health.throttled(),
                health.diskWritable(),
                health.clockSynchronised());
        dashboard.bramble.nodes.add(InMemoryBramble.node(
                "n3", "pi03", false, Views.Link.UP, NodeStanding.CORDONED, "new fan", Optional.of(weak)));
        dashboard.bramble.nodes.add(InMemoryBramble.node(
                "n4", "pi04", false, Views.Link.DOWN, NodeStanding.READY, "", Optional.of(health)));
        dashboard.bramble.leader = Optional.empty();
        dashboard.bramble.warnings.add("node pi04 is down");
        String page = text(get("/", login("vera")));

        assertThat(page).contains("2 things do not work, 1 needs attention");
        assertThat(page.indexOf("pi04 is down")).isPositive().isLessThan(page.indexOf("pi03 is under-volted"));
        assertThat(page)
                .contains("new fan (olga)")
                .contains("No leader is known")
                .contains("unknown");
    }

    @ParameterizedTest
    @EnumSource
    void nodeThatTakesNoWorkSaysSoAndNeverHasTheColourOfOneThatIsWell(NodeStanding standing) {
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        Views.DrainView drain = InMemoryBramble.drain(spec, "new fan", "olga");
        dashboard.bramble.setDrain("n2", standing, standing.takesWork() ? Optional.empty() : Optional.of(drain));
        String page = text(get("/", login("vera")));
        int begin = page.indexOf("class=\"node ", page.indexOf("id=\"node-pi02\""));
        String card = page.substring(begin, page.indexOf("</li>", begin));
        String word = standing.name().toLowerCase(Locale.ROOT);

        assertThat(card).startsWith("class=\"node panel " + word + "\"").contains("<span>" + word + "</span>");
        if (!standing.takesWork()) {
            assertThat(card).contains("takes no new work", "new fan (olga)", "2 tasks run; 3 files have no other copy");
        }
        assertThat(card.contains("safe to unplug")).isEqualTo(standing == NodeStanding.DRAINED);
        assertThat(card).contains("hot").contains("under-volted");
    }

    @Test
    void drainedNodeThatIsUnpluggedIsNoTrouble() {
        dashboard.bramble.nodes.add(InMemoryBramble.node(
                "n3", "pi03", false, Views.Link.DOWN, NodeStanding.DRAINED, "new fan", Optional.empty()));
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        Views.DrainView drain = InMemoryBramble.drain(spec, "new fan", "olga");
        dashboard.bramble.setDrain("n3", NodeStanding.DRAINED, Optional.of(InMemoryBramble.proven(drain)));
        dashboard.bramble.nodes.add(InMemoryBramble.node(
                "n4", "pi04", false, Views.Link.SUSPECT, NodeStanding.READY, "", Optional.empty()));
        String page = text(get("/", login("vera")));

        assertThat(page).contains("2 things need attention");
        assertThat(page).contains("pi03 is drained: safe to unplug.", "pi04 is silent: it may be down.");
    }

    @Test
    void expiredDrainIsTroubleAndSaysWhatIsMissing() {
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        Views.DrainView drain = InMemoryBramble.drain(spec, "new fan", "olga");
        dashboard.bramble.setDrain("n2", NodeStanding.EXPIRED, Optional.of(drain));

        assertThat(text(get("/", login("vera"))))
                .contains("1 thing does not work")
                .contains("pi02 is not drained in time, not safe to unplug: waits for 2 tasks run;"
                        + " 3 files have no other copy.");
    }

    @Test
    void shutdownIsTheFirstThingOnThePage() {
        dashboard.bramble.shutdown =
                Optional.of(new Views.ShutdownView("moving house", "root", 5, 600_000, false, List.of("2 tasks run")));

        assertThat(text(get("/", login("vera"))))
                .contains("1 thing does not work")
                .contains("The bramble is being shut down by root (moving house): no job is accepted,"
                        + " waits for 2 tasks run.");
    }

    @Test
    void namesAreTextAndNeverMarkup() {
        dashboard.bramble.warnings.add("<script>alert(1)</script>");
        String job = "{\"name\": \"<img src=x onerror=alert(1)>\", \"command\": [\"true\"]}";
        assertThat(dashboard.json("POST", "ada", "/jobs", job).status()).isEqualTo(201);
        String page = text(get("/", login("vera")));

        assertThat(page)
                .contains("&lt;img src=x")
                .contains("&lt;script&gt;")
                .doesNotContain("<script>")
                .doesNotContain("<img");
    }

    @Test
    void pagesHaveNothingThatTheirPolicyForbids() {
        dashboard.submit("ada", 12, "");
        String cookie = login("vera");
        for (String path : new String[] {"/", "/login", "/nothing"}) {
            HttpResponse<byte[]> page = get(path, cookie);
            assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(text(page))
                    .doesNotContainPattern("<script(?! defer src=\"/assets/[^\"]+\"></script>)")
                    .doesNotContain(" style=")
                    .doesNotContain("<style");
            assertThat(text(page)).doesNotContainPattern("\\son[a-z]+=");
        }
    }

    @Test
    void wrongTokenIsToldSoAndOpensNothing() {
        HttpResponse<byte[]> wrong = post("/login", "token=mallory-token");
        HttpResponse<byte[]> empty = post("/login", "token=");

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(text(wrong)).contains("role=\"alert\"").contains("unknown, revoked or expired");
        assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(empty.statusCode()).isEqualTo(401);
        assertThat(text(post("/login", "token=%20"))).contains("The token is missing");
        assertThat(text(post("/login", "%zz=%zz&token=%zz"))).contains("The name or the password is missing");
    }

    @Test
    void guessingThroughTheFormMustWaitToo() {
        for (int i = 0; i <= 10; i++) {
            assertThat(post("/login", "token=guess" + i).statusCode()).isEqualTo(401);
        }
        HttpResponse<byte[]> blocked = post("/login", "token=guess");

        assertThat(blocked.statusCode()).isEqualTo(429);
        assertThat(blocked.headers().firstValue("Retry-After")).isPresent();
        assertThat(text(blocked)).contains("Too many wrong tokens");
    }

    @Test
    void cookieIsOutOfReachOfScriptsAndOtherSites() {
        HttpResponse<byte[]> response = post("/login", "token=vera-token");

        assertThat(response.headers().firstValue("Set-Cookie").orElse(""))
                .contains("; HttpOnly")
                .contains("; SameSite=Strict")
                .doesNotContain("vera-token");
    }

    @Test
    void formSentFromAnotherSiteIsRefused() {
        assertThat(post("/login", "token=vera-token", "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/login", "token=vera-token", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/logout", "", "Sec-Fetch-Site", "same-site").statusCode())
                .isEqualTo(403);
        assertThat(post("/logout", "", "Accept", "text/html").statusCode())
                .as("a program that says nothing of where it comes from")
                .isEqualTo(403);
        String own = "http://127.0.0.1:" + dashboard.port();
        assertThat(post("/login", "token=vera-token", "Origin", own, "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void loggingOutEndsTheSession() {
        String cookie = login("vera");
        assertThat(get("/", cookie).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> out = post("/logout", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin");

        assertThat(location(out)).endsWith("/login");
        assertThat(out.headers().firstValue("Set-Cookie").orElse("")).contains("Max-Age=0");
        assertThat(get("/", cookie).statusCode()).isEqualTo(303);
    }

    @Test
    void sessionEndsWithItsToken() {
        String cookie = login("vera");
        dashboard.control.accounts.endSessions("vera", "");

        assertThat(get("/", cookie).statusCode()).isEqualTo(303);
    }

    @Test
    void sessionOpensTheInterfaceToPagesOfThisHeadAlone() {
        String cookie = login("root");

        assertThat(get("/api/v1/tokens", cookie).statusCode()).isEqualTo(401);
        assertThat(tokens(cookie, "cross-site")).isEqualTo(401);
        assertThat(tokens(cookie, "same-site")).isEqualTo(401);
        assertThat(tokens(cookie, "same-origin")).isEqualTo(200);
        assertThat(tokens("", "same-origin")).isEqualTo(401);
    }

    private int tokens(String cookie, String fromWhere) {
        HttpRequest.Builder request = request("/api/v1/tokens").header("Sec-Fetch-Site", fromWhere);
        return dashboard
                .raw((cookie.isEmpty() ? request : request.header("Cookie", cookie)).build())
                .statusCode();
    }

    @Test
    void whatIsNotThereIsSaidOnAPage() {
        HttpResponse<byte[]> response =
                dashboard.raw(request("/nothing/<b>".replace("<b>", "%3Cb%3E")).build());

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(text(response)).contains("There is nothing at /nothing/").doesNotContain("<b>");
    }

    @Test
    void faultShowsNothingOfTheInsideOnAPage() {
        String cookie = login("vera");
        dashboard.control.fault = new IllegalStateException("hunter2");
        HttpResponse<byte[]> response = get("/", cookie);

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(text(response)).doesNotContain("hunter2").contains("look for request");
    }

    @Test
    void styleMayBeKeptSinceItsAddressChangesWithIt() {
        Matcher address = Pattern.compile("href=\"(/assets/bramble.css\\?v=[0-9a-f]{16})\"")
                .matcher(text(dashboard.raw(request("/login").build())));
        assertThat(address.find()).isTrue();
        HttpResponse<byte[]> css = dashboard.raw(request(address.group(1)).build());

        assertThat(css.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
        assertThat(css.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        assertThat(text(css)).contains("light-dark(");
    }
}
