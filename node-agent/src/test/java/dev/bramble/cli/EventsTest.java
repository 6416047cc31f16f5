package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class EventsTest {
    /** In the zone of whoever looks, as it is shown. */
    private static final String AT = LocalDateTime.of(2026, 11, 22, 10, 15, 30)
            .atZone(ZoneId.systemDefault())
            .toInstant()
            .toString();

    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    private static Map<String, Object> event(
            long number, String kind, String weight, String at, String name, Integer job, String text) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("number", number);
        event.put("kind", kind);
        event.put("weight", weight);
        event.put("millisAgo", 65_000);
        event.put("at", at);
        event.put("name", name);
        event.put("job", job);
        event.put("task", job == null ? null : 3);
        event.put("by", "bramble");
        event.put("text", text);
        return event;
    }

    private static Map<String, Object> page(long last, Object... items) {
        Map<String, Object> page = Samples.page(items);
        page.put("last", last);
        return page;
    }

    private static final List<Map<String, Object>> TWO = List.of(
            event(4, "node-lost", "warning", AT, "pi07", null, "silent for 4 s\u001b[2J"),
            event(5, "task-failed", "warning", null, null, 7, "exit 1"));

    @Test
    void columnsOfEventsLineUpAndAnAgeStandsInForTheCalendar() {
        head.on("GET", "/events", Answer.json(page(5, TWO.toArray())));
        CliRun run = CliRun.with(home, head).run("events");

        assertThat(run.out()).isEqualTo("""
                WHEN                 WEIGHT   KIND         NODE  JOB  WHAT
                2026-11-22 10:15:30  warning  node-lost    pi07  -    silent for 4 s\ufffd[2J (bramble)
                1m05s ago            warning  task-failed  -     7/3  exit 1 (bramble)
                """);
        assertThat(head.lines()).containsExactly("GET /events?limit=30");
    }

    @Test
    void filtersArePassedOnAndJsonIsAnArray() {
        head.on("GET", "/events", Answer.json(page(5, TWO.toArray())));
        CliRun run = CliRun.with(home, head)
                .run(
                        "events",
                        "--node",
                        "pi 7",
                        "--job",
                        "7",
                        "--kind",
                        "node-lost",
                        "--warnings",
                        "--limit",
                        "5",
                        "--json");

        assertThat(head.lines()).containsExactly("GET /events?limit=5&node=pi%207&job=7&kind=node-lost&warnings=true");
        assertThat(Json.parse(run.out()).get(1).path("kind").asString()).isEqualTo("task-failed");
    }

    private static Map<String, Object> pageWithOlder(Long older, Object... items) {
        Map<String, Object> page = page(5, items);
        page.put("older", older);
        return page;
    }

    @Test
    void moreThanAPageIsReadPageByPageBackwardsAndALimitThatCutsIsSaid() {
        head.on(
                "GET",
                "/events",
                asked -> Answer.json(
                        asked.path().contains("before=5")
                                ? pageWithOlder(4L, TWO.getFirst())
                                : asked.path().contains("before=4")
                                        ? pageWithOlder(null)
                                        : pageWithOlder(5L, TWO.getLast())));
        CliRun run = CliRun.with(home, head).run("events", "--limit", "2", "--json");

        assertThat(head.lines()).containsExactly("GET /events?limit=2", "GET /events?limit=1&before=5");
        assertThat(Json.parse(run.out())
                        .valueStream()
                        .map(event -> event.path("number").asInt()))
                .containsExactly(4, 5);
        assertThat(run.err()).contains("there are older ones: go on with --before 4");

        CliRun back = CliRun.with(home, head).run("events", "--before", "5", "--limit", "5000");
        assertThat(head.lines()).contains("GET /events?limit=1000&before=5", "GET /events?limit=1000&before=4");
        assertThat(back.err()).doesNotContain("older ones");
    }

    @Test
    void sinceGoesBackAsFarAsItSaysAndNoFurther() {
        Map<String, Object> old = event(3, "node-lost", "warning", AT, "pi07", null, "long ago");
        old.put("millisAgo", 7_300_000);
        head.on(
                "GET",
                "/events",
                asked -> Answer.json(
                        asked.path().contains("before")
                                ? pageWithOlder(3L, old, TWO.getFirst())
                                : pageWithOlder(5L, TWO.getLast())));
        CliRun run = CliRun.with(home, head).run("events", "--since", "2h");

        assertThat(head.lines()).containsExactly("GET /events?limit=1000", "GET /events?limit=1000&before=5");
        assertThat(run.out()).contains("silent for 4 s").contains("exit 1").doesNotContain("long ago");
        assertThat(run.err()).doesNotContain("older ones");
        assertThat(run.run("events", "--since", "yesterday").code()).isEqualTo(2);
        assertThat(run.run("events", "--before", "0").code()).isEqualTo(2);
        assertThat(run.run("events", "--before", "9", "--follow").code()).isEqualTo(2);
    }

    @Test
    void followingGoesOnAfterTheLastThatWasLookedAt() {
        head.on("GET", "/events", asked -> {
            if (!asked.path().contains("cursor")) {
                return Answer.json(page(5, TWO.getFirst()));
            }
            return asked.path().contains("cursor=5&")
                    ? Answer.json(page(9, TWO.getLast()))
                    : Answer.problem(403, "forbidden", "enough");
        });
        CliRun run = CliRun.with(home, head).run("events", "--follow", "--limit", "1");

        assertThat(head.lines())
                .containsExactly(
                        "GET /events?limit=1",
                        "GET /events?limit=1000&cursor=5&waitMillis=9000",
                        "GET /events?limit=1000&cursor=9&waitMillis=9000");
        assertThat(run.out()).isEqualTo("""
                2026-11-22 10:15:30  warning  node-lost           pi07      -       silent for 4 s\ufffd[2J (bramble)
                1m05s ago            warning  task-failed         -         7/3     exit 1 (bramble)
                """);
        run.run("events", "--follow", "--json");
        assertThat(run.out().lines().map(line -> Json.parse(line).path("number").asInt()))
                .containsExactly(4, 5);
    }

    @Test
    void followingSaysThatTheNumbersWentBackAndGoesOnFromThere() {
        head.on("GET", "/events", asked -> {
            if (!asked.path().contains("cursor")) {
                return Answer.json(page(90, TWO.getFirst()));
            }
            Map<String, Object> anew = page(5, TWO.getLast());
            anew.put("note", "there is no event 90 any more, the newest is 5");
            return asked.path().contains("cursor=90&") ? Answer.json(anew) : Answer.problem(403, "forbidden", "enough");
        });
        CliRun run = CliRun.with(home, head).run("events", "--follow", "--json");

        assertThat(head.lines()).last().isEqualTo("GET /events?limit=1000&cursor=5&waitMillis=9000");
        assertThat(run.err()).contains("there is no event 90 any more, the newest is 5");
        assertThat(run.out().lines().map(line -> Json.parse(line).path("number").asInt()))
                .containsExactly(4, 5);
    }

    @Test
    void nothingAndNonsenseAreSaid() {
        head.on("GET", "/events", Answer.json(page(0)));
        assertThat(CliRun.with(home, head).run("events").err()).contains("nothing of this kind has happened");
        CliRun slip = CliRun.with(home, head).run("events", "--kind", "node-lsot");
        assertThat(slip.code()).isEqualTo(2);
        assertThat(slip.err()).contains("did you mean 'node-lost'?");
        assertThat(CliRun.with(home, head).run("events", "--limit", "0").code()).isEqualTo(2);
    }
}
