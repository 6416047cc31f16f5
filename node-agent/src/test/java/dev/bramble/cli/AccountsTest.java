package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bramble user} and {@code bramble audit}. */
class AccountsTest {
    private static final String USERS = """
            {"items": [
              {"name": "ada", "role": "admin", "disabled": false, "sessions": 2, "tokens": 1,
               "lastSeenMillisAgo": 61000},
              {"name": "eve\\u001b[2J", "role": "viewer", "disabled": true, "sessions": 0, "tokens": 0,
               "lastSeenMillisAgo": null}],
             "next": null}
            """;
    private static final String TRAIL = """
            {"items": [
              {"number": 9, "millisAgo": 1000, "by": "eve", "address": "192.0.2.7", "result": "refused", "times": 7,
               "what": "a wrong name\\u001b[2J or password"},
              {"number": 8, "millisAgo": 61000, "by": "ada", "address": "", "result": "done", "times": 1,
               "what": "submitted job 1"}],
             "dropped": 3, "next": null}
            """;
    private static final String PASSWORD = "four words make one";

    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    private CliRun run() {
        return CliRun.with(home, head);
    }

    private String sent() {
        return head.arrived().getLast().text();
    }

    @Test
    void accountIsMadeWithAPasswordThatStandsInNoArgument() {
        head.on("POST", "/users", Answer.empty());
        CliRun piped = run().stdin(PASSWORD + "\nanother line").run("user", "add", "ada", "--role", "submitter");
        assertThat(piped.code()).as(piped.err()).isZero();
        assertThat(piped.out()).isEqualTo("the account of ada (submitter) is made\n");
        assertThat(sent()).isEqualTo("{\"user\":\"ada\",\"role\":\"submitter\",\"password\":\"" + PASSWORD + "\"}");

        CliRun typed = run().onTerminal(PASSWORD, PASSWORD).run("user", "add", "bob", "--role", "viewer");
        assertThat(typed.code()).isZero();
        assertThat(sent()).contains("\"user\":\"bob\"", PASSWORD);
    }

    @Test
    void passwordThatIsMissingOrTypedInTwoWaysChangesNothing() {
        CliRun none = run().run("user", "add", "ada", "--role", "viewer");
        assertThat(none.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(none.err()).contains("a password is needed");
        CliRun two = run().onTerminal(PASSWORD, "four words make two").run("user", "password", "ada");
        assertThat(two.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(two.err()).contains("the two are not the same: nothing was changed");
        assertThat(head.arrived()).isEmpty();
    }

    @Test
    void accountsAreListedForPeopleAndAsJson() {
        head.on("GET", "/users", Answer.json(Json.parse(USERS)));
        CliRun people = run().run("user", "list");
        assertThat(people.code()).isZero();
        assertThat(people.out())
                .containsPattern("ada +admin +enabled +2 +1 +1m01s ago")
                .containsPattern("eve\uFFFD\\[2J +viewer +disabled +0 +0 +-")
                .doesNotContain("\u001b");
        assertThat(Json.parse(run().run("user", "list", "--json").out())).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "role ada operator | {\"role\":\"operator\"}    | has the role operator now",
                "disable ada       | {\"disabled\":true}        | is disabled",
                "enable ada        | {\"disabled\":false}       | is enabled",
                "password ada      | {\"password\":\"a b c d\"} | has a new password"
            })
    void accountIsChanged(String words, String body, String done) {
        head.on("PATCH", "/users/ada", Answer.empty());
        CliRun run = run().stdin("a b c d\n").run(("user " + words).split(" "));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(sent()).isEqualTo(body);
        assertThat(run.out()).isEqualTo("the account of ada " + done + "\n");
    }

    @Test
    void nameIsAPieceOfTheAddressAndLeadsNowhereElse() {
        assertThat(run().run("user", "disable", "../settings/x y").code()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(head.lines()).containsExactly("PATCH /users/..%2Fsettings%2Fx%20y");
    }

    @ParameterizedTest
    @CsvSource({"403, forbidden, REFUSED", "404, not-found, NOT_FOUND", "409, conflict, CONFLICT"})
    void refusalHasItsSentenceAndItsExitCode(int status, String word, ExitCode code) {
        head.on("PATCH", "/users/ada", Answer.problem(status, word, "the sentence of the head"));
        CliRun run = run().run("user", "disable", "ada");
        assertThat(run.code()).isEqualTo(code.number());
        assertThat(run.err()).contains("the sentence of the head");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user",
                "user add ada",
                "user add ada --role king",
                "user role ada",
                "user role ada king",
                "user disable",
                "user list ada",
                "audit --limit 0",
                "audit --limit 1001",
                "audit --limit many",
                "audit ada"
            })
    void wrongUsageIsToldBeforeAnythingIsSent(String words) {
        CliRun run = run().stdin(PASSWORD).run(words.split(" "));
        assertThat(run.code()).as(run.out()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).isNotBlank();
        assertThat(head.arrived()).isEmpty();
    }

    @Test
    void trailIsShownNewestLastWithWhatHasGone() {
        head.on("GET", "/audit", Answer.json(Json.parse(TRAIL)));
        CliRun run = run().run("audit");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("(?s)ada +- +done +submitted job 1.*eve +192.0.2.7 +refused 7x +a wrong name")
                .doesNotContain("\u001b");
        assertThat(run.err()).contains("3 older records have gone to make room");
        assertThat(Json.parse(run().run("audit", "--json").out())).hasSize(2);
    }

    @Test
    void trailIsAskedForWhatIsWanted() {
        head.on("GET", "/audit", Answer.json(Json.parse(TRAIL)));
        run().run("audit", "--user", "a&b", "--action", "submit-job", "--text", "job 12", "--refused", "--limit", "5");
        assertThat(head.lines().getLast())
                .startsWith("GET /audit?")
                .contains("limit=5", "user=a%26b", "action=submit-job", "text=job%2012", "refused=true");
    }

    @Test
    void trailIsForAdminsAndOthersAreToldSo() {
        head.on("GET", "/audit", Answer.problem(403, "forbidden", "this needs the role admin"));
        CliRun run = run().run("audit");
        assertThat(run.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(run.err()).contains("this needs the role admin");
    }
}
