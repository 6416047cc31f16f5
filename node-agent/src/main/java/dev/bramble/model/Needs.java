package dev.bramble.model;

import java.util.List;
import java.util.SortedMap;

/**
 * What one attempt takes of its node while it runs.
 *
 * @param milliCpus thousandths of a core
 * @param memoryBytes resident memory
 * @param diskBytes space in its folder
 * @param labels labels that the node must carry, by name
 * @param nodes names of the only nodes that may run it; empty for any
 */
public record Needs(
        int milliCpus, long memoryBytes, long diskBytes, SortedMap<String, String> labels, List<String> nodes) {}
