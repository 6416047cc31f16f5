package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The members as this node sees them. Immutable; asked about single members very often. */
public final class View {
    private final long number;
    private final List<Member> members;
    private final Map<NodeId, Departure> left;
    private final Map<NodeId, Member> byNode = new HashMap<>();

    /**
     * @param number grows with every view on this node
     * @param members in a stable order; those whose identity is not yet proven are not listed
     * @param left how those left who are in no view any more since the last one, where that is known
     */
    public View(long number, List<Member> members, Map<NodeId, Departure> left) {
        this.number = number;
        this.members = members;
        this.left = left;
        members.forEach(member -> byNode.putIfAbsent(member.node(), member));
    }

    public View(long number, List<Member> members) {
        this(number, members, Map.of());
    }

    public long number() {
        return number;
    }

    public List<Member> members() {
        return members;
    }

    public Map<NodeId, Departure> left() {
        return left;
    }

    public Optional<Member> member(NodeId node) {
        return Optional.ofNullable(byNode.get(node));
    }

    public boolean has(NodeId node) {
        return byNode.containsKey(node);
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
