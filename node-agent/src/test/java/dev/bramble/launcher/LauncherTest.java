package dev.bramble.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    private static final int SET_UP_OR_BUILD_FAILED = 69;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private PretendMachine machine;

    @BeforeEach
    void aMachineWithAClone() {
        machine = new PretendMachine(folder);
    }

    @Test
    void theFirstRunBuildsAndTheSecondDoesNot() throws Exception {
        assertThat(machine.bramble("nodes").exitCode()).isZero();
        PretendMachine.Ended second = machine.bramble("nodes");

        assertThat(second.err()).isEmpty();
        assertThat(machine.calls("mvn")).hasSize(1).first().asString().contains("package", "jvms/jdk-25");
        assertThat(machine.clone.resolve("target/app")).isDirectoryContaining("glob:**/library.jar");
    }

    @Test
    void theProgramGetsTheCallersFolderAndArgumentsUnchanged() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("some where"));
        PretendMachine.Ended ended = PretendMachine.end(
                machine.start("link", elsewhere, machine.linkToLauncher(), "submit", "--", "echo", "a b", ""));

        assertThat(ended.out())
                .startsWith("in " + elsewhere.toRealPath() + "\n")
                .contains("[-cp]\n[" + machine.clone.toRealPath() + "/target/app/*]\n")
                .endsWith("[dev.bramble.cli.Main]\n[submit]\n[--]\n[echo]\n[a b]\n[]\n");
    }

    @Test
    void aChangedSourceIsBuilt() throws Exception {
        machine.bramble("nodes");
        Files.setLastModifiedTime(machine.source(), FileTime.from(Instant.now().plusSeconds(10)));
        machine.bramble("nodes");

        assertThat(machine.calls("mvn")).hasSize(2);
    }

    @Test
    void aRemovedSourceIsBuilt() throws Exception {
        machine.bramble("nodes");
        Files.delete(machine.source());
        machine.bramble("nodes");

        assertThat(machine.calls("mvn")).hasSize(2);
    }

    @Test
    void aFailedBuildShowsItsLogAndRunsNothing() throws Exception {
        machine.breakMaven();
        PretendMachine.Ended ended = machine.bramble("nodes");

        assertThat(ended.exitCode()).isEqualTo(SET_UP_OR_BUILD_FAILED);
        assertThat(ended.err()).contains("cannot compile A.java", "the build failed");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void twoLaunchersBuildOnce() throws Exception {
        machine.holdMaven();
        PretendMachine.Running first = machine.start("first", folder, machine.clone.resolve("bramble"), "nodes");
        until(() -> machine.calls("mvn").size() == 1);
        PretendMachine.Running second = machine.start("second", folder, machine.clone.resolve("bramble"), "jobs");
        until(() -> PretendMachine.read(second.err()).contains("waiting"));
        machine.remove("hold-maven");

        assertThat(PretendMachine.end(first).out()).contains("[nodes]");
        assertThat(PretendMachine.end(second).out()).contains("[jobs]");
        assertThat(machine.calls("mvn")).hasSize(1);
    }

    @Test
    void aStartIsRehearsedOnceForEachBuildAndItsCacheUsedThen() throws Exception {
        assertThat(machine.bramble("nodes").out())
                .doesNotContain("rehearsal")
                .contains("[-XX:AOTCache=" + machine.clone.toRealPath() + "/target/app/command.aot]");
        machine.bramble("jobs");
        assertThat(machine.calls("rehearsal")).hasSize(1);

        Files.setLastModifiedTime(machine.source(), FileTime.from(Instant.now().plusSeconds(10)));
        machine.bramble("nodes");
        assertThat(machine.calls("rehearsal")).hasSize(2);
    }

    @Test
    void anotherJavaRehearsesAnew() throws Exception {
        machine.bramble("nodes");
        machine.jdk(machine.jvms().resolve("jdk-25"), "25.0.2");
        machine.bramble("nodes");
        machine.bramble("nodes");

        assertThat(machine.calls("rehearsal")).hasSize(2);
        assertThat(machine.calls("mvn")).hasSize(1);
    }

    @Test
    void aRehearsalThatFailsCostsNothingButTheCache() throws Exception {
        machine.breakRehearsal(1);
        PretendMachine.Ended ended = machine.bramble("nodes");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).doesNotContain("AOTCache").endsWith("[dev.bramble.cli.Main]\n[nodes]\n");
        machine.bramble("nodes");
        assertThat(machine.calls("rehearsal")).as("not tried at every start").hasSize(1);
    }

    @Test
    void anInterruptedRehearsalIsBegunAgain() throws Exception {
        machine.breakRehearsal(130);
        assertThat(machine.bramble("nodes").exitCode()).isEqualTo(SET_UP_OR_BUILD_FAILED);
        machine.remove("break-rehearsal");

        assertThat(machine.bramble("nodes").out()).contains("command.aot");
        assertThat(machine.calls("mvn")).hasSize(1);
    }

    @Test
    void whatIsMissingIsNamedInOneLineToCopy() throws Exception {
        machine.remove("bin/mvn");
        machine.remove("jvms");
        PretendMachine.Ended ended = machine.bramble("demo");

        assertThat(ended.exitCode()).isEqualTo(SET_UP_OR_BUILD_FAILED);
        assertThat(ended.err().lines())
                .singleElement()
                .asString()
                .endsWith("  sudo apt-get install -y openjdk-25-jdk-headless maven");
        assertThat(machine.calls()).isEmpty();
    }

    @Test
    void aDebianWithoutThisJdkGetsToKnowWhatToInstall() throws Exception {
        machine.remove("jvms/jdk-25");
        machine.jdk(machine.jvms().resolve("jdk-17"), "17.0.15");
        machine.offers("openjdk-25-jdk-headless", "(none)");
        PretendMachine.Ended ended = machine.bramble("demo");

        assertThat(ended.exitCode()).isEqualTo(SET_UP_OR_BUILD_FAILED);
        assertThat(ended.err().lines()).singleElement().asString().contains("JDK 25 or later", "JAVA_HOME");
    }

    @Test
    void withYesWhatIsMissingIsInstalled() throws Exception {
        machine.remove("jvms/jdk-25/bin/javac");
        machine.whenAptGetRuns("cp \"$machine/jvms/jdk-25/bin/java\" \"$machine/jvms/jdk-25/bin/javac\"");
        PretendMachine.Ended ended = machine.bramble("--yes", "nodes");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).endsWith("[dev.bramble.cli.Main]\n[nodes]\n");
        assertThat(machine.calls("apt-get"))
                .containsExactly("apt-get install -y --no-install-recommends openjdk-25-jdk-headless");
    }

    @Test
    void aChangedTableOfHardwareIsBuilt() throws Exception {
        machine.bramble("nodes");
        Files.setLastModifiedTime(
                machine.clone.resolve("hardware/parts.csv"),
                FileTime.from(Instant.now().plusSeconds(10)));
        machine.bramble("nodes");

        assertThat(machine.calls("mvn")).hasSize(2);
    }

    @Test
    void testsGoOnWithoutWhatDrawsAndSaySo() throws Exception {
        PretendMachine.Ended ended = machine.bramble("test");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err())
                .contains("the tests of the pages are left out", "openscad, xvfb or xauth is missing: the rack is not");
        assertThat(machine.calls("apt-get")).isEmpty();
    }

    @Test
    void whatDrawsIsInstalledForTestsWithYes() throws Exception {
        List.of("chromium", "openscad", "xvfb", "xauth").forEach(name -> machine.offers(name, "1"));
        machine.whenAptGetRuns("""
                for tool in chromium openscad xvfb-run xauth; do
                  cp "$machine/bin/id" "$machine/bin/$tool"
                done
                """);
        assertThat(machine.bramble("--yes", "test").exitCode()).isZero();
        assertThat(machine.calls("apt-get")).containsExactly("apt-get install -y --no-install-recommends chromium");

        for (String tool : List.of("openscad", "xvfb-run", "xauth")) {
            machine.remove("bin/" + tool);
        }
        assertThat(machine.bramble("--yes", "test").exitCode()).isZero();
        assertThat(machine.calls("apt-get"))
                .last()
                .isEqualTo("apt-get install -y --no-install-recommends openscad xvfb xauth");
    }

    @Test
    void packageListsAreFetchedOnlyWhenTheyLackAPackage() throws Exception {
        machine.remove("bin/mvn");
        machine.remove("candidates/maven");
        machine.bramble("--yes", "nodes");

        assertThat(machine.calls("apt-get")).first().isEqualTo("apt-get update");
    }

    @Test
    void anyJdkNamedByJavaHomeServes() throws Exception {
        machine.remove("jvms");
        machine.jdk(folder.resolve("opt/jdk-26"), "26");
        machine.set("JAVA_HOME", folder.resolve("opt/jdk-26").toString());

        assertThat(machine.bramble("nodes").exitCode()).isZero();
        assertThat(machine.calls("mvn")).first().asString().contains("opt/jdk-26");
    }

    @Test
    void testPassesItsArgumentsAndItsEndThrough() throws Exception {
        assertThat(machine.bramble("test", "--all", "-Dsim.seeds=5").exitCode()).isZero();
        assertThat(machine.calls("mvn"))
                .singleElement()
                .asString()
                .contains(" verify -DexcludedGroups= ")
                .endsWith(" -Dsim.seeds=5");

        machine.breakMaven();
        assertThat(machine.bramble("test").exitCode()).isEqualTo(1);
    }

    @Test
    void aReadOnlyCloneRunsWhileItsBuildIsCurrentAndSaysSoWhenNot() throws Exception {
        machine.bramble("nodes");
        Path target = machine.clone.resolve("target");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeThat(Files.isWritable(target)).as("root writes everywhere").isFalse();
        assertThat(machine.bramble("nodes").exitCode()).isZero();

        Files.setLastModifiedTime(machine.source(), FileTime.from(Instant.now().plusSeconds(10)));
        PretendMachine.Ended stale = machine.bramble("nodes");
        assertThat(stale.exitCode()).isEqualTo(SET_UP_OR_BUILD_FAILED);
        assertThat(stale.err().lines()).singleElement().asString().contains("pi may not write to " + target);
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waited %s", PATIENCE).isBefore(end);
            Thread.sleep(10);
        }
    }
}
