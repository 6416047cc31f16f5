package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeRole;
import dev.bramble.model.UserRole;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps others out, each thing with a test of its own; TLS and the cookie over it are in {@link TlsTest}. */
class SecurityTest {
    private static final String PASSWORD = "four words make one";

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private final Visitor stranger = new Visitor(dashboard);

    @BeforeEach
    void start() {
        dashboard.control.accounts.add("grace", UserRole.ADMIN, PASSWORD);
    }

    private Visitor grace() {
        return new Visitor(dashboard).loggedIn(form("grace", PASSWORD));
    }

    private static String form(String user, String password) {
        return "user=" + user + "&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8);
    }

    @Test
    void everyPageForbidsWhatIsNotThisHeadsOwn() {
        dashboard.submit("ada", 6, "");
        dashboard.bramble.happen(EventKind.NODE_LOST, Optional.of("n2"), Optional.empty(), "pi02 was lost");
        dashboard.bramble.waiting.add(
                new Views.EnrolmentView("e1", "123456", "pi08", NodeRole.AGENT, "1f", "192.0.2.8", 540));
        Visitor root = dashboard.visitor("root");
        List<String> paths = new ArrayList<>(List.of("/login", "/setup", "/nothing"));
        RunningDashboard.pages().stream()
                .map(path -> path.replace("{node}", "pi01")
                        .replace("{job}", "1")
                        .replace("{task}", "0")
                        .replace("{enrolment}", "e1")
                        .replaceAll("\\{[a-z]+}", "1"))
                .forEach(paths::add);
        assertThat(paths).hasSizeGreaterThan(25);
        assertThat(paths).allSatisfy(path -> {
            Visitor.Seen page = root.get(path);
            assertThat(page.status()).isIn(path.equals("/nothing") ? List.of(404) : List.of(200, 303));
            String policy = page.header("Content-Security-Policy");
            assertThat(policy).contains("default-src 'none'").contains("frame-ancestors 'none'");
            assertThat(policy).doesNotContain("unsafe").doesNotContain("*").doesNotContain("data:");
            assertThat(page.header("Cache-Control"))
                    .as(path)
                    .isEqualTo(path.equals("/jobs/new") ? "private, max-age=0" : "no-store");
            assertThat(page.html()).doesNotContain("<style").doesNotContainPattern("<script(?![^>]*src=)");
            assertThat(page.html()).doesNotContainPattern("\\s(style|on[a-z]+)=\"");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/setup", "/logout", "/account/password", "/account/tokens", "/settings/users"})
    void noFormIsTakenFromAnotherSite(String path) {
        Visitor grace = grace();
        Visitor.Seen foreign = grace.post(path, form("grace", PASSWORD), "Sec-Fetch-Site", "cross-site");
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(dashboard.control.acted).isEmpty();
        assertThat(grace.get("/").status()).as("the session goes on").isEqualTo(200);
    }

    @Test
    void aSessionThatSomebodyPlantedIsNeverTheOneThatIsLetIn() {
        String planted = "bramble=planted-by-mallory";
        Visitor.Seen in = stranger.post("/login", form("grace", PASSWORD), "Cookie", planted);
        List<String> cookies = in.response().headers().allValues("Set-Cookie");
        assertThat(cookies.getLast()).startsWith("bramble=").doesNotContain("planted");
        assertThat(stranger.get("/", "Cookie", planted).status()).isEqualTo(303);
        String mine = cookies.getLast().split(";")[0];
        Visitor.Seen again = stranger.post("/login", form("grace", PASSWORD), "Cookie", mine);
        assertThat(again.cookie()).isNotEqualTo(mine);
        assertThat(stranger.get("/", "Cookie", mine).status())
                .as("who logs in anew ends the session before")
                .isEqualTo(303);
    }

    @Test
    void noHeaderSaysWhereAClientIs() {
        stranger.post("/login", form("grace", "wrong"), "X-Forwarded-For", "203.0.113.9", "X-Real-IP", "203.0.113.9");
        stranger.post("/login", form("grace", PASSWORD), "Forwarded", "for=203.0.113.9");
        dashboard.json(
                "POST",
                "",
                "/sessions",
                "{\"user\": \"grace\", \"password\": \"wrong\"}",
                "X-Forwarded-For",
                "203.0.113.9");
        assertThat(dashboard.control.accounts.addresses).isNotEmpty().containsOnly("127.0.0.1");
    }

    @Test
    void whoMustWaitIsToldHowLongOnThePageAndOverTheInterface() {
        dashboard.control.accounts.waitSeconds = 8;
        Visitor.Seen page = stranger.post("/login", form("grace", PASSWORD));
        assertThat(page.status()).isEqualTo(429);
        assertThat(page.header("Retry-After")).isEqualTo("8");
        assertThat(page.text()).contains("wait 8 s").contains("value=\"grace\"").doesNotContain(PASSWORD);
        Answer answer =
                dashboard.json("POST", "", "/sessions", "{\"user\": \"grace\", \"password\": \"" + PASSWORD + "\"}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("8");
    }

    @Test
    void bodiesOfStrangersAreShort() {
        assertThat(stranger.post("/login", form("grace", "a".repeat(9_000))).status())
                .isEqualTo(413);
        assertThat(stranger.post("/setup", form("grace", "a".repeat(9_000))).status())
                .isEqualTo(413);
        String large = "{\"user\": \"grace\", \"password\": \"" + "a".repeat(70_000) + "\"}";
        assertThat(dashboard.json("POST", "", "/sessions", large).status()).isEqualTo(413);
    }

    @Test
    void wrongNameAndWrongPasswordLookTheSame() {
        Visitor.Seen name = stranger.post("/login", form("nobody", PASSWORD));
        Visitor.Seen password = stranger.post("/login", form("grace", "wrong"));
        assertThat(name.status()).isEqualTo(password.status()).isEqualTo(401);
        assertThat(name.text().replace("nobody", "grace")).isEqualTo(password.text());
        assertThat(name.header("Set-Cookie")).isEmpty();
    }

    @Test
    void whatAHeadRefusesByItselfIsToldToTheTrailOnceItIsAWrite() {
        dashboard.get("vera", "/users");
        assertThat(dashboard.control.accounts.refusals).isEmpty();
        dashboard.json("POST", "vera", "/users", "{}");
        assertThat(dashboard.control.accounts.refusals).singleElement().satisfies(refusal -> {
            assertThat(refusal.what()).isEqualTo("post /users");
            assertThat(refusal.why()).contains("needs the role admin");
        });
    }

    @Test
    void aUseIsToldForPagesAndCallsButNotForStreamsOrWhatPagesAskByThemselves() {
        Visitor grace = grace();
        grace.get("/api/v1/settings");
        assertThat(dashboard.control.accounts.uses).isEmpty();
        grace.get("/");
        grace.get("/");
        dashboard.get("ada", "/jobs");
        assertThat(dashboard.control.accounts.uses).containsExactly("session1", "t-ada");
    }

    @Test
    void aTokenForOwnJobsShowsNoOthers() {
        long adas = dashboard.submit("ada", 2, "");
        long bobs = dashboard.submit("bob", 2, "");
        dashboard.bramble.principals.put(
                "robot-token", new Views.Principal("ada", UserRole.SUBMITTER, "t-robot", true));
        assertThat(dashboard.get("robot", "/jobs").json().get("items")).hasSize(1);
        assertThat(dashboard
                        .get("robot", "/jobs?owner=bob")
                        .json()
                        .get("items")
                        .get(0)
                        .get("job")
                        .asLong())
                .isEqualTo(adas);
        assertThat(dashboard.get("robot", "/jobs/" + adas).status()).isEqualTo(200);
        assertThat(dashboard.get("robot", "/jobs/" + bobs).status()).isEqualTo(404);
        assertThat(dashboard.get("ada", "/jobs/" + bobs).status()).isEqualTo(200);
    }

    @Test
    void aLinkLeadsBackAfterLoggingInAndNeverToAnotherSite() {
        Visitor.Seen asked = stranger.get("/audit?text=a%20b");
        assertThat(asked.header("Location")).endsWith("/login?back=%2Faudit%3Ftext%3Da%2520b");
        Visitor.Seen in = stranger.post("/login", form("grace", PASSWORD) + "&back=%2Faudit%3Ftext%3Da%2520b");
        assertThat(in.header("Location")).endsWith("/audit?text=a%20b");
        for (String elsewhere : List.of("//evil.example", "https://evil.example", "/\\evil.example")) {
            Visitor.Seen out = stranger.post(
                    "/login",
                    form("grace", PASSWORD) + "&back=" + URLEncoder.encode(elsewhere, StandardCharsets.UTF_8));
            assertThat(out.header("Location")).doesNotContain("evil");
        }
    }

    @Test
    void aFormWithoutASessionSaysSoAndLeadsBackToItsPage() {
        Visitor.Seen sent =
                stranger.post("/alerts/mute", "rule=node-down&hours=1", "Referer", "https://h/alerts?all=1");
        assertThat(sent.location()).endsWith("/login?back=%2Falerts%3Fall%3D1&ended=form");
        assertThat(stranger.get("/login?back=%2Falerts&ended=form").text())
                .contains("Your session has ended, and the form was not taken: log in, then send the form again.");
        Visitor.Seen unnamed = stranger.post("/alerts/mute", "rule=node-down&hours=1");
        assertThat(unnamed.location()).endsWith("/login?back=%2Falerts%2Fmute&ended=form");
        Visitor.Seen elsewhere = stranger.post("/alerts/mute", "", "Referer", "https://h//evil.example/");
        assertThat(elsewhere.location()).doesNotContain("evil");
        assertThat(stranger.get("/login?ended=%3Cb%3E").text()).doesNotContain("id=\"ended\"");
    }

    @Test
    void aPageAfterASessionEndedSaysSoAndToAStrangerItDoesNot() {
        assertThat(stranger.get("/jobs", "Cookie", "bramble=over").location())
                .endsWith("/login?back=%2Fjobs&ended=page");
        assertThat(stranger.get("/jobs").location()).endsWith("/login?back=%2Fjobs");
        assertThat(stranger.get("/login?ended=page").text()).contains("Your session has ended: log in to go on.");
    }

    @Test
    void theAddressOfAFormLeadsToItsPage() {
        Visitor grace = grace();
        assertThat(grace.get("/alerts/mute").location()).endsWith("/alerts");
        assertThat(grace.get("/account/tokens").location()).endsWith("/account");
        assertThat(grace.get("/account/sessions/s1/end").location()).endsWith("/account");
        assertThat(grace.get("/jobs/7/cancel").location()).endsWith("/jobs/7");
    }

    @Test
    void whatWasRefusedIsSaidWithTheMenuAround() {
        Visitor grace = grace();
        Visitor.Seen gone = grace.send("/jobs/999/remove");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.text())
                .contains("There is no job 999")
                .contains("id=\"to-jobs\"")
                .contains("id=\"to-section\"");
        Visitor.Seen mute = grace.send("/alerts/mute", "rule", "node-down", "hours", "0");
        assertThat(mute.status()).isEqualTo(422);
        assertThat(mute.text()).contains("from 1 to 720").contains("id=\"to-alerts\"");
        assertThat(grace.get("/jobs/999").text())
                .contains("There is no job 999")
                .contains("id=\"to-jobs\"");
    }

    @Test
    void aNewTokenIsShownOnceAndLoadingItsPageAnewMakesNoOther() {
        Visitor grace = grace();
        Visitor.Seen made = grace.send("/account/tokens", "role", "operator", "days", "1", "own", "yes");
        assertThat(made.status()).isEqualTo(303);
        assertThat(made.location()).endsWith("/account");
        int acted = dashboard.control.acted.size();
        assertThat(grace.page("/account"))
                .contains("id=\"new-token-text\"")
                .contains("secret-of-API")
                .contains("it works as a submitter's");
        assertThat(grace.page("/account")).doesNotContain("secret-of-API").doesNotContain("new-token-text");
        assertThat(dashboard.control.acted).hasSize(acted);
    }

    @Test
    void whoLogsOutLeavesNoPageInTheBrowsersMemory() {
        assertThat(grace().post("/logout", "").header("Clear-Site-Data")).isEqualTo("\"cache\"");
    }

    @Test
    void theTrailAsATableIsHarmlessInASpreadsheet() {
        dashboard.control.accounts.audit("eve", "submit-job", "=HYPERLINK(\"http://evil\"), \"quoted\"", 0);
        String csv = dashboard.get("root", "/audit.csv").text();
        assertThat(csv.lines().toList().getFirst())
                .isEqualTo("number,at,by,credential,head,address,action,object,result,times,what");
        assertThat(csv)
                .contains("2 older records have gone")
                .contains("\" =HYPERLINK(\"\"http://evil\"\"), \"\"quoted\"\"\"");
    }
}
