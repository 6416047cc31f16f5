package dev.bramble.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.worker.Workers.Collected;
import dev.bramble.worker.Workers.CollectedFile;
import dev.bramble.worker.Workers.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is taken from an attempt's folder when it has ended, what is refused, and how the folder goes. */
@ParameterizedClass
@EnumSource(Cage.class)
class ProcessOutputsTest {
    private static final long BYTES_MAX = 10_000;

    private static Path folder;
    private static Path key;
    private static Bed bed;

    @Parameter
    Cage cage;

    @BeforeParameterizedClassInvocation
    static void open(Cage cage) throws IOException {
        cage.assumePossible();
        folder = Bed.newFolder();
        key = Files.writeString(folder.resolve("agent.key"), "secret\n");
        bed = new Bed(cage.settings(folder).withOutputBytesMax(BYTES_MAX));
    }

    @AfterParameterizedClassInvocation
    static void close() throws IOException {
        Bed.discard(bed);
        bed = null;
    }

    private static Collected collect(String script, String... patterns) {
        Trial trial = bed.sh(script);
        trial.end();
        return bed.collect(trial, patterns);
    }

    private static List<String> names(Collected collected) {
        return collected.files().stream().map(CollectedFile::name).toList();
    }

    @Test
    void filesAreFoundByNameWithSizeAndExecutableBit() throws IOException {
        Collected collected = collect("printf abc >b; echo x >a; chmod 750 a; mkdir d; echo y >d/c", "b", "a", "d/c");
        assertThat(names(collected)).containsExactly("a", "b", "d/c");
        assertThat(collected.problems()).isEmpty();
        CollectedFile second = collected.files().get(1);
        assertThat(second.sizeBytes()).isEqualTo(3);
        assertThat(second.executable()).isFalse();
        assertThat(Files.readString(second.path())).isEqualTo("abc");
        assertThat(collected.files().getFirst().executable()).isTrue();
    }

    @Test
    void patternsAreThoseOfAShell() {
        String script =
                "mkdir -p m/a/b .h m/.i; touch x1 x2 x22 y1 .z m/1.bin m/a/2.bin m/a/b/3.bin m/é.bin .h/4 m/.i/5";
        assertThat(names(collect(script, "x?"))).containsExactly("x1", "x2");
        assertThat(names(collect(script, "[xy]1", "x[!1]"))).containsExactly("x1", "x2", "y1");
        assertThat(names(collect(script, "*"))).containsExactly("x1", "x2", "x22", "y1");
        assertThat(names(collect(script, ".*"))).containsExactly(".z");
        assertThat(names(collect(script, "m/?.bin"))).containsExactly("m/1.bin", "m/é.bin");
        assertThat(names(collect(script, "m/*/*.bin"))).containsExactly("m/a/2.bin");
        assertThat(names(collect(script, "**/*.bin")))
                .containsExactly("m/1.bin", "m/a/2.bin", "m/a/b/3.bin", "m/é.bin");
        assertThat(names(collect(script, "m/**"))).containsExactly("m/1.bin", "m/a/2.bin", "m/a/b/3.bin", "m/é.bin");
        assertThat(names(collect(script, "**/b/*", "m/a/**"))).containsExactly("m/a/2.bin", "m/a/b/3.bin");
        assertThat(names(collect("touch 'a[1' 'a.b' 'a+b' 'a]'", "a[[]1", "a.b", "a[+]b", "a[]]")))
                .containsExactly("a+b", "a.b", "a[1", "a]");
    }

    @Test
    void aPatternWithoutAMatchIsNamed() {
        Collected collected = collect("echo x >a", "a", "model.bin", "m/*.txt");
        assertThat(names(collected)).containsExactly("a");
        assertThat(collected.problems())
                .containsExactlyInAnyOrder(
                        "no file matches the output 'model.bin'", "no file matches the output 'm/*.txt'");
    }

    @Test
    void aLinkIsRefusedWhereverItLeads() {
        Collected collected = collect(
                "ln -s %s model.bin; mkdir d; echo y >d/y; ln -s d e; ln -s /etc f; ln -s gone g".formatted(key),
                "model.bin",
                "e/y",
                "f/pass*",
                "**/g");
        assertThat(collected.files()).isEmpty();
        assertThat(collected.problems())
                .containsExactlyInAnyOrder(
                        "the output 'model.bin' is a link: links are not kept, write the file itself",
                        "the output 'g' is a link: links are not kept, write the file itself",
                        "the output 'e' is a link: links are not followed",
                        "no file matches the output 'e/y'",
                        "the output 'f' is a link: links are not followed",
                        "no file matches the output 'f/pass*'");
    }

