package dev.bramble.worker.filter;

import java.util.BitSet;

/** With {@code framing: indexed}: where each line's answer lies among all that came. */
public final class AnswerIndex {
    private final int[] starts;
    private final int[] lengths;

    public AnswerIndex(int count) {
        starts = new int[count];
        lengths = new int[count];
    }

    void put(int line, int start, int length) {
        starts[line] = start;
        lengths[line] = length;
    }

    /** First byte of the answer's text. */
    public int start(int line) {
        return starts[line];
    }

    /** Bytes of the text without its LF. */
    public int length(int line) {
        return lengths[line];
    }

    /** Bytes of all {@code lines}' texts, each with its LF. */
    public long sizeBytes(BitSet lines) {
        return lines.stream().mapToLong(line -> lengths[line] + 1L).sum();
    }
}
