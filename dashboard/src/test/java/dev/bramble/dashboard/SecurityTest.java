package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.model.UserRole;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps others out, each thing with a test of its own; TLS and the cookie over it are in {@link TlsTest}. */
class SecurityTest {
    private static final String PASSWORD = "four words make one";

    private RunningDashboard dashboard;

    @BeforeEach
    void start() throws Exception {
        dashboard = new RunningDashboard();
        dashboard.control.accounts.add("grace", UserRole.ADMIN, PASSWORD);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path));
    }

    private HttpResponse<byte[]> post(String path, String form, String... headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString(form));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return dashboard.raw(request.build());
    }

    private static String form(String user, String password) {
        return "user=" + user + "&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8);
    }

    private static String cookie(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Set-Cookie").orElse("").split(";")[0];
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/setup", "/account", "/settings", "/settings/users", "/audit", "/nothing"})
    void everyPageForbidsWhatIsNotThisHeadsOwn(String path) {
        HttpResponse<byte[]> response = dashboard.raw(request(path)
                .header("Cookie", cookie(post("/login", form("grace", PASSWORD))))
                .build());
        String policy = response.headers().firstValue("Content-Security-Policy").orElse("");
        assertThat(policy).contains("default-src 'none'").contains("frame-ancestors 'none'");
        assertThat(policy).doesNotContain("unsafe").doesNotContain("*").doesNotContain("data:");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(text(response)).doesNotContain("<style").doesNotContainPattern("<script(?![^>]*src=)");
        assertThat(text(response)).doesNotContainPattern("\\s(style|on[a-z]+)=\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/setup", "/logout", "/account/password", "/account/tokens", "/settings/users"})
    void noFormIsTakenFromAnotherSite(String path) {
        String cookie = cookie(post("/login", form("grace", PASSWORD)));
        HttpResponse<byte[]> foreign = dashboard.raw(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.ofString(form("grace", PASSWORD)))
                .build());
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(dashboard.control.acted).isEmpty();
        assertThat(dashboard.raw(request("/").header("Cookie", cookie).build()).statusCode())
                .as("the session goes on")
                .isEqualTo(200);
    }

    @Test
    void aSessionThatSomebodyPlantedIsNeverTheOneThatIsLetIn() {
        String planted = "bramble=planted-by-mallory";
        HttpResponse<byte[]> in = post("/login", form("grace", PASSWORD), "Cookie", planted);
        List<String> cookies = in.headers().allValues("Set-Cookie");
        assertThat(cookies.getLast()).startsWith("bramble=").doesNotContain("planted");
        assertThat(dashboard.raw(request("/").header("Cookie", planted).build()).statusCode())
                .isEqualTo(303);
        String mine = cookies.getLast().split(";")[0];
        HttpResponse<byte[]> again = post("/login", form("grace", PASSWORD), "Cookie", mine);
        assertThat(cookie(again)).isNotEqualTo(mine);
        assertThat(dashboard.raw(request("/").header("Cookie", mine).build()).statusCode())
                .as("who logs in anew ends the session before")
                .isEqualTo(303);
    }

    @Test
    void noHeaderSaysWhereAClientIs() {
        post("/login", form("grace", "wrong"), "X-Forwarded-For", "203.0.113.9", "X-Real-IP", "203.0.113.9");
        post("/login", form("grace", PASSWORD), "Forwarded", "for=203.0.113.9");
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
        HttpResponse<byte[]> page = post("/login", form("grace", PASSWORD));
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(page.headers().firstValue("Retry-After")).contains("8");
        assertThat(text(page)).contains("wait 8 s").contains("value=\"grace\"").doesNotContain(PASSWORD);
        Answer answer =
                dashboard.json("POST", "", "/sessions", "{\"user\": \"grace\", \"password\": \"" + PASSWORD + "\"}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("8");
    }

    @Test
    void bodiesOfStrangersAreShort() {
        assertThat(post("/login", form("grace", "a".repeat(9_000))).statusCode())
                .isEqualTo(413);
        assertThat(post("/setup", form("grace", "a".repeat(9_000))).statusCode())
                .isEqualTo(413);
        String large = "{\"user\": \"grace\", \"password\": \"" + "a".repeat(70_000) + "\"}";
        assertThat(dashboard.json("POST", "", "/sessions", large).status()).isEqualTo(413);
    }

    @Test
    void wrongNameAndWrongPasswordLookTheSame() {
        HttpResponse<byte[]> name = post("/login", form("nobody", PASSWORD));
        HttpResponse<byte[]> password = post("/login", form("grace", "wrong"));
        assertThat(name.statusCode()).isEqualTo(password.statusCode()).isEqualTo(401);
        assertThat(text(name).replace("nobody", "grace")).isEqualTo(text(password));
        assertThat(name.headers().firstValue("Set-Cookie")).isEmpty();
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
        String cookie = cookie(post("/login", form("grace", PASSWORD)));
        dashboard.raw(request("/api/v1/settings")
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .build());
        assertThat(dashboard.control.accounts.uses).isEmpty();
        dashboard.raw(request("/").header("Cookie", cookie).build());
        dashboard.raw(request("/").header("Cookie", cookie).build());
        dashboard.get("ada", "/jobs");
        assertThat(dashboard.control.accounts.uses).containsExactly("session1", "t-ada");
    }

    @Test
    void aTokenForOwnJobsShowsNoOthers() {
        long adas = dashboard.submit("ada", 2, "");
        long bobs = dashboard.submit("bob", 2, "");
        dashboard.bramble.principals.put(
                "robot-token", new dev.bramble.control.Views.Principal("ada", UserRole.SUBMITTER, "t-robot", true));
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
        HttpResponse<byte[]> asked = dashboard.raw(request("/audit?text=a%20b").build());
        assertThat(asked.headers().firstValue("Location").orElse("")).endsWith("/login?back=%2Faudit%3Ftext%3Da%2520b");
        HttpResponse<byte[]> in = post("/login", form("grace", PASSWORD) + "&back=%2Faudit%3Ftext%3Da%2520b");
        assertThat(in.headers().firstValue("Location").orElse("")).endsWith("/audit?text=a%20b");
        for (String elsewhere : List.of("//evil.example", "https://evil.example", "/\\evil.example")) {
            HttpResponse<byte[]> out = post(
                    "/login",
                    form("grace", PASSWORD) + "&back=" + URLEncoder.encode(elsewhere, StandardCharsets.UTF_8));
            assertThat(out.headers().firstValue("Location").orElse("")).doesNotContain("evil");
        }
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
