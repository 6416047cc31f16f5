package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Workers.Exit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever dies, nothing of an attempt outlives it, and every attempt is told to have ended. */
class DeathTest {
    /** A task that holds on: children in sessions of their own, deaf to every polite signal. */
    private static final String STUBBORN = """
            trap '' TERM HUP INT
            (setsid sh -c 'trap "" TERM HUP; (setsid sh -c "trap : TERM; while :; do sleep 0.1; done" &); sleep 401' &)
            for i in 1 2 3 4 5; do sleep 402 & done
            echo >ready
            while :; do sleep 0.1; done
            """;
    /** Of one attempt: the shell, three stubborn shells and the sleepers. */
    private static final int STUBBORN_PROCESSES = 8;

    private static final Duration LONG = Duration.ofMinutes(5);

    private final String mark = UUID.randomUUID().toString();
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Bed.newFolder();
    }

    @AfterEach
    void deleteFolder() throws IOException {
        Bed.delete(folder);
    }

    /** The JVM, with its pipes. */
    private record Agent(Process process, BufferedReader out, PrintStream in) implements AutoCloseable {
        void awaitLine(String line) throws IOException {
            assertThat(out.readLine()).isEqualTo(line);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private Agent agent(Cage cage) throws IOException {
        cage.assumePossible();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProcess.class.getName(),
                        cage.name(),
                        folder.toString(),
                        mark,
                        STUBBORN)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Agent agent = new Agent(process, process.inputReader(UTF_8), new PrintStream(process.getOutputStream(), true));
        agent.awaitLine("running");
        Bed.until("all of both tasks runs", () -> Bed.living(mark) >= 2 * STUBBORN_PROCESSES);
        return agent;
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void nothingOutlivesAnAgentThatIsKilled(Cage cage) throws IOException {
        try (Agent agent = agent(cage)) {
            agent.process().destroyForcibly();
            Bed.until("nothing is left", () -> Bed.living(mark) == 0);
        }
        // The next life begins clean: what the last one left in its folder goes.
        try (Bed bed = new Bed(cage.settings(folder))) {
            assertThat(bed.sh("echo again").out()).isEqualTo("again\n");
            Bed.until("the leftovers are gone", () -> isEmpty(folder.resolve("trash")));
        }
    }

    /** Without namespaces nothing is left that could kill what has left its parents; the next life does. */
    @ParameterizedTest
    @EnumSource(names = {"PROCESS_GROUP", "PROCESS_GROUP_OF_ROOT"})
    void whatOutlivesTheKeepersTooIsKilledByTheNextLife(Cage cage) throws Exception {
        try (Agent agent = agent(cage)) {
            List<String> kill = new ArrayList<>(
                    List.of("kill", "-KILL", Long.toString(agent.process().pid())));
            kill.addAll(Bed.processesOf(folder.resolve("spawner/spawner.pl").toString()));
            assertThat(kill).hasSize(3 + 1 + 2);
            run(kill.toArray(String[]::new));
            Bed.until("they are gone", () -> Bed.processesOf(folder.toString()).isEmpty());
            assertThat(Bed.living(mark)).as("of what has no parent left").isPositive();
        }
        try (Bed bed = new Bed(cage.settings(folder))) {
            assertThat(Bed.living(mark)).isZero();
            assertThat(bed.sh("echo again").out()).isEqualTo("again\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void anAgentThatEndsTakesAllAlongBeforeItIsGone(Cage cage) throws Exception {
        try (Agent agent = agent(cage)) {
            agent.in().close();
            agent.process().waitFor();
            assertThat(Bed.living(mark)).isZero();
            assertThat(agent.out().lines()).hasSize(2).allMatch(line -> line.contains("Signal[number=9]"));
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aStopIsCarriedOutWhileTheAgentIsFrozen(Cage cage) throws Exception {
        try (Agent agent = agent(cage)) {
            agent.in().println("stop 3000");
            agent.awaitLine("stopping");
            signal(agent.process().pid(), "STOP");
            Bed.until("nothing is left", () -> Bed.living(mark) == 0);
            signal(agent.process().pid(), "CONT");
            assertThat(agent.out().readLine()).contains("Signal[number=9]");
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aKilledSpawnerTakesItsTasksAlongAndAnotherGoesOn(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            Trial before = bed.sh("echo kept >f; echo done");
            before.end();
            Trial trial = bed.start(TestOrder.sh("echo said; " + STUBBORN).env(Bed.MARK, mark));
            Bed.until("all of it runs", () -> Bed.living(mark) >= STUBBORN_PROCESSES);
            // Until then it is held in memory, and would go with its keeper.
            Path out = bed.folderOf(trial).resolve("out");
            Bed.until("what it said is in a file", () -> out.toFile().length() > 0);
            signal(bed.workers.spawnerPid(), "KILL");
            Trial meanwhile = bed.sh("echo on");
            assertThat(trial.exit())
                    .isInstanceOfSatisfying(
                            Exit.Lost.class,
                            lost -> assertThat(lost.sentence())
                                    .startsWith("the spawner, which runs tasks for the agent, ended (exit code 137)"));
            assertThat(Bed.living(mark)).isZero();
            assertThat(trial.told).containsExactly("started", "ended");
            assertThat(trial.out()).isEqualTo("said\n");
            assertThat(trial.end().stdout().sizeBytes()).isEqualTo(5);
            assertThat(meanwhile.exit()).isInstanceOfAny(Exit.Code.class, Exit.Lost.class);
            assertThat(bed.sh("echo on").out()).isEqualTo("on\n");
            assertThat(bed.collect(before, "f").files()).hasSize(1);
            assertThat(bed.workers.privilege().level()).isEqualTo(cage.level);
            assertThat(bed.failures).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void closingEndsWhatRunsAndRefusesWhatComes(Cage cage) throws Exception {
        cage.assumePossible();
        Bed bed = new Bed(cage.settings(folder));
        Trial trial = bed.start(TestOrder.sh(STUBBORN).env(Bed.MARK, mark));
        trial.pid();
        bed.workers.close();
        assertThat(Bed.living(mark)).isZero();
        assertThat(trial.exit()).isEqualTo(new Exit.Signal(9));
        assertThat(bed.sh("true").sentence()).isEqualTo("the agent on this node is stopping");
        bed.stop(trial, LONG);
        bed.close();
        assertThat(bed.failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aFullDiskCutsLogsAndRefusesFilesAndNothingElse(Cage cage) throws Exception {
        cage.assumePossible();
        assumeTrue(Cage.isRoot(), "only root can mount a small disk");
        run("mount", "-t", "tmpfs", "-o", "size=1m,mode=711", "none", folder.toString());
        Path large = Files.write(Files.createTempFile("bramble-large", ""), new byte[2 << 20]);
        try (Bed bed = new Bed(cage.settings(folder))) {
            Trial trial =
                    bed.start(TestOrder.sh("head -c 3000000 /dev/zero; exit 3").streamBytes(10 << 20));
            assertThat(trial.exit()).isEqualTo(new Exit.Code(3));
            assertThat(trial.end().cut()).isTrue();
            Path out = bed.folderOf(trial).resolve("out");
            bed.discard(trial);
            Bed.until("there is room again", () -> out.toFile().length() == 0 && isEmpty(folder.resolve("trash")));
            assertThat(bed.start(TestOrder.of("true").file("large", large, false))
                            .sentence())
                    .contains("'large'", "No space left on device");
        } finally {
            run("umount", "-l", folder.toString());
            Files.delete(large);
        }
    }

    private static void signal(long pid, String name) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(pid));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as("%s", List.of(command))
                .isZero();
    }

    private static boolean isEmpty(Path folder) {
        try (var list = Files.list(folder)) {
            return list.findAny().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