    @Test
    void climbingPatternsFindNothing() {
        Collected collected = collect("touch x", "../out", "/etc/passwd", "d/../../out", "./x");
        assertThat(collected.files()).isEmpty();
        assertThat(collected.problems()).isNotEmpty();
    }

    @Test
    void onlyRegularFilesWithoutPrivilegeAreKept() {
        Collected collected = collect(
                "mkfifo pipe; echo x >suid; chmod 4755 suid; echo x >sgid; chmod 2755 sgid; mkdir folder;"
                        + " perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => q(sock), Listen => 1)';"
                        + " echo x >locked; chmod 0 locked; echo x >ok",
                "pipe",
                "suid",
                "sgid",
                "sock",
                "folder",
                "locked",
                "ok");
        assertThat(names(collected)).containsExactly("ok");
        assertThat(collected.problems())
                .containsExactlyInAnyOrder(
                        "the output 'pipe' is not a regular file",
                        "the output 'sock' is not a regular file",
                        "the output 'suid' is setuid or setgid: such files are not kept",
                        "the output 'sgid' is setuid or setgid: such files are not kept",
                        "the output 'folder' is a folder: write 'folder/**' to keep the files in it",
                        "the output 'locked' cannot be read by the task's user: Permission denied");
    }

    @Test
    void namesThatATerminalOrACodecTripsOverAreRefused() {
        Collected collected =
                collect("touch \"$(printf 'a\\033[2Jb')\" \"$(printf 'n\\nl')\" \"$(printf '\\377x')\" 'b\\s' ok", "*");
        assertThat(names(collected)).containsExactly("ok");
        assertThat(collected.problems())
                .hasSize(4)
                .allMatch(problem -> problem.contains("rename the file"))
                .anyMatch(problem -> problem.contains("'a\\x1b[2Jb'"))
                .anyMatch(problem -> problem.contains("not UTF-8"));
    }

    @Test
    void numberAndBytesAreBounded() {
        Collected many = collect("touch $(seq 1003)", "*");
        assertThat(many.files()).hasSize(1000);
        assertThat(many.problems())
                .containsExactly("outputs: 1003 files are more than the 1000 that are kept: pack them into fewer");
        Collected large =
                collect("head -c 9000 /dev/zero >a; head -c 9000 /dev/zero >b; truncate -s 9T c; echo >d", "*");
        assertThat(names(large)).containsExactly("a", "d");
        assertThat(large.problems())
                .containsExactly("outputs: 4 files have 9895604667985 bytes, more than the 10000 that are kept:"
                        + " keep fewer or smaller ones");
        assertThat(collect("truncate -s 10001 one", "*").problems())
                .containsExactly("outputs: 1 file has 10001 bytes, more than the 10000 that are kept:"
                        + " keep fewer or smaller ones");
    }

    @Test
    void manyRefusalsAreSummedUp() {
        Collected collected = collect("perl -e 'symlink q(x), qq(l$_) for 1..300'", "*");
        assertThat(collected.problems()).hasSize(50).last().asString().contains("more files were refused");
    }

    @Test
    void anAttemptThatRunsOrIsUnknownGivesNothing() {
        Trial trial = bed.start(TestOrder.of("sleep", "317"));
        trial.pid();
        assertThat(bed.collect(trial, "*").problems())
                .singleElement()
                .asString()
                .contains("has not ended here");
        bed.stop(trial, Duration.ZERO);
        trial.end();
        bed.discard(trial);
        assertThat(bed.collect(trial, "*").problems())
                .singleElement()
                .asString()
                .contains("has not ended here");
    }

