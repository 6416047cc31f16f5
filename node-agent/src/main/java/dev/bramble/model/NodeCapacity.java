package dev.bramble.model;

import java.util.Optional;
import java.util.SortedMap;

/**
 * What a node offers to attempts.
 *
 * @param milliCpus thousandths of a core for tasks
 * @param memoryBytes for tasks
 * @param labels set in the node's configuration
 * @param privilege how tasks are kept apart on this node, in words
 * @param release that its agent was built from; absent in what older releases say
 */
public record NodeCapacity(
        int milliCpus, long memoryBytes, SortedMap<String, String> labels, String privilege, Optional<String> release) {
    /** Of a node that does not say what it was built from. */
    public NodeCapacity(int milliCpus, long memoryBytes, SortedMap<String, String> labels, String privilege) {
        this(milliCpus, memoryBytes, labels, privilege, Optional.empty());
    }
}
