package dev.bramble.model;

import java.util.regex.Pattern;

/**
 * The stable identity of a node, made at enrolment and bound to its certificate; never its hostname.
 *
 * @param value 1 to 32 lower-case letters, digits and dashes
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    public NodeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a node id: '" + value + "'");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
