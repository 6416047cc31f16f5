package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * The members as this node sees them.
 *
 * @param number grows with every view on this node
 * @param members in a stable order; those whose identity is not yet proven are not listed
 */
public record View(long number, List<Member> members) {
    public Optional<Member> member(NodeId node) {
        return members.stream().filter(m -> m.node().equals(node)).findFirst();
    }

    public boolean has(NodeId node) {
        return member(node).isPresent();
    }
}
