package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members as this node sees them.
 *
 * @param number grows with every view on this node
 * @param members in a stable order; those whose identity is not yet proven are not listed
 * @param left how those left who are in no view any more since the last one, where that is known
 */
public record View(long number, List<Member> members, Map<NodeId, Departure> left) {
    public View(long number, List<Member> members) {
        this(number, members, Map.of());
    }

    public Optional<Member> member(NodeId node) {
        return members.stream().filter(m -> m.node().equals(node)).findFirst();
    }

    public boolean has(NodeId node) {
        return member(node).isPresent();
    }

    /** How it is known that a node is not there any more, as the end of a sentence about its attempts. */
    public String evidence(NodeId node) {
        return evidence(left.getOrDefault(node, Departure.UNKNOWN));
    }

    /** The same of one that left an earlier view. */
    public static String evidence(Departure how) {
        return how.equals(Departure.UNKNOWN) ? "its node left the cluster" : "its node was lost: " + how.evidence();
    }
}
