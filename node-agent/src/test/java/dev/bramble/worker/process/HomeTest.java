package dev.bramble.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.Printed;
import dev.bramble.worker.Workers.Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts of one job follow each other on one slot within the same walls: none finds anything of the one before. */
@ParameterizedClass
@EnumSource(Cage.class)
class HomeTest {
    /** Whatever a shell can see of what another attempt could have left. */
    private static final String LOOK_AROUND = """
            find . /tmp /var/tmp /dev/shm "$BRAMBLE_CHECKPOINT_DIR" -mindepth 1 \
              -name 'bramble-worker-test*' -prune -o -print
            perl -e 'for my $f (qw(shm sem msg)) { open F, "/proc/sysvipc/$f"; my @l = <F>; print @l[1 .. $#l] }'
            stat -c %a . "$BRAMBLE_CHECKPOINT_DIR"
            """;

    private static final String LEAVE_IPC = """
            perl -e 'shmget(0, 4096, 0600) // die; semget(0, 1, 0600) // die; msgget(0, 0600) // die'
            """;

    private Bed bed;

    @Parameter
    Cage cage;

    @BeforeEach
    void open() throws IOException {
        cage.assumePossible();
        bed = new Bed(cage.settings(Bed.newFolder()).withSlots(1));
    }

    @AfterEach
    void close() throws IOException {
        Bed.discard(bed);
    }

    private void nextFindsNothingAfter(String script) {
        assumeTrue(cage.hasNamespaces, cage + " shares the temporary folders of its machine");
        Trial first = bed.sh(script + "\necho left >&2");
        assertThat(first.err()).isEqualTo("left\n");
        for (int i = 0; i < 3; i++) {
            Trial next = bed.sh(LOOK_AROUND);
            assertThat(next.err()).isEmpty();
            assertThat(next.out()).isEqualTo("700\n700\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "echo x >f",
                "echo x >\"$BRAMBLE_CHECKPOINT_DIR\"/f",
                "echo x >/tmp/f",
                "echo x >/var/tmp/.f; ln -s /etc /tmp/l; mkfifo /tmp/p",
                "mkdir -p /tmp/a/b; echo x >/tmp/a/b/f",
                "for i in $(seq 100); do echo x >/tmp/$i; done",
                "echo x >/dev/shm/f",
                "mkdir /dev/shm/d",
                "echo x >f; echo x >/tmp/f; echo x >/dev/shm/f; mkdir d; chmod 0 d",
                "chmod 777 . \"$BRAMBLE_CHECKPOINT_DIR\"",
                "chmod 755 /tmp; chmod 0 .",
                "unshare -Urm sh -c 'mount -t tmpfs none /tmp; echo x >/tmp/f' 2>/dev/null; true",
                "head -c 1000000 /dev/zero >/tmp/large",
            })
    void theNextAttemptFindsNoFiles(String script) {
        nextFindsNothingAfter(script);
    }

    @Test
    void theNextAttemptFindsNoSharedMemorySemaphoresOrQueues() {
        nextFindsNothingAfter(LEAVE_IPC);
    }

    @Test
    void theNextAttemptFindsNoPosixQueue() {
        assumeTrue(cage.hasNamespaces, cage + " shares the queues of its machine");
        // mq_open has no command: its number is for this machine's processor alone.
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "only the number for x86-64 is known here");
        String open = "perl -e 'my $n = \"left\"; print syscall(240, $n, %s, 0600, 0) < 0 ? \"none\" : \"there\"'";
        assertThat(bed.sh(open.formatted("0102")).out()).isEqualTo("there");
        assertThat(bed.sh(open.formatted("2")).out()).isEqualTo("none");
    }

    @Test
    void nothingThatAnAttemptStartedMeetsTheNext() {
        String mark = UUID.randomUUID().toString();
        Trial first = bed.start(
                TestOrder.sh("(setsid sleep 401 &); sleep 402 & exit 0").env(Bed.MARK, mark));
        assertThat(first.exit()).isEqualTo(new Exit.Code(0));
        assertThat(Bed.living(mark)).isZero();
        if (cage.hasNamespaces) {
            assertThat(bed.sh("set -- /proc/[0-9]*; echo $#; cat /proc/1/comm").out())
                    .as("the shell and the keeper")
                    .isEqualTo("2\nperl\n");
        }
    }

    @Test
    void oneAttemptAfterTheOtherReadsMuchFromStdin() {
        for (String letter : List.of("a", "b", "c")) {
            String text = letter.repeat(100_000);
            Trial read = bed.start(
                    TestOrder.sh("tr -d " + letter + " | wc -c; echo end").stdin(text + "!"));
            assertThat(read.exit()).as(letter).isEqualTo(new Exit.Code(0));
            assertThat(read.out()).isEqualTo("1\nend\n");
        }
    }

