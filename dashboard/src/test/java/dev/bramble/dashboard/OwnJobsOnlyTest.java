package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Control;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.control.Views;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody whose token reaches their own jobs alone sees nothing of others' jobs, on whatever page or way. */
class OwnJobsOnlyTest {
    private static final JobId BOBS = new JobId(1);
    private static final JobId ADAS = new JobId(2);
    /** Wherever it shows, somebody sees what is not theirs. */
    private static final String SECRET = "bobs-invention";

    private static final List<String> PAGES = List.of(
            "/", "/jobs", "/events", "/failures", "/alerts", "/nodes", "/nodes/pi01", "/nodes/pi01/tasks", "/topology");

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @BeforeEach
    void twoPeopleHaveJobs() {
        dashboard.bramble.principals.put("only-token", new Views.Principal("ada", UserRole.SUBMITTER, "t-only", true));
        submit("bob", SECRET);
        submit("ada", "adas-sweep");
        for (JobId job : List.of(BOBS, ADAS)) {
            dashboard.bramble.fail(job, 1, "pi01", "exit code 7", job.equals(BOBS) ? SECRET : "no such file");
            dashboard.bramble.running.put(job, List.of(new Control.RunningTask(2, new NodeId("n1"), 1, true, 5_000)));
            dashboard.bramble.stream.end(job, 1, "n1", 80_000, 4_000, End.FAILED);
            dashboard.control.happen(
                    EventKind.JOB_FAILED,
                    Optional.of("n1"),
                    Optional.of(job),
                    "job " + job + (job.equals(BOBS) ? " (" + SECRET + ")" : " (adas-sweep)") + " failed");
        }
    }

    private void submit(String user, String name) {
        dashboard.json(
                "POST",
                user,
                "/jobs",
                "{\"name\": \"" + name + "\", \"command\": [\"true\"], \"tasks\": {\"count\": 4}}");
    }

    @Test
    void noPageShowsAnothersJob() {
        Visitor ada = dashboard.visitor("only");

        assertThat(PAGES).allSatisfy(path -> {
            Visitor.Seen page = ada.get(path);
            assertThat(page.status()).as(path).isEqualTo(200);
            assertThat(page.html()).as(path).doesNotContain(SECRET).doesNotContain("/jobs/1\"");
        });
        assertThat(ada.get("/").html()).contains("adas-sweep");
    }

    @Test
    void addressesOfAnothersJobLeadNowhere() {
        Visitor ada = dashboard.visitor("only");

        assertThat(List.of(
                        "/jobs/1",
                        "/live/jobs/1",
                        "/jobs/1/tasks",
                        "/jobs/1/definition",
                        "/jobs/1/tasks/1",
                        "/jobs/1/tasks/1/log"))
                .allSatisfy(path -> {
                    Visitor.Seen page = ada.get(path);
                    assertThat(page.status()).as(path).isEqualTo(404);
                    assertThat(page.html()).as(path).doesNotContain(SECRET).doesNotContain("bob");
                });
        assertThat(ada.get("/jobs/2").status()).isEqualTo(200);
    }

    @Test
    void operationsOnAnothersJobFindNone() {
        for (String path : List.of(
                "/jobs/1",
                "/jobs/1/spec",
                "/jobs/1/tasks",
                "/jobs/1/tasks/1",
                "/jobs/1/tasks/1/stdout",
                "/jobs/1/tasks/1/log",
                "/jobs/1/tasks/1/files",
                "/jobs/1/results",
                "/jobs/1/answers",
                "/jobs/1/grid",
                "/jobs/1/attempts",
                "/jobs/1/activity")) {
            RunningDashboard.Answer answer = dashboard.get("only", path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.text()).as(path).doesNotContain(SECRET);
        }
        assertThat(dashboard.get("only", "/jobs").text()).doesNotContain(SECRET).contains("adas-sweep");
    }

    @Test
    void whatIsDoneToAnothersJobFindsNoneAndSaysNoMoreThanOfOneThatNeverWas() {
        Visitor ada = dashboard.visitor("only");

        for (String verb : List.of("/cancel", "/retry", "/remove")) {
            assertThat(ada.send("/jobs/1" + verb).status()).as(verb).isEqualTo(404);
            assertThat(ada.send("/jobs/1" + verb).html())
                    .as(verb)
                    .contains("There is no job 1: it was never")
                    .doesNotContain("bob");
        }
        for (String path : List.of("/jobs/1/cancel", "/jobs/1/retry")) {
            assertThat(dashboard.post("only", path).json().get("detail").asString())
                    .as(path)
                    .isEqualTo(detail("/jobs/1"));
        }
        assertThat(dashboard.delete("only", "/jobs/1").json().get("detail").asString())
                .isEqualTo(detail("/jobs/1"))
                .isEqualTo(detail("/jobs/99").replace("99", "1"));
    }

    private String detail(String path) {
        return dashboard.get("only", path).json().get("detail").asString();
    }

    @Test
    void eventsOfAnothersJobAreNotTold() {
        assertThat(dashboard.get("only", "/events").text())
                .doesNotContain(SECRET)
                .contains("adas-sweep");
        assertThat(dashboard.get("only", "/events?cursor=0&limit=1").text())
                .doesNotContain(SECRET)
                .contains("adas-sweep");
        assertThat(dashboard.get("only", "/events?job=1").json().get("items")).isEmpty();
        assertThat(dashboard.visitor("only").get("/events/1").status()).isEqualTo(404);
        assertThat(dashboard.get("vera", "/events").text()).contains(SECRET);
    }

    @Test
    void whatOthersDidWithTokensIsToldToAdminsAlone() throws Exception {
        dashboard.control.happen(EventKind.TOKEN_CREATED, Optional.empty(), Optional.empty(), "t1 was made for sam");
        dashboard.control.happen(EventKind.TOKEN_REVOKED, Optional.empty(), Optional.empty(), "t1 was revoked");
        dashboard.control.happen(EventKind.RESUMED, Optional.empty(), Optional.empty(), "adas-sweep goes on");

        for (String user : List.of("vera", "only", "ada")) {
            assertThat(dashboard.get(user, "/events").text()).as(user).doesNotContain("1 was");
            assertThat(dashboard.get(user, "/events?cursor=0").text()).as(user).doesNotContain("1 was");
            assertThat(dashboard.get(user, "/events?kind=token-created").text())
                    .as(user)
                    .doesNotContain("1 was");
            assertThat(dashboard.visitor(user).page("/events")).as(user).doesNotContain("1 was");
            assertThat(dashboard.visitor(user).get("/events/3").status())
                    .as(user)
                    .isEqualTo(404);
            assertThat(heard(user, "goes on")).as(user).doesNotContain("1 was");
        }
        assertThat(dashboard.get("root", "/events").text()).contains("1 was made for sam");
        assertThat(dashboard.visitor("root").page("/events")).contains("1 was made for sam");
        assertThat(heard("root", "goes on")).contains("1 was made for sam");
    }

    @Test
    void liveEventsOfAnothersJobAreNotSent() throws Exception {
        assertThat(heard("only", "adas-sweep")).doesNotContain(SECRET);
    }

    /** What the stream of events tells somebody up to that word. */
    private String heard(String user, String last) throws Exception {
        var request = dashboard
                .request("/api/v1/events/stream?cursor=0")
                .header("Authorization", "Bearer " + user + "-token")
                .build();
        try (var client = java.net.http.HttpClient.newHttpClient();
                var body = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            StringBuilder heard = new StringBuilder();
            while (!heard.toString().contains(last)) {
                heard.append((char) body.read());
            }
            return heard.toString();
        }
    }
}
