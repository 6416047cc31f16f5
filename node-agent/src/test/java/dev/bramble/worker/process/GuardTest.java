package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.worker.Workers.Exit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guarded attempt ends when renewals stop coming, whoever of those above it is frozen. */
class GuardTest {
    /** Deaf to SIGTERM, with a child in a session of its own; says when it still lives, in seconds since the boot. */
    private static final String STUBBORN = """
            trap '' TERM
            (setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' &)
            while :; do cut -d' ' -f1 /proc/uptime; sleep 0.05; done
            """;

    private static final Duration SHORT = Duration.ofMillis(200);
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

    private Process agent(Cage cage) throws IOException {
        cage.assumePossible();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GuardedAgent.class.getName(),
                        cage.name(),
                        folder.toString(),
                        mark,
                        STUBBORN)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(String name, List<String> pids) throws Exception {
        for (String pid : pids) {
            assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                    .isZero();
        }
    }

    private static double uptime() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aFrozenAgentsAttemptIsKilledInTimeAndARenewedOneLivesOn(Cage cage) throws Exception {
        Process agent = agent(cage);
        try (BufferedReader out = agent.inputReader(UTF_8)) {
            assertThat(out.readLine()).isEqualTo("running");
            double begun = uptime();
            Path marks = folder.resolve("attempts");
            Bed.until("it has outlived its first lease", () -> last(marks) > begun + 2);
            signal("STOP", List.of(Long.toString(agent.pid())));
            double frozen = uptime();
            Bed.until("nothing is left", () -> Bed.living(mark) == 0);
            double lease = GuardedAgent.LEASE.plus(GuardedAgent.GRACE).toMillis() / 1000.0;
            // Half a second is what leaders add beyond all this, and four times that.
            assertThat(last(marks)).isBetween(frozen - 0.5, frozen + lease + 0.5);
            signal("CONT", List.of(Long.toString(agent.pid())));
            assertThat(out.readLine()).isEqualTo(new Exit.Lapsed(137).toString());
        } finally {
            agent.destroyForcibly();
        }
    }

    /** The last that the attempt said. */
    private static double last(Path attempts) {
        try (var files = Files.walk(attempts)) {
            List<Path> outs = files.filter(file -> file.endsWith("out")).toList();
            List<String> lines = outs.isEmpty() ? List.of() : Files.readAllLines(outs.getFirst());
            return lines.size() < 2 ? 0 : Double.parseDouble(lines.get(lines.size() - 2));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aFrozenSpawnerHoldsNoGuardUp(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            Trial trial = bed.start(TestOrder.sh(STUBBORN).env(Bed.MARK, mark).guarded(SHORT, SHORT));
            trial.pid();
            List<String> spawner = List.of(Long.toString(bed.workers.spawnerPid()));
            signal("STOP", spawner);
            Bed.until("nothing is left", () -> Bed.living(mark) == 0);
            signal("CONT", spawner);
            assertThat(trial.exit()).isEqualTo(new Exit.Lapsed(137));
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aFrozenKeeperHoldsNoGuardUp(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            Trial trial = bed.start(TestOrder.sh(STUBBORN).env(Bed.MARK, mark).guarded(SHORT, SHORT));
            trial.pid();
            String spawner = Long.toString(bed.workers.spawnerPid());
            signal(
                    "STOP",
                    Bed.processesOf(folder.resolve("spawner/spawner.pl").toString()).stream()
                            .filter(pid -> !pid.equals(spawner))
                            .toList());
            Bed.until("nothing is left", () -> Bed.living(mark) == 0);
            assertThat(trial.exit()).isEqualTo(new Exit.Lapsed(137));
            assertThat(bed.sh("echo next").out()).isEqualTo("next\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void oneThatIsAskedMayEndByItself(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            String script = "trap 'exit 85' TERM; while :; do sleep 0.02; done";
            Trial trial = bed.start(TestOrder.sh(script).guarded(SHORT, LONG));
            assertThat(trial.exit()).isEqualTo(new Exit.Lapsed(85));
            Trial quick = bed.start(TestOrder.sh("echo done").guarded(LONG, LONG));
            assertThat(quick.exit()).isEqualTo(new Exit.Code(0));
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void whatHasLapsedBeforeItBeganNeverDoes(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            Trial trial = bed.start(TestOrder.sh("echo begun").guarded(Duration.ZERO, LONG));
            assertThat(trial.exit()).isEqualTo(new Exit.Lapsed(-1));
            assertThat(trial.out()).isEmpty();
            assertThat(bed.sh("echo next").out()).isEqualTo("next\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aRenewalThatComesTooLateRevivesNothing(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            String script = "trap 'echo told' TERM; while :; do sleep 0.05; done";
            Trial trial = bed.start(TestOrder.sh(script).guarded(SHORT, Duration.ofSeconds(2)));
            Path out = bed.folderOf(trial).resolve("out");
            Bed.until("it was told", () -> Files.exists(out));
            bed.loop.execute(() -> bed.workers.renew(trial.attempt, System.nanoTime() + LONG.toNanos()));
            assertThat(trial.exit()).isEqualTo(new Exit.Lapsed(137));
        }
    }
}
