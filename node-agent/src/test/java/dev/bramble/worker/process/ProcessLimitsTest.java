package dev.bramble.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Filters.BatchEnded;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.process.FilterBed.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes that take more than they asked for, in every cage that this machine gives. */
@Execution(ExecutionMode.CONCURRENT)
class ProcessLimitsTest {
    private static final long MEGABYTE = 1 << 20;

    private Bed bed;

    @AfterEach
    void close() throws IOException {
        Bed.discard(bed);
    }

    private static String sentence(Trial trial) {
        return trial.exit() instanceof Exit.OverLimit(int code, String sentence)
                ? code + ": " + sentence
                : "it ended otherwise: " + trial.exit();
    }

    @ParameterizedTest
    @EnumSource
    void whoWritesMoreThanItAskedForIsEndedAndToldSo(Cage cage) throws IOException {
        bed = Bed.open(cage);
        Trial small = bed.start(TestOrder.sh("mkdir a; head -c 2000000 /dev/zero > a/b; sleep 3; exit 4")
                .diskBytes(4 * MEGABYTE));
        Trial large = bed.start(TestOrder.sh("mkdir -p a/b; cd a/b; head -c 2000000 /dev/zero > c; cp c d; cp c e;"
                        + " sleep 100 & wait; exit 0")
                .diskBytes(4 * MEGABYTE));
        assertThat(sentence(large))
                .matches("137: it used [45]\\.\\dM of disk or more and asked for needs\\.disk 4M:"
                        + " ask for more or write less");
        assertThat(small.exit()).isEqualTo(new Exit.Code(4));
    }

    @ParameterizedTest
    @EnumSource
    void linksSparseFilesAndWhatWasShippedCountAsWhatTheyTake(Cage cage) throws IOException {
        bed = Bed.open(cage);
        Path shipped = bed.folder.resolve("shipped");
        Files.write(shipped, new byte[3 << 20]);
        Files.setPosixFilePermissions(shipped, PosixFilePermissions.fromString("r--r--r--"));
        Trial trial = bed.start(TestOrder.sh("head -c 1500000 /dev/zero > a; ln a b; ln a c; truncate -s 1G sparse;"
                        + " ln -s /usr u; ln -s . v; sleep 3; exit 4")
                .file("data", shipped, false)
                .diskBytes(2 * MEGABYTE));
        assertThat(trial.exit()).isEqualTo(new Exit.Code(4));
    }

    @ParameterizedTest
    @EnumSource
    void whatLiesInAPrivateTmpCounts(Cage cage) throws IOException {
        bed = Bed.open(cage);
        assumeTrue(cage.hasNamespaces, "shares /tmp");
        Trial trial = bed.start(
                TestOrder.sh("head -c 3000000 /dev/zero > /tmp/x; sleep 100").diskBytes(MEGABYTE));
        assertThat(sentence(trial)).contains("asked for needs.disk 1M");
    }

    @ParameterizedTest
    @EnumSource
    void whoTakesMoreMemoryThanItAskedForIsEndedAndToldSo(Cage cage) throws IOException {
        bed = Bed.open(cage);
        String hog = "import time; held = bytearray(80 << 20)\nfor i in range(0, len(held), 4096): held[i] = 1\n"
                + "time.sleep(100)";
        Trial trial = bed.start(TestOrder.of(
                        "/usr/bin/python3", "-c", "import os\nif os.fork() == 0:\n exec('''" + hog + "''')\nos.wait()")
                .memoryBytes(64 * MEGABYTE));
        assertThat(sentence(trial))
                .matches("137: it used \\d+(\\.\\d)?M of memory and asked for needs.memory 64M:"
                        + " ask for more or use less");
        assertThat(bed.workers.privilege().sentence()).contains("memory is polled");
    }

    @ParameterizedTest
    @EnumSource
    void pagesThatForkedProcessesShareCountOnce(Cage cage) throws IOException {
        bed = Bed.open(cage);
        String family = "import os, time; held = bytearray(40 << 20)\nfor i in range(0, len(held), 4096): held[i] = 1\n"
                + "for _ in range(4):\n  if os.fork() == 0: time.sleep(3); os._exit(0)\n"
                + "for _ in range(4): os.wait()\nos._exit(4)";
        Trial trial = bed.start(TestOrder.of("/usr/bin/python3", "-c", family).memoryBytes(100 * MEGABYTE));
        assertThat(trial.exit()).isEqualTo(new Exit.Code(4));
    }

    @ParameterizedTest
    @EnumSource
    void aFilterThatWritesTooMuchIsEndedAndItsLineIsCharged(Cage cage) throws IOException {
        bed = Bed.open(cage);
        try (FilterBed filters = new FilterBed(bed)) {
            BatchEnded ended = filters.run(
                            Job.of(
                                            "sh",
                                            "-c",
                                            "while read line; do if [ $line = much ]; then"
                                                    + " head -c 3000000 /dev/zero > x; sleep 100; fi; echo $line; done")
                                    .timeout(Duration.ofMinutes(1))
                                    .diskBytes(MEGABYTE),
                            "one",
                            "much",
                            "two")
                    .end();
            assertThat(ended.succeeded().toArray()).containsExactly(0, 2);
            assertThat(ended.failed()).singleElement().satisfies(failed -> {
                assertThat(failed.line()).isEqualTo(1);
                assertThat(failed.blame().reason()).contains("asked for needs.disk 1M: ask for more or write less");
            });
        }
        bed = null;
    }

    @ParameterizedTest
    @EnumSource
    void foldersNestedDeeperThanAPathHideNothing(Cage cage) throws IOException {
        bed = Bed.open(cage);
        String dig = "import os\nfor i in range(60):\n os.mkdir('d' * 100); os.chdir('d' * 100)\n"
                + "import time; time.sleep(100)";
        Trial trial = bed.start(TestOrder.of("/usr/bin/python3", "-c", dig));
        assertThat(sentence(trial)).contains("folders deeper than a path can name");
    }

    @ParameterizedTest
    @EnumSource
    void whoNeedsNoDiskMayWriteNone(Cage cage) throws IOException {
        bed = Bed.open(cage);
        Trial none = bed.start(TestOrder.sh("sleep 3; exit 4").diskBytes(0));
        Trial some = bed.start(
                TestOrder.sh("head -c 200000 /dev/zero > y; sleep 100").diskBytes(0));
        assertThat(sentence(some)).contains("asked for needs.disk 0B");
        assertThat(none.exit()).isEqualTo(new Exit.Code(4));
    }
}
