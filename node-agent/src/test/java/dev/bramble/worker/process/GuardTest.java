package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Timing;
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
    /** Deaf to SIGTERM, with a child in a session of its own. */
    private static final String STUBBORN = """
            trap '' TERM
            (setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' &)
            while :; do sleep 0.05; done
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

    /** When leaders let the next attempt begin whose guard has promised this end: {@link Timing#OVER_AFTER}. */
    private static boolean isNextDue(long promisedNanos) {
        Duration later =
                GuardedAgent.GRACE.plus(Timing.OVER_AFTER).minus(Timing.LEASE).minus(Timing.LEASE_GRACE);
        return System.nanoTime() - promisedNanos > later.toNanos();
    }

    private static long promised(String line) {
        assertThat(line).startsWith(GuardedAgent.PROMISE);
        return Long.parseLong(line.substring(GuardedAgent.PROMISE.length()));
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aFrozenAgentsAttemptIsKilledInTimeAndARenewedOneLivesOn(Cage cage) throws Exception {
        Process agent = agent(cage);
        try (BufferedReader out = agent.inputReader(UTF_8)) {
            assertThat(out.readLine()).isEqualTo("running");
            long first = promised(out.readLine());
            Bed.until("its first lease is surely over", () -> isNextDue(first));
            assertThat(Bed.living(mark)).as("renewed, it lives on").isPositive();
            signal("STOP", List.of(Long.toString(agent.pid())));
            long last = first;
            while (out.ready()) {
                last = promised(out.readLine());
            }
            long promised = last;
            Bed.until("its last lease is surely over", () -> isNextDue(promised));
            assertThat(Bed.living(mark)).as("nothing is left").isZero();
            signal("CONT", List.of(Long.toString(agent.pid())));
            String end = out.readLine();
            while (end.startsWith(GuardedAgent.PROMISE)) {
                end = out.readLine();
            }
            assertThat(end).isEqualTo(new Exit.Lapsed(137).toString());
        } finally {
            agent.destroyForcibly();
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
