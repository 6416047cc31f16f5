package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private final Visitor stranger = new Visitor(dashboard);

    @Test
    void strangerIsSentToTheLoginPageAndSeesNothing() {
        Visitor.Seen response = stranger.get("/");

        assertThat(response.status()).isEqualTo(303);
        assertThat(response.location()).endsWith("/login");
        assertThat(response.text()).doesNotContain("pi01");
        assertThat(stranger.get("/login").status()).isEqualTo(200);
    }

    @Test
    void viewerSeesNodesJobsAndVerdict() {
        dashboard.submit("ada", 12, "");
        String page = dashboard.visitor("vera").get("/").text();

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
        dashboard.bramble.warnings.add("pi04 is down");
        String page = dashboard.visitor("vera").get("/").text();

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
        String page = dashboard.visitor("vera").get("/").text();
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
        String page = dashboard.visitor("vera").get("/").text();

        assertThat(page).contains("2 things need attention");
        assertThat(page).contains("pi03 is drained: safe to unplug.", "pi04 is silent: it may be down.");
    }

    @Test
    void expiredDrainIsTroubleAndSaysWhatIsMissing() {
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        Views.DrainView drain = InMemoryBramble.drain(spec, "new fan", "olga");
        dashboard.bramble.setDrain("n2", NodeStanding.EXPIRED, Optional.of(drain));

        assertThat(dashboard.visitor("vera").get("/").text())
                .contains("1 thing does not work")
                .contains("pi02 is not drained in time, not safe to unplug: waits for 2 tasks run;"
                        + " 3 files have no other copy.");
    }

    @Test
    void shutdownIsTheFirstThingOnThePage() {
        dashboard.bramble.shutdown =
                Optional.of(new Views.ShutdownView("moving house", "root", 5, 600_000, false, List.of("2 tasks run")));

        assertThat(dashboard.visitor("vera").get("/").text())
                .contains("1 thing does not work")
                .contains("The bramble is being shut down by root (moving house): no job is accepted,"
                        + " waits for 2 tasks run.");
    }

    @Test
    void namesAreTextAndNeverMarkup() {
        dashboard.bramble.warnings.add("<script>alert(1)</script>");
        String job = "{\"name\": \"<img src=x onerror=alert(1)>\", \"command\": [\"true\"]}";
        assertThat(dashboard.json("POST", "ada", "/jobs", job).status()).isEqualTo(201);
        String page = dashboard.visitor("vera").get("/").text();

        assertThat(page)
                .contains("&lt;img src=x")
                .contains("&lt;script&gt;")
                .doesNotContain("<script>")
                .doesNotContain("<img");
    }

    @Test
    void pagesHaveNothingThatTheirPolicyForbids() {
        dashboard.submit("ada", 12, "");
        Visitor vera = dashboard.visitor("vera");
        for (String path : new String[] {"/", "/login", "/nothing"}) {
            Visitor.Seen page = vera.get(path);
            assertThat(page.header("Content-Security-Policy"))
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.text())
                    .doesNotContainPattern("<script(?! defer src=\"/assets/[^\"]+\"></script>)")
                    .doesNotContain(" style=")
                    .doesNotContain("<style");
            assertThat(page.text()).doesNotContainPattern("\\son[a-z]+=");
        }
    }

    @Test
    void wrongTokenIsToldSoAndOpensNothing() {
        Visitor.Seen wrong = stranger.post("/login", "token=mallory-token");
        Visitor.Seen empty = stranger.post("/login", "token=");

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.text()).contains("role=\"alert\"").contains("unknown, revoked or expired");
        assertThat(wrong.header("Set-Cookie")).isEmpty();
        assertThat(empty.status()).isEqualTo(401);
        assertThat(stranger.post("/login", "token=%20").text()).contains("The token is missing");
        assertThat(stranger.post("/login", "%zz=%zz&token=%zz").text()).contains("The name or the password is missing");
    }

    @Test
    void guessingThroughTheFormMustWaitToo() {
        for (int i = 0; i <= 10; i++) {
            assertThat(stranger.post("/login", "token=guess" + i).status()).isEqualTo(401);
        }
        Visitor.Seen blocked = stranger.post("/login", "token=guess");

        assertThat(blocked.status()).isEqualTo(429);
        assertThat(blocked.header("Retry-After")).isNotEmpty();
        assertThat(blocked.text()).contains("Too many wrong tokens");
    }

    @Test
    void cookieIsOutOfReachOfScriptsAndOtherSites() {
        Visitor.Seen response = stranger.post("/login", "token=vera-token");

        assertThat(response.header("Set-Cookie"))
                .contains("; HttpOnly")
                .contains("; SameSite=Strict")
                .doesNotContain("vera-token");
    }

    @Test
    void formSentFromAnotherSiteIsRefused() {
        assertThat(stranger.post("/login", "token=vera-token", "Sec-Fetch-Site", "cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(stranger.post("/login", "token=vera-token", "Origin", "https://evil.example", "Sec-Fetch-Site", "")
                        .status())
                .isEqualTo(403);
        assertThat(stranger.post("/logout", "", "Sec-Fetch-Site", "same-site").status())
                .isEqualTo(403);
        assertThat(stranger.post("/logout", "", "Sec-Fetch-Site", "").status())
                .as("a program that says nothing of where it comes from")
                .isEqualTo(403);
        String own = "http://127.0.0.1:" + dashboard.port();
        assertThat(stranger.post("/login", "token=vera-token", "Origin", own).status())
                .isEqualTo(303);
    }

    @Test
    void loggingOutEndsTheSession() {
        Visitor vera = dashboard.visitor("vera");
        assertThat(vera.get("/").status()).isEqualTo(200);
        Visitor.Seen out = vera.post("/logout", "");

        assertThat(out.location()).endsWith("/login");
        assertThat(out.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(vera.get("/").status()).isEqualTo(303);
    }

    @Test
    void sessionEndsWithItsToken() {
        Visitor vera = dashboard.visitor("vera");
        dashboard.control.accounts.endSessions("vera", "");

        assertThat(vera.get("/").status()).isEqualTo(303);
    }

    @Test
    void sessionOpensTheInterfaceToPagesOfThisHeadAlone() {
        Visitor root = dashboard.visitor("root");

        assertThat(root.get("/api/v1/tokens", "Sec-Fetch-Site", "").status()).isEqualTo(401);
        assertThat(root.get("/api/v1/tokens", "Sec-Fetch-Site", "cross-site").status())
                .isEqualTo(401);
        assertThat(root.get("/api/v1/tokens", "Sec-Fetch-Site", "same-site").status())
                .isEqualTo(401);
        assertThat(root.get("/api/v1/tokens").status()).isEqualTo(200);
        assertThat(stranger.get("/api/v1/tokens").status()).isEqualTo(401);
    }

    @Test
    void whatIsNotThereIsSaidOnAPage() {
        Visitor.Seen response = stranger.get("/nothing/%3Cb%3E");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("Content-Type")).startsWith("text/html");
        assertThat(response.text()).contains("There is nothing at /nothing/").doesNotContain("<b>");
    }

    @Test
    void faultShowsNothingOfTheInsideOnAPage() {
        Visitor vera = dashboard.visitor("vera");
        dashboard.control.fault = new IllegalStateException("hunter2");
        Visitor.Seen response = vera.get("/");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).doesNotContain("hunter2").contains("look for request");
    }

    @Test
    void styleMayBeKeptSinceItsAddressChangesWithIt() {
        Matcher address = Pattern.compile("href=\"(/assets/bramble.css\\?v=[0-9a-f]{16})\"")
                .matcher(stranger.get("/login").text());
        assertThat(address.find()).isTrue();
        Visitor.Seen css = stranger.get(address.group(1));

        assertThat(css.header("Content-Type")).startsWith("text/css");
        assertThat(css.header("Cache-Control")).contains("immutable");
        assertThat(css.text()).contains("light-dark(");
    }
}
