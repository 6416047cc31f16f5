package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.console.ExitCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Execution(ExecutionMode.CONCURRENT)
class ExitCodesTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "400,invalid,2",
        "422,invalid,2",
        "401,unauthenticated,4",
        "403,forbidden,4",
        "404,not-found,5",
        "409,conflict,6",
        "413,limit,6",
        "429,limit,6",
        "500,internal,70"
    })
    void everyRefusalHasItsExitCodeAndItsSentence(int status, String word, int code) throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("POST", "/jobs/7/cancel", Answer.problem(status, word, "the sentence of the head"));
            CliRun run = CliRun.with(home, head).run("cancel", "7");
            assertThat(run.code()).isEqualTo(code);
            assertThat(run.err()).startsWith("bramble: the sentence of the head");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void refusedTokenNamesWhereItCameFrom() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("GET", "/nodes", Answer.problem(401, "unauthenticated", "the token has expired"));
            CliRun run = CliRun.with(home, head).run("nodes");
            assertThat(run.err())
                    .isEqualTo("bramble: the token has expired (the token is that of the profile 'test')\n");
            assertThat(head.arrived().getFirst().headers()).containsEntry("authorization", "Bearer test-token");
        }
    }

    @Test
    void faultOfTheHeadNamesTheRequestInItsLog() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("GET", "/nodes", Answer.problem(500, "internal", "something broke"));
            CliRun run = CliRun.with(home, head).run("nodes");
            assertThat(run.err()).contains("request r-17 in the log of " + head.url());
        }
    }

    @Test
    void mistakesInARequestAreAllListed() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on(
                    "POST",
                    "/jobs",
                    Answer.problem(
                            422,
                            "invalid",
                            "the job has 2 mistakes",
                            List.of(
                                    Map.of("place", "after[0]", "detail", "there is no job 9"),
                                    Map.of("place", "", "detail", "too much"))));
            CliRun run = CliRun.with(home, head).run("submit", "--after", "9", "--", "true");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("bramble: the job has 2 mistakes\n  after[0]: there is no job 9\n  too much\n");
        }
    }

    @Test
    void answerThatIsNoProblemStillGivesASentence() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("GET", "/nodes", new Answer(404, Map.of("Content-Type", "text/html"), "<html>".getBytes(), -1));
            assertThat(CliRun.with(home, head).run("nodes").code()).isEqualTo(5);
            head.on("GET", "/nodes", new Answer(302, Map.of("Location", "http://evil/"), new byte[0], -1));
            CliRun run = CliRun.with(home, head).run("nodes");
            assertThat(run.code()).isEqualTo(70);
            assertThat(run.err()).contains("answered 302");
        }
    }

    @Test
    void brambleThatIsNotThereIsSaidAtOnce() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        CliRun run = new CliRun(home).variable("BRAMBLE_URL", "https://127.0.0.1:" + port);
        run.run("jobs");
        assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(run.err())
                .isEqualTo("bramble: cannot reach the bramble of BRAMBLE_URL: https://127.0.0.1:" + port
                        + ": connection refused\n");
    }

    @Test
    void noBrambleKnownSaysHowToGetOne() {
        CliRun run = new CliRun(home).run("jobs");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("bramble local", "bramble profile add URL", "BRAMBLE_URL");
    }

    @Test
    void brambleWithoutALeaderIsAskedForAWhileAndThenGivenUp() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("GET", "/nodes", Answer.problem(503, "unavailable", "there is no leader now"));
            CliRun run = CliRun.with(home, head).run("nodes");
            assertThat(run.code()).isEqualTo(3);
            assertThat(head.arrived()).hasSizeGreaterThan(4);
            assertThat(run.err()).contains("the bramble cannot answer now", "there is no leader now");
        }
    }

    @Test
    void plainHttpIsForLoopbackOnly() throws Exception {
        CliRun run = new CliRun(home).run("jobs", "--url", "http://10.0.0.5:8080");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("not encrypted").contains("https://");
        try (StubHead head = StubHead.http()) {
            head.on("GET", "/nodes", Answer.json(Samples.page()));
            assertThat(new CliRun(home).run("nodes", "--url", head.url()).code())
                    .isZero();
        }
    }

    @Test
    void anotherCertificateThanThePinnedOneIsRefusedAndNothingIsSent() throws Exception {
        try (StubHead head = StubHead.https();
                StubHead impostor = StubHead.https()) {
            CliRun run = new CliRun(home);
            Endpoint.Head wrong = new Endpoint.Head(URI.create(impostor.url()), Optional.of(head.pin()));
            run.profiles().save("lab", new Endpoint(List.of(wrong), "secret", ""));
            run.run("jobs", "--profile", "lab");
            assertThat(run.code()).isEqualTo(ExitCode.REFUSED.number());
            assertThat(run.err())
                    .contains("shows another certificate than the one pinned in the profile 'lab'")
                    .contains(head.pin().shown(), impostor.pin().shown());
            assertThat(impostor.arrived()).isEmpty();
        }
    }

    @Test
    void certificateThatNobodyVouchesForSaysHowToPinIt() throws Exception {
        try (StubHead head = StubHead.https()) {
            CliRun run = new CliRun(home).run("jobs", "--url", head.url(), "--token", "t");
            assertThat(run.code()).isEqualTo(ExitCode.REFUSED.number());
            assertThat(run.err()).contains("bramble profile add " + head.url());
            assertThat(head.arrived()).isEmpty();
        }
    }

    @Test
    void pinFromTheEnvironmentOrAnOptionIsEnough() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("GET", "/nodes", Answer.json(Samples.page()));
            CliRun run = new CliRun(home)
                    .variable("BRAMBLE_URL", head.url())
                    .variable("BRAMBLE_TOKEN", "t")
                    .variable("BRAMBLE_PIN", head.pin().shown());
            assertThat(run.run("nodes").code()).isZero();
            assertThat(new CliRun(home)
                            .run(
                                    "nodes",
                                    "--url",
                                    head.url(),
                                    "--pin",
                                    "sha256:" + head.pin().sha256())
                            .code())
                    .isZero();
        }
    }

    @Test
    void tokenThatOthersMayReadIsNotUsed() throws Exception {
        try (StubHead head = StubHead.https()) {
            CliRun run = CliRun.with(home, head);
            Path file = home.resolve(".config/bramble/profiles/test.json");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            run.run("jobs");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("others on this machine may read it", "chmod 600 " + file);
            assertThat(head.arrived()).isEmpty();
        }
    }

    @Test
    void wrongUsageNamesTheHelp() {
        CliRun run = new CliRun(home).run("jobs", "--phase", "sleeping");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("sleeping", "see 'bramble jobs --help'");
        assertThat(new CliRun(home).run("tasks").code()).isEqualTo(2);
        assertThat(new CliRun(home).run("job", "abc").err()).contains("'abc' is no number of a job");
        assertThat(new CliRun(home).run().code()).isEqualTo(2);
    }

    @Test
    void slipInACommandsNameIsUnderstood() {
        CliRun run = new CliRun(home).run("jbos");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("there is no command 'jbos': did you mean 'jobs'?");
    }

    @Test
    void noStackTraceIsShownUnlessAskedFor() throws Exception {
        try (StubHead head = StubHead.https()) {
            head.on("GET", "/bramble", Answer.json(Map.of()));
            CliRun run = CliRun.with(home, head);
            assertThat(run.run("status").err()).doesNotContain("\tat ");
            head.on("GET", "/bramble", Answer.problem(404, "not-found", "gone"));
            assertThat(run.run("status", "--debug").err()).contains("\tat ");
            assertThat(run.run("status").err()).doesNotContain("\tat ");
        }
    }

    @Test
    void everyExitCodeIsInTheHelp() {
        String help = new CliRun(home).run("--help").out();
        for (ExitCode code : ExitCode.values()) {
            assertThat(help).contains(code.number() + " ").contains(code.meaning());
        }
    }

    @Test
    void everyCommandHasADescriptionAndHelp() {
        var commands = Main.commandLine(new CliRun(home).surroundings()).getSubcommands();
        assertThat(commands).hasSizeGreaterThan(30);
        commands.forEach((name, command) -> {
            CliRun run = new CliRun(home).run(name, "--help");
            assertThat(run.code()).as(name).isZero();
            assertThat(run.out()).as(name).contains("Usage: bramble " + name).contains("--help");
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
        });
    }

    @Test
    void foregroundPartsGoToTheLauncher() {
        CliRun run = new CliRun(home).run("agent", "agent.yaml");
        assertThat(run.code()).isEqualTo(7);
        run.run("head", "head.yaml");
        run.run("found", "agent.yaml");
        assertThat(run.launched())
                .containsExactly(
                        List.of("AGENT", "agent.yaml"), List.of("HEAD", "head.yaml"), List.of("FOUND", "agent.yaml"));
    }

    @Test
    void completionIsAScriptThatKnowsEveryCommand() {
        CliRun run = new CliRun(home).run("completion", "bash");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("complete -F", "results", "--idempotency-key");
        assertThat(new CliRun(home).run("completion", "zsh").out()).contains("bashcompinit");
    }
}
