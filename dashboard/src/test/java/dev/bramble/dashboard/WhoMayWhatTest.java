package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.JobId;
import dev.bramble.model.Output;
import dev.bramble.model.UserRole;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WhoMayWhatTest {
    private static final Map<UserRole, String> USERS = Map.of(
            UserRole.VIEWER, "vera", UserRole.SUBMITTER, "ada", UserRole.OPERATOR, "olga", UserRole.ADMIN, "root");

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private Answer call(Route route, String user) {
        String path = route.path()
                .replace("{node}", "pi01")
                .replace("{job}", "1")
                .replace("{task}", "0")
                .replace("{enrolment}", "e1")
                .replace("{token}", "t-vera")
                .replace("{setting}", "blobs.heal-after")
                .replace("{rule}", "node-down")
                .replace("{sha256}", "0".repeat(64))
                .replace("{user}", "ada")
                .replace("{session}", "session1")
                .replace("<name>", "a");
        return dashboard.send(route.method().name(), user, path, BodyPublishers.noBody());
    }

    private static List<Route> guarded() {
        return RunningDashboard.routes().stream()
                .filter(route -> route.role().isPresent())
                .toList();
    }

    private static String code(Answer answer) {
        return answer.json().get("code").asString();
    }

    @Test
    void withoutTokenEveryGuardedRouteAnswers401() {
        assertThat(guarded()).allSatisfy(route -> {
            Answer answer = call(route, "");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        });
    }

    @Test
    void onlyProbesAndTheDescriptionAreForEveryone() {
        List<String> open = RunningDashboard.routes().stream()
                .filter(route -> route.role().isEmpty())
                .map(Route::path)
                .toList();

        assertThat(open)
                .as("who logs in has no token yet")
                .containsExactlyInAnyOrder("/healthz", "/readyz", "/openapi.yaml", "/sessions", "/setup", "/setup");
    }

    @Test
    void roleBelowTheRoutesOwnIsForbiddenAndChangesNothing() {
        for (Route route : guarded()) {
            for (UserRole role : UserRole.values()) {
                if (!role.includes(route.role().get())) {
                    Answer answer = call(route, USERS.get(role));
                    assertThat(answer.status())
                            .as("%s as %s", route.path(), role)
                            .isEqualTo(403);
                }
            }
        }
        assertThat(dashboard.control.acted).isEmpty();
        assertThat(dashboard.control.uploadsBegun).hasValue(0);
    }

    @Test
    void refusalForTheRoleNamesTheRoleNeeded() {
        Answer answer = dashboard.get("ada", "/users");

        assertThat(code(answer)).isEqualTo("forbidden");
        assertThat(answer.json().get("detail").asString())
                .contains("needs the role admin")
                .contains("role submitter");
    }

    @Test
    void unknownAndExpiredTokensOpenNothing() {
        assertThat(dashboard.get("mallory", "/jobs").status()).isEqualTo(401);
        dashboard.bramble.principals.remove("vera-token");
        Answer expired = dashboard.get("vera", "/jobs");

        assertThat(expired.status()).isEqualTo(401);
        assertThat(code(expired)).isEqualTo("unauthenticated");
        assertThat(expired.json().get("detail").asString()).contains("expired").contains("admin");
    }

    @Test
    void wordOfTheSchemeIsReadInAnyCaseAndOtherSchemesAreNot() {
        assertThat(dashboard
                        .get("", "/whoami", "Authorization", "bEARER vera-token")
                        .status())
                .isEqualTo(200);
        assertThat(dashboard
                        .get("", "/whoami", "Authorization", "Basic dmVyYTp4")
                        .status())
                .isEqualTo(401);
        assertThat(dashboard.get("", "/whoami", "Cookie", "bramble=vera-token").status())
                .isEqualTo(401);
    }

    private long adasJob() {
        long job = dashboard.submit("ada", 2, "");
        Output printed = new Output.Inline("the secret of ada".getBytes(StandardCharsets.UTF_8));
        dashboard.bramble.succeed(new JobId(job), 0, printed, List.of());
        return job;
    }

    @Test
    void whatAnotherUsersJobWasGivenAndLeftIsForbiddenWithItsOwnersName() {
        long job = adasJob();
        for (String path : List.of(
                "/spec",
                "/results",
                "/tasks/0/log",
                "/tasks/0/stdout",
                "/tasks/0/stderr",
                "/tasks/0/files",
                "/tasks/0/files/model.bin")) {
            Answer answer = dashboard.get("bob", "/jobs/" + job + path);
            assertThat(answer.status()).as(path).isEqualTo(403);
            assertThat(answer.json().get("detail").asString()).contains("belongs to ada");
            assertThat(answer.text()).doesNotContain("secret of ada");
        }
    }

    @Test
    void anotherUsersJobCannotBeChanged() {
        long job = adasJob();
        assertThat(dashboard.post("bob", "/jobs/" + job + "/cancel").status()).isEqualTo(403);
        assertThat(dashboard.post("bob", "/jobs/" + job + "/retry").status()).isEqualTo(403);
        assertThat(dashboard.delete("bob", "/jobs/" + job).status()).isEqualTo(403);
    }

    @Test
    void listsShowOtherUsersTasksWithoutWhatTheyPrinted() {
        long job = adasJob();
        String path = "/jobs/" + job + "/tasks";
        for (String user : List.of("vera", "bob")) {
            assertThat(dashboard.get(user, path).text()).doesNotContain("secret of ada");
            assertThat(dashboard.get(user, path + "/0").json().get("parameters"))
                    .isEmpty();
            assertThat(dashboard.get(user, path + "/0").json().get("lastLine").isNull())
                    .isTrue();
        }
        assertThat(dashboard.get("ada", path).text()).contains("secret of ada");
        assertThat(dashboard.get("olga", path).text()).contains("secret of ada");
    }

    @Test
    void operatorDoesEverythingWithAnybodysJob() {
        long job = adasJob();
        assertThat(dashboard.get("olga", "/jobs/" + job + "/tasks/0/stdout").text())
                .isEqualTo("the secret of ada");
        assertThat(dashboard.post("olga", "/jobs/" + job + "/cancel").status()).isEqualTo(204);
    }

    @Test
    void anotherUsersUploadIsNotThere() {
        String sha256 = dashboard
                .upload("ada", "", new byte[] {1, 2, 3})
                .json()
                .get("sha256")
                .asString();

        assertThat(has("ada", sha256)).isEqualTo(200);
        assertThat(has("bob", sha256)).isEqualTo(404);
        assertThat(has("root", sha256)).isEqualTo(404);
    }

    private int has(String user, String sha256) {
        return dashboard
                .send("HEAD", user, "/blobs/" + sha256, BodyPublishers.noBody())
                .status();
    }

    @Test
    void dryRunNamesEachFileThatIsNotTheCallers() {
        String sha256 = dashboard
                .upload("ada", "", new byte[] {1, 2, 3})
                .json()
                .get("sha256")
                .asString();
        String job = "{\"command\": [\"true\"], \"ship\": [{\"name\": \"a\", \"sha256\": \"" + sha256
                + "\", \"sizeBytes\": 3}]}";

        Answer answer = dashboard.json("POST", "bob", "/jobs?dryRun=true", job);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("errors").get(0).get("place").asString()).isEqualTo("a");
        assertThat(dashboard.json("POST", "ada", "/jobs?dryRun=true", job).status())
                .isEqualTo(200);
    }

    @Test
    void manyWrongTokensMustWaitAndNoHeaderHelps() {
        for (int i = 0; i <= 10; i++) {
            assertThat(dashboard.get("guess" + i, "/jobs").status()).isEqualTo(401);
        }
        Answer blocked = dashboard.get("guess11", "/jobs", "X-Forwarded-For", "203.0.113.9");

        assertThat(blocked.status()).isEqualTo(429);
        assertThat(Integer.parseInt(blocked.header("Retry-After"))).isBetween(1, 60);
        assertThat(code(blocked)).isEqualTo("limit");
    }

    @Test
    void tokenProvenBeforePassesWhileItsAddressMustWait() {
        assertThat(dashboard.get("ada", "/jobs").status()).isEqualTo(200);
        for (int i = 0; i <= 10; i++) {
            dashboard.get("guess" + i, "/jobs");
        }

        assertThat(dashboard.get("bob", "/jobs").status()).isEqualTo(429);
        assertThat(dashboard.get("ada", "/jobs").status()).isEqualTo(200);
    }
}
