package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertsTest {
    private static final String ALERTS = """
            {"open": [
              {"rule": "node-down", "severity": "warning", "subject": "pi07",
               "evidence": "pi07 has been down for 3 min", "wrongForMillis": 180000, "overMillisAgo": null,
               "acknowledged": {"by": "ada", "reason": "its card is being written", "millisAgo": 5}, "muted": false},
              {"rule": "no-leader", "severity": "critical", "subject": "bramble", "evidence": "no node leads",
               "wrongForMillis": 61000, "overMillisAgo": null, "acknowledged": null, "muted": false}],
             "over": [],
             "mutes": [{"rule": "under-voltage", "millisLeft": 7200000, "reason": "the supply comes", "by": "bob",
                        "millisAgo": 5}],
             "told": {"head": "head1", "thisHead": true, "channels": []}}
            """;

    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    private CliRun run(String... arguments) {
        return CliRun.with(home, head)
                .run(Stream.concat(Stream.of("alerts"), Stream.of(arguments)).toArray(String[]::new));
    }

    @Test
    void alertsAreListedWithWhoKnowsAndWhatIsMuted() {
        head.on("GET", "/alerts", Answer.json(Json.parse(ALERTS)));
        CliRun run = run();

        assertThat(run.out())
                .containsPattern("node-down/pi07 +known +3m.*pi07 has been down")
                .containsPattern("no-leader/bramble +critical +1m01s");
        assertThat(run.err()).contains("under-voltage is muted for 2h").contains("bob: the supply comes");
        assertThat(run.err()).contains("nobody is told: set a webhook or a mail command");
        assertThat(Json.parse(run("--json").out()).path("open")).hasSize(2);
    }

    @Test
    void headThatHasSomebodyToTellOrLeavesItToAnotherSaysNothingOfIt() {
        for (String told : java.util.List.of(
                "\"thisHead\": true, \"channels\": [{\"name\": \"webhook at a\", \"problem\": null}]",
                "\"thisHead\": false, \"channels\": []")) {
            String alerts = ALERTS.replace("\"thisHead\": true, \"channels\": []", told);
            head.on("GET", "/alerts", Answer.json(Json.parse(alerts)));
            assertThat(run().err()).doesNotContain("nobody is told");
        }
    }

    @Test
    void whatIsSaidReachesTheHead() {
        head.on("POST", "/alerts/ack", Answer.empty());
        head.on("PUT", "/alerts/mutes/under-voltage", Answer.empty());
        head.on("DELETE", "/alerts/mutes/under-voltage", Answer.empty());

        assertThat(run("--ack", "under-voltage/power supply B", "--reason", "ordered")
                        .code())
                .isZero();
        assertThat(head.arrived().getLast().text())
                .isEqualTo("{\"rule\":\"under-voltage\",\"subject\":\"power supply B\",\"reason\":\"ordered\"}");
        assertThat(run("--mute", "under-voltage", "--for", "2h", "--reason", "tomorrow")
                        .code())
                .isZero();
        assertThat(head.arrived().getLast().text()).isEqualTo("{\"forSeconds\":7200,\"reason\":\"tomorrow\"}");
        assertThat(run("--unmute", "under-voltage").code()).isZero();
    }

    @Test
    void testThatIsNotTakenIsAFailure() {
        head.on(
                "POST",
                "/alerts/test",
                Answer.json(Json.parse(
                        "{\"channels\": [{\"name\": \"webhook at a\", \"problem\": \"it answered 500\"}]}")));
        CliRun run = run("--test");
        assertThat(run.code()).isNotZero();
        assertThat(run.out()).contains("webhook at a: not taken, it answered 500");
    }

    @Test
    void bramblesWithoutAnAlertSaySoAndJsonIsWhatTheHeadAnswered() {
        String none = "{\"open\": [], \"over\": [], \"mutes\": []}";
        head.on("GET", "/alerts", Answer.json(Json.parse(none)));
        CliRun run = run();
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("nothing has been wrong for long enough to be an alert\n");
        assertThat(Json.parse(run("--json").out())).isEqualTo(Json.parse(none));
    }

    @Test
    void headThatHasNobodyToTellSaysWhatToConfigure() {
        head.on("POST", "/alerts/test", Answer.json(Json.parse("{\"channels\": []}")));
        CliRun run = run("--test");
        assertThat(run.code()).isEqualTo(ExitCode.CONFLICT.number());
        assertThat(run.err()).contains("set alert_webhook or alert_mail in head.yaml");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void refusalHasItsSentenceAndItsExitCode() {
        head.on("DELETE", "/alerts/mutes/node-down", Answer.problem(403, "forbidden", "this needs the role operator"));
        CliRun refused = run("--unmute", "node-down");
        assertThat(refused.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(refused.err()).contains("this needs the role operator");
        CliRun unknown = run("--mute", "no/such rule", "--for", "2h", "--reason", "x");
        assertThat(unknown.code()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(head.lines().getLast()).isEqualTo("PUT /alerts/mutes/no%2Fsuch%20rule");
    }

    @Test
    void optionsThatMakeNoSenseTogetherAreRefusedBeforeAnythingIsSent() {
        for (String[] wrong : new String[][] {
            {"--ack", "node-down/pi07"},
            {"--ack", "pi07", "--reason", "x"},
            {"--mute", "node-down", "--reason", "x"},
            {"--mute", "node-down", "--for", "soon", "--reason", "x"},
            {"--for", "2h"},
            {"--reason", "x"},
            {"--test", "--unmute", "node-down"}
        }) {
            assertThat(run(wrong).code()).as(String.join(" ", wrong)).isEqualTo(ExitCode.USAGE.number());
        }
        assertThat(head.arrived()).isEmpty();
    }
}
