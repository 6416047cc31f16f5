package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class WaitTest {
    private static final String BEHIND = "Bramble-Behind-Millis";

    @TempDir
    Path home;

    private StubHead first;
    private StubHead second;

    @BeforeEach
    void start() throws Exception {
        first = StubHead.https();
        second = StubHead.https();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    /** Gives one state after the other, the last one for ever. */
    private static void script(StubHead head, List<Map<String, Object>> states) {
        AtomicInteger asked = new AtomicInteger();
        head.on(
                "GET",
                "/jobs/7",
                ignored -> Answer.json(states.get(Math.min(asked.getAndIncrement(), states.size() - 1))));
    }

    @Test
    void succeededJobIsSaidAndEndsWithZero() {
        script(first, List.of(Samples.job(7, "running", 3, 0, 4), Samples.job(7, "succeeded", 12, 0, 0)));
        CliRun run = CliRun.with(home, first).run("wait", "7");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("job 7 (sweep) succeeded: 12 of 12 tasks in 1m02s\n".replace("1m02s", "1m01s"));
    }

    @Test
    void withoutATerminalLinesComeOnChangeOnlyAndNotTooOften() {
        Map<String, Object> later = Samples.job(7, "running", 3, 0, 4);
        later.put("etaMillis", 9000);
        List<Map<String, Object>> states = new java.util.ArrayList<>();
        // This head answers at once: only the pauses between its answers count.
        for (int i = 0; i < 40; i++) {
            states.add(i % 2 == 0 ? Samples.job(7, "running", 3, 0, 4) : later);
        }
        for (int i = 4; i <= 11; i++) {
            states.addAll(java.util.Collections.nCopies(8, Samples.job(7, "running", i, 1, 1)));
        }
        states.add(Samples.job(7, "reducing", 12, 0, 0));
        states.add(Samples.job(7, "succeeded", 12, 0, 0));
        script(first, states);
        CliRun run = CliRun.with(home, first).run("wait", "7");
        List<String> lines = run.err().lines().toList();
        assertThat(lines.getFirst()).matches("25% 3/12 done, 4 running, 2.5/s, [49].0 s left");
        assertThat(lines).doesNotHaveDuplicates().hasSizeBetween(3, 7);
        assertThat(run.err()).doesNotContain("\u001b").doesNotContain("\r");
    }

    @Test
    void onATerminalOneLineIsRedrawnAndFitsTheWindow() {
        Map<String, Object> waiting = Samples.job(7, "queued", 0, 0, 0);
        waiting.put(
                "waitingBecause", "no node is up that has the label ssd=yes, and that goes on for very long already");
        script(first, List.of(waiting, Samples.job(7, "running", 6, 1, 4), Samples.job(7, "succeeded", 12, 0, 0)));
        CliRun run = CliRun.with(home, first).onTerminal().run("wait", "7");
        assertThat(run.err()).contains("\r\u001b[K").doesNotContain("\n");
        for (String drawn : run.err().split("\r")) {
            assertThat(drawn.replaceAll("\u001b\\[[0-9;]*[mK]", "").length()).isLessThan(80);
        }
        assertThat(run.err()).contains("58% 6/12 done · 1 failed · 4 running");
    }

    @Test
    void failedJobShowsWhatFailedAndEndsWithOne() {
        Map<String, Object> job = Samples.job(7, "failed", 11, 1, 0);
        job.put("endedBecause", "1 task failed");
        script(first, List.of(job));
        first.on(
                "GET",
                "/jobs/7/tasks",
                Answer.json(Samples.page(Samples.task(2, "failed", "node2", "", "exit 1 after 4 tries"))));
        CliRun run = CliRun.with(home, first).run("wait", "7");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("job 7 (sweep) failed: 11 of 12 tasks in 1m01s\n");
        assertThat(run.err())
                .contains("1 task failed")
                .contains("task 2 on node2: exit 1 after 4 tries   (bramble logs 7 2 --stderr)")
                .contains("again: bramble retry 7");
        assertThat(first.lines()).contains("GET /jobs/7/tasks?state=failed&limit=5");
    }

    @Test
    void cancelledJobEndsWithOne() {
        script(first, List.of(Samples.job(7, "cancelled", 2, 0, 0)));
        CliRun run = CliRun.with(home, first).run("wait", "7", "--json");
        assertThat(run.code()).isEqualTo(1);
        assertThat(Json.parse(run.out()).path("phase").asString()).isEqualTo("cancelled");
        assertThat(run.err()).contains("was cancelled");
    }

    @Test
    void headThatGoesAwayIsReplacedByAnother() {
        script(first, List.of(Samples.job(7, "running", 3, 0, 4)));
        script(second, List.of(Samples.job(7, "running", 6, 0, 4), Samples.job(7, "succeeded", 12, 0, 0)));
        AtomicInteger pauses = new AtomicInteger();
        CliRun run = CliRun.with(home, first, second).atPause(() -> {
            if (pauses.incrementAndGet() == 3) {
                first.close();
            }
        });
        run.run("wait", "7");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(second.lines()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void headWithoutALeaderIsPassedOverAndOwnWritesAreAskedFor() {
        first.on("GET", "/jobs/7", Answer.problem(503, "unavailable", "there is no leader now"));
        script(second, List.of(Samples.job(7, "running", 6, 0, 4), Samples.job(7, "succeeded", 12, 0, 0)));
        CliRun run = CliRun.with(home, first, second).run("wait", "7");
        assertThat(run.code()).isZero();
        assertThat(first.arrived()).hasSize(1);
        assertThat(second.arrived().getFirst().headers()).doesNotContainKey("bramble-revision");
        assertThat(second.arrived().getLast().headers()).containsEntry("bramble-revision", "42");
    }

    @Test
    void headWhoseKnowledgeIsOldIsPassedOverForOneThatKnowsMore() {
        first.on(
                "GET", "/jobs/7", Answer.json(Samples.job(7, "failed", 6, 6, 0)).with(BEHIND, "10001"));
        second.on(
                "GET",
                "/jobs/7",
                Answer.json(Samples.job(7, "succeeded", 12, 0, 0)).with(BEHIND, "10000"));
        CliRun run = CliRun.with(home, first, second).run("wait", "7");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("may be old");
    }

    @Test
    void oldAnswerIsTakenAndToldOnceWhereNoHeadKnowsMore() {
        AtomicInteger asked = new AtomicInteger();
        first.on("GET", "/jobs/7", Answer.problem(503, "unavailable", "there is no leader now"));
        second.on(
                "GET",
                "/jobs/7",
                ignored -> Answer.json(Samples.job(7, asked.incrementAndGet() > 4 ? "succeeded" : "running", 12, 0, 0))
                        .with(BEHIND, "unknown"));
        CliRun run = CliRun.with(home, first, second).run("wait", "7");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).containsOnlyOnce("bramble: " + second.url() + " hears nothing of the bramble: what it");
    }

    @Test
    void outageIsToldWhileItLastsAndIsSurvived() {
        AtomicInteger asked = new AtomicInteger();
        first.on("GET", "/jobs/7", ignored -> {
            int number = asked.incrementAndGet();
            return number > 1 && number < 9
                    ? Answer.problem(503, "unavailable", "there is no leader now")
                    : Answer.json(Samples.job(7, number > 9 ? "succeeded" : "running", 12, 0, 0));
        });
        CliRun run = CliRun.with(home, first).run("wait", "7");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .containsPattern("cannot reach the bramble since \\d+ s, trying on, https://127.0.0.1:\\d+: there is no"
                        + " leader now");
    }

    @Test
    void outageWithoutEndEndsTheWaitAfterItsPatience() {
        first.on("GET", "/jobs/7", Answer.problem(503, "unavailable", "there is no leader now"));
        CliRun run = CliRun.with(home, first).run("wait", "7", "--patience", "2m");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).containsPattern("the bramble cannot answer now, for 1[23]\\d s: ");
        assertThat(CliRun.with(home, first)
                        .run("wait", "7", "--patience", "long")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void jobThatIsGoneEndsTheWait() {
        assertThat(CliRun.with(home, first).run("wait", "7").code()).isEqualTo(5);
    }
}
