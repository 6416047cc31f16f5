package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Power cuts as boards see them: all at once, with work going on, and whatever no program had flushed is gone from
 * every card. What was acknowledged is there afterwards, read as a user reads it. {@code -Dpower.cuts=N} makes more.
 */
@Tag("slow")
class LostWritesTest {
    private static final int CUTS = Integer.getInteger("power.cuts", 2);
    private static final List<String> NODES = List.of("node1", "node2", "node3");
    /** Jobs whose end is seen before each cut; more are on their way when it comes. */
    private static final int ENDED_BEFORE_EACH_CUT = 4;

    private static final int TASKS = 5;
    /** Too large for the ledger: it goes into a file with copies on two cards. */
    private static final int OUTPUT_LINES = 60_000;

    @TempDir
    private Path temporary;

    private final List<Card> cards = new ArrayList<>();
    private LocalProcesses bramble;
    private int submitted;
    private final Map<Long, String> accepted = new TreeMap<>();
    private final Map<Long, List<String>> seen = new TreeMap<>();

    @AfterEach
    void stop() {
        if (bramble != null) {
            bramble.close();
        }
        cards.forEach(Card::close);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterThePowerFailedAndUnflushedWritesAreGone() throws IOException {
        Path folder = temporary.resolve("bramble");
        for (String node : NODES) {
            Optional<Card> card = Card.mount(temporary.resolve(node + ".img"), folder.resolve(node));
            assumeTrue(card.isPresent(), "cards that lose their writes need root and loop devices");
            cards.add(card.get());
        }
        bramble = new LocalProcesses(
                folder, LocalProcesses.freePort(), List.of("--nodes", "3", "--voters", "3", "--cpus", "1"));
        bramble.start();
        awaitThreeVoters();
        for (int cut = 1; cut <= CUTS; cut++) {
            work();
            Card.powerFails(cards);
            bramble.killAll(List.of("node1", "node2", "node3", "head"));
            cards.forEach(Card::replug);
            long started = System.nanoTime();
            bramble.start();
            long again = submit();
            System.out.printf(
                    "power cut %d of %d, unflushed writes lost; started again → accepting: %.2f s%n",
                    cut, CUTS, (System.nanoTime() - started) / 1e9);
            awaitThreeVoters();
            seen.forEach((job, results) ->
                    assertThat(resultsOf(job)).as("job %d after cut", job).isEqualTo(results));
            bramble.awaitPhase(again, "succeeded");
        }
        accepted.forEach((job, name) -> {
            bramble.awaitPhase(job, "succeeded");
            assertThat(resultsOf(job)).as("job %d", job).isEqualTo(expected(name));
        });
    }

    private void awaitThreeVoters() {
        bramble.await(
                "three voters are well",
                () -> bramble.read("/voters").get("items").size() == 3
                        && bramble.read("/bramble").get("warnings").isEmpty());
    }

    /** Submits until enough jobs have ended; the last ones are under way when it returns. */
    private void work() {
        List<Long> jobs = new ArrayList<>();
        for (int i = 0; i < ENDED_BEFORE_EACH_CUT; i++) {
            jobs.add(submit());
        }
        for (long job : jobs) {
            bramble.awaitPhase(job, "succeeded");
            seen.put(job, resultsOf(job));
        }
        submit();
        submit();
    }

    private long submit() {
        String name = "cut-" + ++submitted;
        String script = "seq {index} " + OUTPUT_LINES + " > out.txt; echo " + name + " {index}; sleep 0.3";
        long job = bramble.submit(
                name,
                "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script
                        + "\"], \"tasks\": {\"count\": " + TASKS
                        + "}, \"outputs\": [\"out.txt\"], \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}");
        accepted.put(job, name);
        return job;
    }

    /** What each task printed, and what its file holds, in words. */
    private List<String> resultsOf(long job) {
        List<String> results = new ArrayList<>();
        for (JsonNode task : bramble.tasks(job)) {
            String path = "/jobs/" + job + "/tasks/" + task.get("task").asInt() + "/files/out.txt";
            List<String> lines = bramble.text(path).lines().toList();
            results.add(task.get("lastLine").asString() + ": " + lines.size() + " lines from " + lines.getFirst()
                    + " to " + lines.getLast());
        }
        return results;
    }

    private static List<String> expected(String name) {
        return IntStream.range(0, TASKS)
                .mapToObj(task -> name + " " + task + ": " + (OUTPUT_LINES - task + 1) + " lines from " + task + " to "
                        + OUTPUT_LINES)
                .toList();
    }
}
