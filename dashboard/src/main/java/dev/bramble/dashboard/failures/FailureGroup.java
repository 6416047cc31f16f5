package dev.bramble.dashboard.failures;

import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.JobId;
import java.util.List;

/**
 * Failures with the same cause, as far as their words tell.
 *
 * @param cause how the first of them ended
 * @param lastWords what it printed last; may be empty
 * @param tries how many attempts failed so
 * @param tasks how many tasks they belong to
 * @param nodes where, the most frequent first
 * @param jobs of whom, by number
 * @param firstJob of the first of them; {@code firstTask} its task
 * @param spread what their places say about the cause
 */
public record FailureGroup(
        String cause,
        String lastWords,
        int tries,
        int tasks,
        List<OnNode> nodes,
        List<JobId> jobs,
        JobId firstJob,
        int firstTask,
        Spread spread) {

    /** How many failed on one node. */
    public record OnNode(String node, int tries) {}

    /** Where to look for the cause. */
    public enum Spread {
        /** One attempt says nothing about where. */
        ONCE,
        /** On one node alone, while the same work ends well elsewhere. */
        ONE_NODE,
        /** On one node alone, and nothing is known of others. */
        ONE_NODE_SO_FAR,
        /** One task, wherever it runs. */
        ONE_TASK,
        /** Many tasks on several nodes. */
        EVERYWHERE
    }

    /** In words: where they are, and what to look at. */
    public String verdict() {
        String first = nodes.isEmpty() ? "an unknown node" : nodes.getFirst().node();
        String boards = Shown.counted(nodes.size(), "board", "boards");
        return switch (spread) {
            case ONCE -> "once, on " + first;
            case ONE_NODE -> "only on " + first + ", while the same work ends well elsewhere: look at that board";
            case ONE_NODE_SO_FAR -> "only on " + first + " so far";
            case ONE_TASK -> "one task, on " + boards + ": look at what this task is given";
            case EVERYWHERE -> "the same error on " + boards + ": look at the program and what it is given";
        };
    }

    /** {@code pi01 3, pi02 1}. */
    public String places() {
        return String.join(
                ", ",
                nodes.stream()
                        .map(on -> on.node() + " " + Shown.count(on.tries()))
                        .toList());
    }
}
