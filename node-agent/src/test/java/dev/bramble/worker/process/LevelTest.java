package dev.bramble.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.Level;
import dev.bramble.worker.Workers.Privilege;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which level is chosen, and the two with cgroups against a plain folder that looks like one: build machines have no
 * cgroup v2 with controllers.
 */
class LevelTest {
    private Path folder;
    private Path cgroups;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Bed.newFolder();
        cgroups = Bed.newFolder();
        Files.setPosixFilePermissions(cgroups, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(cgroups.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        Files.writeString(cgroups.resolve("cgroup.procs"), "");
        Files.writeString(cgroups.resolve("cgroup.subtree_control"), "");
        Files.setPosixFilePermissions(
                cgroups.resolve("cgroup.subtree_control"), PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    @AfterEach
    void deleteFolders() throws IOException {
        Bed.delete(folder);
        Bed.delete(cgroups);
    }

    /** As root or as an ordinary user, whichever {@code level} is for. */
    private ProcessSettings settings(Level level) {
        Cage cage = level == Level.BOARD || level == Level.OWN_UID ? Cage.OWN_UID : Cage.NAMESPACES;
        cage.assumePossible();
        return cage.settings(folder).withCgroupRoot(cgroups);
    }

    private static ProcessSettings ofAnyLevel(ProcessSettings settings) {
        return new ProcessSettings(
                settings.folder(),
                settings.hidden(),
                settings.slots(),
                settings.uidBase(),
                Optional.empty(),
                settings.cgroupRoot(),
                settings.launcher(),
                settings.outputBytesMax());
    }

    @ParameterizedTest
    @ValueSource(strings = {"BOARD", "CGROUP_SCOPE"})
    void anAttemptRunsInACgroupWithItsLimits(String name) throws IOException {
        Level level = Level.valueOf(name);
        try (Bed bed = new Bed(settings(level).withLevel(level))) {
            Trial trial = bed.start(TestOrder.sh("id -u; exit 9").processes(77));
            assertThat(trial.exit()).isEqualTo(new Exit.Code(9));
            Path cgroup = cgroups.resolve("attempt-" + trial.attempt);
            assertThat(cgroup.resolve("memory.max")).hasContent(Long.toString(256L << 20));
            assertThat(cgroup.resolve("cpu.max")).hasContent("100000 100000");
            assertThat(cgroup.resolve("pids.max")).hasContent("77");
            assertThat(cgroup.resolve("cgroup.procs")).hasContent("0");
            assertThat(cgroups.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
            assertThat(bed.workers.privilege().level()).isEqualTo(level);
            assertThat(bed.workers.privilege().sentence())
                    .contains("a cgroup that limits its memory, processors and processes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "memory.events, 'oom 1|oom_kill 1', it was killed since it used more than needs.memory 256M: ask for more",
        "memory.events, 'oom 0|oom_kill 1', it was killed since its node had no memory left",
        "pids.events, 'max 3', had reached the limit of 77 processes and threads (tasks.processes-max)",
    })
    void whoFailsAfterALimitOfItsCgroupIsToldSo(String file, String events, String words) throws IOException {
        try (Bed bed = new Bed(settings(Level.BOARD).withLevel(Level.BOARD))) {
            Trial failing = withEvents(bed, "kill -9 $$", file, events);
            assertThat(failing.exit()).isInstanceOfSatisfying(Exit.OverLimit.class, over -> {
                assertThat(over.code()).isEqualTo(137);
                assertThat(over.sentence()).contains(words);
            });
            assertThat(withEvents(bed, "exit 0", file, events).exit()).isEqualTo(new Exit.Code(0));
            assertThat(withEvents(
                                    bed,
                                    "kill -9 $$",
                                    file,
                                    events.replace('1', '0').replace('3', '0'))
                            .exit())
                    .isEqualTo(new Exit.Signal(9));
        }
    }

    /** What the kernel would have counted while the attempt ran. */
    private Trial withEvents(Bed bed, String end, String file, String events) throws IOException {
        Trial trial = bed.start(
                TestOrder.sh("while [ ! -e go ]; do sleep 0.02; done; " + end).processes(77));
        trial.pid();
        Files.writeString(
                cgroups.resolve("attempt-" + trial.attempt).resolve(file),
                "high 0\n" + events.replace('|', '\n') + "\n");
        Files.createFile(bed.folderOf(trial).resolve("work/go"));
        trial.end();
        return trial;
    }

    @Test
    void cgroupsWithoutControllersGiveTheNextLevelAndTheReason() throws IOException {
        Files.writeString(cgroups.resolve("cgroup.controllers"), "cpuset memory\n");
        try (Bed bed = new Bed(ofAnyLevel(settings(Level.BOARD)))) {
            Privilege privilege = bed.workers.privilege();
            assertThat(privilege.level()).isEqualTo(Level.OWN_UID);
            assertThat(privilege.sentence())
                    .contains("not BOARD: the cgroup v2 at " + cgroups + " lacks the controllers cpu pids");
        }
    }

    @Test
    void anOrdinaryUserGetsWhatItCanHave() throws IOException {
        Files.delete(cgroups.resolve("cgroup.controllers"));
        try (Bed bed = new Bed(ofAnyLevel(settings(Level.NAMESPACES)))) {
            Privilege privilege = bed.workers.privilege();
            assertThat(privilege.level()).isIn(Level.NAMESPACES, Level.PROCESS_GROUP);
            assertThat(privilege.sentence())
                    .contains("not BOARD: the agent does not run as root")
                    .contains("not OWN_UID: the agent does not run as root")
                    .contains("not CGROUP_SCOPE: " + cgroups + " is no cgroup v2");
        }
    }

    @Test
    void rootNeverRunsTasksAsItself() {
        assumeTrue(Cage.isRoot(), "needs root");
        for (Level level : List.of(Level.NAMESPACES, Level.CGROUP_SCOPE)) {
            assertThatThrownBy(() -> new Bed(ProcessSettings.of(folder).withLevel(level)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(level + ": the agent runs as root and can give each task a user of its own");
        }
    }

    @Test
    void aCgroupOfOthersIsLeftAlone() throws IOException {
        Files.writeString(cgroups.resolve("cgroup.procs"), "1\n");
        Files.delete(cgroups.resolve("cgroup.subtree_control"));
        Files.createDirectory(cgroups.resolve("cgroup.subtree_control"));
        try (Bed bed = new Bed(ofAnyLevel(settings(Level.BOARD)))) {
            assertThat(bed.workers.privilege().sentence())
                    .contains("not BOARD: the cgroup " + cgroups + " holds other processes, too");
        }
        assertThat(cgroups.resolve("agent")).doesNotExist();
    }

    @Test
    void aMachineThatGivesNoLevelIsRefusedWithAllReasons() throws IOException {
        Files.delete(cgroups.resolve("cgroup.controllers"));
        ProcessSettings settings = settings(Level.CGROUP_SCOPE).withLevel(Level.CGROUP_SCOPE);
        assertThatThrownBy(() -> new Bed(settings))
                .isInstanceOf(IOException.class)
                .hasMessage("tasks cannot run here: CGROUP_SCOPE: " + cgroups + " is no cgroup v2");
    }

    @Test
    void withoutPerlTheSentenceSaysSo() {
        assertThatThrownBy(() -> new Bed(ProcessSettings.of(folder).withLauncher(List.of("/nosuch/launcher"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the spawner needs perl");
        assertThatThrownBy(() -> new Bed(ProcessSettings.of(folder).withLauncher(List.of("false"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended (exit code 1)");
    }

    /** Whatever else Perl offers is not on every Debian machine. */
    @Test
    void theSpawnerUsesOnlyWhatPerlBaseHas() throws IOException {
        Set<String> modules = Set.of("strict", "warnings", "constant", "Config", "Errno", "Fcntl");
        try (var scripts = Files.list(Path.of("src/main/resources/dev/bramble/worker/process"))) {
            String text = scripts.map(LevelTest::read).collect(Collectors.joining());
            assertThat(Pattern.compile("(?m)^\\s*(?:use|require) +([\\w:]+)")
                            .matcher(text)
                            .results()
                            .map(use -> use.group(1)))
                    .isNotEmpty()
                    .isSubsetOf(modules);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
