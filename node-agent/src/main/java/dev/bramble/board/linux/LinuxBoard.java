package dev.bramble.board.linux;

import dev.bramble.board.Board;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a board's health from files under a root, {@code /} in production. */
public final class LinuxBoard implements Board {
    private final Path root;
    private final Path data;
    private final String standIn;

    /**
     * @param root of /proc and /sys
     * @param data the node's folder, whose disk counts
     * @param standIn the serial where the board has none
     */
    public LinuxBoard(Path root, Path data, String standIn) {
        this.root = root;
        this.data = data;
        this.standIn = standIn;
    }

    @Override
    public String serial() {
        return text("proc/device-tree/serial-number").orElse(standIn);
    }

    @Override
    public BoardHealth health() {
        return new BoardHealth(
                text("proc/device-tree/model").orElse("not a Raspberry Pi"),
                text("proc/sys/kernel/random/boot_id").orElse("unknown"),
                number("sys/class/thermal/thermal_zone0/temp", 1e-3),
                speed(),
                number("proc/loadavg", 1),
                memory("MemTotal"),
                memory("MemAvailable"),
                disk(FileStore::getTotalSpace),
                disk(FileStore::getUsableSpace),
                throttled(0x1),
                throttled(0x4),
                writable(),
                Reading.unknown("not measured on this board"),
                Optional.of(throttled(0x1_0000)),
                Optional.of(throttled(0x4_0000)),
                Optional.of(written()));
    }

    /** Since the file system was made: ext4 keeps that count over boots. */
    private Reading written() {
        try {
            String device =
                    Path.of(Files.getFileStore(data).name()).getFileName().toString();
            return number("sys/fs/ext4/" + device + "/lifetime_write_kbytes", 1024);
        } catch (IOException failure) {
            return Reading.unknown("the disk does not answer: " + failure.getMessage());
        }
    }

    private Optional<String> text(String path) {
        try {
            String text = new String(Files.readAllBytes(root.resolve(path)), StandardCharsets.UTF_8);
            String plain = text.replace("\0", "").strip();
            return plain.isEmpty() ? Optional.empty() : Optional.of(plain);
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private Reading number(String path, double unit) {
        Optional<String> text = text(path);
        if (text.isEmpty()) {
            return Reading.unknown("/" + path + " cannot be read");
        }
        try {
            return Reading.known(Double.parseDouble(text.get().split("\\s+")[0]) * unit);
        } catch (NumberFormatException odd) {
            return Reading.unknown("/" + path + " holds no number");
        }
    }

    private Reading speed() {
        Reading now = number("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", 1);
        Reading most = number("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", 1);
        Reading throttled = throttled(0x4);
        boolean slowed = throttled.isKnown() && throttled.value() == 1;
        if (!now.isKnown() || !most.isKnown() || most.value() <= 0) {
            return Reading.unknown("the kernel does not tell the clock");
        }
        // An idle board lowers its clock by itself; only a throttled one cannot raise it.
        return Reading.known(slowed ? Math.min(1, now.value() / most.value()) : 1);
    }

    private Reading memory(String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB")
                .matcher(text("proc/meminfo").orElse(""));
        return line.find()
                ? Reading.known(Long.parseLong(line.group(1)) * 1024.0)
                : Reading.unknown("/proc/meminfo does not tell " + name);
    }

    private interface Space {
        long of(FileStore store) throws IOException;
    }

    private Reading disk(Space space) {
        try {
            return Reading.known(space.of(Files.getFileStore(data)));
        } catch (IOException failure) {
            return Reading.unknown("the disk does not answer: " + failure.getMessage());
        }
    }

    private Reading throttled(int bit) {
        Optional<String> flags = text("sys/devices/platform/soc/soc:firmware/get_throttled");
        if (flags.isEmpty()) {
            return Reading.unknown("the firmware does not tell");
        }
        try {
            long value = Long.parseLong(flags.get().replaceFirst("^0x", ""), 16);
            return Reading.known((value & bit) == 0 ? 0 : 1);
        } catch (NumberFormatException odd) {
            return Reading.unknown("the firmware tells no number");
        }
    }

    private Reading writable() {
        Path probe = data.resolve(".writable");
        try {
            Files.write(probe, new byte[] {1});
            Files.delete(probe);
            return Reading.known(1);
        } catch (IOException refused) {
            return Reading.known(0);
        }
    }
}
