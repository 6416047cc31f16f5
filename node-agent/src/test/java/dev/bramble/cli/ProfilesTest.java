package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ProfilesTest {
    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    @BeforeEach
    void start() {
        head.on("GET", "/whoami", Answer.json(Map.of("user", "ada", "role", "admin", "tokenId", "t1")));
    }

    @Test
    void fingerprintIsShownAndPinnedOnlyAfterYes() {
        CliRun run = new CliRun(home).onTerminal("n").run("profile", "add", head.url());
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains(head.pin().shown());
        assertThat(run.profiles().names()).isEmpty();

        run.onTerminal("yes", "the-token").run("profile", "add", head.url(), "--as", "lab");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("profile 'lab' is saved and in use: you are ada (admin)");
        assertThat(head.arrived().getLast().headers()).containsEntry("authorization", "Bearer the-token");
        assertThat(run.profiles().find("lab").orElseThrow().heads().getFirst().pin())
                .hasValue(head.pin());
        assertThat(run.profiles().current()).hasValue("lab");
    }

    @Test
    void pinAndTokenCanBeGivenWithoutATerminal() {
        CliRun run = new CliRun(home).stdin("piped-token\n");
        run.run("profile", "add", head.url(), "--as", "lab", "--pin", head.pin().shown(), "--token", "-");
        assertThat(run.code()).isZero();
        assertThat(head.arrived().getLast().headers()).containsEntry("authorization", "Bearer piped-token");
        assertThat(new CliRun(home)
                        .run("profile", "add", head.url(), "--token", "t")
                        .err())
                .contains(
                        "there is no terminal to ask on", "--pin " + head.pin().sha256());
        assertThat(new CliRun(home)
                        .run("profile", "add", head.url(), "--pin", "12:34", "--token", "t")
                        .err())
                .contains("is no fingerprint");
    }

    @Test
    void profileMayHaveTheNameOfACommand() {
        CliRun run = CliRun.with(home, head);
        run.profiles().save("local", run.profiles().find("test").orElseThrow());
        run.profiles().use("test");
        assertThat(run.run("--profile", "local", "whoami").code()).isZero();
        assertThat(run.out()).contains("ada");
    }

    @Test
    void profileWithAWrongTokenIsNotSaved() {
        head.on("GET", "/whoami", Answer.problem(401, "unauthenticated", "no such token"));
        CliRun run = new CliRun(home)
                .run(
                        "profile",
                        "add",
                        head.url(),
                        "--as",
                        "lab",
                        "--pin",
                        head.pin().sha256(),
                        "--token",
                        "t");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.profiles().names()).isEmpty();
    }

    @Test
    void listMarksTheOneInUseAndShowsNoToken() {
        CliRun run = CliRun.with(home, head);
        run.profiles().save("other", run.profiles().require("test"));
        run.run("profile", "list");
        assertThat(run.out())
                .isEqualTo("   NAME   HEADS\n   other  " + head.url() + "\n*  test   " + head.url() + "\n");
        assertThat(run.run("profile", "list", "--json").out()).doesNotContain("test-token");
        assertThat(run.run("profile", "use", "other").code()).isZero();
        assertThat(run.profiles().current()).hasValue("other");
        assertThat(run.run("profile", "use", "nobody").err())
                .contains("there is no profile 'nobody', there are other, test");
        assertThat(run.run("profile", "rm", "other").code()).isZero();
        assertThat(run.profiles().current()).isEmpty();
        assertThat(run.run("profile", "rm", "other").code()).isEqualTo(5);
    }

    @Test
    void nameOfAProfileCannotLeaveItsFolder() {
        CliRun run = CliRun.with(home, head);
        assertThat(run.run("jobs", "--profile", "../test").code()).isEqualTo(2);
        assertThat(run.run("jobs", "--profile", "/etc/passwd").code()).isEqualTo(2);
    }

    @Test
    void damagedProfileSaysWhatToDo() throws Exception {
        CliRun run = CliRun.with(home, head);
        Files.writeString(home.resolve(".config/bramble/profiles/test.json"), "{\"heads\": [");
        run.run("jobs");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("is damaged", "bramble profile add");
    }

    @Test
    void optionsComeBeforeTheEnvironmentAndTheEnvironmentBeforeTheProfileInUse() {
        CliRun run = CliRun.with(home, head);
        assertThat(run.run("whoami").out()).contains("(the profile 'test')");
        run.variable("BRAMBLE_URL", head.url()).variable("BRAMBLE_TOKEN", "env-token");
        assertThat(run.run("whoami").out()).contains("(BRAMBLE_URL)");
        assertThat(head.arrived().getLast().headers()).containsEntry("authorization", "Bearer env-token");
        assertThat(run.run("whoami", "--profile", "test").out()).contains("(the profile 'test')");
        assertThat(run.run("whoami", "--url", head.url(), "--token", "opt-token")
                        .out())
                .contains("(--url)");
        assertThat(head.arrived().getLast().headers()).containsEntry("authorization", "Bearer opt-token");
    }

    @Test
    void brambleOfLocalIsFoundWithoutAnyWord() {
        CliRun run = CliRun.with(home, head);
        run.profiles().save("local", run.profiles().require("test"));
        run.profiles().remove("test");
        assertThat(run.run("whoami").out()).contains("(the profile 'local')");
    }

    @Test
    void profileInUseThatIsGoneIsSaid() throws Exception {
        CliRun run = CliRun.with(home, head);
        Files.delete(home.resolve(".config/bramble/profiles/test.json"));
        assertThat(run.run("whoami").err()).contains("the profile in use, 'test', is gone");
    }

    @Test
    void addressesThatAreNoneAreRefused() {
        for (String url :
                new String[] {"ftp://x", "https://", "https://h:8443/api", "https://u:p@h", "https://h?x=1", ","}) {
            CliRun run = new CliRun(home).run("jobs", "--url", url);
            assertThat(run.code()).as(url).isEqualTo(2);
        }
    }
}
