package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class DrainTest {
    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    @BeforeEach
    void start() {
        head.on("POST", "/drains/preview", Answer.json(preview(0, 0)));
        head.on("GET", "/events", Answer.json(events(7)));
    }

    private static Map<String, Object> drain(String name, String standing, String then, List<String> waitsFor) {
        Map<String, Object> drain = new LinkedHashMap<>();
        drain.put("node", "n-" + name);
        drain.put("name", name);
        drain.put("standing", standing);
        boolean drained = standing.equals("drained");
        drain.put("safeToUnplug", drained);
        drain.put("stoppedInPlace", false);
        drain.put("mode", "finish");
        drain.put("then", then);
        drain.put("by", "ada");
        drain.put("reason", "new fan");
        drain.put("orderedMillisAgo", 61_000);
        drain.put("deadlineInMillis", standing.equals("ready") ? null : 700_000);
        drain.put("acknowledged", true);
        drain.put("etaMillis", drained ? null : 65_000);
        drain.put("waitsFor", waitsFor);
        drain.put("proof", drained ? List.of("no task is left on it", "its vote has moved to pi02") : List.of());
        return drain;
    }

    private static Map<String, Object> draining(String name) {
        return drain(name, "draining", "stay", List.of("2 tasks of job 7 run", "3 files have no other copy"));
    }

    private static Map<String, Object> preview(int restarting, int risks, String... refusals) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("name", "pi07");
        node.put("restarting", restarting);
        node.put("redoneMillis", restarting * 60_000L);
        node.put("etaMillis", 65_000);
        node.put("sentences", List.of("2 running tasks are expected to end", "3 files, 4 MB, are copied"));
        Map<String, Object> preview = new LinkedHashMap<>();
        preview.put("refusals", List.of(refusals));
        preview.put("nodes", List.of(node));
        preview.put("etaMillis", 65_000);
        preview.put(
                "deadlinesAtRisk",
                risks == 0
                        ? List.of()
                        : List.of(Map.of("job", 7, "name", "sweep", "lateMillis", 1, "sentence", "job 7 is 1m late")));
        preview.put("summary", List.of("all done in about a minute"));
        return preview;
    }

    private static Map<String, Object> events(long last, Object... items) {
        Map<String, Object> page = Samples.page(items);
        page.put("last", last);
        return page;
    }

    private static Map<String, Object> event(String kind, String text) {
        return Map.of("number", 8, "kind", kind, "text", text);
    }

    /** The drains as they are one after the other; the last stays. */
    private void course(List<List<Map<String, Object>>> course) {
        head.on(
                "POST",
                "/drains",
                Answer.json(202, Samples.page(course.getFirst().toArray())));
        AtomicInteger asked = new AtomicInteger();
        head.on("GET", "/drains", any -> {
            int now = Math.min(asked.incrementAndGet(), course.size() - 1);
            return Answer.json(Samples.page(course.get(now).toArray()));
        });
    }

    private boolean isOrdered() {
        return head.lines().contains("POST /drains");
    }

    @Test
    void drainIsPreviewedOrderedWatchedAndProven() {
        course(List.of(
                List.of(draining("pi07")),
                List.of(draining("pi07")),
                List.of(draining("pi07")),
                List.of(draining("pi07")),
                List.of(drain("pi07", "drained", "stay", List.of()))));
        CliRun run = CliRun.with(home, head)
                .run("drain", "pi07", "--reason", " new fan ", "--deadline", "10m", "--max-out", "2");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                pi07 is drained: safe to unplug
                  no task is left on it
                  its vote has moved to pi02
                """);
        assertThat(run.err()).isEqualTo("""
                pi07, about 1m05s:
                  2 running tasks are expected to end
                  3 files, 4 MB, are copied
                all done in about a minute
                pi07  is draining, about 1m05s left: 2 tasks of job 7 run; 3 files have no other copy
                """);
        assertThat(head.arrived().stream()
                        .filter(one ->
                                one.path().equals("/drains") && one.method().equals("POST"))
                        .map(StubHead.Arrived::text))
                .containsExactly("{\"nodes\":[\"pi07\"],\"deadline\":\"10m\",\"maxOut\":2,\"reason\":\"new fan\"}");
    }

    @Test
    void linesAreRedrawnOnATerminalAndGoneAtTheEnd() {
        course(List.of(
                List.of(draining("pi07"), draining("pi08")),
                List.of(draining("pi07"), draining("pi08")),
                List.of(drain("pi07", "drained", "stay", List.of()), drain("pi08", "drained", "stay", List.of()))));
        CliRun run = CliRun.with(home, head).onTerminal().run("drain", "pi07", "pi08", "--reason", "x");

        assertThat(run.err()).contains("\r\u001b[Kpi07  is draining", "\r\u001b[Kpi08  is draining");
        assertThat(run.err()).endsWith("\u001b[2A\r\u001b[J");
        assertThat(run.out()).contains("pi08 is \u001b[32mdrained\u001b[0m: safe to unplug");
    }

    @Test
    void onlyNodeIsSafeToPowerOffAndNotToUnplug() {
        Map<String, Object> alone = drain("pi07", "drained", "stay", List.of());
        alone.put("stoppedInPlace", true);
        alone.put("safeToUnplug", false);
        course(List.of(List.of(alone)));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x");

        assertThat(run.out())
                .startsWith("pi07 is stopped in place: safe to power off; do not remove its card\n")
                .doesNotContain("unplug");
    }

    @Test
    void dryRunOnlySaysWhatWouldHappenAndNeedsNoReason() {
        head.on("POST", "/drains/preview", Answer.json(preview(1, 1)));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--dry-run", "--mode", "move");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("pi07, about 1m05s:", "deadline at risk: job 7 is 1m late");
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"nodes\":[\"pi07\"],\"mode\":\"move\"}");
        assertThat(isOrdered()).isFalse();
        assertThat(Json.parse(run.run("drain", "pi07", "--dry-run", "--json").out())
                        .path("etaMillis")
                        .asLong())
                .isEqualTo(65_000);
    }

    @Test
    void lossMustBeConfirmedAndWithoutATerminalSaidBeforehand() {
        course(List.of(List.of(drain("pi07", "drained", "stay", List.of()))));
        for (Map<String, Object> costly : List.of(preview(1, 0), preview(0, 1))) {
            head.on("POST", "/drains/preview", Answer.json(costly));
            CliRun alone = CliRun.with(home, head).run("drain", "pi07", "--reason", "x");
            assertThat(alone.code()).isEqualTo(2);
            assertThat(alone.err()).contains("say --yes");
            CliRun no = CliRun.with(home, head).onTerminal("n").run("drain", "pi07", "--reason", "x");
            assertThat(no.code()).isEqualTo(2);
            assertThat(isOrdered()).isFalse();
        }
        assertThat(CliRun.with(home, head)
                        .onTerminal("y")
                        .run("drain", "pi07", "--reason", "x")
                        .code())
                .isZero();
        assertThat(CliRun.with(home, head)
                        .run("drain", "pi07", "--reason", "x", "--yes")
                        .code())
                .isZero();
    }

    @Test
    void refusedDrainIsNotOrderedEvenWithYes() {
        head.on("POST", "/drains/preview", Answer.json(preview(0, 0, "pi07 is the last voter that is up")));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--yes");

        assertThat(run.code()).isEqualTo(6);
        assertThat(run.err()).endsWith("bramble: pi07 is the last voter that is up\n");
        assertThat(isOrdered()).isFalse();
    }

    @Test
    void expiredDrainNamesWhatIsMissingAndHasItsOwnCode() {
        course(List.of(
                List.of(draining("pi07"), drain("pi08", "ready", "stay", List.of())),
                List.of(
                        drain("pi07", "expired", "stay", List.of("3 files have no other copy")),
                        drain("pi08", "ready", "stay", List.of()))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "pi08", "--reason", "x");

        assertThat(run.code()).isEqualTo(7);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("pi07 is EXPIRED: NOT safe to unplug\n  still missing: 3 files have no other copy\n")
                .contains(
                        "pi08 works on until its turn comes: the others come first, or 'bramble drain --cancel pi08'");
    }

    @Test
    void othersOfARoundAreWatchedToTheirEndBesideOneThatIsStuck() {
        course(List.of(
                List.of(draining("pi07"), draining("pi08")),
                List.of(drain("pi07", "quarantined", "stay", List.of("a process cannot be killed")), draining("pi08")),
                List.of(
                        drain("pi07", "quarantined", "stay", List.of("a process cannot be killed")),
                        drain("pi08", "drained", "stay", List.of()))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "pi08", "--reason", "x");

        assertThat(run.code()).isEqualTo(7);
        assertThat(run.out()).contains("pi08 is drained");
        assertThat(run.err()).contains("pi07 is QUARANTINED: NOT safe to unplug");
    }

    @Test
    void rebootedNodeWasDrainedAndWorksAgain() {
        course(List.of(
                List.of(drain("pi07", "draining", "reboot", List.of())),
                List.of(drain("pi07", "drained", "reboot", List.of())),
                List.of(drain("pi07", "maintenance", "reboot", List.of())),
                List.of(drain("pi07", "returning", "reboot", List.of())),
                List.of()));
        head.on("GET", "/nodes/n-pi07", Answer.json(Samples.node("pi07", true, false)));
        head.on(
                "GET",
                "/events",
                asked -> Answer.json(
                        asked.path().contains("cursor=7&node=n-pi07")
                                ? events(9, event("node-drained", "pi07 is drained"))
                                : events(7)));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "reboot");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                pi07 was drained and rebooted: it takes work again
                """);
    }

    @Test
    void nodeThatDoesNotComeBackIsNoSuccess() {
        course(List.of(List.of(drain("pi07", "maintenance", "reboot", List.of())), List.of()));
        Map<String, Object> node = Samples.node("pi07", false, false);
        head.on("GET", "/nodes/n-pi07", Answer.json(node));
        head.on(
                "GET",
                "/events",
                Answer.json(events(9, event("node-drained", "x"), event("maintenance-failed", "not back in 10m"))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "reboot");

        assertThat(run.code()).isEqualTo(7);
        assertThat(run.err()).contains("pi07 is cordoned and not drained: not back in 10m");
    }

    @Test
    void nodeThatComesBackUnwellFromItsRebootEndsTheWatchWithWhatIsWrong() {
        course(List.of(
                List.of(drain("pi07", "maintenance", "reboot", List.of("its board reboots"))),
                List.of(drain("pi07", "cordoned", "reboot", List.of("its board was not back within 10m")))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "reboot");

        assertThat(run.code()).isEqualTo(7);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).endsWith("""
                pi07 is CORDONED, it was to reboot: NOT safe to unplug
                  its board was not back within 10m
                  it takes no work: 'bramble node pi07' shows it, 'bramble uncordon pi07' lets it work again
                """);
    }

    @Test
    void cordonedNodeWhoseTurnHasNotComeIsWaitedFor() {
        Map<String, Object> waits = drain("pi08", "cordoned", "stay", List.of());
        waits.put("deadlineInMillis", null);
        Map<String, Object> aside = drain("pi08", "quarantined", "stay", List.of());
        aside.put("deadlineInMillis", null);
        course(List.of(
                List.of(waits),
                List.of(waits),
                List.of(waits),
                List.of(waits),
                List.of(aside),
                List.of(drain("pi08", "drained", "stay", List.of()))));
        CliRun run = CliRun.with(home, head).run("drain", "pi08", "--reason", "x");

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("pi08  takes no new work, waits for its turn");
    }

    @Test
    void scriptsGetEachEndingAsJsonAndByItsCode() {
        Map<String, Integer> codes = Map.of("expired", 7, "quarantined", 7, "cordoned", 7, "drained", 0);
        codes.forEach((standing, code) -> {
            List<String> missing = code == 0 ? List.of() : List.of("a process cannot be killed");
            course(List.of(List.of(drain("pi07", standing, "stay", missing))));
            CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--json");
            assertThat(run.code()).as(standing).isEqualTo(code);
            assertThat(Json.parse(run.out()).findValue("standing").asString("")).isEqualTo(standing);
        });
    }

    @Test
    void poweredOffNodeIsDoneOnceItIsGone() {
        course(List.of(List.of(drain("pi07", "drained", "poweroff", List.of()))));
        AtomicInteger asked = new AtomicInteger();
        head.on("GET", "/nodes/n-pi07", any -> Answer.json(Samples.node("pi07", asked.incrementAndGet() < 4, false)));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "poweroff");

        assertThat(run.out()).startsWith("pi07 is drained and powered off: safe to unplug\n");
        assertThat(asked.get()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void boardThatStaysOnEndsTheWatchWithTheReason() {
        Map<String, Object> stays = drain("pi07", "drained", "poweroff", List.of());
        stays.put("told", true);
        stays.put("proof", List.of("its board did not power off: exit code 1"));
        course(List.of(List.of(stays)));
        head.on("GET", "/nodes/n-pi07", Answer.json(Samples.node("pi07", true, false)));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "poweroff");
        assertThat(run.code()).isEqualTo(7);
        assertThat(run.err())
                .contains("is drained, and its board is still on: its board did not power off: exit code 1");
        stays.put("proof", List.of());
        stays.put("waitsFor", List.of("leave it plugged in: 1 file has no other copy"));
        course(List.of(List.of(stays)));
        assertThat(CliRun.with(home, head)
                        .run("drain", "pi07", "--reason", "x", "--then", "poweroff")
                        .err())
                .contains("its board is still on: leave it plugged in: 1 file has no other copy");
    }

    @Test
    void drainedNodeIsWatchedUntilItIsKnownThatNothingIsMissing() {
        Map<String, Object> unknown =
                drain("pi07", "drained", "stay", List.of("the leader has not said yet whether others have copies"));
        unknown.put("deadlineInMillis", -400_000);
        unknown.put("graceMillis", 30_000);
        List<Map<String, Object>> proven = List.of(drain("pi07", "drained", "stay", List.of()));
        List<List<Map<String, Object>>> course = new ArrayList<>(Collections.nCopies(8, List.of(unknown)));
        course.add(proven);
        course(course);
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("pi07 is drained: safe to unplug\n");
        assertThat(run.err())
                .contains("pi07  is drained: the leader has not said yet")
                .doesNotContain("NOT safe");
    }

    @Test
    void drainedNodeWithTheOnlyCopyOfAFileIsNoSuccessOnceTheTimeOfItsDrainIsOver() {
        for (String then : List.of("stay", "poweroff")) {
            AtomicInteger looks = new AtomicInteger();
            Map<String, Object> drained = drain("pi07", "drained", then, List.of("leave it plugged in"));
            drained.put("proof", List.of());
            course(List.of(List.of(drained)));
            head.on("GET", "/nodes/n-pi07", Answer.json(Samples.node("pi07", true, false)));
            head.on("GET", "/drains", any -> {
                drained.put("deadlineInMillis", 2_000 - 500 * looks.incrementAndGet());
                drained.put("graceMillis", 5_000);
                return Answer.json(Samples.page(drained));
            });
            CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", then);

            assertThat(run.code()).as(then).isEqualTo(7);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains(": NOT safe to unplug\n  still missing: leave it plugged in\n");
            assertThat(looks)
                    .as("looks until deadline, grace, and time for a new leader")
                    .hasValueBetween(14, 25);
        }
    }

    @Test
    void boardThatLeftIsOffAlsoWhileNoLeaderSaysWhatOthersHave() {
        Map<String, Object> off = drain("pi07", "drained", "poweroff", List.of("this head hears no leader"));
        off.put("told", true);
        course(List.of(
                List.of(off), List.of(off), List.of(off), List.of(drain("pi07", "drained", "poweroff", List.of()))));
        head.on("GET", "/nodes/n-pi07", Answer.json(Samples.node("pi07", false, false)));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "poweroff");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("pi07 is drained and powered off: safe to unplug\n");
    }

    @Test
    void boardThatWasNeverOffIsNotSaidToHaveRebooted() {
        course(List.of(
                List.of(drain("pi07", "maintenance", "poweroff", List.of())),
                List.of(drain("pi07", "cordoned", "poweroff", List.of("no other node has a copy of 1 file")))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--then", "poweroff");

        assertThat(run.code()).isEqualTo(7);
        assertThat(run.err()).doesNotContain("reboot").endsWith("""
                pi07 is CORDONED, it was to power off: NOT safe to unplug
                  no other node has a copy of 1 file
                  it takes no work, and copying goes on: 'bramble node pi07' shows it, 'bramble uncordon pi07' lets it\
                 work again
                """);
    }

    @Test
    void drainThatSomebodyCancelsIsNoSuccess() {
        course(List.of(List.of(draining("pi07")), List.of()));
        head.on("GET", "/nodes/n-pi07", Answer.json(Samples.node("pi07", true, false)));
        head.on("GET", "/events", Answer.json(events(9, event("drain-cancelled", "by bob"))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x");

        assertThat(run.code()).isEqualTo(6);
        assertThat(run.err()).contains("the drain of pi07 was cancelled: by bob");
    }

    @Test
    void detachedDrainIsOrderedAndLeft() {
        course(List.of(List.of(draining("pi07"))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--detach");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("'bramble drain --cancel pi07' cancels it");
        assertThat(head.lines()).doesNotContain("GET /drains?limit=1000");
    }

    @Test
    void deadlineOfADrainIsShownAsLongAsItMatters() {
        Map<String, Object> node = Samples.node("pi07", false, false);
        node.put("drain", drain("pi07", "expired", "stay", List.of("1 process being stopped")));
        head.on("GET", "/nodes/pi07", Answer.json(node));
        assertThat(CliRun.with(home, head).run("node", "pi07").out()).contains("drain deadline");

        node.put("drain", drain("pi07", "drained", "stay", List.of()));
        head.on("GET", "/nodes/pi07", Answer.json(node));
        assertThat(CliRun.with(home, head).run("node", "pi07").out())
                .contains("drain ")
                .doesNotContain("deadline");
    }

    @Test
    void mistakeOfAnOrderIsSaidOnce() {
        head.on(
                "POST",
                "/drains/preview",
                Answer.json(
                        422,
                        Map.of(
                                "code", "invalid",
                                "detail", "deadline: is far",
                                "errors", List.of(Map.of("place", "deadline", "detail", "is far")))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--dry-run");
        assertThat(run.err()).containsOnlyOnce("deadline: is far");
    }

    @Test
    void drainsOfManyNodesAreCancelledAsFarAsPossible() {
        head.on("DELETE", "/nodes/pi07/drain", Answer.empty());
        head.on("DELETE", "/nodes/pi08/drain", Answer.problem(409, "conflict", "pi08 is not being drained"));
        CliRun run = CliRun.with(home, head).run("drain", "--cancel", "pi08", "pi07");

        assertThat(run.code()).isEqualTo(6);
        assertThat(run.out()).isEqualTo("the drain of pi07 is cancelled: it goes on as before\n");
        assertThat(run.err()).isEqualTo("pi08: pi08 is not being drained\n");
    }

    @Test
    void everyMistakeIsSaidAtOnceAndNothingIsAsked() {
        CliRun run = CliRun.with(home, head)
                .run(
                        "drain",
                        "pi07",
                        "pi07",
                        "--reason",
                        " ",
                        "--deadline",
                        "-5m",
                        "--mode",
                        "gently",
                        "--grace",
                        "2h",
                        "--then",
                        "dance",
                        "--max-out",
                        "0");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("""
                bramble: there are 7 mistakes
                  pi07: is named twice: name each node once
                  --reason: is empty: say why, for whoever looks at the node later
                  --mode: is 'gently': write one of finish, checkpoint, move
                  --deadline: is '-5m': write a time such as 15m, from 1s to 7d
                  --grace: is '2h': write a time such as 30s, from 1s to 30m
                  --then: is 'dance': write one of stay, resume, reboot, poweroff
                  --max-out: is '0': write a number of nodes from 1 to 100
                """);
        run.run("drain", "pi07");
        assertThat(run.err()).startsWith("bramble: --reason: is missing");
        run.run("drain", "pi07", "--reason", "x".repeat(501));
        assertThat(run.err()).contains("--reason: is longer than 500 characters");
        run.run("drain", "--cancel", "pi07", "--reason", "x");
        assertThat(run.err()).contains("--cancel: goes with nothing but names of nodes");
        assertThat(head.arrived()).isEmpty();
    }

    @Test
    void jsonAtTheEndIsTheNodesAsTheyAre() {
        course(List.of(List.of(drain("pi07", "drained", "stay", List.of()))));
        CliRun run = CliRun.with(home, head).run("drain", "pi07", "--reason", "x", "--json");

        assertThat(Json.parse(run.out()).get(0).path("safeToUnplug").asBoolean())
                .isTrue();
        assertThat(run.err()).contains("safe to unplug");
    }

    @Test
    void standingIsShownWithWhoWhyAndSinceWhen() {
        Map<String, Object> node = Samples.node("pi07", true, false);
        node.put("standing", "draining");
        node.put("standingReason", "new fan");
        node.put("standingBy", "ada");
        node.put("standingMillisAgo", 65_000);
        node.put("drain", draining("pi07"));
        node.put("flags", new ArrayList<>(List.of("hot", "under-voltage", "disk-read-only")));
        node.put("flapping", 2.5);
        Map<String, Object> silent = Samples.node("pi08", true, false);
        silent.put("link", "suspect");
        head.on("GET", "/nodes", Answer.json(Samples.page(node, silent)));
        head.on("GET", "/nodes/pi07", Answer.json(node));

        CliRun run = CliRun.with(home, head).run("nodes");
        assertThat(run.out().lines().toList().get(1))
                .startsWith("pi07  up, draining  ")
                .endsWith("new fan (ada, 1m05s ago); waits for: 2 tasks of job 7 run; simulated; hot; under-voltage;"
                        + " disk cannot be written; came and went: 2.5 of 4");
        assertThat(run.out().lines().toList().get(2)).startsWith("pi08  SUSPECT");
        run.run("node", "pi07");
        assertThat(run.out())
                .containsPattern("standing +draining, for 1m05s")
                .containsPattern("suffers from +hot, under-voltage, disk cannot be written")
                .containsPattern("drain +ordered by ada 1m01s ago: new fan")
                .containsPattern("drain deadline +in 11m40s")
                .containsPattern("new work +none can start")
                .containsPattern("waits for +3 files have no other copy");
        assertThat(run.run("node").err()).contains("say which node");
    }

    @Test
    void adoptingAndMovingAVoteReachTheHead() {
        head.on("POST", "/nodes/pi07/adopt", Answer.empty());
        head.on("POST", "/voters/pi02/move", Answer.empty());
        assertThat(CliRun.with(home, head).run("node", "adopt", "pi07").code()).isZero();
        assertThat(CliRun.with(home, head).run("voters", "move", "pi02", "pi05").out())
                .contains("moves from pi02 to pi05");
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"to\":\"pi05\"}");
    }
}
