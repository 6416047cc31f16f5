package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.real.MixedJobs.Kind;
import dev.bramble.dashboard.real.MixedJobs.Mixed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Nobody looks after it: mixed jobs go in while agents and heads are killed, frozen, cut off, cordoned and drained at
 * random. Then nothing breaks any more, all ends, and everything is checked from outside: each result against what was
 * computed here, and the marks that tasks left. Prints the faults, how often work was repeated, and how long it stood
 * still; asserts on no time.
 *
 * <p>{@code -Dunattended.minutes=N} is how long it is rough (5), {@code -Dunattended.seed=N} which faults there are;
 * what the machine makes of them differs from run to run.
 */
@Tag("slow")
class UnattendedTest {
    private static final int AGENTS = 5;
    private static final int HEADS = 2;
    private static final Duration ROUGH =
            Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("unattended.minutes", "5"))));
    private static final long SEED = Long.getLong("unattended.seed", System.currentTimeMillis());
    /** With more, lost tasks wait for a place, and the times measure that. */
    private static final int OPEN_JOBS_MAX = 4;
    /** All nodes are up, and the longest job takes seconds. */
    private static final Duration END_LIMIT = Duration.ofMinutes(5);

    /** Kept when it fails: the logs of all boards say why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path temporary;

    private Fleet fleet;
    private MixedJobs jobs;
    private final Map<Long, Mixed> submitted = new TreeMap<>();
    private final RecordedOutcomes recorded = new RecordedOutcomes();
    private final Set<Long> open = new java.util.TreeSet<>();
    private final List<String> mistakes = new ArrayList<>();
    private int retried;

    @Test
    @Timeout(3600)
    void nothingAcceptedIsLostWhateverBreaks() throws Exception {
        System.out.printf("unattended run, seed %d, %d s%n", SEED, ROUGH.toSeconds());
        try (OpenFolder folder = new OpenFolder();
                Fleet boards = new Fleet(temporary.resolve("fleet"), AGENTS, HEADS)) {
            fleet = boards;
            Path file = folder.file("marks");
            jobs = new MixedJobs(fleet, file);
            fleet.start();
            fleet.await("three voters", () -> fleet.read("/voters").get("items").size() == 3);
            List<Kind> kinds = kindsServed();
            FleetChaos chaos = new FleetChaos(fleet, file, new SplittableRandom(SEED));
            chaos.start();
            submitUntil(System.nanoTime() + ROUGH.toNanos(), kinds, chaos);
            chaos.stop();
            awaitEnd();
            checkResults();
            Marks marks = Marks.read(file);
            checkMarks(marks);
            System.out.println(chaos.report(marks));
            System.out.printf(
                    "%d jobs with %d tasks; %s; retried because their nodes were lost three times: %d%n",
                    submitted.size(),
                    submitted.values().stream().mapToInt(Mixed::tasks).sum(),
                    marks.repeats(),
                    retried);
            System.out.println(marks.exclusives());
            System.out.printf("processes that ended by themselves: %s%n", fleet.ended());
        }
        assertThat(mistakes).isEmpty();
    }

    /** What this version refuses is left out, and said. */
    private List<Kind> kindsServed() {
        EnumSet<Kind> kinds = EnumSet.allOf(Kind.class);
        Mixed exclusive = jobs.next(Kind.EXCLUSIVE, 0);
        int status =
                fleet.write("POST", "/jobs", exclusive.body()).orElseThrow().statusCode();
        if (status / 100 == 4) {
            kinds.remove(Kind.EXCLUSIVE);
            System.out.println("exclusive jobs are not served by this version, and left out");
        }
        return List.copyOf(kinds);
    }

    private void submitUntil(long endNanos, List<Kind> kinds, FleetChaos chaos) {
        for (int number = 1; System.nanoTime() < endNanos; number++) {
            Mixed job = jobs.next(kinds.get(number % kinds.size()), number);
            long id = fleet.submit(job.name(), job.body());
            submitted.put(id, job);
            open.add(id);
            chaos.rethrow();
            fleet.await("fewer jobs are open", END_LIMIT, () -> {
                chaos.rethrow();
                look();
                return open.size() < OPEN_JOBS_MAX || System.nanoTime() > endNanos;
            });
        }
    }

    /** What was recorded once must never be another; a job whose task was set aside is tried again, as a user would. */
    private void look() {
        for (long job : List.copyOf(open)) {
            JsonNode now = fleet.read("/jobs/" + job);
            String phase = now.get("phase").asString();
            if (phase.equals("failed")) {
                String why = now.get("endedBecause").asString("");
                List<String> reasons = reasons(job);
                if (reasons.isEmpty() || !reasons.stream().allMatch(reason -> reason.contains("lost"))) {
                    mistakes.add("job " + job + " (" + submitted.get(job).name() + ") failed: " + why + " " + reasons);
                    open.remove(job);
                } else if (fleet.write("POST", "/jobs/" + job + "/retry", "")
                        .filter(answer -> answer.statusCode() / 100 == 2)
                        .isPresent()) {
                    retried++;
                }
            } else if (phase.equals("cancelled")) {
                mistakes.add("job " + job + " was cancelled by nobody");
                open.remove(job);
            }
            compareRecorded(job);
            if (phase.equals("succeeded")) {
                open.remove(job);
            }
        }
    }

    private List<String> reasons(long job) {
        List<String> reasons = new ArrayList<>();
        for (JsonNode task : fleet.tasks(job)) {
            if (task.get("state").asString().equals("failed")) {
                reasons.add(task.get("reason").asString(""));
            }
        }
        return reasons;
    }

    private void compareRecorded(long job) {
        if (submitted.get(job).kind() == Kind.FILTER) {
            return; // its answers are compared as a whole
        }
        mistakes.addAll(recorded.compare(job, fleet.tasks(job)));
    }

    private void awaitEnd() {
        fleet.await("all jobs end once nothing breaks any more", END_LIMIT, () -> {
            look();
            return open.isEmpty();
        });
    }

    private void checkResults() {
        // A head that was killed last may still be catching up: it answers when it knows as much as the other did.
        long revision = fleet.read("/bramble").get("revision").asLong();
        submitted.forEach((id, job) -> {
            for (int head = 0; head < HEADS; head++) {
                fleet.unreachable();
                JsonNode view = fleet.read("/jobs/" + id + "?after=" + revision);
                if (view.get("succeeded").asInt() != job.tasks() && !job.kind().equals(Kind.REDUCED)) {
                    mistakes.add("job " + id + " has " + view.get("succeeded") + " results of " + job.tasks());
                }
                mistakes.addAll(jobs.mistakes(job, id));
                compareRecorded(id);
            }
        });
        long known = fleet.read("/jobs?limit=1").get("items").get(0).get("job").asLong();
        assertThat(submitted.keySet()).as("jobs up to %d", known).isNotEmpty();
    }

    private void checkMarks(Marks marks) {
        submitted.forEach((id, job) -> {
            if (job.kind() != Kind.FILTER && job.kind() != Kind.FILES) {
                mistakes.addAll(marks.missing(job, recorded.of(id)));
            }
        });
        mistakes.addAll(marks.overlaps());
    }
}
