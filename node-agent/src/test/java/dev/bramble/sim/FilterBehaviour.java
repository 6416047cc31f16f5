package dev.bramble.sim;

import dev.bramble.worker.SimFilters;
import dev.bramble.worker.SimFilters.Deed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What a simulated filter does. Written in the job's command, as {@link Behaviour} is, and the same for the same line,
 * so that anybody can tell what its answer must be.
 *
 * @param micros time for each line
 * @param crashesPerMille lines that kill the program
 * @param hangsPerMille lines that it never answers
 * @param answerBytes least size of an answer
 * @param buffers whether it answers only at the end of its input
 */
record FilterBehaviour(long micros, int crashesPerMille, int hangsPerMille, int answerBytes, boolean buffers) {
    private static final String PROGRAM = "pretend-filter";

    List<String> command() {
        return List.of(
                PROGRAM,
                Long.toString(micros),
                Integer.toString(crashesPerMille),
                Integer.toString(hangsPerMille),
                Integer.toString(answerBytes),
                Boolean.toString(buffers));
    }

    static FilterBehaviour of(List<String> command) {
        return new FilterBehaviour(
                Long.parseLong(command.get(1)),
                Integer.parseInt(command.get(2)),
                Integer.parseInt(command.get(3)),
                Integer.parseInt(command.get(4)),
                Boolean.parseBoolean(command.get(5)));
    }

    /** @param slowness how many times as long the board takes */
    SimFilters.Play play(double slowness) {
        Duration takes = Duration.ofNanos((long) (micros * 1000 * slowness));
        return new SimFilters.Play(buffers, Optional.empty(), line -> {
            int luck = luck(line);
            if (luck < crashesPerMille) {
                return new Deed.Exit(takes, 3);
            }
            return luck < crashesPerMille + hangsPerMille
                    ? new Deed.Hang()
                    : new Deed.Print(takes, (answer(line) + "\n").getBytes(StandardCharsets.UTF_8));
        });
    }

    private static int luck(byte[] line) {
        CRC32 sum = new CRC32();
        sum.update(line);
        return (int) (sum.getValue() % 1000);
    }

    /** Whether the line gets an answer. */
    boolean answers(String line) {
        return luck(line.getBytes(StandardCharsets.UTF_8)) >= crashesPerMille + hangsPerMille;
    }

    /** What it must answer to the line. */
    String answer(String line) {
        return answer(line.getBytes(StandardCharsets.UTF_8));
    }

    private String answer(byte[] line) {
        StringBuilder text = new StringBuilder(new String(line, StandardCharsets.UTF_8)).append('!');
        while (text.length() < answerBytes) {
            text.append('.');
        }
        return text.toString();
    }
}
