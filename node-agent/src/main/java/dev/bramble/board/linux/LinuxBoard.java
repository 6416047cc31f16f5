package dev.bramble.board.linux;

import dev.bramble.board.Board;
import dev.bramble.board.Firmware;
import dev.bramble.board.Rarely;
import dev.bramble.board.ThrottleFlag;
import dev.bramble.board.WritePace;
import dev.bramble.model.BoardDetail;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a board's health from files under a root, {@code /} in production, and asks the firmware for the rest. Of a
 * machine that is no Raspberry Pi it knows what every Linux tells, and nothing of heat, clock and power: what such
 * figures mean there it does not know.
 */
public final class LinuxBoard implements Board {
    private static final String PI = "Raspberry Pi";
    private static final String NO_PI = "this machine is no Raspberry Pi";
    private static final String CLOCKS = "sys/devices/system/cpu/cpu0/cpufreq/";
    private static final double MEGAHERTZ = 1e-3;
    /** What a board endures is within; a sensor that is broken says 410 °C, or nothing but zeros. */
    private static final double COLD_CELSIUS = -40;

    private static final double HOT_CELSIUS = 125;
    /** The kernel rounds what it asks for to the steps that the firmware has. */
    private static final double HELD_BELOW = 0.95;

    private static final String DEVICE_NAME = "DEVNAME=";
    private static final int SECTOR_BYTES = 512;
    private static final int SECTORS_WRITTEN = 6;

    /**
     * Where it looks, and whom it asks.
     *
     * @param root of /proc and /sys
     * @param data the node's folder, whose disk counts
     * @param standIn the serial where the board has none
     * @param firmware what the kernel does not tell
     * @param kernelClock 1 when the kernel's clock is synchronised, else 0
     * @param slow runs what may hang
     * @param nanos a monotonic clock
     */
    public record Sources(
            Path root,
            Path data,
            String standIn,
            Firmware firmware,
            Supplier<Reading> kernelClock,
            Executor slow,
            LongSupplier nanos) {}

    private final Sources sources;
    private final SysFiles files;
    private final BootMemory memory;
    private final Rarely writes;
    private final WritePace pace = new WritePace();

    public LinuxBoard(Sources sources) {
        this.sources = sources;
        this.files = new SysFiles(sources.root());
        this.memory = new BootMemory(sources.data());
        this.writes = new Rarely(
                new WriteProbe(sources.data())::reading,
                WriteProbe.EVERY,
                WriteProbe.HANGS_AFTER,
                sources.slow(),
                sources.nanos());
    }

    /** The machine that this runs on. */
    public static LinuxBoard ofThisMachine(Path data, String standIn, Firmware firmware) {
        return new LinuxBoard(new Sources(
                Path.of("/"),
                data,
                standIn,
                firmware,
                Adjtimex::synchronised,
                probe -> Thread.ofPlatform().daemon().name("board").start(probe),
                System::nanoTime));
    }

    /** Whether the machine under this root is a Raspberry Pi, a Compute Module included. */
    public static boolean isPi(Path root) {
        return new SysFiles(root)
                .text("proc/device-tree/model")
                .filter(model -> model.startsWith(PI))
                .isPresent();
    }

    @Override
    public String serial() {
        return files.text("proc/device-tree/serial-number").orElse(sources.standIn());
    }

    @Override
    public synchronized BoardHealth health() {
        boolean isPi = isPi(sources.root());
        Reading flags = isPi ? flags() : Reading.unknown(NO_PI);
        Reading underVoltage = isPi ? underVoltage(flags) : Reading.unknown(NO_PI);
        Reading uptime = files.number("proc/uptime", 1);
        String bootId = files.text("proc/sys/kernel/random/boot_id").orElse("unknown");
        memory.see(
                bootId,
                uptime,
                Arrays.stream(ThrottleFlag.values())
                        .filter(flag -> isOn(flag.now(flags))
                                || isOn(flag.occurred(flags))
                                || flag == ThrottleFlag.UNDER_VOLTAGE && isOn(underVoltage))
                        .toList());
        Clocks clocks = isPi ? clocks() : Clocks.unknown();
        return new BoardHealth(
                        files.text("proc/device-tree/model").orElse("not a Raspberry Pi"),
                        bootId,
                        isPi ? temperature() : Reading.unknown(NO_PI),
                        isPi ? speed(clocks, flags) : Reading.unknown(NO_PI),
                        files.number("proc/loadavg", 1),
                        memory("MemTotal"),
                        memory("MemAvailable"),
                        disk(FileStore::getTotalSpace),
                        disk(FileStore::getUsableSpace),
                        underVoltage,
                        ThrottleFlag.THROTTLED.now(flags),
                        dataWritable(),
                        clockSynchronised(),
                        Optional.of(sinceBoot(isPi, ThrottleFlag.UNDER_VOLTAGE)),
                        Optional.of(sinceBoot(isPi, ThrottleFlag.THROTTLED)),
                        Optional.of(written()))
                .with(new BoardDetail(
                        clocks.actual().isKnown() ? clocks.actual() : clocks.asked(),
                        clocks.most(),
                        ThrottleFlag.FREQUENCY_CAPPED.now(flags),
                        sinceBoot(isPi, ThrottleFlag.FREQUENCY_CAPPED),
                        ThrottleFlag.SOFT_TEMPERATURE_LIMIT.now(flags),
                        sinceBoot(isPi, ThrottleFlag.SOFT_TEMPERATURE_LIMIT),
                        rootWritable(),
                        isPi ? coreVolts() : Reading.unknown(NO_PI),
                        fan(),
                        uptime,
                        pace.at(sources.nanos().getAsLong(), sectorsWritten())));
    }

