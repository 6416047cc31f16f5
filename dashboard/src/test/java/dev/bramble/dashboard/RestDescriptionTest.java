package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Holds the server to openapi.yaml: the same operations, and answers of the described form. */
class RestDescriptionTest {
    private static String described(Route route) {
        return route.method().name().toUpperCase(Locale.ROOT) + " "
                + route.path().replace('<', '{').replace('>', '}');
    }

    @Test
    void everyRouteIsDescribedAndEveryDescribedOperationIsRouted() {
        Set<String> routed = new TreeSet<>(RunningDashboard.routes().stream()
                .map(RestDescriptionTest::described)
                .toList());
        Set<String> described = new TreeSet<>(
                new OpenApi().operations().stream().map(OpenApi.Operation::name).toList());

        assertThat(routed).isEqualTo(described);
    }

    @Test
    void everyRouteNeedsTheDescribedRole() {
        Map<String, String> routed = new TreeMap<>();
        RunningDashboard.routes()
                .forEach(route ->
                        routed.put(described(route), route.role().map(Words::of).orElse("")));
        Map<String, String> described = new TreeMap<>();
        new OpenApi()
                .operations()
                .forEach(operation -> described.put(
                        operation.name(), operation.node().path("x-role").asString("")));

        assertThat(routed).isEqualTo(described);
    }

    @Test
    void everyRouteReadsTheDescribedParameters() {
        OpenApi openApi = new OpenApi();
        Map<String, Set<String>> routed = new TreeMap<>();
        RunningDashboard.routes().forEach(route -> routed.put(described(route), new TreeSet<>(route.query())));
        Map<String, Set<String>> described = new TreeMap<>();
        openApi.operations()
                .forEach(operation -> described.put(operation.name(), openApi.parameters(operation, "query")));

        assertThat(routed).isEqualTo(described);
    }

    @Test
    void everyOperationDeclaresTheRefusalsThatItsDoorCanMake() {
        for (OpenApi.Operation operation : new OpenApi().operations()) {
            Set<String> expected = new TreeSet<>(Set.of("400", "default"));
            String role = operation.node().path("x-role").asString("");
            if (!role.isEmpty()) {
                expected.addAll(Set.of("401", "429", "503"));
            }
            if (!role.isEmpty() && !role.equals("viewer")) {
                expected.add("403");
            }
            Set<String> declared =
                    new TreeSet<>(operation.node().get("responses").propertyNames());
            assertThat(declared).as(operation.name()).containsAll(expected);
        }
    }

    @Test
    void jobThatIsRefusedForItsFormIsRefusedByTheDescriptionToo() {
        OpenApi openApi = new OpenApi();
        for (String wrong : List.of(
                "{}",
                "{\"command\": []}",
                "{\"command\": \"true\"}",
                "{\"command\": [\"true\"], \"tasks\": {\"count\": 0}}",
                "{\"command\": [\"true\"], \"tasks\": {\"count\": 1, \"grid\": {\"a\": [1]}}}",
                "{\"command\": [\"true\"], \"ship\": [{\"name\": \"a\"}]}",
                "{\"command\": [\"true\"], \"priority\": \"urgent\"}",
                "{\"command\": [\"true\"], \"on_deadline\": \"explode\"}",
                "{\"command\": [\"true\"], \"atOnce\": 3}")) {
            assertThat(openApi.errors(RunningDashboard.JSON.readTree(wrong), "JobSpec"))
                    .as(wrong)
                    .isNotEmpty();
        }
    }

