package dev.bramble.model;

import java.util.SortedMap;

/**
 * What a node offers to attempts.
 *
 * @param milliCpus thousandths of a core for tasks
 * @param memoryBytes for tasks
 * @param labels set in the node's configuration
 * @param privilege how tasks are kept apart on this node, in words
 */
public record NodeCapacity(int milliCpus, long memoryBytes, SortedMap<String, String> labels, String privilege) {}
