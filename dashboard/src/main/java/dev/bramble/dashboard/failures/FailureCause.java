package dev.bramble.dashboard.failures;

import dev.bramble.control.Views;
import dev.bramble.model.EventKind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What two failures have in common when they have the same cause: the reason without what differs from one to the next.
 * Numbers, addresses and names of nodes are such; the exit code is not, nor the signal.
 *
 * @param signature equal for the same cause; for comparing, not for people
 * @param reason as it was told, for people
 */
public record FailureCause(String signature, String reason) {
    /** Two causes that differ only beyond this are one: a stack of calls differs at its end for the same mistake. */
    static final int SIGNATURE_CHARS_MAX = 400;

    /** Addresses, hashes, process ids, line numbers; an exit code and a signal are the cause itself. */
    private static final Pattern FIGURE =
            Pattern.compile("(?<!exit code )(?<!signal )(?<![a-z])(0x[0-9a-f]+|\\b[0-9a-f]{8,}\\b|[0-9][0-9.,:]*)");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /**
     * What attempts say: {@code task 3 of job 7 failed on pi07: exit code 1}. The name before the colon is a node's.
     */
    private static final Pattern OF_TASKS = Pattern.compile("^.*? on \\S+: (.*)$", Pattern.DOTALL);
    /** {@code … start elsewhere: it was silent for 4 s}. */
    private static final Pattern OF_LOSSES = Pattern.compile("^.*? elsewhere[^:]*: (.*)$", Pattern.DOTALL);
    /** {@code node pi07 was lost: its connection broke}. */
    private static final Pattern OF_SUBJECT = Pattern.compile("^[^:]*: (.*)$", Pattern.DOTALL);

    /** What the stream of events says when it leaves some out. */
    private static final String MORE = " (more of this kind of this job are not told here)";

    private static final Set<EventKind> OF_ONE =
            EnumSet.of(EventKind.NODE_LOST, EventKind.BOARD_SICK, EventKind.SWITCH_SUSPECTED);

    /** @param nodes names that may stand in the reason */
    public static FailureCause of(String reason, Collection<String> nodes) {
        String text = reason.toLowerCase(Locale.ROOT);
        for (String node : nodes) {
            text = text.replaceAll("(?<![\\w-])" + Pattern.quote(node.toLowerCase(Locale.ROOT)) + "(?![\\w-])", "node");
        }
        text = BLANKS.matcher(FIGURE.matcher(text).replaceAll("#"))
                .replaceAll(" ")
                .strip();
        String signature = text.length() <= SIGNATURE_CHARS_MAX ? text : text.substring(0, SIGNATURE_CHARS_MAX);
        return new FailureCause(signature, reason);
    }

    /** The cause that an event tells, without what it says before it of whom it met. */
    public static FailureCause of(Views.EventView event, Collection<String> nodes) {
        return of(reason(event), nodes);
    }

    static String reason(Views.EventView event) {
        if (event.kind() == EventKind.TASK_FAILED) {
            return behind(OF_TASKS, event.text().replace(MORE, ""));
        }
        if (event.kind() == EventKind.TASKS_LOST) {
            return behind(OF_LOSSES, event.text());
        }
        // The others are told in a sentence that is the reason.
        return OF_ONE.contains(event.kind()) ? behind(OF_SUBJECT, event.text()) : event.text();
    }

    private static String behind(Pattern form, String text) {
        Matcher found = form.matcher(text);
        return found.matches() ? found.group(1) : text;
    }
}
