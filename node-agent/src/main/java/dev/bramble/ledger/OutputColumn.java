package dev.bramble.ledger;

import dev.bramble.model.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One stream of a page of tasks: what they printed, or where in which segment it is, in a few bytes each beside what
 * the ledger holds of it.
 */
final class OutputColumn {
    /** By slot: what was printed, or the last line of a slice; null where nothing is recorded. */
    private final byte[][] bytes;
    /** Where the slices are; null as long as there is none. */
    private Slices slices;

    /** Arrays by slot; {@code segment} counts from 1, and is 0 where there is no slice. */
    private record Slices(int[] segment, int[] offset, int[] sizeBytes) {
        static Slices of(int slots) {
            return new Slices(new int[slots], new int[slots], new int[slots]);
        }

        Slices copy() {
            return new Slices(segment.clone(), offset.clone(), sizeBytes.clone());
        }
    }

    OutputColumn(int slots) {
        this(new byte[slots][], null);
    }

    private OutputColumn(byte[][] bytes, Slices slices) {
        this.bytes = bytes;
        this.slices = slices;
    }

    /** Whether it is of a kind that a column can hold. */
    static boolean holds(Output output) {
        return switch (output) {
            case Output.Inline inline -> true;
            // A node may say anything; where no segment reaches, the odd one is kept as it was told.
            case Output.Slice slice -> isNumber(slice.offset()) && isNumber(slice.sizeBytes());
            case Output.Stored stored -> false;
            case Output.SegmentLine line -> false;
        };
    }

    private static boolean isNumber(long value) {
        return value >= 0 && value <= Integer.MAX_VALUE;
    }

    boolean has(int slot) {
        return bytes[slot] != null;
    }

    void clear(int slot) {
        bytes[slot] = null;
        if (slices != null) {
            slices.segment[slot] = 0;
            slices.offset[slot] = 0;
            slices.sizeBytes[slot] = 0;
        }
    }

    void set(int slot, Output output, SlicedSegments segments) {
        clear(slot);
        switch (output) {
            case Output.Inline inline -> bytes[slot] = shared(inline.bytes());
            case Output.Slice slice -> {
                if (slices == null) {
                    slices = Slices.of(bytes.length);
                }
                bytes[slot] = shared(slice.lastLine().getBytes(StandardCharsets.UTF_8));
                slices.segment[slot] = segments.number(slice.segment()) + 1;
                slices.offset[slot] = (int) slice.offset();
                slices.sizeBytes[slot] = (int) slice.sizeBytes();
            }
            case Output.Stored stored -> throw new IllegalArgumentException("a blob of its own");
            case Output.SegmentLine line -> throw new IllegalArgumentException("a line of a segment");
        }
    }

    private static byte[] shared(byte[] content) {
        return content.length == 0 ? Output.Inline.EMPTY.bytes() : content;
    }

    /** What is in a slot that {@link #has} something. */
    Output get(int slot, SlicedSegments segments) {
        if (slices == null || slices.segment[slot] == 0) {
            return bytes[slot].length == 0 ? Output.Inline.EMPTY : new Output.Inline(bytes[slot]);
        }
        return new Output.Slice(
                segments.get(slices.segment[slot] - 1),
                slices.offset[slot],
                slices.sizeBytes[slot],
                new String(bytes[slot], StandardCharsets.UTF_8));
    }

    long inlineBytes() {
        return Arrays.stream(bytes)
                .mapToLong(each -> each == null ? 0 : each.length)
                .sum();
    }

    /**
     * All of it, for a snapshot.
     *
     * @param segment empty when there is no slice, as are the two after it
     */
    record Image(byte[][] bytes, int[] segment, int[] offset, int[] sizeBytes) {}

    Image image() {
        Slices now = slices == null ? Slices.of(0) : slices.copy();
        return new Image(bytes.clone(), now.segment, now.offset, now.sizeBytes);
    }

    static OutputColumn of(Image image) {
        Slices slices = new Slices(image.segment(), image.offset(), image.sizeBytes());
        return new OutputColumn(image.bytes().clone(), image.segment().length == 0 ? null : slices.copy());
    }
}