    @Test
    void everyOperationAnswersAsDescribed() throws Exception {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            askAboutTheBramble(dashboard);
            takeNodesOut(dashboard);
            tellWhatHappened(dashboard);
            lookAfterNodes(dashboard);
            String sha256 = upload(dashboard);
            workOnJob(dashboard, sha256);
            handleTokens(dashboard);

            Set<String> described = new TreeSet<>(dashboard.openApi.operations().stream()
                    .map(OpenApi.Operation::name)
                    .toList());
            assertThat(dashboard.openApi.answered()).isEqualTo(described);
        }
    }

    private static void ok(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    private static void askAboutTheBramble(RunningDashboard dashboard) {
        dashboard.bramble.warnings.add("one card holds the only copy of the ledger");
        ok(dashboard.get("vera", "/bramble"), 200);
        ok(dashboard.get("vera", "/whoami"), 200);
        ok(dashboard.get("vera", "/voters"), 200);
        ok(dashboard.get("vera", "/history?names=bramble.tasks-per-second,node.*.load&from=-60"), 200);
        ok(dashboard.get("vera", "/scaling"), 200);
        String known = "{\"rule\": \"node-down\", \"subject\": \"pi02\", \"reason\": \"its card is being written\"}";
        ok(dashboard.json("POST", "olga", "/alerts/ack", known), 204);
        String mute = "{\"forSeconds\": 7200, \"reason\": \"the supply comes tomorrow\"}";
        ok(dashboard.json("PUT", "olga", "/alerts/mutes/under-voltage", mute), 204);
        ok(dashboard.get("vera", "/alerts"), 200);
        ok(dashboard.delete("olga", "/alerts/mutes/under-voltage"), 204);
        ok(dashboard.post("root", "/alerts/test"), 200);
        ok(dashboard.get("vera", "/racks"), 200);
        String racks = "{\"version\": 0, \"supplies\": [{\"name\": \"left\"}], \"switches\": [{\"name\": \"sw1\"}],"
                + " \"racks\": [{\"name\": \"desk\", \"shelves\": [{\"name\": \"top\", \"slots\": [{\"node\": \"pi01\","
                + " \"supply\": \"left\", \"switch\": \"sw1\", \"port\": 2}, {}]}]}]}";
        ok(dashboard.json("PUT", "olga", "/racks", racks), 200);
        ok(dashboard.json("PUT", "olga", "/racks", racks), 409);
        ok(dashboard.json("PUT", "olga", "/racks", "{\"document\": \"racks: 7\"}"), 422);
        ok(dashboard.json("PUT", "olga", "/racks", "{\"racks\": []}"), 422);
        ok(dashboard.get("", "/openapi.yaml"), 200);
        ok(dashboard.get("", "/healthz"), 200);
        ok(dashboard.get("", "/readyz"), 200);
    }

    private static void lookAfterNodes(RunningDashboard dashboard) {
        ok(dashboard.get("vera", "/nodes"), 200);
        ok(dashboard.get("vera", "/nodes/pi01"), 200);
        ok(dashboard.json("PUT", "olga", "/nodes/pi01/cordon", "{\"reason\": \"new fan\"}"), 204);
        assertThat(dashboard
                        .get("vera", "/nodes/n1")
                        .json()
                        .get("standingReason")
                        .asString())
                .isEqualTo("new fan");
        ok(dashboard.delete("olga", "/nodes/n1/cordon"), 204);
        ok(dashboard.json("PUT", "olga", "/nodes/pi01/locate", "{\"seconds\": 120}"), 204);
        ok(dashboard.get("vera", "/nodes/pi01"), 200);
        ok(dashboard.delete("olga", "/nodes/n1/locate"), 204);
        ok(dashboard.delete("root", "/nodes/pi02"), 204);
        for (int i = 1; i <= 2; i++) {
            dashboard.bramble.waiting.add(
                    new Views.EnrolmentView("e" + i, "123456", "pi0" + i, NodeRole.AGENT, "1f", "192.0.2.9", 600));
        }
        ok(dashboard.get("olga", "/enrolments"), 200);
        ok(dashboard.json("POST", "olga", "/enrolments/e1/admit", "{\"name\": \"pi07\"}"), 204);
        ok(dashboard.delete("olga", "/enrolments/e2"), 204);
    }

    private static void takeNodesOut(RunningDashboard dashboard) {
        String order = "{\"reason\": \"new fan\", \"deadline\": \"5m\", \"then\": \"reboot\"";
        String nodes = ", \"nodes\": [\"pi02\"], \"maxOut\": 2}";
        ok(dashboard.json("POST", "olga", "/drains/preview", order + nodes), 200);
        ok(dashboard.json("PUT", "olga", "/nodes/pi01/drain", order + "}"), 202);
        ok(dashboard.json("POST", "olga", "/drains", order + nodes), 202);
        ok(dashboard.get("vera", "/drains"), 200);
        ok(dashboard.get("vera", "/nodes"), 200);
        ok(dashboard.get("vera", "/nodes/pi01/drain"), 200);
        ok(dashboard.delete("olga", "/nodes/pi01/drain"), 204);
        ok(dashboard.delete("olga", "/nodes/pi02/drain"), 204);
        ok(dashboard.post("olga", "/nodes/pi02/adopt"), 204);
        ok(dashboard.json("POST", "root", "/voters/pi01/move", "{\"to\": \"pi02\"}"), 204);
        ok(dashboard.json("POST", "root", "/shutdown", "{\"reason\": \"moving house\"}"), 202);
        ok(dashboard.get("vera", "/shutdown"), 200);
        ok(dashboard.get("vera", "/bramble"), 200);
        ok(dashboard.delete("root", "/shutdown"), 204);
    }

    private static void tellWhatHappened(RunningDashboard dashboard) throws Exception {
        dashboard.control.happen(EventKind.NODE_LOST, Optional.of("n2"), Optional.empty(), "pi02 was silent for 4 s");
        dashboard.control.happen(EventKind.JOB_LATE, Optional.empty(), Optional.of(new JobId(7)), "job 7 is late");
        ok(dashboard.get("vera", "/events"), 200);
        ok(dashboard.get("vera", "/events?cursor=0&limit=1&warnings=true"), 200);
        CompletableFuture<Answer> stream =
                CompletableFuture.supplyAsync(() -> dashboard.get("bob", "/events/stream?cursor=0"));
        dashboard.control.eventsAwaited.acquire();
        // Its token ends, and so does the stream.
        dashboard.bramble.principals.remove("bob-token");
        dashboard.control.happen(EventKind.RESUMED, Optional.empty(), Optional.empty(), "it goes on");
        ok(stream.get(30, TimeUnit.SECONDS), 200);
    }

    private static String upload(RunningDashboard dashboard) {
        Answer uploaded = dashboard.upload("ada", "", "print(1)".getBytes(StandardCharsets.UTF_8));
        ok(uploaded, 201);
        String sha256 = uploaded.json().get("sha256").asString();
        Answer there =
                dashboard.send("HEAD", "ada", "/blobs/" + sha256, java.net.http.HttpRequest.BodyPublishers.noBody());
        ok(there, 200);
        return sha256;
    }

    private static void workOnJob(RunningDashboard dashboard, String sha256) {
        String ship = ", \"ship\": [{\"name\": \"a.py\", \"sha256\": \"" + sha256 + "\", \"sizeBytes\": 8}]";
        String body = "{\"command\": [\"python3\", \"a.py\"], \"tasks\": {\"count\": 3}" + ship + "}";
        ok(dashboard.json("POST", "ada", "/jobs?dryRun=true", body), 200);
        long job = dashboard.submit("ada", 3, ship + ", \"reduce\": [\"true\"]");
        String path = "/jobs/" + job;
        Output.Stored stored = new Output.Stored(
                dashboard.bramble.keep(TaskPagesTest.png(3, 2, 70_000)), 70_000, List.of(), "loss 0.25");
        Output.Inline inline = new Output.Inline("loss 0.25\n".getBytes(StandardCharsets.UTF_8));
        dashboard.bramble.succeed(
                new JobId(job),
                0,
                inline,
                List.of(new Views.FileView("plots/a.png", stored, false), new Views.FileView("m.bin", inline, true)));
        dashboard.bramble.running.put(
                new JobId(job), List.of(new Control.RunningTask(1, new NodeId("n1"), 1, true, 2_000)));
        dashboard.bramble.logs.put(Control.LogStream.STDOUT, "hello\n".getBytes(StandardCharsets.UTF_8));
        for (String read : List.of(
                "/jobs",
                path,
                path + "/spec",
                path + "/tasks",
                path + "/grid?from=0&limit=1000",
                path + "/attempts?since=0&limit=10",
                path + "/activity",
                path + "/tasks?state=running",
                path + "/tasks?state=waiting",
                path + "/tasks?state=succeeded",
                path + "/tasks/0",
                path + "/tasks/1",
                path + "/tasks/reduce",
                path + "/tasks/0/log",
                path + "/tasks/0/stdout",
                path + "/tasks/0/stderr",
                path + "/tasks/0/files",
                path + "/tasks/0/files/plots/a.png",
                path + "/tasks/0/pictures/plots/a.png",
                path + "/files.tar",
                path + "/results",
                path + "/results?format=csv")) {
            ok(dashboard.get("ada", read), 200);
        }
        long filter = dashboard.submit("ada", 2, "");
        dashboard.bramble.answer(new JobId(filter), List.of("one", "two"));
        ok(dashboard.get("ada", "/jobs/" + filter + "/answers"), 200);
        ok(dashboard.post("ada", path + "/cancel"), 204);
        ok(dashboard.post("ada", path + "/retry"), 204);
        ok(dashboard.post("ada", path + "/cancel"), 204);
        ok(dashboard.delete("ada", path), 204);
    }

    private static void lookAfterAccounts(RunningDashboard dashboard) {
        ok(dashboard.get("", "/setup"), 200);
        String first = "{\"code\": \"" + InMemoryAccounts.CODE
                + "\", \"user\": \"grace\", \"password\": \"four words make one\"}";
        ok(dashboard.json("POST", "", "/setup", first), 201);
        String user = "{\"user\": \"vera\", \"role\": \"viewer\", \"password\": \"four words make one\"}";
        ok(dashboard.json("POST", "root", "/users", user), 201);
        ok(dashboard.get("root", "/users"), 200);
        ok(dashboard.json("PATCH", "root", "/users/grace", "{\"disabled\": true}"), 204);
        String login = "{\"user\": \"vera\", \"password\": \"four words make one\"}";
        ok(dashboard.json("POST", "", "/sessions", login), 201);
        String change = "{\"now\": \"four words make one\", \"next\": \"and four more words\"}";
        ok(dashboard.json("PUT", "vera", "/password", change), 204);
        ok(dashboard.get("root", "/sessions"), 200);
        ok(dashboard.delete("vera", "/sessions/session2"), 204);
        ok(dashboard.post("vera", "/sessions/end-others"), 204);
        dashboard.control.accounts.audit("ada", "submit-job", "submitted job 1", 0);
        dashboard.control.accounts.audit("eve", "log-in", "a wrong name or password", 7);
        ok(dashboard.get("root", "/audit"), 200);
        ok(dashboard.get("root", "/audit.csv?refused=true"), 200);
    }

    private static void handleTokens(RunningDashboard dashboard) {
        ok(dashboard.get("root", "/tokens"), 200);
        String body = "{\"purpose\": \"api\", \"user\": \"eve\", \"role\": \"viewer\", \"validForSeconds\": 3600}";
        ok(dashboard.json("POST", "root", "/tokens", body), 201);
        ok(dashboard.delete("root", "/tokens/t-bob"), 204);
        ok(dashboard.get("vera", "/settings"), 200);
        lookAfterAccounts(dashboard);
        ok(dashboard.json("PUT", "root", "/settings/blobs.heal-after", "{\"value\": \"2m\"}"), 204);
    }
}