    private static boolean isOn(Reading flag) {
        return flag.isKnown() && flag.value() == 1;
    }

    /** What the kernel tells of the clock, megahertz. */
    private record Clocks(Reading actual, Reading asked, Reading most) {
        static Clocks unknown() {
            Reading none = Reading.unknown(NO_PI);
            return new Clocks(none, none, none);
        }
    }

    private Clocks clocks() {
        return new Clocks(
                files.number(CLOCKS + "cpuinfo_cur_freq", MEGAHERTZ),
                files.number(CLOCKS + "scaling_cur_freq", MEGAHERTZ),
                files.number(CLOCKS + "cpuinfo_max_freq", MEGAHERTZ));
    }

    private Reading temperature() {
        Reading read = files.numbered("sys/class/thermal/thermal_zone", "type")
                .filter(zone -> files.text(zone + "type").orElse("").startsWith("cpu"))
                .findFirst()
                .map(zone -> files.number(zone + "temp", 1e-3))
                .orElse(Reading.unknown("the kernel has no sensor of the processor's temperature"));
        boolean isSane =
                !read.isKnown() || read.value() != 0 && read.value() > COLD_CELSIUS && read.value() < HOT_CELSIUS;
        return isSane ? read : Reading.unknown("the sensor is broken: it says " + Math.round(read.value()) + " °C");
    }

    /** From the file that kernels had until 6.12, else from the firmware. */
    private Reading flags() {
        Optional<String> word = files.text("sys/devices/platform/soc/soc:firmware/get_throttled");
        if (word.isEmpty()) {
            return sources.firmware().flags();
        }
        try {
            return Reading.known(Long.parseLong(word.get().replaceFirst("^0x", ""), 16));
        } catch (NumberFormatException odd) {
            return Reading.unknown("the firmware tells no number");
        }
    }

    /** The kernel's driver looks every two seconds, so that nobody else need ask. */
    private Reading underVoltage(Reading flags) {
        Reading alarm = voltageSensor()
                .map(sensor -> files.number(sensor + "in0_lcrit_alarm", 1))
                .orElse(Reading.unknown("the kernel has no sensor of the supply"));
        return alarm.isKnown() ? alarm : ThrottleFlag.UNDER_VOLTAGE.now(flags);
    }

    private Optional<String> voltageSensor() {
        return files.numbered("sys/class/hwmon/hwmon", "name")
                .filter(sensor -> files.text(sensor + "name").orElse("").equals("rpi_volt"))
                .findFirst();
    }

    /** From kernels that tell it, else from the firmware. */
    private Reading coreVolts() {
        Reading kernel = voltageSensor()
                .filter(sensor -> files.text(sensor + "in0_label").orElse("").equals("core"))
                .map(sensor -> files.number(sensor + "in0_input", 1e-3))
                .orElse(Reading.unknown(""));
        return kernel.isKnown() && kernel.value() > 0
                ? kernel
                : sources.firmware().coreVolts();
    }

    /** The firmware's own memory counts only where it is not the word that the kernel has it forget. */
    private Reading sinceBoot(boolean isPi, ThrottleFlag flag) {
        return isPi ? memory.sinceBoot(flag, flag.occurred(sources.firmware().flags())) : Reading.unknown(NO_PI);
    }

