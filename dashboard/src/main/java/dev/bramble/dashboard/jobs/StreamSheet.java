package dev.bramble.dashboard.jobs;

import dev.bramble.control.TaskStreamView;
import dev.bramble.control.TaskStreamView.Attempt;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stream of a job's attempts in words.
 *
 * @param summary what the picture shows
 * @param reach of what there are no bars, or nothing at all; empty when all is there
 * @param newest what ended last, newest first
 */
public record StreamSheet(String job, String summary, String reach, List<Row> newest) {
    /** As much as somebody reads; the picture and the interface have thousands. */
    static final int NEWEST_MAX = 20;

    private static final long MINUTE_MILLIS = 60_000;
    /** Enough for what four hundred places do in a minute at one a second would be more: it says "at least" then. */
    static final int COUNTED_MAX = 2_000;

    /** @param word for its badge */
    public record Row(String node, String task, String url, String word, String end, String took, String when) {}

    static StreamSheet of(Views views, Views.JobView job) {
        TaskStreamView seen = views.stream(job.job(), 0, COUNTED_MAX).orElseThrow();
        return of(seen, job);
    }

    static StreamSheet of(TaskStreamView seen, Views.JobView job) {
        Map<Object, String> names =
                seen.nodes().stream().collect(Collectors.toMap(node -> node.node(), TaskStreamView.OnNode::name));
        List<Attempt> newest = seen.attempts()
                .subList(
                        Math.max(0, seen.attempts().size() - NEWEST_MAX),
                        seen.attempts().size())
                .reversed();
        return new StreamSheet(
                job.job().toString(),
                summary(seen, job),
                reach(seen),
                newest.stream()
                        .map(attempt -> row(seen, job, attempt, names::get))
                        .toList());
    }

    private static String summary(TaskStreamView seen, Views.JobView job) {
        List<Attempt> lately = seen.attempts().stream()
                .filter(each -> each.endedMillis() > seen.nowMillis() - MINUTE_MILLIS)
                .toList();
        long nodes = lately.stream().map(Attempt::node).distinct().count();
        String ended = lately.isEmpty()
                ? "no attempt ended"
                : (lately.size() == COUNTED_MAX ? "at least " : "")
                        + Shown.counted(lately.size(), "attempt", "attempts") + " ended on "
                        + Shown.counted(nodes, "node", "nodes") + ": "
                        + ends(end -> lately.stream()
                                .filter(each -> each.end() == end)
                                .count());
        boolean isFinal = job.phase().isFinal();
        return (isFinal ? "In its last minute " : "In the last minute ") + ended + "."
                + (isFinal ? "" : " " + Shown.counted(job.running(), "task runs", "tasks run") + " now.");
    }

    private static String ends(Function<End, Long> count) {
        return Stream.of(End.values())
                .filter(end -> count.apply(end) > 0)
                .map(end -> Shown.count(count.apply(end)) + " " + words(end))
                .collect(Collectors.joining(", "));
    }

    private static String reach(TaskStreamView seen) {
        String kept = seen.oldest() > 1
                ? "Of " + Shown.count(seen.last()) + " attempts the newest "
                        + Shown.count(seen.last() - seen.oldest() + 1)
                        + " have a bar each; the whole job shows the others summed up. In all: "
                        + ends(end -> total(seen.totals(), end)) + "."
                : "";
        String since = seen.seenFromMillis() > 0
                ? "This head has watched the job for " + Shown.time(seen.nowMillis() - seen.seenFromMillis())
                        + "; what ended before is in the table of tasks."
                : "";
        return (kept + " " + since).strip();
    }

    private static long total(TaskStreamView.Totals totals, End end) {
        return switch (end) {
            case SUCCEEDED -> totals.succeeded();
            case FAILED -> totals.failed();
            case TIMED_OUT -> totals.timedOut();
            case KILLED -> totals.killed();
            case LOST -> totals.lost();
        };
    }

    private static Row row(TaskStreamView seen, Views.JobView job, Attempt attempt, Function<Object, String> names) {
        boolean isReduce = job.hasReduce() && attempt.task() >= job.tasks();
        String task = isReduce
                ? "reduce"
                : attempt.lines() == 1
                        ? Integer.toString(attempt.task())
                        : attempt.task() + " to " + (attempt.task() + attempt.lines() - 1);
        return new Row(
                names.apply(attempt.node()),
                task,
                "/jobs/" + job.job() + "/tasks/" + (isReduce ? "reduce" : attempt.task()),
                badge(attempt.end()),
                words(attempt.end()),
                attempt.millis() < 1_000 ? attempt.millis() + " ms" : Shown.time(attempt.millis()),
                Shown.time(seen.nowMillis() - attempt.endedMillis())
                        + (job.phase().isFinal() ? " before its end" : " ago"));
    }

    private static String words(End end) {
        return switch (end) {
            case SUCCEEDED -> "succeeded";
            case FAILED -> "failed";
            case TIMED_OUT -> "took too long";
            case KILLED -> "stopped";
            case LOST -> "lost with its node";
        };
    }

    private static String badge(End end) {
        return switch (end) {
            case SUCCEEDED -> "succeeded";
            case FAILED, TIMED_OUT -> "failed";
            case KILLED -> "cancelled";
            case LOST -> "attention";
        };
    }
}
