package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LogsTest {
    private static final String LOG = "/jobs/7/tasks/0/log";

    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final AtomicBoolean ended = new AtomicBoolean(true);

    @BeforeEach
    void start() {
        head.on("GET", LOG, this::piece);
    }

    /** Answers as the interface describes it. */
    private Answer piece(StubHead.Arrived asked) {
        Matcher offset = Pattern.compile("offset=(-?\\d+)").matcher(asked.path());
        long wanted = offset.find() ? Long.parseLong(offset.group(1)) : 0;
        byte[] all = log.toByteArray();
        return slice(Math.clamp(wanted < 0 ? all.length + wanted : wanted, 0, all.length));
    }

    private Answer slice(int from) {
        byte[] all = log.toByteArray();
        return Answer.bytes(
                Arrays.copyOfRange(all, from, all.length),
                "Bramble-Log-Offset",
                Integer.toString(from),
                "Bramble-Log-Size",
                Integer.toString(all.length),
                "Bramble-Log-Ended",
                ended.toString(),
                "Bramble-Log-Tail-Only",
                "false");
    }

    private void print(String text) {
        log.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bytesReachAFileAsTheyWerePrinted() {
        log.writeBytes(new byte[] {'a', 0, (byte) 0xff, 0x1b, '[', '2', 'J', '\r', '\n'});
        CliRun run = CliRun.with(home, head).run("logs", "7", "0");
        assertThat(run.outBytes()).containsExactly('a', 0, 0xff, 0x1b, '[', '2', 'J', '\r', '\n');
    }

    @Test
    void terminalIsSparedControlCharactersUnlessAskedFor() {
        log.writeBytes(new byte[] {'a', 0, (byte) 0xff, 0x1b, '[', '2', 'J', '\r', '\n', (byte) 0xc3});
        assertThat(CliRun.with(home, head).onTerminal().run("logs", "7", "0").out())
                .isEqualTo("a\ufffd\ufffd\ufffd[2J\n\ufffd");
        assertThat(CliRun.with(home, head)
                        .onTerminal()
                        .run("logs", "7", "0", "--raw")
                        .out())
                .contains("\u001b[2J");
    }

    @Test
    void followingPrintsWhatComesUntilTheTaskEnds() {
        ended.set(false);
        print("one\n");
        int[] pauses = new int[1];
        CliRun run = CliRun.with(home, head).atPause(() -> {
            pauses[0]++;
            if (pauses[0] == 2) {
                print("two\n");
            } else if (pauses[0] == 5) {
                print("three\n");
                ended.set(true);
            }
        });
        run.run("logs", "7", "0", "--follow");
        assertThat(run.out()).isEqualTo("one\ntwo\nthree\n");
        assertThat(run.code()).isZero();
    }

    @Test
    void characterCutInTwoBetweenPiecesIsWhole() {
        ended.set(false);
        byte[] e = "é".getBytes(StandardCharsets.UTF_8);
        log.write(e[0]);
        CliRun run = CliRun.with(home, head).onTerminal().atPause(() -> {
            log.write(e[1]);
            ended.set(true);
        });
        assertThat(run.run("logs", "7", "0", "-f").out()).isEqualTo("é");
    }

    @Test
    void withoutFollowingItEndsAtWhatIsThere() {
        ended.set(false);
        print("one\n");
        assertThat(CliRun.with(home, head).run("logs", "7", "0").out()).isEqualTo("one\n");
    }

    @Test
    void anotherAttemptIsPrintedFromItsBeginning() {
        ended.set(false);
        print("first attempt\n");
        CliRun run = CliRun.with(home, head).atPause(() -> {
            log.reset();
            print("second\n");
            ended.set(true);
        });
        run.run("logs", "7", "0", "--follow");
        assertThat(run.out()).isEqualTo("first attempt\nsecond\n");
        assertThat(run.err()).contains("another attempt of the task began");
    }

    @Test
    void answerThatBeginsTooEarlyRepeatsNothingAndOneThatBeginsTooLateIsSaid() {
        ended.set(false);
        print("one\n");
        CliRun run = CliRun.with(home, head).atPause(() -> {
            print("two\n");
            ended.set(true);
            head.on("GET", LOG, asked -> slice(0));
        });
        assertThat(run.run("logs", "7", "0", "--follow").out()).isEqualTo("one\ntwo\n");

        head.on("GET", LOG, this::piece);
        ended.set(false);
        CliRun late = CliRun.with(home, head).atPause(() -> {
            print("three\nfour\n");
            ended.set(true);
            head.on("GET", LOG, asked -> slice(14));
        });
        late.run("logs", "7", "0", "--follow");
        assertThat(late.out()).isEqualTo("one\ntwo\nfour\n");
        assertThat(late.err()).contains("(6 bytes are missing here)");
    }

    @Test
    void logThatIsGoneForAMomentIsNotPrintedTwice() {
        ended.set(false);
        print("one\n");
        AtomicInteger answers = new AtomicInteger();
        CliRun run = CliRun.with(home, head).atPause(() -> {
            boolean isGone = answers.incrementAndGet() == 1;
            head.on(
                    "GET",
                    LOG,
                    isGone
                            ? ignored -> Answer.bytes(
                                    new byte[0],
                                    "Bramble-Log-Offset",
                                    "4",
                                    "Bramble-Log-Size",
                                    "4",
                                    "Bramble-Log-Ended",
                                    "false",
                                    "Bramble-Log-Tail-Only",
                                    "false")
                            : this::piece);
            ended.set(!isGone);
        });
        run.run("logs", "7", "0", "--follow");
        assertThat(run.out()).isEqualTo("one\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void tailIsCountedInLines() {
        print("1\n2\n3\n4\n");
        assertThat(CliRun.with(home, head).run("logs", "7", "0", "--tail", "2").out())
                .isEqualTo("3\n4\n");
        assertThat(CliRun.with(home, head).run("logs", "7", "0", "--tail", "9").out())
                .isEqualTo("1\n2\n3\n4\n");
        assertThat(CliRun.with(home, head).run("logs", "7", "0", "--tail", "0").out())
                .isEmpty();
        print("half");
        assertThat(CliRun.with(home, head).run("logs", "7", "0", "--tail", "2").out())
                .isEqualTo("4\nhalf");
    }

    @Test
    void stderrAndTheReduceAreAskedForByName() {
        head.on("GET", "/jobs/7/tasks/reduce/log", this::piece);
        CliRun.with(home, head).run("logs", "7", "reduce", "--stderr");
        assertThat(head.lines().getLast()).startsWith("GET /jobs/7/tasks/reduce/log?stream=stderr&offset=0");
    }
}
