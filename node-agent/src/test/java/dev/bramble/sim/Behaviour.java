package dev.bramble.sim;

import dev.bramble.model.AttemptId;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What a simulated task's program does. It is written in the job's command, so that the whole way from the job file to
 * the process is taken.
 *
 * @param millis typical run time
 * @param failShare share of attempts that fail
 * @param printBytes size of stdout
 * @param outputBytes size of its output file; 0 for none
 * @param ignoresTerm whether SIGTERM does nothing
 */
record Behaviour(long millis, double failShare, int printBytes, int outputBytes, boolean ignoresTerm) {
    static final String OUTPUT = "model.bin";
    private static final Workers.Exit TERMINATED = new Workers.Exit.Signal(15);

    List<String> command() {
        return List.of(
                "pretend",
                Long.toString(millis),
                Double.toString(failShare),
                Integer.toString(printBytes),
                Integer.toString(outputBytes),
                Boolean.toString(ignoresTerm));
    }

    static Behaviour of(List<String> command) {
        return new Behaviour(
                Long.parseLong(command.get(1)),
                Double.parseDouble(command.get(2)),
                Integer.parseInt(command.get(3)),
                Integer.parseInt(command.get(4)),
                Boolean.parseBoolean(command.get(5)));
    }

    /**
     * What one attempt does: the same for the same attempt of the same simulation.
     *
     * @param slowness how many times as long the board takes
     */
    SimWorkers.Play play(long seed, AttemptId attempt, double slowness) {
        SplittableRandom luck = new SplittableRandom(seed * 31 + attempt.term() * 1_000_003 + attempt.sequence());
        Workers.Exit exit = exit(luck);
        double nanos = millis * 1e6 * (0.5 + luck.nextDouble()) * slowness;
        TreeMap<String, byte[]> files = new TreeMap<>();
        if (outputBytes > 0) {
            files.put(OUTPUT, output(attempt));
        }
        return new SimWorkers.Play(
                Duration.ofNanos((long) nanos),
                exit,
                ignoresTerm ? Optional.empty() : Optional.of(TERMINATED),
                exit instanceof Workers.Exit.NotStarted ? new byte[0] : stdout(attempt),
                new byte[0],
                files);
    }

    private Workers.Exit exit(SplittableRandom luck) {
        if (luck.nextDouble() >= failShare) {
            return luck.nextInt(200) == 0 ? new Workers.Exit.Lost("its caretaker died") : new Workers.Exit.Code(0);
        }
        return switch (luck.nextInt(4)) {
            case 0 -> new Workers.Exit.Signal(11);
            case 1 -> new Workers.Exit.NotStarted("it could not be started: there is no such program");
            case 2 -> new Workers.Exit.OverLimit(137, "it used 2G of disk or more and asked for needs.disk 1G");
            default -> new Workers.Exit.Code(1);
        };
    }

    /** Every attempt prints who it is, so that a recorded result says which attempt it is of. */
    byte[] stdout(AttemptId attempt) {
        StringBuilder text = new StringBuilder(attempt.toString()).append('\n');
        while (text.length() < printBytes) {
            text.append('.');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** What it leaves in its file. */
    byte[] output(AttemptId attempt) {
        return Arrays.copyOf(stdout(attempt), outputBytes);
    }

    /** The attempt that printed {@code stdout}. */
    static AttemptId author(byte[] stdout) {
        String[] parts = new String(stdout, StandardCharsets.US_ASCII).split("\n", 2)[0].split("-");
        return new AttemptId(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }
}