    private static Reading speed(Clocks clocks, Reading flags) {
        Reading now = clocks.actual().isKnown() ? clocks.actual() : clocks.asked();
        if (!now.isKnown() || !clocks.most().isKnown() || clocks.most().value() <= 0) {
            return Reading.unknown("the kernel does not tell the clock");
        }
        double share = Math.min(1, now.value() / clocks.most().value());
        if (flags.isKnown()) {
            boolean isHeld = isOn(ThrottleFlag.THROTTLED.now(flags)) || isOn(ThrottleFlag.FREQUENCY_CAPPED.now(flags));
            // An idle board lowers its clock by itself; only one that is held down cannot raise it.
            return Reading.known(isHeld ? share : 1, flags.ageMillis());
        }
        boolean isBelowAsked = clocks.actual().isKnown()
                && clocks.asked().isKnown()
                && clocks.actual().value() < HELD_BELOW * clocks.asked().value();
        return isBelowAsked || share >= 1 ? Reading.known(share) : Reading.unknown(flags.unknownBecause());
    }

    private Reading memory(String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB")
                .matcher(files.text("proc/meminfo").orElse(""));
        return line.find()
                ? Reading.known(Long.parseLong(line.group(1)) * 1024.0)
                : Reading.unknown("/proc/meminfo does not tell " + name);
    }

    private interface Space {
        long of(FileStore store) throws IOException;
    }

    private Reading disk(Space space) {
        try {
            return Reading.known(space.of(Files.getFileStore(sources.data())));
        } catch (IOException failure) {
            return Reading.unknown("the disk does not answer: " + failure.getMessage());
        }
    }

    private Optional<Mounts.Mount> mount(Path path) {
        return Mounts.holding(files.text("proc/self/mountinfo").orElse(""), path.toAbsolutePath());
    }

    private Reading dataWritable() {
        boolean isReadOnly =
                mount(sources.data()).filter(Mounts.Mount::isReadOnly).isPresent();
        return isReadOnly ? Reading.known(0) : writes.get();
    }

    /** By a real write where the node's folder is on the same file system, else by the kernel's word. */
    private Reading rootWritable() {
        Optional<Mounts.Mount> atRoot = mount(Path.of("/"));
        if (atRoot.isEmpty()) {
            return Reading.unknown("/proc/self/mountinfo does not tell");
        }
        if (atRoot.get().isReadOnly()) {
            return Reading.known(0);
        }
        boolean isSame = mount(sources.data())
                .filter(data -> data.device().equals(atRoot.get().device()))
                .isPresent();
        return isSame ? writes.get() : Reading.known(1);
    }

    private Reading clockSynchronised() {
        Reading kernel = sources.kernelClock().get();
        // Made by systemd-timesyncd when it has set the clock; all others tell the kernel alone.
        boolean isMarked = files.exists("run/systemd/timesync/synchronized");
        return kernel.isKnown() || !isMarked ? kernel : Reading.known(1);
    }

    /** Since the file system was made: ext4 keeps that count over boots. */
    private Reading written() {
        return mount(sources.data())
                .flatMap(mount -> files.text("sys/dev/block/" + mount.device() + "/uevent"))
                .flatMap(uevent -> uevent.lines()
                        .filter(line -> line.startsWith(DEVICE_NAME))
                        .findFirst())
                .map(line -> files.number(
                        "sys/fs/ext4/" + line.substring(DEVICE_NAME.length()) + "/lifetime_write_kbytes", 1024))
                .orElse(Reading.unknown("the kernel does not tell which disk the node's folder is on"));
    }

    /** Bytes since the boot, of the partition with the node's folder. */
    private Reading sectorsWritten() {
        Optional<String[]> figures = mount(sources.data())
                .flatMap(mount -> files.text("sys/dev/block/" + mount.device() + "/stat"))
                .map(stat -> stat.split("\\s+"));
        try {
            return figures.filter(all -> all.length > SECTORS_WRITTEN)
                    .map(all -> Reading.known(Double.parseDouble(all[SECTORS_WRITTEN]) * SECTOR_BYTES))
                    .orElse(Reading.unknown("the kernel does not count what is written to this disk"));
        } catch (NumberFormatException odd) {
            return Reading.unknown("the kernel's count of what is written holds no number");
        }
    }

    private Reading fan() {
        return files.numbered("sys/class/thermal/cooling_device", "type")
                .filter(device -> files.text(device + "type").orElse("").contains("fan"))
                .findFirst()
                .map(this::fan)
                .orElse(Reading.unknown("the kernel looks after no fan"));
    }

    private Reading fan(String device) {
        Reading now = files.number(device + "cur_state", 1);
        Reading most = files.number(device + "max_state", 1);
        if (!now.isKnown() || !most.isKnown() || most.value() <= 0) {
            return Reading.unknown("the kernel does not tell how fast its fan turns");
        }
        return Reading.known(now.value() / most.value());
    }
}
