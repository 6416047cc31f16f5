package dev.bramble.board.linux;

import dev.bramble.board.ThrottleFlag;
import dev.bramble.model.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a board went through since its boot, as this node saw it: the kernel's driver has the firmware forget every two
 * seconds what it tells the kernel, and only {@code vcgencmd} still knows. Kept on the node's disk over restarts of the
 * agent: written once a boot, and when something was seen for the first time.
 */
final class BootMemory {
    /** Whoever looks from here on has seen nearly all of a boot, and all of the work. */
    static final double WHOLE_BOOT_SECONDS = 180;

    private final Path file;
    private final Set<ThrottleFlag> seen = EnumSet.noneOf(ThrottleFlag.class);
    private String bootId = "";
    private boolean isWhole;

    /** @param folder of the node */
    BootMemory(Path folder) {
        this.file = folder.resolve("since-boot");
    }

    /**
     * Takes what is seen now.
     *
     * @param boot id of this boot
     * @param uptime seconds since it began
     */
    void see(String boot, Reading uptime, Collection<ThrottleFlag> flags) {
        boolean isNews = false;
        if (!boot.equals(bootId)) {
            bootId = boot;
            seen.clear();
            isWhole = uptime.isKnown() && uptime.value() <= WHOLE_BOOT_SECONDS;
            isNews = !remembered();
        }
        if (seen.addAll(flags) || isNews) {
            write();
        }
    }

    /**
     * 1 when it was there at any time since the boot, else 0.
     *
     * @param told what the firmware remembers; unknown when it cannot be asked
     */
    Reading sinceBoot(ThrottleFlag flag, Reading told) {
        if (seen.contains(flag)) {
            return Reading.known(1);
        }
        if (told.isKnown()) {
            return told;
        }
        return isWhole
                ? Reading.known(0)
                : Reading.unknown("not seen since this agent looks; what was before, nothing here remembers");
    }

    private boolean remembered() {
        return read().map(line -> {
                    String[] words = line.split(" ");
                    boolean isThisBoot = words[0].equals(bootId);
                    if (isThisBoot) {
                        isWhole = words.length > 1 && words[1].equals("whole");
                        for (ThrottleFlag flag : ThrottleFlag.values()) {
                            if (line.contains(flag.name())) {
                                seen.add(flag);
                            }
                        }
                    }
                    return isThisBoot;
                })
                .orElse(false);
    }

    private Optional<String> read() {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private void write() {
        StringBuilder line = new StringBuilder(bootId).append(isWhole ? " whole" : " part");
        seen.forEach(flag -> line.append(' ').append(flag.name()));
        Path fresh = file.resolveSibling("since-boot.new");
        try {
            Files.writeString(fresh, line.append('\n'));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException refused) {
            // Then a restart of the agent forgets: it is asked for again where the firmware remembers.
        }
    }
}
