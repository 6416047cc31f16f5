package dev.bramble.board.pi4j;

import com.pi4j.boardinfo.util.BoardInfoHelper;
import dev.bramble.board.Firmware;
import dev.bramble.board.Rarely;
import dev.bramble.model.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The firmware of a Raspberry Pi, asked through Pi4J, which runs {@code vcgencmd}. Pi4J's own numbers are 0 when that
 * fails, which looks like a board that is well: so its texts are read here, and any other text is unknown.
 */
public final class PiFirmware implements Firmware {
    /** A program is started each time; the kernel tells of low voltage sooner. */
    private static final Duration FLAGS_EVERY = Duration.ofSeconds(10);
    /** Four programs each time, for a figure that hardly moves. */
    private static final Duration VOLTS_EVERY = Duration.ofMinutes(2);
    /** Longer than Pi4J waits for a program. */
    private static final Duration HANGS_AFTER = Duration.ofSeconds(35);

    private static final Pattern FLAGS = Pattern.compile("throttled=0x([0-9a-fA-F]{1,8})");
    private static final Pattern VOLTS = Pattern.compile("volt=([0-9]+\\.[0-9]+)V?");
    private static final int SHOWN_MAX = 60;
    /** Where Raspberry Pi's systems have it, now and before. */
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin/vcgencmd"), Path.of("/usr/local/bin/vcgencmd"), Path.of("/opt/vc/bin/vcgencmd"));

    private final Rarely flags;
    private final Rarely volts;

    /**
     * @param throttled asks for the flags, and answers what was said
     * @param coreVolts likewise for the voltage
     * @param slow where it is asked
     * @param nanos a monotonic clock
     */
    public PiFirmware(Supplier<String> throttled, Supplier<String> coreVolts, Executor slow, LongSupplier nanos) {
        this.flags = new Rarely(() -> flags(throttled.get()), FLAGS_EVERY, HANGS_AFTER, slow, nanos);
        this.volts = new Rarely(() -> volts(coreVolts.get()), VOLTS_EVERY, HANGS_AFTER, slow, nanos);
    }

    /** @param isPi whether this machine is a Raspberry Pi: of another one Pi4J only logs what it misses */
    public static Firmware ofThisMachine(boolean isPi) {
        if (!isPi) {
            return Firmware.silent("this machine is no Raspberry Pi");
        }
        if (PROGRAMS.stream().noneMatch(Files::isExecutable)) {
            return Firmware.silent("there is no vcgencmd here to ask the firmware with");
        }
        return new PiFirmware(
                BoardInfoHelper::getThrottledState,
                () -> BoardInfoHelper.getBoardReading().getVolt(),
                asking -> Thread.ofPlatform().daemon().name("firmware").start(asking),
                System::nanoTime);
    }

    @Override
    public Reading flags() {
        return flags.get();
    }

    @Override
    public Reading coreVolts() {
        return volts.get();
    }

    static Reading flags(String told) {
        Matcher word = FLAGS.matcher(told.strip());
        return word.matches() ? Reading.known(Long.parseLong(word.group(1), 16)) : noAnswer(told);
    }

    static Reading volts(String told) {
        Matcher figure = VOLTS.matcher(told.strip());
        boolean isSane = figure.matches() && Double.parseDouble(figure.group(1)) > 0;
        return isSane ? Reading.known(Double.parseDouble(figure.group(1))) : noAnswer(told);
    }

    private static Reading noAnswer(String told) {
        String said = told.strip();
        return Reading.unknown("the firmware does not answer"
                + (said.isEmpty() ? "" : ": " + said.substring(0, Math.min(SHOWN_MAX, said.length()))));
    }
}