    @Test
    void whatAScriptsFirstLineHoldsIsNeverTakenForTheKeepersWords() throws IOException {
        long spawner = bed.workers.spawnerPid();
        Path script = Files.write(
                Bed.newFolder().resolve("script"), "#!/nonexistent\0garbage\0clean\n".getBytes(StandardCharsets.UTF_8));
        Trial refused = bed.start(TestOrder.of("./script").file("script", script, true));
        assertThat(refused.exit())
                .isInstanceOfSatisfying(
                        Exit.NotStarted.class,
                        exit -> assertThat(exit.sentence()).contains("/nonexistent"));
        assertThat(bed.sh("echo on").out()).isEqualTo("on\n");
        assertThat(bed.workers.spawnerPid()).isEqualTo(spawner);
    }

    @Test
    void anAttemptCannotEnterTheFolderOfAnEndedOne() {
        assumeTrue(cage.keepsSecrets(), "at this level there is no wall");
        Trial first = bed.sh("echo mine >secret; chmod 777 . secret; head -c 5000 /dev/zero");
        first.end();
        Path folder = bed.folderOf(first);
        String thief = "cat %2$s/secret %1$s/out; ls %1$s %2$s; cd %2$s && echo in; echo >%2$s/x"
                .formatted(folder, folder.resolve("work"));
        assertThat(bed.sh(thief).out()).isEmpty();
        assertThat(bed.start(TestOrder.sh(thief).job(2)).out()).isEmpty();
        assertThat(folder.resolve("work/x")).doesNotExist();
        assertThat(bed.collect(first, "secret").files()).hasSize(1);
        bed.discard(first);
        Bed.until("it is gone", () -> !Files.exists(folder.resolve("work/secret")));
        assertThat(bed.sh(thief).out()).isEmpty();
    }

    @Test
    void jobsThatTakeTurnsOnASlotFindNothingOfEachOther() {
        assumeTrue(cage.hasNamespaces, cage + " shares the temporary folders of its machine");
        for (int turn = 0; turn < 3; turn++) {
            for (long job = 1; job <= 3; job++) {
                Trial trial = bed.start(TestOrder.sh(LOOK_AROUND + "echo x >f; echo x >/tmp/f; echo x >/dev/shm/f")
                        .job(job));
                assertThat(trial.out()).isEqualTo("700\n700\n");
                assertThat(trial.exit()).isEqualTo(new Exit.Code(0));
                bed.discard(trial);
            }
        }
        assertThat(bed.failures).isEmpty();
    }

    @Test
    void tinyAttemptsOfAJobHaveTheSameFolder() {
        assumeTrue(cage.hasNamespaces, "without walls of its own it may have left anything anywhere");
        Trial first = bed.sh("pwd");
        String folder = first.out();
        Trial second = bed.sh("pwd");
        assertThat(second.out()).isEqualTo(folder);
        assertThat(bed.collect(first, "*.txt").problems())
                .singleElement()
                .asString()
                .contains("'*.txt'");
        bed.discard(first);
        assertThat(bed.sh("pwd").out()).isEqualTo(folder);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 8192, 70_000})
    void whatIsPrintedIsWholeHoweverMuchStaysInMemory(int bytes) throws IOException {
        byte[] expected = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            expected[i] = (byte) (i * 31 + i / 256);
        }
        Path source = Files.write(bed.folder.resolve("printed-" + bytes), expected);
        Trial trial = bed.start(TestOrder.of("cat").stdin(source));
        assertThat(trial.outBytes()).isEqualTo(expected);
        assertThat(trial.end().stdout() instanceof Printed.InMemory).isEqualTo(bytes <= 4096);
        assertThat(bed.log(trial.attempt, Stream.STDOUT, 0, 100_000)
                        .orElseThrow()
                        .bytes())
                .isEqualTo(expected);
        if (bytes > 10) {
            assertThat(bed.log(trial.attempt, Stream.STDOUT, bytes - 10, 100).orElseThrow())
                    .satisfies(piece -> assertThat(piece.bytes()).hasSize(10))
                    .satisfies(piece -> assertThat(piece.sizeBytes()).isEqualTo(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 4097, 200_000})
    void stdinIsWholeWhetherItIsInAPipeOrAFile(int bytes) {
        String text = "x".repeat(bytes - 1) + "\n";
        assertThat(bed.start(TestOrder.sh("wc -c").stdin(text)).out().strip()).isEqualTo(Integer.toString(bytes));
    }

    @Test
    void theLogOfASlowPrinterIsSeenWhileItRuns() {
        Trial trial = bed.sh("echo at once; sleep 0.4; echo later; exec sleep 403");
        Bed.until(
                "both are seen",
                () -> bed.log(trial.attempt, Stream.STDOUT, 0, 100)
                        .map(piece -> new String(piece.bytes()))
                        .filter("at once\nlater\n"::equals)
                        .isPresent());
        bed.stop(trial, Duration.ofMinutes(5));
        assertThat(trial.out()).isEqualTo("at once\nlater\n");
    }

    @Test
    void aProgramThatIsNotThereCostsTheNextAttemptNothing() {
        for (String name : List.of("nosuchprogram", "./nosuch")) {
            assertThat(bed.start(TestOrder.of(name)).exit()).isInstanceOf(Exit.NotStarted.class);
            assertThat(bed.sh("echo fine").out()).isEqualTo("fine\n");
        }
    }
}
