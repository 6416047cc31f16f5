package dev.bramble.dashboard.failures;

import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.JobId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Failures with the same cause, of one job or of none: whether they are of one board or of several says where to look.
 *
 * @param cause the newest of them
 * @param tasks how often, in tasks where they are of tasks; else in failures
 * @param nodes where, and how often there; by name
 * @param first of all, milliseconds ago; {@code last} likewise
 */
public record CauseGroup(
        FailureCause cause,
        Optional<JobId> job,
        long tasks,
        Map<String, Long> nodes,
        long firstMillisAgo,
        long lastMillisAgo,
        Failure newest) {

    /**
     * One failure.
     *
     * @param node name of the node where; empty for none
     * @param tasks how many tasks it met, at least 1
     * @param task the first of them; −1 for none
     * @param event its number in the stream of events; −1 when it was not told there
     */
    public record Failure(
            FailureCause cause, Optional<JobId> job, String node, long millisAgo, long tasks, int task, long event) {}

    private record Key(String signature, Optional<JobId> job) {}

    /** Those whose last is the newest first. */
    public static List<CauseGroup> of(List<Failure> failures) {
        Map<Key, List<Failure>> byKey = new LinkedHashMap<>();
        failures.forEach(failure -> byKey.computeIfAbsent(
                        new Key(failure.cause().signature(), failure.job()), key -> new ArrayList<>())
                .add(failure));
        return byKey.values().stream()
                .map(CauseGroup::whole)
                .sorted(Comparator.comparingLong(CauseGroup::lastMillisAgo))
                .toList();
    }

    private static CauseGroup whole(List<Failure> same) {
        Failure newest = same.stream()
                .min(Comparator.comparingLong(Failure::millisAgo).thenComparing(failure -> -failure.event()))
                .orElseThrow();
        TreeMap<String, Long> nodes = new TreeMap<>();
        same.stream()
                .filter(failure -> !failure.node().isEmpty())
                .forEach(failure -> nodes.merge(failure.node(), failure.tasks(), Long::sum));
        return new CauseGroup(
                newest.cause(),
                newest.job(),
                same.stream().mapToLong(Failure::tasks).sum(),
                nodes,
                same.stream().mapToLong(Failure::millisAgo).max().orElseThrow(),
                newest.millisAgo(),
                newest);
    }

    /** Where it happened and what that suggests, a sentence without its full stop. */
    public String spread() {
        if (nodes.isEmpty()) {
            return "on no board in particular";
        }
        String first = nodes.keySet().iterator().next();
        if (nodes.size() == 1) {
            return tasks == 1
                    ? "once, on " + first
                    : "only on " + first + ", " + Shown.count(tasks) + " times: look at that board first";
        }
        return "the same on " + nodes.size() + " boards (" + String.join(", ", some()) + "): "
                + (job.isPresent()
                        ? "look at the program and its input first"
                        : "look at what they share first: power supply, switch, cable");
    }

    /** Names on one line: more hide the rest of the sentence. */
    static final int NAMES_MAX = 6;

    private List<String> some() {
        List<String> names = new ArrayList<>(nodes.keySet());
        if (names.size() <= NAMES_MAX) {
            return names;
        }
        List<String> shown = new ArrayList<>(names.subList(0, NAMES_MAX - 1));
        shown.add("and " + (names.size() - shown.size()) + " more");
        return shown;
    }

    /** Whether one board alone suffers from it, more than once. */
    public boolean isOfOneBoard() {
        return nodes.size() == 1 && tasks > 1;
    }
}