    @Test
    void aDiscardedFolderGoesWhateverIsInIt() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("stays"), "");
        Trial trial = bed.sh("""
                mkdir -p locked/in; touch locked/in/f; chmod 0 locked/in locked
                ln -s %s link; mkfifo pipe; mkdir many; (cd many; touch $(seq 500)); touch "$(printf '\\377')"
                chmod 0 "$BRAMBLE_CHECKPOINT_DIR"
                perl -e 'for (1..700) { mkdir "deeper" or die; chdir "deeper" or die; }'
                """.formatted(outside));
        assertThat(trial.err()).isEmpty();
        Path left = bed.folderOf(trial);
        bed.discard(trial);
        Bed.until("all is gone", () -> !Files.exists(left) && isEmpty(folder.resolve("trash")));
        assertThat(outside.resolve("stays")).exists();
    }

    @Test
    void theNextAttemptOfAJobFindsNothingInAFolderThatIsUsedAgain() throws IOException {
        Path shipped = Files.writeString(folder.resolve("shipped"), "shipped");
        Trial first = bed.start(TestOrder.sh("echo printed; echo complained >&2; chmod 777 . ../checkpoint")
                .file("a.txt", shipped, false)
                .stdin("read me"));
        assertThat(first.out()).isEqualTo("printed\n");
        Path placed = bed.folderOf(first).resolve("work/a.txt");
        bed.discard(first);
        Bed.until("it is emptied", () -> !Files.exists(placed));

        Trial second = bed.sh("ls -A . \"$BRAMBLE_CHECKPOINT_DIR\" | grep -v :; stat -c %a .; cat; echo end");
        assertThat(second.out().lines().filter(line -> !line.isEmpty()))
                .as("what it finds, and prints")
                .containsExactly("700", "end");
        assertThat(second.err()).doesNotContain("complained");
        bed.discard(second);
    }

    @Test
    void aFolderThatBecameALinkLeadsNoDeletionElsewhere() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("victim"));
        Files.writeString(outside.resolve("key"), "stays");
        Path shipped = Files.writeString(folder.resolve("shipped-key"), "shipped");
        Trial trial =
                bed.start(TestOrder.sh("rm -rf d; ln -s " + outside + " d").file("d/key", shipped, false));
        assertThat(trial.err()).isEmpty();
        Path left = bed.folderOf(trial);
        bed.discard(trial);
        Bed.until("it is gone", () -> !Files.exists(left) && isEmpty(folder.resolve("trash")));
        assertThat(outside.resolve("key")).hasContent("stays");
    }

    @Test
    void anAttemptThatNeverStartedCanBeDiscarded() {
        Trial trial = bed.start(TestOrder.of("nosuchprogram"));
        trial.end();
        bed.discard(trial);
        assertThat(bed.sh("ls -A").out()).isEmpty();
        assertThat(bed.failures).isEmpty();
    }

    private static boolean isEmpty(Path folder) {
        try (var list = Files.list(folder)) {
            return list.findAny().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static Collected checkpoint(String script, long bytesMax) {
        Trial trial = bed.sh("cd $BRAMBLE_CHECKPOINT_DIR; " + script);
        trial.end();
        return bed.collectCheckpoint(trial, bytesMax);
    }

    @Test
    void aCheckpointIsEveryFileOfItsFolderAndNothingElse() throws IOException {
        Collected collected = checkpoint("echo x >../work/no; mkdir -p d/.e; echo 1 >a; echo 2 >.b; echo 3 >d/.e/c", 9);
        assertThat(names(collected)).containsExactly(".b", "a", "d/.e/c");
        assertThat(collected.problems()).isEmpty();
        assertThat(Files.readString(collected.files().getFirst().path())).isEqualTo("2\n");
    }

    @Test
    void halfACheckpointIsAProblem() {
        assertThat(checkpoint("echo 1 >a; ln -s a b", 9).problems())
                .containsExactly("the checkpoint's file 'b' is a link: links are not kept, write the file itself");
        assertThat(checkpoint("mkfifo a", 9).problems())
                .containsExactly("the checkpoint's file 'a' is not a regular file");
        assertThat(checkpoint("echo 12345 >a; echo 67890 >b", 9).problems())
                .containsExactly(
                        "checkpoint: 2 files have 12 bytes, more than the 9 that are kept: keep fewer or smaller ones");
        assertThat(checkpoint("i=0; while [ $i -le 107 ]; do : >$i; i=$((i+1)); done", 9)
                        .problems())
                .containsExactly("checkpoint: 108 files are more than the 100 that are kept: pack them into fewer");
        assertThat(checkpoint("true", 9)).isEqualTo(new Collected(List.of(), List.of()));
    }

    @Test
    void aTaskFindsItsCheckpointAsItsOwnFilesAndMayChangeThem() throws IOException {
        Path source = Files.writeString(folder.resolve("state"), "1\n");
        Trial trial = bed.start(TestOrder.sh("cd $BRAMBLE_CHECKPOINT_DIR; echo 2 >>d/state; ./run;"
                        + " stat -c '%u %a' d/state run; id -u; rm run; ls -A; mv d e; cat e/state")
                .checkpoint("d/state", source, false)
                .checkpoint("run", Files.writeString(folder.resolve("run"), "#!/bin/sh\necho ran\n"), true));
        assertThat(trial.exit()).as(trial.err()).isEqualTo(new Exit.Code(0));
        String[] lines = trial.out().split("\n");
        String user = lines[3];
        assertThat(lines).containsExactly("ran", user + " 644", user + " 755", user, "d", "1", "2");
        assertThat(Files.readString(source)).isEqualTo("1\n");
        Trial next = bed.sh("ls -A $BRAMBLE_CHECKPOINT_DIR");
        next.end();
        assertThat(next.out()).isEmpty();
    }
}
