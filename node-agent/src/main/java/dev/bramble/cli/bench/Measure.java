package dev.bramble.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be measured, in the order in which it is. */
public enum Measure {
    ROUND_TRIP(
            "round-trip",
            "Jobs of one 'echo', one after the other: from the submission until its output is here. The median (p50)"
                    + " and what 99 of 100 stay below (p99), and the median without the process's own time."),
    COMMANDS(
            "commands",
            "One job of many '/bin/true': a process for each, with an outcome that survives a power cut. Beside it,"
                    + " when the bramble runs on this machine, 'xargs -n1 -P CORES /bin/true' as often."),
    FILTER_TASKS(
            "filter-tasks",
            "One job of many tasks through a warm 'cat', no process for any of them, each with its own outcome."),
    FILTER_LINES(
            "filter-lines",
            "A file of many lines through a warm 'cat', from the submission to the end of the job; the upload before"
                    + " and the results fetched after it apart. What comes back must equal what was sent. Beside it,"
                    + " when the bramble runs here and GNU parallel is installed, 'parallel --pipe -k cat'."),
    SCALING(
            "scaling",
            "Tasks that sleep 20 ms on 1, 2, 4 … all nodes, once as lines of a warm filter and once as a process"
                    + " for each: the share of the time in which slots did what was asked,"
                    + " tasks x 20 ms / (duration x slots). 1 means that Bramble itself, and the start of a process"
                    + " where there is one, cost nothing.");

    private final String word;
    private final String explanation;

    Measure(String word, String explanation) {
        this.word = word;
        this.explanation = explanation;
    }

    /** As users write it. */
    public String word() {
        return word;
    }

    public String explanation() {
        return explanation;
    }

    public static Optional<Measure> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(Measure::word).toList();
    }
}
