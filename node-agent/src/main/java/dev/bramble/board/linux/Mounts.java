package dev.bramble.board.linux;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Which file system holds a path, and whether the kernel still lets it be written. */
final class Mounts {
    /**
     * A file system where it is mounted.
     *
     * @param device {@code major:minor}
     * @param isReadOnly whether it was mounted so, or became so after errors
     */
    record Mount(Path at, String device, boolean isReadOnly) {}

    private static final int DEVICE = 2;
    private static final int AT = 4;
    private static final int OPTIONS = 5;

    private Mounts() {}

    /** @param mountInfo the text of {@code /proc/self/mountinfo} */
    static Optional<Mount> holding(String mountInfo, Path path) {
        // The last of several at one place hides those before it.
        return mountInfo
                .lines()
                .flatMap(line -> read(line).stream())
                .filter(mount -> path.startsWith(mount.at()))
                .reduce((one, next) -> next.at().getNameCount() >= one.at().getNameCount() ? next : one);
    }

    private static Optional<Mount> read(String line) {
        // "36 35 179:2 / /srv rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw,errors=remount-ro"
        String[] halves = line.split(" - ", 2);
        String[] fields = halves[0].split(" ");
        if (halves.length < 2 || fields.length <= OPTIONS) {
            return Optional.empty();
        }
        String[] superBlock = halves[1].split(" ");
        String superOptions = superBlock[superBlock.length - 1];
        return Optional.of(new Mount(
                Path.of(fields[AT].replace("\\040", " ")),
                fields[DEVICE],
                has(fields[OPTIONS], "ro") || has(superOptions, "ro")));
    }

    private static boolean has(String options, String option) {
        return Arrays.asList(options.split(",")).contains(option);
    }
}
