package dev.bramble.board.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BoardDetail;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxBoardTest {
    private static final String TEMPERATURE = "sys/class/thermal/thermal_zone0/temp";
    private static final String ALARM = "sys/class/hwmon/hwmon1/in0_lcrit_alarm";
    private static final String UPTIME = "proc/uptime";

    @TempDir
    private Path folder;

    private static void is(Reading reading, double value) {
        assertThat(reading).isEqualTo(Reading.known(value));
    }

    /** Those that say how well a board is. */
    private static List<Reading> vital(BoardHealth health) {
        BoardDetail detail = health.detailOrUnknown();
        return List.of(
                health.temperatureCelsius(),
                health.speed(),
                health.underVoltage(),
                health.throttled(),
                health.underVoltageSinceBoot().orElseThrow(),
                health.throttledSinceBoot().orElseThrow(),
                detail.clockMegahertz(),
                detail.clockMaxMegahertz(),
                detail.frequencyCapped(),
                detail.frequencyCappedSinceBoot(),
                detail.softTemperatureLimit(),
                detail.softTemperatureLimitSinceBoot(),
                detail.coreVolts());
    }

    @Test
    void healthyBoardTellsEachFigure() throws IOException {
        LinuxBoard board = new BoardTree(folder, "healthy").board();
        BoardHealth health = board.health();
        BoardDetail detail = health.detailOrUnknown();

        assertThat(board.serial()).isEqualTo("10000000a3b1c5d7");
        assertThat(health.board()).isEqualTo("Raspberry Pi 4 Model B Rev 1.4");
        assertThat(health.bootId()).startsWith("3c1f6d0e");
        assertThat(health.temperatureCelsius().value()).isEqualTo(48.199);
        is(health.speed(), 1);
        is(health.load1(), 0.12);
        is(health.memoryTotalBytes(), 3_884_340 * 1024.0);
        is(health.memoryFreeBytes(), 3_412_992 * 1024.0);
        is(health.underVoltage(), 0);
        is(health.throttled(), 0);
        is(health.diskWritable(), 1);
        is(health.clockSynchronised(), 1);
        is(health.underVoltageSinceBoot().orElseThrow(), 0);
        is(health.throttledSinceBoot().orElseThrow(), 0);
        is(health.diskWrittenBytes().orElseThrow(), 41_839_120 * 1024.0);
        is(detail.clockMegahertz(), 600);
        is(detail.clockMaxMegahertz(), 1500);
        is(detail.frequencyCapped(), 0);
        is(detail.softTemperatureLimit(), 0);
        is(detail.rootWritable(), 1);
        is(detail.coreVolts(), 0.85);
        is(detail.uptimeSeconds(), 93_784.21);
        assertThat(detail.fanShare().unknownBecause()).isEqualTo("the kernel looks after no fan");
    }

    @Test
    void throttledBoardIsAsSlowAsItsTrueClock() throws IOException {
        BoardHealth health = BoardTree.health(folder, "throttled");

        is(health.throttled(), 1);
        is(health.throttledSinceBoot().orElseThrow(), 1);
        is(health.underVoltageSinceBoot().orElseThrow(), 0);
        assertThat(health.speed().value()).isEqualTo(1000 / 1500.0);
        is(health.detailOrUnknown().clockMegahertz(), 1000);
    }

    @Test
    void underVoltedBoardIsHeldDown() throws IOException {
        BoardHealth health = BoardTree.health(folder, "under-volted");

        is(health.underVoltage(), 1);
        is(health.underVoltageSinceBoot().orElseThrow(), 1);
        assertThat(health.speed().value()).isEqualTo(0.4);
    }

    @Test
    void hotBoardIsCappedBeforeItIsThrottled() throws IOException {
        BoardHealth health = BoardTree.health(folder, "hot");

        assertThat(health.temperatureCelsius().value()).isGreaterThan(80);
        is(health.throttled(), 0);
        is(health.detailOrUnknown().frequencyCapped(), 1);
        is(health.detailOrUnknown().frequencyCappedSinceBoot(), 1);
        assertThat(health.speed().value()).isEqualTo(0.9);
    }

    @Test
    void deadSensorsAreUnknownWithTheirReasonAndNeverWell() throws IOException {
        BoardHealth health = BoardTree.health(folder, "dead-sensor");

        Stream.of(
                        health.temperatureCelsius(),
                        health.underVoltage(),
                        health.throttled(),
                        health.underVoltageSinceBoot().orElseThrow(),
                        health.throttledSinceBoot().orElseThrow(),
                        health.detailOrUnknown().coreVolts())
                .forEach(reading -> {
                    assertThat(reading.isKnown()).isFalse();
                    assertThat(reading.unknownBecause()).isNotEmpty();
                });
        assertThat(health.throttled().unknownBecause())
                .isEqualTo("the firmware does not answer: VCHI initialization failed");
        assertThat(health.speed().isKnown()).isFalse();
    }

    /** All zeros, and what the formula of a Pi 4's sensor makes of them. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "410040", "-273150", "none"})
    void sensorThatSaysNonsenseIsUnknown(String told) throws IOException {
        BoardTree tree = new BoardTree(folder, "healthy");
        tree.put(TEMPERATURE, told);

        assertThat(tree.board().health().temperatureCelsius().isKnown()).isFalse();
    }

    @Test
    void computeModuleWithDebiansKernelTellsWhatThatKernelKnows() throws IOException {
        BoardHealth health = BoardTree.health(folder, "compute-module-4");

        assertThat(health.board()).isEqualTo("Raspberry Pi Compute Module 4 Rev 1.0");
        is(health.underVoltage(), 0);
        assertThat(health.throttled().isKnown()).isFalse();
        assertThat(health.underVoltageSinceBoot().orElseThrow().unknownBecause())
                .startsWith("not seen since this agent looks");
        // At the full clock nothing holds it down.
        is(health.speed(), 1);
        is(health.detailOrUnknown().fanShare(), 0.25);
    }

    @Test
    void clockBelowWhatTheKernelAskedForIsHeldDownWhoeverTells() throws IOException {
        BoardTree tree = new BoardTree(folder, "compute-module-4");
        tree.put("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq", "750000");
        assertThat(tree.board().health().speed().value()).isEqualTo(0.5);

        tree.put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "750000");
        assertThat(tree.board().health().speed().isKnown())
                .as("an idle board, or one that is held down")
                .isFalse();
    }

    @Test
    void machineThatIsNoPiIsNeitherHotNorWell() throws IOException {
        LinuxBoard board = new BoardTree(folder, "no-pi").board();
        BoardHealth health = board.health();

        assertThat(board.serial()).isEqualTo("file-1");
        assertThat(health.board()).isEqualTo("not a Raspberry Pi");
        assertThat(vital(health)).allSatisfy(reading -> {
            assertThat(reading.isKnown()).isFalse();
            assertThat(reading.unknownBecause()).isEqualTo("this machine is no Raspberry Pi");
        });
        is(health.load1(), 1.02);
        is(health.detailOrUnknown().uptimeSeconds(), 512.4);
        is(health.diskWritable(), 1);
    }

    @Test
    void nothingThatCannotBeReadIsAFigure() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("root"));
        BoardTree tree = new BoardTree(folder, "healthy");
        try (Stream<Path> files = Files.walk(empty)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("model")) {
                    Files.delete(file);
                }
            }
        }
        tree.put("$ vcgencmd get_throttled", "");
        tree.put("$ vcgencmd measure_volts", "volt=0.0000V");
        tree.kernelClock = Reading.unknown("not told");
        BoardHealth health = tree.board().health();

        assertThat(vital(health)).noneMatch(Reading::isKnown);
        assertThat(List.of(
                        health.load1(),
                        health.memoryTotalBytes(),
                        health.memoryFreeBytes(),
                        health.clockSynchronised(),
                        health.diskWrittenBytes().orElseThrow(),
                        health.detailOrUnknown().rootWritable(),
                        health.detailOrUnknown().uptimeSeconds(),
                        health.detailOrUnknown().diskWrittenPerDayBytes()))
                .noneMatch(Reading::isKnown);
    }

    @Test
    void rootThatTheKernelMadeReadOnlyIsSeenAtOnce() throws IOException {
        BoardTree tree = new BoardTree(folder, "healthy");
        LinuxBoard board = tree.board();
        is(board.health().diskWritable(), 1);

        String mounts = Files.readString(folder.resolve("root/proc/self/mountinfo"));
        tree.put("proc/self/mountinfo", mounts.replace("/dev/mmcblk0p2 rw", "/dev/mmcblk0p2 ro"));

        is(board.health().diskWritable(), 0);
        is(board.health().detailOrUnknown().rootWritable(), 0);
        is(BoardTree.health(folder, "read-only").detailOrUnknown().rootWritable(), 0);
    }

    @Test
    void diskIsWrittenToNowAndThenAndTheAnswerHasAnAge() throws IOException {
        BoardTree tree = new BoardTree(folder, "healthy");
        LinuxBoard board = tree.board();
        board.health();
        Path probe = tree.data().resolve(".writable");
        assertThat(probe).hasSize(4096);
        Files.delete(probe);
        Files.createDirectory(probe);

        tree.nanos += Duration.ofSeconds(90).toNanos();
        assertThat(board.health().diskWritable()).isEqualTo(Reading.known(1, 90_000));
        tree.nanos += WriteProbe.EVERY.toNanos();
        is(board.health().diskWritable(), 0);

        // What was refused is tried again soon.
        Files.delete(probe);
        tree.nanos += WriteProbe.EVERY.dividedBy(10).toNanos();
        is(board.health().diskWritable(), 1);
    }

    @Test
    void lowVoltageOfThisBootIsRememberedOverARestartOfTheAgentAndNotOverABoot() throws IOException {
        BoardTree tree = new BoardTree(folder, "compute-module-4");
        tree.put(UPTIME, "40.00 100.00");
        LinuxBoard board = tree.board();
        is(board.health().underVoltageSinceBoot().orElseThrow(), 0);
        tree.put(ALARM, "1");
        board.health();
        tree.put(ALARM, "0");
        tree.put(UPTIME, "4000.00 100.00");
        is(board.health().underVoltage(), 0);
        is(board.health().underVoltageSinceBoot().orElseThrow(), 1);
        is(board.health().throttledSinceBoot().orElseThrow(), 0);

        LinuxBoard restarted = tree.board();
        is(restarted.health().underVoltageSinceBoot().orElseThrow(), 1);
        is(restarted.health().throttledSinceBoot().orElseThrow(), 0);

        tree.put("proc/sys/kernel/random/boot_id", "another");
        assertThat(restarted.health().underVoltageSinceBoot().orElseThrow().isKnown())
                .as("looked at late in this boot")
                .isFalse();
    }

    @Test
    void calendarClockCountsByTheKernelsWordElseByTheMarkOfTimesyncd() throws IOException {
        BoardTree tree = new BoardTree(folder, "healthy");
        tree.kernelClock = Reading.known(0);
        is(tree.board().health().clockSynchronised(), 0);

        tree.kernelClock = Reading.unknown("not allowed");
        is(tree.board().health().clockSynchronised(), 1);

        tree.remove("run/systemd/timesync/synchronized");
        assertThat(tree.board().health().clockSynchronised().unknownBecause()).isEqualTo("not allowed");
    }

    @Test
    void kernelOfThisMachineAnswersForItsClock() {
        assertThat(Adjtimex.synchronised().isKnown()).isTrue();
        is(Adjtimex.synchronised(250_000), 1);
        is(Adjtimex.synchronised(16_000_000), 0);
    }

    @Test
    void paceOfWritingIsKnownAfterAnHour() throws IOException {
        BoardTree tree = new BoardTree(folder, "healthy");
        LinuxBoard board = tree.board();
        assertThat(board.health().detailOrUnknown().diskWrittenPerDayBytes().isKnown())
                .isFalse();

        tree.nanos += Duration.ofHours(2).toNanos();
        String stat = "1 1 1 1 1 1 " + (412_880 + 8_192) + " 1 0 0 0";
        tree.put("sys/dev/block/179:2/stat", stat);
        // 4 MiB in two hours.
        is(board.health().detailOrUnknown().diskWrittenPerDayBytes(), 12 * 8_192 * 512.0);
    }
}
