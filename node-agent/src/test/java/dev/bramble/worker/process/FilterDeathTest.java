package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.worker.process.FilterBed.Batch;
import dev.bramble.worker.process.FilterBed.Job;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever dies, nothing of a filter outlives it, and every batch is told to have ended. */
class FilterDeathTest {
    /** Holds on to its channels in children that are deaf to polite signals. */
    private static final String STUBBORN = """
            trap '' TERM HUP INT
            (setsid sh -c 'trap "" TERM HUP; while :; do sleep 0.1; done' &)
            """;
    /** The shell and its child, each twice. */
    private static final int PROCESSES = 4;

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
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FilterAgentProcess.class.getName(),
                        cage.name(),
                        folder.toString(),
                        mark,
                        STUBBORN)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(agent.inputReader(UTF_8).readLine()).isEqualTo("warm");
        Bed.until("all of both runs", () -> Bed.living(mark) >= PROCESSES);
        return agent;
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void nothingOutlivesAnAgentThatIsKilled(Cage cage) throws IOException {
        Process agent = agent(cage);
        agent.destroyForcibly();
        Bed.until("nothing is left", () -> Bed.living(mark) == 0);
        // The next life begins clean.
        try (FilterBed bed = new FilterBed(new Bed(cage.settings(folder)))) {
            assertThat(bed.run(Job.of("cat"), "again").text()).isEqualTo("again\n");
            assertThat(folder.resolve("answers")).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void closingTakesAllAlongBeforeItReturns(Cage cage) throws Exception {
        Process agent = agent(cage);
        agent.getOutputStream().close();
        BufferedReader out = agent.inputReader(UTF_8);
        assertThat(out.readLine()).isEqualTo("closed");
        assertThat(Bed.living(mark)).isZero();
        agent.waitFor();
    }

    @ParameterizedTest
    @EnumSource(Cage.class)
    void aKilledSpawnerCostsNoLineATryAndTheNextBatchGoesOn(Cage cage) throws Exception {
        cage.assumePossible();
        try (FilterBed bed = new FilterBed(new Bed(cage.settings(folder)))) {
            Job job = Job.of("sh", "-c", STUBBORN + "read -r a; echo $a; sleep 600");
            job.env.put(Bed.MARK, mark);
            Batch batch = bed.run(job, "a", "b");
            Bed.until("it runs", () -> Bed.living(mark) >= PROCESSES / 2);
            new ProcessBuilder("kill", "-KILL", Long.toString(bed.bed.workers.spawnerPid()))
                    .start()
                    .waitFor();
            assertThat(batch.end().unanswered()).contains("the spawner, which runs tasks for the agent, ended");
            assertThat(batch.failed()).isEmpty();
            assertThat(batch.failure()).isEmpty();
            assertThat(Bed.living(mark)).isZero();
            assertThat(bed.run(Job.of("cat"), "on").text()).isEqualTo("on\n");
            assertThat(batch.told()).isEqualTo(1);
            assertThat(bed.bed.failures).isEmpty();
        }
    }

    /** A file that a task sees as well: whoever may give it a /tmp of its own may write in /var. */
    private Path outside() {
        Path var = Path.of("/var");
        return (Files.isWritable(var) ? var : var.resolve("tmp")).resolve("bramble-" + mark);
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN_UID", "PROCESS_GROUP"})
    void anIdleProcessThatDiesIsReplacedAndNobodyIsToldOfIt(Cage cage) throws Exception {
        cage.assumePossible();
        try (FilterBed bed = new FilterBed(new Bed(cage.settings(folder)))) {
            Job job = Job.of("sh", "-c", "read -r a; echo $a; while [ ! -e \"$STOP\" ]; do sleep 0.01; done; exit 9");
            Path stop = outside();
            job.env.put("STOP", stop.toString());
            assertThat(bed.run(job, "a").text()).isEqualTo("a\n");
            try {
                Files.createFile(stop);
                Bed.until("it is gone", () -> bed.askLoop(bed.filters::idleMemoryBytes) == 0);
                assertThat(bed.run(job, "b").text()).isEqualTo("b\n");
            } finally {
                Files.deleteIfExists(stop);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN_UID", "PROCESS_GROUP"})
    void anIdleProcessEndsAfterItsTimeByTheEndOfItsInput(Cage cage) throws Exception {
        cage.assumePossible();
        try (Bed bed = new Bed(cage.settings(folder))) {
            ProcessFilters filters = ProcessFilters.open(bed.workers, bed.loop, Duration.ofMillis(1));
            FilterBed filterBed = new FilterBed(bed, filters);
            Path said = Files.createTempFile("bramble-said", "");
            try {
                Files.setPosixFilePermissions(said, PosixFilePermissions.fromString("rw-rw-rw-"));
                Job job = Job.of("sh", "-c", "while read -r a; do echo $a; done; echo ended >>\"$SAID\"");
                job.env.put("SAID", Files.move(said, outside()).toString());
                said = outside();
                assertThat(filterBed.run(job, "a").text()).isEqualTo("a\n");
                Path end = said;
                Bed.until("it has ended by itself", () -> end.toFile().length() > 0);
                Bed.until("it is gone", () -> filterBed.askLoop(filters::idleMemoryBytes) == 0);
            } finally {
                Files.deleteIfExists(said);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN_UID", "PROCESS_GROUP"})
    void closedFiltersGiveBatchesBack(Cage cage) throws Exception {
        cage.assumePossible();
        FilterBed bed = new FilterBed(new Bed(cage.settings(folder)));
        try {
            Batch running = bed.run(Job.of("sh", "-c", "sleep 600"), "a");
            bed.filters.close();
            assertThat(running.end().unanswered()).contains("stopping");
            assertThat(running.failed()).isEmpty();
            assertThat(bed.run(Job.of("cat"), "a").end().unanswered()).contains("stopping");
        } finally {
            bed.close();
        }
    }
}
