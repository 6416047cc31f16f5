package dev.bramble.agent;

import dev.bramble.board.BoardPower;
import dev.bramble.model.PowerAct;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one command of the configuration with one word behind it, {@code reboot} or {@code poweroff}: nothing else can
 * be made of it from outside, and no shell is between.
 */
final class CommandBoardPower implements BoardPower {
    private static final Logger LOG = LoggerFactory.getLogger(CommandBoardPower.class);
    /** systemctl returns within a second; one that asks for a password would never. */
    static final Duration LONGEST = Duration.ofSeconds(30);
    /** Its complaint is a line or two. */
    private static final int OUTPUT_BYTES_MAX = 4096;
    /** Its last words are in the pipe when it has ended. */
    private static final Duration OUTPUT_WITHIN = Duration.ofSeconds(1);

    private final List<String> command;
    private final Duration longest;

    CommandBoardPower(List<String> command, Duration longest) {
        this.command = List.copyOf(command);
        this.longest = longest;
    }

    @Override
    public void begin(PowerAct act) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.add(act.word());
        String shown = "`" + String.join(" ", all) + "`";
        LOG.info("running {}", shown);
        Process process;
        try {
            process = new ProcessBuilder(all).redirectErrorStream(true).start();
        } catch (IOException absent) {
            throw new IOException(
                    shown + " cannot be run here: set power_command in the agent's configuration to a command that"
                            + " reboots this board and powers it off (" + absent.getMessage() + ")",
                    absent);
        }
        process.getOutputStream().close();
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual().name("power-output").start(() -> output.complete(read(process.getInputStream())));
        int exit = await(process, shown);
        String said = output.completeOnTimeout("", OUTPUT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        LOG.info("{} ended with exit code {}: {}", shown, exit, said);
        if (exit != 0) {
            throw new IOException(shown + " failed with exit code " + exit + (said.isEmpty() ? "" : ": " + said));
        }
    }

    private int await(Process process, String shown) throws IOException {
        try {
            if (process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IOException(shown + " had not returned after " + longest.toSeconds() + " s and was stopped");
    }

    /** What it printed, on one line. */
    private static String read(InputStream output) {
        try (output) {
            byte[] first = output.readNBytes(OUTPUT_BYTES_MAX);
            output.skip(Long.MAX_VALUE);
            return new String(first, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        } catch (IOException gone) {
            return "";
        }
    }
}
