package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import java.nio.file.Path;
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
class ShutdownTest {
    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    @BeforeEach
    void start() {
        Map<String, Object> events = Samples.page();
        events.put("last", 7);
        head.on("GET", "/events", Answer.json(events));
    }

    private static Map<String, Object> shutdown(boolean poweringOff, String... waitsFor) {
        Map<String, Object> shutdown = new LinkedHashMap<>();
        shutdown.put("reason", "moving house");
        shutdown.put("poweringOff", poweringOff);
        shutdown.put("waitsFor", List.of(waitsFor));
        return shutdown;
    }

    private void small() {
        head.on("GET", "/bramble", Answer.json(Map.of("tasksRunning", 3, "jobsActive", 1, "tasksWaiting", 40)));
        head.on("GET", "/nodes", Answer.json(Samples.page(Samples.node("pi01", true, true))));
        head.on("POST", "/shutdown", Answer.json(202, shutdown(false, "3 tasks run")));
    }

    @Test
    void shutdownIsSaidAskedAndWatchedUntilTheBoardsAreOff() {
        small();
        AtomicInteger asked = new AtomicInteger();
        head.on("GET", "/shutdown", any -> Answer.json(shutdown(asked.incrementAndGet() > 3, "pi01 powers off")));
        head.on("GET", "/nodes", any -> Answer.json(Samples.page(Samples.node("pi01", asked.get() < 6, true))));
        CliRun run = CliRun.with(home, head).run("shutdown", "--reason", "moving house", "--yes", "--deadline", "5m");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("work has ended and no board answers any more");
        assertThat(run.err())
                .contains("3 running tasks may end within 5m00s")
                .contains("1 job and 40 waiting tasks go on after the start")
                .contains("then 1 board power off: pi01");
        assertThat(head.arrived().stream()
                        .filter(one -> one.method().equals("POST"))
                        .map(StubHead.Arrived::text))
                .containsExactly("{\"reason\":\"moving house\",\"deadline\":\"5m\"}");
    }

    @Test
    void aBoardThatStaysOnIsNamed() {
        small();
        AtomicInteger asked = new AtomicInteger();
        head.on("GET", "/shutdown", any -> {
            asked.incrementAndGet();
            return Answer.json(shutdown(true, "no node leads at this moment"));
        });
        head.on("GET", "/nodes", any -> Answer.json(Samples.page(Samples.node("pi01", asked.get() < 100, true))));
        CliRun run = CliRun.with(home, head).run("shutdown", "--yes");

        assertThat(run.code()).isZero();
        assertThat(run.err()).containsOnlyOnce("pi01 has not powered off in 30.0 s: if the green light stays lit");
    }

    @Test
    void shutdownIsNeverDoneUnasked() {
        small();
        assertThat(CliRun.with(home, head).run("shutdown").code()).isEqualTo(2);
        assertThat(CliRun.with(home, head).onTerminal("n").run("shutdown").code())
                .isEqualTo(2);
        assertThat(CliRun.with(home, head).run("shutdown", "--dry-run").out()).contains("power off: pi01");
        assertThat(head.lines()).doesNotContain("POST /shutdown");
        assertThat(CliRun.with(home, head)
                        .run("shutdown", "--grace", "0s", "--mode", "now")
                        .err())
                .contains("--grace: is '0s'", "--mode: is 'now'");
    }

    private static Map<String, Object> event(int number, String kind, String by, String text) {
        return Map.of("number", number, "kind", kind, "by", by, "text", text);
    }

    @Test
    void shutdownThatSomebodyCancelsIsNoSuccess() {
        small();
        head.on(
                "GET",
                "/events",
                Answer.json(Samples.page(
                        event(7, "resumed", "bramble", "an older one"),
                        event(9, "shutdown-cancelled", "bob", "cancelled the shutdown"))));
        CliRun run = CliRun.with(home, head).run("shutdown", "--yes");

        assertThat(run.code()).isEqualTo(6);
        assertThat(run.err()).contains("the shutdown was cancelled: work goes on (bob: cancelled the shutdown)");
        head.on("DELETE", "/shutdown", Answer.empty());
        assertThat(CliRun.with(home, head).run("shutdown", "--cancel").out()).contains("cancelled");
    }

    @Test
    void shutdownAfterWhichBoardsWereStartedAgainWasOne() {
        small();
        head.on("POST", "/shutdown", Answer.json(202, shutdown(true, "pi01 powers off")));
        head.on("GET", "/events", Answer.json(Samples.page(event(9, "resumed", "bramble", "the bramble is back"))));
        CliRun run = CliRun.with(home, head).run("shutdown", "--yes");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("were started again: work goes on (bramble: the bramble is back)");
    }

    @Test
    void shutdownThatAPowerCutEndsIsNotCalledCancelled() {
        small();
        head.on("GET", "/events", Answer.json(Samples.page(event(9, "resumed", "bramble", "all started anew"))));
        CliRun run = CliRun.with(home, head).run("shutdown", "--yes");

        assertThat(run.code()).isEqualTo(6);
        assertThat(run.err()).contains("ended before boards powered off").doesNotContain("cancelled");
    }
}
