package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ListingsTest {
    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    @Test
    void columnsOfJobsLineUp() {
        Map<String, Object> late = Samples.job(12, "running", 3, 1, 4);
        late.put("late", true);
        late.put("name", "a job\u001b[2J");
        head.on("GET", "/jobs", Answer.json(Samples.page(late, Samples.job(7, "succeeded", 12, 0, 0))));
        CliRun run = CliRun.with(home, head).run("jobs");
        assertThat(run.out()).isEqualTo("""
                JOB  PHASE          DONE  FAILED  RUNNING   RATE   LEFT    AGE  OWNER  NAME
                 12  running LATE   3/12       1        4  2.5/s  4.0 s  1m05s  ada    a job\ufffd[2J
                  7  succeeded     12/12       0        0      -      -  1m05s  ada    sweep
                """);
    }

    @Test
    void colourStandsBesideAWordOnATerminalOnly() {
        head.on("GET", "/jobs", Answer.json(Samples.page(Samples.job(7, "failed", 11, 1, 0))));
        assertThat(CliRun.with(home, head).run("jobs").out()).doesNotContain("\u001b");
        assertThat(CliRun.with(home, head).onTerminal().run("jobs").out()).contains("\u001b[31mfailed\u001b[0m");
    }

    @Test
    void filtersArePassedOnAndPagesFollowed() {
        head.on(
                "GET",
                "/jobs",
                asked -> asked.path().contains("cursor=")
                        ? Answer.json(Samples.page(Samples.job(1, "failed", 0, 12, 0)))
                        : Answer.json(Samples.pageWithNext("c/1", Samples.job(2, "failed", 0, 12, 0))));
        CliRun run = CliRun.with(home, head).run("jobs", "--phase", "failed", "--owner", "a&b", "--all", "--json");
        assertThat(run.code()).isZero();
        assertThat(head.lines())
                .containsExactly(
                        "GET /jobs?phase=failed&owner=a%26b&limit=1000",
                        "GET /jobs?phase=failed&owner=a%26b&limit=1000&cursor=c%2F1");
        var items = Json.parse(run.out());
        assertThat(items.isArray()).isTrue();
        assertThat(items.get(0).path("job").asInt()).isEqualTo(2);
        assertThat(items.get(1).path("job").asInt()).isEqualTo(1);
    }

    @Test
    void limitIsSaidWhenItCuts() {
        head.on("GET", "/jobs", Answer.json(Samples.pageWithNext("c", Samples.job(2, "failed", 0, 12, 0))));
        assertThat(CliRun.with(home, head).run("jobs", "--limit", "1").err()).contains("--all");
    }

    @Test
    void emptyListSaysSoOnStderrAndIsAnEmptyArray() {
        head.on("GET", "/jobs", Answer.json(Samples.page()));
        CliRun run = CliRun.with(home, head).run("jobs");
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("no jobs yet");
        assertThat(Json.parse(run.run("jobs", "--json").out()).size()).isZero();
    }

    @Test
    void jobIsShownInFullWithWhatItWaitsFor() {
        Map<String, Object> job = Samples.job(7, "queued", 0, 0, 0);
        job.put("waitingBecause", "no node has 8 free cores");
        job.put("deadlineInMillis", -5000);
        job.put("slackMillis", -9000);
        head.on("GET", "/jobs/7", Answer.json(job));
        CliRun run = CliRun.with(home, head).run("job", "7");
        assertThat(run.out())
                .contains("waits because  no node has 8 free cores")
                .contains("deadline       passed 5.0 s ago: LATE")
                .contains("slack          -9.0 s")
                .contains("12: 0 succeeded, 0 failed, 0 running, and a reduce");
    }

    @Test
    void definitionOfAJobIsPrintedAsItIs() {
        head.on("GET", "/jobs/7/spec", Answer.json(Map.of("command", List.of("echo"))));
        assertThat(Json.parse(CliRun.with(home, head).run("job", "7", "--spec").out()))
                .isEqualTo(Json.parse("{\"command\":[\"echo\"]}"));
    }

    @Test
    void tasksShowWhatRunsNowAndWhyOthersFailed() {
        Map<String, Object> running = Samples.task(1, "running", null, null, "");
        running.put("current", Map.of("number", 2, "node", "node3", "running", true, "millis", 2500));
        head.on(
                "GET",
                "/jobs/7/tasks",
                Answer.json(Samples.page(
                        Samples.task(0, "succeeded", "node1", "score 0.9", ""),
                        running,
                        Samples.task(2, "failed", "node2", "Traceback", "exit 1 after 4 tries"))));
        CliRun run = CliRun.with(home, head).run("tasks", "7", "--state", "failed");
        assertThat(head.lines()).containsExactly("GET /jobs/7/tasks?state=failed&limit=100");
        assertThat(run.out()).isEqualTo("""
                TASK  STATE      NODE   TRIES  EXIT   TIME  PARAMETERS  LAST LINE OR REASON
                   0  succeeded  node1      1     0  1.2 s  lr=0.10     score 0.9
                   1  running    node3      1     -  2.5 s  lr=0.10
                   2  failed     node2      1     1  1.2 s  lr=0.10     exit 1 after 4 tries
                """);
    }

    @Test
    void unknownFiguresOfABoardAreUnknownAndNeverANumber() {
        head.on(
                "GET",
                "/nodes",
                Answer.json(Samples.page(Samples.node("pi01", true, true), Samples.node("pi02", false, false))));
        CliRun run = CliRun.with(home, head).run("nodes");
        assertThat(run.out()).isEqualTo("""
                NAME  STATE           ROLE           RUNS  CORES    MEMORY  FREE DISK     FILES   TEMP     RTT  REMARKS
                pi01  up              agent, leader     3      4  3.00 GiB          ?  1.00 MiB  51 °C  0.4 ms  \
                simulated; under-voltage
                pi02  down, cordoned  agent, voter      3      4  3.00 GiB          ?  1.00 MiB      ?       -  \
                last heard 1m01s ago; new fan (ada, 2m05s ago)
                """);
    }

    @Test
    void nodeSaysWhyAFigureIsUnknown() {
        Map<String, Object> node = new HashMap<>(Samples.node("pi 01", true, false));
        node.put("place", "left, top, slot 1");
        node.put("supply", "psu 1");
        head.on("GET", "/nodes/pi%2001", Answer.json(node));
        CliRun run = CliRun.with(home, head).run("node", "pi 01");
        assertThat(run.out())
                .contains("stands in         left, top, slot 1")
                .contains("power supply      psu 1")
                .contains("disk free         unknown: no such sensor of 29.8 GiB")
                .contains("power             UNDER-VOLTAGE")
                .contains("power since boot  UNDER-VOLTAGE")
                .contains("was throttled     unknown: no such sensor")
                .contains("clock rate        900 of 1500 MHz")
                .contains("clock capped      YES, now")
                .doesNotContain("soft temp.")
                .contains("core voltage      0.86 V")
                .contains("root writable     yes")
                .contains("card              373 GiB written, 38.1 MiB a day, life at that: over 100 years")
                .contains("up for            1h00m")
                .contains("tasks kept apart  own user for each task")
                .contains("release           0.3.0")
                .contains("clock             not synchronised")
                .contains("light             slow green – working  (simulated)")
                .contains("fan               40 % of full speed  (simulated)")
                .contains("at the board      no button: it is none");
    }

    @Test
    void onlyCopyOfTheLedgerIsWarnedOf() {
        Map<String, Object> voter = Map.of(
                "node",
                "n1",
                "name",
                "node1",
                "leader",
                true,
                "up",
                true,
                "address",
                "127.0.0.1:7801",
                "storage",
                "s1");
        head.on("GET", "/voters", Answer.json(Samples.page(voter)));
        assertThat(CliRun.with(home, head).run("voters").err()).contains("only copy of the ledger");
        Map<String, Object> down = Map.of(
                "node",
                "n2",
                "name",
                "node2",
                "leader",
                false,
                "up",
                false,
                "address",
                "127.0.0.1:7802",
                "storage",
                "s2");
        head.on("GET", "/voters", Answer.json(Samples.page(voter, voter, down)));
        assertThat(CliRun.with(home, head).run("voters").err()).contains("one more voter down");
        head.on("GET", "/voters", Answer.json(Samples.page(voter, down, down)));
        assertThat(CliRun.with(home, head).run("voters").err()).contains("no majority");
    }

    @Test
    void statusShowsItsWarnings() {
        head.on("GET", "/bramble", Answer.json(Json.parse("""
                {"name":"bramble","ledger":"l","revision":9,"behindMillis":null,"leader":"n1","calendar":null,
                 "nodesUp":3,"nodesKnown":4,"voters":3,"jobsActive":2,"tasksWaiting":1200,"tasksRunning":16,
                 "tasksPerSecond":0.5,"warnings":["node2 is hot"],"headVersion":"0.1"}""")));
        CliRun run = CliRun.with(home, head).run("status");
        assertThat(run.out())
                .contains("nodes      3 of 4 up")
                .contains("tasks      16 running, 1,200 waiting, 30.0/min")
                .contains("calendar   none yet")
                .contains("hears nobody")
                .contains("warning  node2 is hot");
    }

    @Test
    void statusSaysThatAShutdownIsUnderWay() {
        head.on("GET", "/bramble", Answer.json(Json.parse("""
                {"name":"bramble","shutdown":{"reason":"moving house","by":"ada","orderedMillisAgo":5,
                 "deadlineInMillis":7,"poweringOff":true,"waitsFor":["a: its board has not powered off yet"]},
                 "warnings":[],"headVersion":"0.1"}""")));
        assertThat(CliRun.with(home, head).run("status").out())
                .contains("shutdown   ordered by ada (moving house): boards power off; waits for: a: its board");
    }

    @Test
    void actionsOnManyJobsDoWhatTheyCan() {
        head.on("POST", "/jobs/7/cancel", Answer.empty());
        head.on("POST", "/jobs/8/cancel", Answer.problem(409, "conflict", "job 8 has ended"));
        head.on("POST", "/jobs/9/cancel", Answer.empty());
        CliRun run = CliRun.with(home, head).run("cancel", "7", "8", "9");
        assertThat(run.code()).isEqualTo(6);
        assertThat(run.out()).isEqualTo("job 7 is cancelled\njob 9 is cancelled\n");
        assertThat(run.err()).isEqualTo("job 8: job 8 has ended\n");
    }

    @Test
    void retryAndRemovalReachTheHead() {
        head.on("POST", "/jobs/7/retry", Answer.empty());
        head.on("DELETE", "/jobs/7", Answer.empty());
        assertThat(CliRun.with(home, head).run("retry", "7").code()).isZero();
        assertThat(CliRun.with(home, head).run("rm", "7").code()).isZero();
        assertThat(head.lines()).containsExactly("POST /jobs/7/retry", "DELETE /jobs/7");
    }

    @Test
    void nodesAreCordonedAndUncordonedAsFarAsPossible() {
        head.on("PUT", "/nodes/pi07/cordon", Answer.empty());
        head.on("PUT", "/nodes/pi08/cordon", Answer.problem(404, "not-found", "there is no node 'pi08'"));
        CliRun run = CliRun.with(home, head).run("cordon", "pi08", "pi07", "--reason", "dust");
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.out()).isEqualTo("pi07 is cordoned: 'bramble uncordon' lets it work again\n");
        assertThat(run.err()).isEqualTo("pi08: there is no node 'pi08'\n");

        head.on("GET", "/nodes/pi07", Answer.json(Map.of("standing", "cordoned")));
        head.on("GET", "/nodes/pi06", Answer.json(Map.of("standing", "ready")));
        head.on("DELETE", "/nodes/pi07/cordon", Answer.empty());
        head.on("DELETE", "/nodes/pi06/cordon", Answer.empty());
        run = CliRun.with(home, head).run("uncordon", "pi07", "pi06");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                pi07 takes work again
                pi06 was not cordoned: it takes work already
                """);
    }

    @Test
    void locatingABoardSaysWhetherItHasALight() {
        head.on("PUT", "/nodes/pi07/locate", Answer.empty());
        head.on("GET", "/nodes/pi07", Answer.json(Samples.node("pi07", true, false)));
        assertThat(located("--for", "2m")).isEqualTo("pi07 shows where it is for 2m\n");
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"seconds\":120}");
        head.on("GET", "/nodes/pi07", Answer.json(Json.parse("""
                {"health": {"panel": {"light": "", "missing": "no light, fan or button: this machine has no GPIO"}}}
                """)));
        assertThat(located())
                .isEqualTo("pi07 has no light that could show where it is (no light, fan or button: this machine has"
                        + " no GPIO): pages mark it for 5m\n");
        head.on("GET", "/nodes/pi07", Answer.json(Map.of("role", "head")));
        assertThat(located()).contains("pi07 has no light that could show where it is (a head drives none)");
        head.on("GET", "/nodes/pi07", Answer.json(Map.of()));
        assertThat(located()).isEqualTo("pi07 shows where it is for 5m, if its board has a light\n");
        assertThat(CliRun.with(home, head).run("locate", "pi07", "--for", "2h").err())
                .contains("--for must be between 1s and 1h, it is '2h'");
    }

    private String located(String... options) {
        return CliRun.with(home, head)
                .run(Stream.concat(Stream.of("locate", "pi07"), Stream.of(options))
                        .toArray(String[]::new))
                .out();
    }

    @Test
    void cordonNeedsAReasonAndForgettingAnAnswer() {
        head.on("PUT", "/nodes/pi07/cordon", Answer.empty());
        head.on("DELETE", "/nodes/pi07/cordon", Answer.empty());
        head.on("DELETE", "/nodes/pi07", Answer.empty());
        head.on(
                "GET",
                "/nodes/pi07",
                Answer.json(200, Map.of("link", "UP", "heldTasks", 3, "blobs", 5, "blobBytes", 4 << 20)));
        assertThat(CliRun.with(home, head).run("cordon", "pi07").code()).isEqualTo(2);
        assertThat(CliRun.with(home, head)
                        .run("cordon", "pi07", "--reason", "new fan")
                        .code())
                .isZero();
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"reason\":\"new fan\"}");
        assertThat(CliRun.with(home, head).run("uncordon", "pi07").code()).isZero();
        assertThat(CliRun.with(home, head).run("forget", "pi07").code()).isEqualTo(2);
        CliRun asked = CliRun.with(home, head).onTerminal("n").run("forget", "pi07");
        assertThat(asked.code()).isEqualTo(2);
        assertThat(asked.out() + asked.err())
                .contains("pi07 is up, has 3 attempts and holds 5 files (4M); what only it holds is lost");
        assertThat(head.lines()).doesNotContain("DELETE /nodes/pi07");
        assertThat(CliRun.with(home, head).onTerminal("y").run("forget", "pi07").code())
                .isZero();
        assertThat(head.lines()).endsWith("DELETE /nodes/pi07");
    }

    @Test
    void newTokenAloneIsOnStdout() {
        head.on("POST", "/tokens", Answer.json(201, Map.of("secret", "bramble_x.y", "revision", 9)));
        CliRun run =
                CliRun.with(home, head).run("token", "create", "--user", "ada", "--role", "submitter", "--for", "30d");
        assertThat(run.out()).isEqualTo("bramble_x.y\n");
        assertThat(head.arrived().getLast().text())
                .isEqualTo("{\"purpose\":\"api\",\"user\":\"ada\",\"role\":\"submitter\",\"validForSeconds\":2592000}");
        run.run("token", "create", "--user", "ada", "--role", "viewer", "--json");
        assertThat(Json.parse(run.out()).path("secret").asString()).isEqualTo("bramble_x.y");
        run.run("token", "join", "--head");
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"purpose\":\"join-head\",\"validForSeconds\":86400}");
        assertThat(run.run("token", "join", "--for", "soon").err()).contains("--for must be a duration");
        assertThat(run.run("token").code()).isEqualTo(2);
    }

    @Test
    void boardIsLetInOnlyWithTheSameCode() {
        Map<String, Object> board = Map.of(
                "enrolment",
                "e5f1",
                "code",
                "482 913",
                "name",
                "pi07",
                "boardSerial",
                "1000",
                "address",
                "10.0.0.7",
                "secondsLeft",
                240);
        head.on("GET", "/enrolments", Answer.json(Samples.page(board)));
        head.on("POST", "/enrolments/e5f1/admit", Answer.empty());
        CliRun wrong = CliRun.with(home, head).run("admit", "e5f1", "--code", "111111");
        assertThat(wrong.code()).isEqualTo(4);
        assertThat(CliRun.with(home, head).onTerminal("n").run("admit", "e5f1").code())
                .isEqualTo(4);
        assertThat(CliRun.with(home, head).run("admit", "zzzz", "--code", "1").code())
                .isEqualTo(5);
        assertThat(head.lines()).noneMatch(line -> line.startsWith("POST"));
        CliRun right = CliRun.with(home, head).run("admit", "e5f1", "--code", "482913", "--name", "pi08");
        assertThat(right.code()).isZero();
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"name\":\"pi08\"}");
        assertThat(CliRun.with(home, head).run("enrolments").out()).contains("e5f1", "482 913", "4m00s", "pi07");

        // As the board's own console tells it.
        assertThat(CliRun.with(home, head).run("admit", "482913").code()).isZero();
        assertThat(head.lines().getLast()).startsWith("POST").contains("/enrolments/e5f1/admit");
        assertThat(CliRun.with(home, head).run("admit", "482914").code()).isEqualTo(5);
        assertThat(CliRun.with(home, head)
                        .run("admit", "482913", "--code", "111111")
                        .code())
                .isEqualTo(4);
    }
}
