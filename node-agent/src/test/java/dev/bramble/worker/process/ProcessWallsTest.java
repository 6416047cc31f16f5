package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.Privilege;
import dev.bramble.worker.Workers.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a task cannot do, as far as each level can hold it; and that the level's sentence admits the rest. */
@ParameterizedClass
@EnumSource(Cage.class)
class ProcessWallsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Path data;
    private static Path key;
    private static Bed bed;

    @Parameter
    Cage cage;

    /** As an agent has it: keys and attempts in one folder; the key readable by the very user that the level gives. */
    @BeforeParameterizedClassInvocation
    static void open(Cage cage) throws IOException {
        cage.assumePossible();
        data = Bed.newFolder();
        Path keys = Files.createDirectory(data.resolve("keys"));
        key = Files.writeString(keys.resolve("agent.key"), "secret\n");
        ProcessSettings settings = cage.settings(data.resolve("work"));
        if (cage.ofRoot && cage.hasNamespaces) {
            // The strictest agent: nobody else comes through its folder, yet a task must reach its own.
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        } else if (cage.ofRoot) {
            Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
        }
        bed = new Bed(settings.withHidden(List.of(keys)).withSlots(4));
    }

    @AfterParameterizedClassInvocation
    static void close() throws IOException {
        if (bed != null) {
            bed.close();
            Bed.delete(data);
        }
        bed = null;
    }

    @Test
    void theLevelIsNamedWithWhatItMeans() {
        Privilege privilege = bed.workers.privilege();
        assertThat(privilege.level()).isEqualTo(cage.level);
        assertThat(privilege.sentence())
                .contains(cage.ofRoot ? "each task has a user" : "tasks run as the agent's user");
        if (!cage.keepsSecrets()) {
            assertThat(privilege.sentence()).contains("the agent's keys and processes too");
        }
    }

    @Test
    void aTaskCannotReadTheAgentsKey() {
        Trial trial = bed.sh("cat " + key + " || echo no");
        assertThat(trial.out()).isEqualTo(cage.keepsSecrets() ? "no\n" : "secret\n");
    }

    @Test
    void thereIsNoWayAroundAWall() {
        assumeTrue(cage.keepsSecrets(), "at this level there is no wall");
        Trial trial = bed.sh("""
                cat /proc/1/root%1$s /proc/$PPID/root%1$s /proc/1/cwd%1$s
                for fd in /proc/1/fd/*; do cat $fd/../..%1$s $fd; done </dev/null
                cat /proc/1/environ /proc/1/mem
                ln -s %1$s link; cat link
                unshare --user --map-root-user --mount sh -c 'umount -l %2$s; umount -l %3$s; umount /proc; cat %1$s'
                unshare --user --map-root-user --mount sh -c 'mkdir b; mount --bind / b; cat b%1$s'
                umount %2$s; cat %1$s
                echo tried
                """.formatted(key, key.getParent(), bed.folder));
        assertThat(trial.out()).isEqualTo("tried\n");
    }

    @Test
    void aTaskCannotReachAnotherAttempt() throws IOException {
        Trial victim = bed.sh("echo mine >secret; echo printed; exec sleep 308");
        Bed.until("it wrote", () -> Files.exists(bed.folderOf(victim).resolve("work/secret")));
        Path folder = bed.folderOf(victim);
        Trial thief = bed.sh(
                "cat %2$s/secret %1$s/out; echo x >%2$s/x; ls %1$s; true".formatted(folder, folder.resolve("work")));
        if (cage.keepsSecrets()) {
            assertThat(thief.out()).isEmpty();
            assertThat(folder.resolve("work/x")).doesNotExist();
        } else {
            assertThat(thief.out()).contains("mine");
        }
        // Nor when its user has the slot of an ended one.
        bed.stop(victim, LONG);
        victim.end();
        Trial heir = bed.sh("cat %2$s/secret; ls %1$s; true".formatted(folder, folder.resolve("work")));
        assertThat(heir.out().isEmpty()).isEqualTo(cage.keepsSecrets());
    }

    @Test
    void aTaskSeesOnlyItsOwnProcesses() {
        assumeTrue(cage.hasNamespaces, cage + " has no process namespace");
        String mark = UUID.randomUUID().toString();
        Trial other = bed.start(TestOrder.of("sleep", mark.replaceAll("[^0-9]", "") + "0000"));
        other.pid();
        Trial trial = bed.sh("for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done");
        assertThat(trial.out()).doesNotContain("sleep").contains("sh -c");
        assertThat(trial.out().lines().filter(line -> line.startsWith("perl"))).hasSize(1);
        bed.stop(other, LONG);
        other.end();
    }

    @Test
    void aTaskCannotSignalTheAgentNorItsKeeperNorTheSpawner() {
        assumeTrue(cage.keepsSecrets(), "at this level tasks may signal what is their user's");
        long agent = ProcessHandle.current().pid();
        String script = "kill -0 %d 2>/dev/null && echo agent; kill -9 $PPID 2>/dev/null; kill -9 -1; echo on; exit 5";
        Trial trial = bed.sh("trap '' TERM; " + script.formatted(agent));
        if (cage.hasNamespaces) {
            assertThat(trial.out()).isEqualTo("on\n");
            assertThat(trial.exit()).isEqualTo(new Exit.Code(5));
        } else {
            assertThat(trial.out()).doesNotContain("agent");
        }
        assertThat(bed.sh("echo fine").out()).isEqualTo("fine\n");
    }

    @Test
    void aKeeperKilledByItsTaskIsNoEscape() {
        assumeTrue(!cage.keepsSecrets(), "only at this level can a task kill its keeper");
        String mark = UUID.randomUUID().toString();
        Trial trial = bed.start(TestOrder.sh("(setsid sleep 309 &) ; sleep 310 & kill -9 $PPID; sleep 311")
                .env(Bed.MARK, mark));
        assertThat(trial.exit()).isEqualTo(new Exit.Signal(9));
        assertThat(Bed.living(mark)).isZero();
        assertThat(bed.sh("echo fine").out()).isEqualTo("fine\n");
    }

    @Test
    void aKeeperFrozenByItsTaskIsNoEscapeFromAStop() {
        assumeTrue(!cage.keepsSecrets(), "only at this level can a task freeze its keeper");
        String mark = UUID.randomUUID().toString();
        Trial trial = bed.start(TestOrder.sh("(setsid sleep 309 &) ; kill -STOP $PPID; echo >ready; exec sleep 310")
                .env(Bed.MARK, mark));
        Bed.until("it is frozen", () -> Files.exists(bed.folderOf(trial).resolve("work/ready")));
        bed.stop(trial, Duration.ZERO);
        assertThat(trial.exit()).isEqualTo(new Exit.Signal(9));
        assertThat(Bed.living(mark)).isZero();
    }

    @Test
    void aTaskHasItsOwnTemporaryFolders() {
        assumeTrue(cage.hasNamespaces, cage + " shares /tmp");
        String name = "bramble-" + UUID.randomUUID();
        Trial writer = bed.sh("touch /tmp/%1$s /var/tmp/%1$s /dev/shm/%1$s && exec sleep 312".formatted(name));
        Bed.until(
                "it wrote",
                () -> Files.exists(bed.folderOf(writer).resolveSibling("tmp").resolve(name)));
        assertThat(Path.of("/tmp", name)).doesNotExist();
        Trial reader =
                bed.sh("ls /tmp/%1$s /var/tmp/%1$s /dev/shm/%1$s; echo ok >/tmp/t && cat /tmp/t".formatted(name));
        assertThat(reader.out()).isEqualTo("ok\n");
        bed.stop(writer, LONG);
        writer.end();
        assertThat(Path.of("/dev/shm", name)).doesNotExist();
    }

    @Test
    void filesInMemoryTakeNoMoreThanTheTasksMemory() {
        assumeTrue(cage.hasNamespaces, cage + " shares /dev/shm");
        Trial trial = bed.sh("df -m --output=size /dev/shm | tail -n 1");
        assertThat(trial.out().strip()).isEqualTo("256");
    }

    @Test
    void aTaskHasNoPrivilegeAndNoWayToOne() {
        Trial trial = bed.sh("grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Groups|Uid):' /proc/self/status");
        assertThat(trial.out().lines())
                .contains("NoNewPrivs:\t1")
                .filteredOn(line -> line.startsWith("Cap"))
                .hasSize(4)
                .allMatch(line -> line.endsWith(":\t0000000000000000"));
        if (cage.ofRoot) {
            assertThat(trial.out()).containsPattern("Uid:\t1900000\\d\\d\\d\t").contains("Groups:\t \n");
        }
    }

    @Test
    void aTaskInheritsNoHandleAndNoHabitOfItsStarter() {
        assertThat(bed.start(TestOrder.of("ls", "/proc/self/fd")).out())
                .as("its three streams, and the folder that is listed")
                .isEqualTo("0\n1\n2\n3\n");
        // The C library keeps signals 32 and 33 to itself; some init systems hand them on ignored.
        Trial trial = bed.sh("grep SigBlk /proc/self/status;"
                + " sed -n 's/^SigIgn:.*\\(.......\\)$/\\1/p' /proc/self/status; cat /proc/self/oom_score_adj;"
                + " ps -o sid= -p $$ | tr -d ' '; echo $$");
        List<String> lines = trial.out().lines().toList();
        assertThat(lines).startsWith("SigBlk:\t0000000000000000", "0000000", "500");
        assertThat(lines.get(3)).as("a session of its own").isEqualTo(lines.get(4));
    }

    @Test
    void eachSlotHasAUserOfItsOwn() {
        assumeTrue(cage.ofRoot, "only root can give users");
        Trial first = bed.sh("id -u; id -g; id -G; exec sleep 313");
        Trial second = bed.sh("id -u; id -g; id -G; exec sleep 314");
        Bed.until("both told", () -> lines(first) == 3 && lines(second) == 3);
        bed.stop(first, LONG);
        bed.stop(second, LONG);
        assertThat(first.out().lines().distinct()).hasSize(1);
        assertThat(second.out()).isNotEqualTo(first.out());
    }

    private static long lines(Trial trial) {
        return new String(
                        bed.log(trial.attempt, Stream.STDOUT, 0, 1000)
                                .orElseThrow()
                                .bytes(),
                        UTF_8)
                .lines()
                .count();
    }

    @Test
    void theNumberOfProcessesIsLimitedWhereThatCanBeCounted() {
        assumeTrue(bed.workers.privilege().sentence().contains("the number of processes is limited"), "not here");
        String script = "i=0; while [ $i -lt 30 ]; do sleep 315 & i=$((i+1)); done; echo all";
        assertThat(bed.start(TestOrder.sh(script).processes(100)).out()).isEqualTo("all\n");
        Trial trial = bed.start(TestOrder.sh(script).processes(10));
        assertThat(trial.out()).isEmpty();
        assertThat(trial.err()).containsIgnoringCase("fork");
    }

    @Test
    void moreAttemptsThanSlotsAreRefused() {
        List<Trial> trials = IntStream.range(0, 4)
                .mapToObj(i -> bed.start(TestOrder.of("sleep", "316")))
                .toList();
        trials.forEach(Trial::pid);
        assertThat(bed.sh("true").sentence()).isEqualTo("all 4 slots of this node are taken");
        trials.forEach(trial -> bed.stop(trial, LONG));
        trials.forEach(Trial::end);
        assertThat(bed.sh("true").exit()).isEqualTo(new Exit.Code(0));
    }
}
