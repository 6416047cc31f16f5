package dev.bramble.ledger;

import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Toll;
import java.util.Optional;

/**
 * Something that people may want to know of later, before it has its place in the stream of events.
 *
 * @param task −1 for none
 * @param by who or what caused it
 * @param text what happened and why, a sentence
 * @param toll what it cost; empty when it cost no work, and in events of releases that did not tell
 */
public record Happening(
        EventKind kind,
        Optional<NodeId> node,
        Optional<JobId> job,
        int task,
        String by,
        String text,
        Optional<Toll> toll) {
    /** What the bramble does by itself is done in this name. */
    public static final String BRAMBLE = "bramble";

    public static Happening of(EventKind kind, String by, String text) {
        return new Happening(kind, Optional.empty(), Optional.empty(), -1, by, text, Optional.empty());
    }

    public static Happening ofNode(EventKind kind, NodeId node, String by, String text) {
        return new Happening(kind, Optional.of(node), Optional.empty(), -1, by, text, Optional.empty());
    }

    public static Happening ofJob(EventKind kind, JobId job, String by, String text) {
        return new Happening(kind, Optional.empty(), Optional.of(job), -1, by, text, Optional.empty());
    }

    public static Happening ofTask(EventKind kind, NodeId node, JobId job, int task, String by, String text) {
        return new Happening(kind, Optional.of(node), Optional.of(job), task, by, text, Optional.empty());
    }

    Happening costing(Optional<Toll> what) {
        return new Happening(kind, node, job, task, by, text, what);
    }

    Happening told(String other) {
        return new Happening(kind, node, job, task, by, other, toll);
    }
}
