package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What happens to the card of a voter: it is wiped of its ledger, or it dies and can only be read. */
@Tag("slow")
class BoardMishapsTest {
    private static final int AGENTS = 3;
    private static final String VICTIM = "node3";
    private static final Duration UNTIL_STARTED = Duration.ofDays(1);

    @TempDir
    private static Path temporary;

    private static Fleet fleet;
    private static Optional<Card> card = Optional.empty();
    private static int submitted;

    @BeforeAll
    static void start() throws IOException {
        Path folder = temporary.resolve("fleet");
        card = Card.mount(temporary.resolve("card.img"), folder.resolve(VICTIM));
        fleet = new Fleet(folder, AGENTS, 1);
        fleet.start();
        awaitThreeVoters();
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
        card.ifPresent(Card::close);
    }

    private static void awaitThreeVoters() {
        fleet.await(
                "three voters are well",
                () -> fleet.read("/voters").get("items").size() == AGENTS
                        && warnings().stream().noneMatch(warning -> warning.startsWith("voter ")));
    }

    private static List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        fleet.read("/bramble").get("warnings").forEach(warning -> warnings.add(warning.asString()));
        return warnings;
    }

    private static long submit(int tasks) {
        String name = "job-" + ++submitted;
        return fleet.submit(
                name,
                "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"echo result {index}\"], \"tasks\":"
                        + " {\"count\": " + tasks + "}, \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}");
    }

    /** Kinds of what happened to the victim after that event. */
    private static List<String> news(long after) {
        List<String> kinds = new ArrayList<>();
        fleet.read("/events?node=" + VICTIM + "&limit=500&cursor=" + after)
                .get("items")
                .forEach(event -> kinds.add(event.get("kind").asString()));
        return kinds;
    }

    /** As a voter; an empty storage while it is none. */
    private static JsonNode victim() {
        for (JsonNode voter : fleet.read("/voters").get("items")) {
            if (voter.get("name").asString().equals(VICTIM)) {
                return voter;
            }
        }
        return HeadClient.JSON.createObjectNode().put("storage", "").put("trouble", "");
    }

    private static String storage() {
        return victim().get("storage").asString();
    }

    @Test
    void voterWhoseLedgerWasWipedIsMadeAVoterAnewUnderAnotherStorage() throws IOException {
        long job = submit(20);
        fleet.awaitPhase(job, "succeeded");
        String before = storage();
        long newest = fleet.read("/events?limit=1").get("last").asLong();
        fleet.kill(List.of(VICTIM), UNTIL_STARTED);
        deleteAll(temporary.resolve("fleet").resolve(VICTIM).resolve("ledger"));
        fleet.start(VICTIM);
        fleet.await(
                "it has a storage of another name", () -> !List.of(before, "").contains(storage()));
        awaitThreeVoters();
        fleet.await(
                "the events tell that its old storage lost the vote and the new one got it",
                () -> news(newest).containsAll(List.of("voter-removed", "voter-added")));
        long after = submit(5);
        fleet.awaitPhase(after, "succeeded");
        assertThat(fleet.rows(job)).hasSize(20).contains("result 19");
    }

    @Test
    void cardThatDiesIsSaidNothingIsLostAndItVotesAgainOnceItsBoardStartedAnew() {
        assumeTrue(card.isPresent(), "a card that dies needs root and loop devices");
        List<Long> jobs = new ArrayList<>(List.of(submit(20)));
        long newest = fleet.read("/events?limit=1").get("last").asLong();
        card.get().dies();
        fleet.await("the bramble says whose card takes no writes", () -> {
            jobs.add(submit(1));
            return warnings().stream()
                    .anyMatch(warning -> warning.startsWith("voter " + VICTIM) && warning.contains("Read-only"));
        });
        assertThat(victim().get("trouble").asString()).contains("Read-only");
        fleet.await("the events say so, too", () -> news(newest).contains("voter-trouble"));
        jobs.add(submit(20));
        for (long job : jobs) {
            fleet.awaitPhase(job, "succeeded");
        }
        fleet.kill(List.of(VICTIM), UNTIL_STARTED);
        card.get().replug();
        fleet.start(VICTIM);
        awaitThreeVoters();
        for (long job : jobs) {
            assertThat(fleet.rows(job)).first().isEqualTo("result 0");
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.toList();
        }
        for (Path path : paths.reversed()) {
            Files.delete(path);
        }
    }
}
