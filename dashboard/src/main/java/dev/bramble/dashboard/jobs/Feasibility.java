package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether nodes could run a task now, as far as this head knows; the leader's own word counts when it is submitted.
 *
 * @param headline in a sentence
 * @param reasons of nodes that cannot, a sentence each
 */
public record Feasibility(boolean isPossible, String headline, List<String> reasons) {
    /** What a person reads. */
    static final int REASONS_MAX = 8;

    static Feasibility of(Needs needs, List<Views.NodeView> nodes) {
        List<Views.NodeView> agents =
                nodes.stream().filter(node -> node.role() == NodeRole.AGENT).toList();
        List<String> reasons = new ArrayList<>();
        int able = 0;
        long atOnce = 0;
        for (Views.NodeView node : agents) {
            Optional<String> why = whyNot(needs, node);
            if (why.isEmpty()) {
                able++;
                atOnce += together(needs, node.capacity().orElseThrow());
            } else {
                reasons.add(node.name() + " " + why.get());
            }
        }
        int more = reasons.size() - REASONS_MAX;
        List<String> shown = new ArrayList<>(reasons.subList(0, Math.min(REASONS_MAX, reasons.size())));
        if (more > 0) {
            shown.add("and " + Shown.counted(more, "more node", "more nodes"));
        }
        return new Feasibility(able > 0, headline(able, agents.size(), atOnce), List.copyOf(shown));
    }

    private static String headline(int able, int all, long atOnce) {
        if (all == 0) {
            return "There is no node yet: it would wait until one is admitted.";
        }
        if (able == 0) {
            return "No node can run it now: it would wait.";
        }
        return (able == all ? "All " + Shown.counted(all, "node", "nodes") : able + " of " + all + " nodes")
                + " can run it, " + Shown.counted(atOnce, "task", "tasks") + " at once when nothing else runs.";
    }

    private static Optional<String> whyNot(Needs needs, Views.NodeView node) {
        if (node.link() == Views.Link.DOWN) {
            return Optional.of("is down");
        }
        if (!node.standing().takesWork()) {
            return Optional.of("takes no work: it is " + Words.of(node.standing()));
        }
        if (node.capacity().isEmpty()) {
            return Optional.of("has not said yet what it has");
        }
        NodeCapacity has = node.capacity().get();
        if (!needs.nodes().isEmpty() && !needs.nodes().contains(node.name())) {
            return Optional.of("is not among those that it is to run on");
        }
        if (needs.milliCpus() > has.milliCpus()) {
            return Optional.of(
                    "has " + cores(has.milliCpus()) + " for tasks, and a task needs " + cores(needs.milliCpus()));
        }
        if (needs.memoryBytes() > has.memoryBytes()) {
            return Optional.of("has " + Shown.bytes(has.memoryBytes()) + " of memory for tasks, and a task needs "
                    + Shown.bytes(needs.memoryBytes()));
        }
        for (Map.Entry<String, String> label : needs.labels().entrySet()) {
            if (!label.getValue().equals(has.labels().get(label.getKey()))) {
                return Optional.of("has no label " + label.getKey() + "=" + label.getValue());
            }
        }
        return node.health()
                .map(health -> health.diskFreeBytes())
                .filter(free -> free.isKnown() && free.value() < needs.diskBytes())
                .map(free -> "has " + Shown.bytes(Math.round(free.value())) + " of disk free, and a task needs "
                        + Shown.bytes(needs.diskBytes()));
    }

    private static long together(Needs needs, NodeCapacity has) {
        return Math.max(
                1, Math.min(has.milliCpus() / needs.milliCpus(), has.memoryBytes() / Math.max(1, needs.memoryBytes())));
    }

    static String cores(int milliCpus) {
        return milliCpus == 1000
                ? "1 core"
                : (milliCpus % 1000 == 0 ? Integer.toString(milliCpus / 1000) : Double.toString(milliCpus / 1000.0))
                        + " cores";
    }
}
