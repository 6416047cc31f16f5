package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.AttemptId;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.LogPiece;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a command is given, what comes back of it, and how it is stopped: the same at every level. */
@ParameterizedClass
@EnumSource(Cage.class)
class ProcessRunTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Bed bed;

    @Parameter
    Cage cage;

    @BeforeParameterizedClassInvocation
    static void open(Cage cage) throws IOException {
        bed = Bed.open(cage);
    }

    @AfterParameterizedClassInvocation
    static void close() throws IOException {
        Bed.discard(bed);
        bed = null;
    }

    @AfterEach
    void theLoopHadNoFailure() {
        assertThat(bed.failures).isEmpty();
    }

    @Test
    void exitCodesAndSignalsComeBackApart() {
        assertThat(bed.sh("true").exit()).isEqualTo(new Exit.Code(0));
        assertThat(bed.sh("exit 85").exit()).isEqualTo(new Exit.Code(85));
        assertThat(bed.sh("exit 255").exit()).isEqualTo(new Exit.Code(255));
        assertThat(bed.sh("exit 137").exit()).isEqualTo(new Exit.Code(137));
        assertThat(bed.sh("kill -9 $$").exit()).isEqualTo(new Exit.Signal(9));
        assertThat(bed.sh("kill -SEGV $$").exit()).isEqualTo(new Exit.Signal(11));
    }

    @Test
    void eachAttemptIsToldToHaveStartedAndThenEndedOnce() {
        Trial trial = bed.sh("exec sleep 0.01");
        assertThat(trial.end().millis()).isBetween(10L, Bed.PATIENCE.toMillis());
        assertThat(trial.told).containsExactly("started", "ended");
    }

    @Test
    void thePidIsTheCommandsOwnOutside() throws IOException {
        Trial trial = bed.start(TestOrder.of("sleep", "301"));
        assertThat(Files.readString(Path.of("/proc/" + trial.pid() + "/cmdline")))
                .isEqualTo("sleep\u0000301\u0000");
        bed.stop(trial, LONG);
        assertThat(trial.exit()).isEqualTo(new Exit.Signal(15));
    }

    @Test
    void bothStreamsAreKeptByteForByte() {
        Trial trial = bed.sh("printf 'a\\000\\377\\303(b\\r\\n'; printf 'no end' >&2");
        assertThat(trial.end().stdout().sizeBytes()).isEqualTo(8);
        assertThat(trial.end().cut()).isFalse();
        assertThat(trial.outBytes()).containsExactly('a', 0, 0xff, 0xc3, '(', 'b', '\r', '\n');
        assertThat(trial.err()).isEqualTo("no end");
    }

    @Test
    void theEnvironmentIsWhatWasOrderedAndTheTwoFolders() {
        Trial trial = bed.start(TestOrder.of("env", "-0").env("A", "1 = 2\n'\"").env("EMPTY", ""));
        Path folder = bed.folderOf(trial);
        assertThat(trial.out().split("\0"))
                .containsExactlyInAnyOrder(
                        "PATH=/usr/local/bin:/usr/bin:/bin",
                        "A=1 = 2\n'\"",
                        "EMPTY=",
                        "HOME=" + folder.resolve("work"),
                        "BRAMBLE_CHECKPOINT_DIR=" + folder.resolve("checkpoint"));
    }

    @Test
    void argumentsArriveAsTheyAre() {
        Trial trial = bed.start(TestOrder.of("printf", "%s|", "", "a b", "*", "$HOME", "{lr}", "é\n", "-n"));
        assertThat(trial.out()).isEqualTo("|a b|*|$HOME|{lr}|é\n|-n|");
    }

    @Test
    void theWorkingFolderIsItsOwnAndPrivate() {
        Trial trial = bed.sh("""
                [ "$PWD" = "$HOME" ] && stat -c '%a %U' . >mode && cat mode
                stat -c %a "$BRAMBLE_CHECKPOINT_DIR"
                echo kept >"$BRAMBLE_CHECKPOINT_DIR/c" && cat "$HOME/../checkpoint/c"
                umask; ulimit -c; ulimit -n
                """);
        assertThat(trial.out()).matches("700 \\S+\n700\nkept\n0022\n0\n1024\n");
    }

    @Test
    void aTaskCannotWriteItsLogsByTheirPath() {
        Trial trial = bed.sh("printf hello; printf forged >../out; rm -f ../out; mv ../out x");
        if (cage.keepsSecrets()) {
            assertThat(trial.out()).isEqualTo("hello");
        } else {
            assertThat(bed.workers.privilege().sentence()).contains("can read and signal what that user can");
        }
    }

    @Test
    void filesArePlacedWithTheirFoldersAndNotToBeChanged() throws IOException {
        Path text = source("text", "data\n", "r--r--r--");
        Path script = source("script", "#!/bin/sh\necho ran $1\n", "r--r--r--");
        Trial trial = bed.start(TestOrder.sh("cd in/a; cat t.csv; ../../run.sh it; stat -c %a t.csv ../../run.sh;"
                        + " echo x >>t.csv || echo refused; mv t.csv u.csv && cp u.csv v.csv && ls")
                .file("in/a/t.csv", text, false)
                .file("run.sh", script, true));
        assertThat(trial.out()).isEqualTo("data\nran it\n444\n555\nrefused\nu.csv\nv.csv\n");
        assertThat(text).hasContent("data\n");
    }

    @Test
    void aFileOfAnotherUserIsSharedInsteadOfCopied() throws IOException {
        Path text = source("shared", "data\n", "r--r--r--");
        Trial trial = bed.start(
                TestOrder.sh("cat t; stat -c %h t; chmod 777 t; rm -f t").file("t", text, false));
        assertThat(trial.out()).isEqualTo(Cage.isRoot() ? "data\n2\n" : "data\n1\n");
        assertThat(text).hasContent("data\n");
        assertThat(Files.getPosixFilePermissions(text)).isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
    }

    @Test
    void filesThatCannotBePlacedAreNamed() throws IOException {
        Path text = source("again", "data\n", "r--r--r--");
        Path gone = bed.folder.resolve("gone");
        assertThat(sentence(TestOrder.of("true").file("../x", text, false))).contains("'../x'", "climbs out");
        assertThat(sentence(TestOrder.of("true").file("/etc/x", text, false))).contains("'/etc/x'", "is absolute");
        assertThat(sentence(TestOrder.of("true").file("x", gone, false))).contains("'x'", gone + " is not there");
        assertThat(sentence(TestOrder.of("true").file("x", text, false).file("x", text, false)))
                .contains("'x' is there twice");
        assertThat(sentence(TestOrder.of("true").file("x", text, false).file("x/y", text, false)))
                .contains("'x/y'", "is to be a file and a folder");
    }

    @Test
    void stdinIsEmptyOrBytesOrAFile() throws IOException {
        Path file = source("stdin", "from a file\n", "r--r--r--");
        assertThat(bed.start(TestOrder.of("cat")).out()).isEmpty();
        assertThat(bed.start(TestOrder.of("cat").stdin("{\"lr\": 0.1}\n")).out())
                .isEqualTo("{\"lr\": 0.1}\n");
        assertThat(bed.start(TestOrder.sh("cat; echo x >&0 || echo read-only").stdin(file))
                        .out())
                .startsWith("from a file\n")
                .endsWith("read-only\n");
        assertThat(file).hasContent("from a file\n");
    }

    @Test
    void aCommandThatCannotRunSaysWhy() throws IOException {
        Path text = source("plain", "echo hi\n", "r--r--r--");
        Path script = source("lost", "#!/usr/bin/pyhton3 -u\n", "r--r--r--");
        Path binary = source("binary", "\177ELF\0nonsense", "r--r--r--");
        assertThat(sentence(TestOrder.of("pyhton3", "x.py")))
                .contains("'pyhton3' was not found on PATH=/usr/local/bin:/usr/bin:/bin");
        assertThat(sentence(TestOrder.of("./run.sh"))).contains("'./run.sh' is not in the task's folder");
        assertThat(sentence(TestOrder.of("/opt/x"))).contains("'/opt/x' does not exist on this node");
        assertThat(sentence(TestOrder.of("./x").file("x", text, false))).contains("'./x' may not be executed");
        assertThat(sentence(TestOrder.of("./x").file("x", script, true)))
                .contains("'./x'", "'#!/usr/bin/pyhton3 -u'", "does not have");
        assertThat(sentence(TestOrder.of("/etc"))).contains("'/etc' may not be executed");
        assertThat(sentence(TestOrder.of("x\u001b[2J"))).contains("'x\\x1b[2J' was not found");
        assertThat(sentence(TestOrder.of())).contains("command is empty");
        assertThat(sentence(TestOrder.of("echo", "a\0b"))).contains("'a\\x00b' has a NUL");
        assertThat(sentence(TestOrder.of("true").env("A=B", "c"))).contains("'A=B' cannot be set");
        assertThat(sentence(TestOrder.of("echo", "x".repeat(3 << 20)))).contains("longer than this node allows");
        assertThat(sentence(TestOrder.of("echo", "x".repeat(5 << 20)))).contains("pass them in a file");
        // A program of text without a first line is one for the shell, as in a shell.
        assertThat(bed.start(TestOrder.of("./x").file("x", text, true)).out()).isEqualTo("hi\n");
        assertThat(bed.start(TestOrder.of("./x").file("x", binary, true)).exit())
                .isNotEqualTo(new Exit.Code(0));
    }

    private String sentence(TestOrder order) {
        Trial trial = bed.start(order);
        assertThat(trial.end().millis()).isZero();
        assertThat(trial.told).containsExactly("ended");
        return trial.sentence();
    }

    @Test
    void theSameAttemptDoesNotRunTwice() {
        ProcessOrder order = TestOrder.of("sleep", "301").make();
        Trial first = bed.start(order);
        Trial second = bed.start(order);
        assertThat(second.sentence()).contains("is here already");
        assertThat(first.pid()).isPositive();
        bed.stop(first, LONG);
        assertThat(first.exit()).isEqualTo(new Exit.Signal(15));
    }

    @Test
    void stopIsATermToAllThatWasStarted() {
        Trial trial = bed.sh("""
                sh -c 'trap "echo child >>said; exit" TERM; echo >ready1; while :; do sleep 0.01; done' &
                trap 'wait; echo parent >>said; cat said; exit 85' TERM
                echo >ready2
                while :; do sleep 0.01; done
                """);
        untilThere(trial, "ready1");
        untilThere(trial, "ready2");
        bed.stop(trial, LONG);
        assertThat(trial.exit()).isEqualTo(new Exit.Code(85));
        assertThat(trial.out()).isEqualTo("child\nparent\n");
    }

    @Test
    void whatIgnoresTermIsKilledAfterTheGrace() {
        String mark = UUID.randomUUID().toString();
        Trial trial = bed.start(TestOrder.sh("""
                        trap '' TERM
                        (setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' &)
                        echo >ready
                        while :; do sleep 0.1; done
                        """).env(Bed.MARK, mark));
        untilThere(trial, "ready");
        Bed.until("both live", () -> Bed.living(mark) >= 2);
        bed.stop(trial, Duration.ofMillis(50));
        assertThat(trial.exit()).isEqualTo(new Exit.Signal(9));
        assertThat(Bed.living(mark)).isZero();
    }

    @Test
    void aLaterStopWithLessGraceCounts() {
        Trial trial = bed.sh("trap '' TERM; echo >ready; while :; do sleep 0.1; done");
        untilThere(trial, "ready");
        bed.stop(trial, LONG);
        bed.stop(trial, Duration.ZERO);
        assertThat(trial.exit()).isEqualTo(new Exit.Signal(9));
    }

    @Test
    void aStopBeforeTheStartIsNotLost() {
        Trial trial = bed.start(TestOrder.of("sleep", "301"));
        bed.stop(trial, LONG);
        assertThat(trial.exit()).isIn(new Exit.Signal(15), new Exit.NotStarted(trial.sentence()));
    }

    @Test
    void nothingIsLeftOfATaskThatForksAndOutlivesItsParent() {
        String mark = UUID.randomUUID().toString();
        Trial trial = bed.start(TestOrder.sh("""
                        i=0
                        while [ $i -lt 200 ]; do sleep 302 & i=$((i+1)); done
                        (setsid sh -c '(setsid sleep 303 &); setsid sleep 304 &' &)
                        sh -c 'trap "" TERM HUP; sleep 305' &
                        exit 4
                        """).env(Bed.MARK, mark));
        assertThat(trial.exit()).isEqualTo(new Exit.Code(4));
        assertThat(Bed.living(mark)).isZero();
    }

    @Test
    void anAttemptEndsWithItsMainProcessThoughAChildHoldsItsStreams() {
        Trial trial = bed.sh("echo first; sleep 306 & exec sh -c 'echo last'");
        assertThat(trial.exit()).isEqualTo(new Exit.Code(0));
        assertThat(trial.out()).isEqualTo("first\nlast\n");
    }

    @Test
    void aTaskMayCloseItsStreamsAndGoOn() {
        Trial trial = bed.sh("echo said; exec >&- 2>&-; sleep 0.05; exit 3");
        assertThat(trial.exit()).isEqualTo(new Exit.Code(3));
        assertThat(trial.out()).isEqualTo("said\n");
    }

    @Test
    void aFloodFillsNoDiskAndHoldsUpNobody() throws IOException {
        Trial flood = bed.start(TestOrder.of("yes").streamBytes(100_000));
        Trial other = bed.start(TestOrder.sh("yes no | head -c 50000").streamBytes(100_000));
        assertThat(other.end().stdout().sizeBytes()).isEqualTo(50_000);
        assertThat(other.end().cut()).isFalse();
        Bed.until("the flood is cut", () -> size(flood) == 100_000);
        for (int i = 0; i < 20; i++) {
            assertThat(bed.sh("echo fine").out()).isEqualTo("fine\n");
        }
        bed.stop(flood, LONG);
        assertThat(flood.exit()).isEqualTo(new Exit.Signal(15));
        assertThat(flood.end().cut()).isTrue();
        assertThat(flood.end().stdout().sizeBytes()).isEqualTo(100_000);
        assertThat(flood.outBytes()).hasSize(100_000);
    }

    @Test
    void moreThanTheLimitIsCutAndTheTaskEndsAsItWould() {
        Trial exact = bed.start(TestOrder.sh("head -c 5000 /dev/zero").streamBytes(5000));
        Trial over =
                bed.start(TestOrder.sh("head -c 3000000 /dev/zero >&2; exit 6").streamBytes(5000));
        assertThat(exact.end().cut()).isFalse();
        assertThat(exact.end().stdout().sizeBytes()).isEqualTo(5000);
        assertThat(over.exit()).isEqualTo(new Exit.Code(6));
        assertThat(over.end().cut()).isTrue();
        assertThat(over.end().stderr().sizeBytes()).isEqualTo(5000);
        assertThat(over.end().stdout().sizeBytes()).isZero();
    }

    @Test
    void logsAreReadWhileTheTaskRunsAndAfter() {
        Trial trial = bed.sh("printf 0123456789; printf e >&2; exec sleep 307");
        Bed.until("it printed", () -> log(trial, Stream.STDOUT, 0).sizeBytes() == 10);
        assertThat(log(trial, Stream.STDOUT, 4).bytes()).isEqualTo("456789".getBytes(UTF_8));
        assertThat(bed.log(trial.attempt, Stream.STDOUT, 4, 3).orElseThrow().bytes())
                .isEqualTo("456".getBytes(UTF_8));
        assertThat(log(trial, Stream.STDOUT, 10).bytes()).isEmpty();
        assertThat(log(trial, Stream.STDOUT, 99).bytes()).isEmpty();
        bed.stop(trial, LONG);
        trial.end();
        assertThat(log(trial, Stream.STDOUT, 8).bytes()).isEqualTo("89".getBytes(UTF_8));
        assertThat(log(trial, Stream.STDERR, 0).bytes()).isEqualTo("e".getBytes(UTF_8));
        bed.discard(trial);
        assertThat(bed.log(trial.attempt, Stream.STDOUT, 0, 10)).isEmpty();
        assertThat(bed.log(new AttemptId(1, 1), Stream.STDOUT, 0, 10)).isEqualTo(Optional.empty());
    }

    private static LogPiece log(Trial trial, Stream stream, long offset) {
        return bed.log(trial.attempt, stream, offset, 1000).orElseThrow();
    }

    private static long size(Trial trial) {
        return log(trial, Stream.STDOUT, 0).sizeBytes();
    }

    private static void untilThere(Trial trial, String name) {
        Bed.until(name, () -> Files.exists(bed.folderOf(trial).resolve("work").resolve(name)));
    }

    private static Path source(String name, String content, String permissions) throws IOException {
        Path file = bed.folder.resolve("source-" + name);
        if (!Files.exists(file)) {
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
        return file;
    }
}
