package dev.bramble.dashboard.nodes;

import dev.bramble.control.DrainWords;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A node in words, the same on every page. Pure. */
public final class NodeWords {
    private NodeWords() {}

    /** Address of its page. */
    public static String link(String name) {
        return "/nodes/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Down, suspect, or its standing: only what takes work has the word of a node that is well. */
    public static String state(Views.NodeView node) {
        return switch (node.link()) {
            case DOWN -> "down";
            case SUSPECT -> "suspect";
            case UP -> Words.of(node.standing());
        };
    }

    /** What else it is: head, leader, voter; of one that is not up, its standing. */
    public static List<String> marks(Views.NodeView node) {
        List<String> marks = new ArrayList<>();
        if (node.role() == NodeRole.HEAD) {
            marks.add("head");
        }
        if (node.leader()) {
            marks.add("leader");
        } else if (node.voter()) {
            marks.add("voter");
        }
        if (node.link() != Views.Link.UP && node.standing() != NodeStanding.READY) {
            marks.add(Words.of(node.standing()));
        }
        located(node).ifPresent(words -> marks.add("being located, " + words));
        return marks;
    }

    /** How much longer its board shows where it is; empty while nobody looks for it. */
    public static Optional<String> located(Views.NodeView node) {
        return node.located().map(each -> Shown.time(each.leftMillis()) + " left (" + each.by() + ")");
    }

    /** What its board suffers from; of one that is not up nobody knows. */
    public static List<String> flags(Views.NodeView node) {
        if (node.link() != Views.Link.UP) {
            return List.of();
        }
        Set<String> words = new LinkedHashSet<>();
        node.health().map(HealthFlag::of).orElse(List.of()).forEach(flag -> words.add(flag.word()));
        node.flags().forEach(flag -> words.add(HealthFlag.word(flag)));
        return List.copyOf(words);
    }

    /** Of a node that was taken out, what the operator said. */
    public static Optional<String> why(Views.NodeView node) {
        return switch (node.standing()) {
            case READY -> Optional.empty();
            case CORDONED, QUARANTINED -> why(node.standingReason(), node.standingBy());
            case DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING ->
                node.drain().isPresent()
                        ? why(node.drain().get().reason(), node.drain().get().by())
                        : why(node.standingReason(), node.standingBy());
        };
    }

    private static Optional<String> why(String reason, String by) {
        return reason.isEmpty() ? Optional.empty() : Optional.of(reason + (by.isEmpty() ? "" : " (" + by + ")"));
    }

    /** Why it stands as it does, what a drain of it waits for, and what may be done to its board then. */
    public static List<String> notes(Views.NodeView node) {
        List<String> notes = new ArrayList<>();
        why(node).ifPresent(notes::add);
        if (node.standing() == NodeStanding.DRAINED) {
            notes.add(safe(node));
        } else {
            node.drain()
                    .filter(drain -> !drain.waitsFor().isEmpty())
                    .ifPresent(drain -> notes.add("waits for: " + String.join("; ", drain.waitsFor())));
        }
        return notes;
    }

    /** The same as a sentence; may be empty. */
    static String note(Views.NodeView node) {
        return Shown.sentence(String.join("; ", notes(node)));
    }

    /** What may be done to the board of a drained node. */
    public static String safe(Views.NodeView node) {
        boolean inPlace = node.drain().map(Views.DrainView::stoppedInPlace).orElse(false);
        if (!inPlace && !node.isSafeToUnplug() && node.drain().isEmpty()) {
            return "NOT safe to unplug now";
        }
        return (inPlace ? "stopped in place: " : "")
                + DrainWords.board(
                        inPlace, node.drain().map(Views.DrainView::waitsFor).orElse(List.of()));
    }

    /** What it does. */
    public static String work(Views.NodeView node) {
        if (node.role() == NodeRole.HEAD) {
            return "serves the dashboard, runs no tasks";
        }
        if (node.link() == Views.Link.DOWN) {
            return "gets no work while it is down";
        }
        int waiting = node.heldTasks() - node.runningTasks();
        String running =
                node.runningTasks() == 0 ? "idle" : "runs " + Shown.counted(node.runningTasks(), "task", "tasks");
        String held = waiting > 0 ? running + ", holds " + Shown.count(waiting) + " more" : running;
        return node.standing().takesWork() ? held : held + ", takes no new work";
    }

    /** Whether what this head knows of it is about now. */
    public static boolean isFresh(Views.NodeView node, Views.Summary summary) {
        if (!Seen.isFresh(summary) || node.link() != Views.Link.UP) {
            return false;
        }
        // Heads do not report: they are in the view or not.
        return node.role() == NodeRole.HEAD || Seen.isFresh(node);
    }

    /** How old what is known of it is, for figures; empty while that is fresh, 0 when nobody can tell. */
    static OptionalLong silentMillis(Views.NodeView node, Views.Summary summary) {
        return isFresh(node, summary) ? OptionalLong.empty() : OptionalLong.of(Math.max(0, node.heardMillisAgo()));
    }

    /** How old what is known of it is; empty while that is fresh. */
    public static String age(Views.NodeView node, Views.Summary summary) {
        if (isFresh(node, summary)) {
            return "";
        }
        if (node.role() == NodeRole.HEAD && node.link() == Views.Link.UP) {
            return "this head is behind";
        }
        if (node.link() == Views.Link.UP && Seen.isFresh(summary)) {
            return "has come back, has not reported yet";
        }
        return node.heardMillisAgo() < 0
                ? "never heard by this head"
                : "last heard of " + Shown.time(node.heardMillisAgo()) + " ago";
    }
}
