package dev.bramble.runner;

import dev.bramble.model.JobId;
import dev.bramble.model.Output;
import dev.bramble.time.EventLoop;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Puts what attempts of one job left into common blobs, so that a hundred thousand results of some kilobytes are some
 * hundred files. While segments are being written the next ones gather; nothing else waits unless its node has more of
 * the job in hand. Event loop only.
 */
final class SegmentPacker {
    /** A larger result is a blob of its own: it is streamed, while parts of segments are read into memory. */
    static final int PART_BYTES_MAX = 256 * 1024;
    /**
     * A segment is closed with so much in it: it is in memory while it is written, a card takes it in half a second,
     * and who loses it loses no more than some hundred results.
     */
    static final int SEGMENT_BYTES_AIM = 4 << 20;
    /** The same for tiny results: two full reports of a node. */
    static final int SEGMENT_PARTS_MAX = 1024;
    /**
     * Longest that the first result of a segment waits for others. The leader keeps half a second of work in a node's
     * hands and counts what waits here as in hand: with less than half of it waiting, no processor runs dry.
     */
    static final Duration WAIT_MAX = Duration.ofMillis(200);
    /** One is read and hashed while another is flushed; more would not make a card faster, and take memory. */
    private static final int WRITES_AT_ONCE_MAX = 2;

    private final EventLoop loop;
    private final Replication replication;
    /** Of each job the segment that still takes parts, oldest first. */
    private final Map<JobId, Segment> open = new LinkedHashMap<>();
    /** Those that take no more. */
    private final ArrayDeque<Segment> closed = new ArrayDeque<>();

    private int writes;

    SegmentPacker(EventLoop loop, Replication replication) {
        this.loop = loop;
        this.replication = replication;
    }

    /**
     * @param reads gives its bytes, when it is its turn to be written
     * @param keepsLastLine whether its last line is kept beside it
     */
    private record Part(
            int sizeBytes,
            Supplier<CompletionStage<byte[]>> reads,
            boolean keepsLastLine,
            CompletableFuture<Output> output) {}

    private static final class Segment {
        final List<Part> parts = new ArrayList<>();
        int bytes;
        boolean due;
    }

    /** Completes when the segment that it becomes part of has its copies. */
    CompletionStage<Output> add(
            JobId job, int sizeBytes, Supplier<CompletionStage<byte[]>> reads, boolean keepsLastLine) {
        Segment segment = open.computeIfAbsent(job, id -> begin());
        Part part = new Part(sizeBytes, reads, keepsLastLine, new CompletableFuture<>());
        segment.parts.add(part);
        segment.bytes += sizeBytes;
        if (segment.bytes >= SEGMENT_BYTES_AIM || segment.parts.size() >= SEGMENT_PARTS_MAX) {
            open.remove(job);
            closed.add(segment);
        }
        return part.output;
    }

    private Segment begin() {
        Segment segment = new Segment();
        loop.after(WAIT_MAX, () -> {
            segment.due = true;
            write();
        });
        return segment;
    }

    /**
     * An attempt of the job has added all it left.
     *
     * @param moreComes whether others of the job are about to end here, so that waiting for them is worth it
     */
    void added(JobId job, boolean moreComes) {
        Segment segment = open.get(job);
        if (segment != null && !moreComes) {
            segment.due = true;
        }
        // What ends in the same turn of the loop still comes along.
        loop.execute(this::write);
    }

    private void write() {
        while (writes < WRITES_AT_ONCE_MAX) {
            Segment next = next();
            if (next == null) {
                return;
            }
            writes++;
            write(next).whenComplete((written, failure) -> {
                writes--;
                write();
            });
        }
    }

    /** The next that is to be written, or null. */
    private Segment next() {
        if (!closed.isEmpty()) {
            return closed.removeFirst();
        }
        for (Iterator<Segment> each = open.values().iterator(); each.hasNext(); ) {
            Segment segment = each.next();
            if (segment.due) {
                each.remove();
                return segment;
            }
        }
        return null;
    }

    private record Read(Part part, byte[] bytes) {}

    /** Completes when it is flushed here; its copy on another node follows. */
    private CompletionStage<?> write(Segment segment) {
        CompletionStage<List<Read>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Part part : segment.parts) {
            all = all.thenCombine(read(part), (reads, bytes) -> {
                if (bytes.length == part.sizeBytes) {
                    reads.add(new Read(part, bytes));
                }
                return reads;
            });
        }
        return all.thenCompose(this::put);
    }

    /** Of a part that cannot be read nothing comes, and only its own attempt fails. */
    private static CompletionStage<byte[]> read(Part part) {
        return part.reads.get().handle((bytes, failure) -> {
            if (failure != null) {
                part.output.completeExceptionally(failure);
                return new byte[0];
            }
            if (bytes.length != part.sizeBytes) {
                part.output.completeExceptionally(new IllegalStateException(
                        "what it left changed from " + part.sizeBytes + " to " + bytes.length + " bytes"));
            }
            return bytes;
        });
    }

    private CompletionStage<?> put(List<Read> reads) {
        if (reads.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        long sizeBytes = reads.stream().mapToLong(read -> read.bytes.length).sum();
        CompletionStage<Replication.Kept> kept = replication.put(() -> joined(reads), sizeBytes);
        List<Slot> slots = slots(reads);
        kept.thenCompose(replication::replicate).whenComplete((segment, failure) -> {
            for (Slot slot : slots) {
                if (failure != null) {
                    slot.part.output.completeExceptionally(failure);
                } else {
                    slot.part.output.complete(slot.in(segment));
                }
            }
        });
        return kept;
    }

    private static InputStream joined(List<Read> reads) {
        return new SequenceInputStream(Collections.enumeration(reads.stream()
                .map(read -> (InputStream) new ByteArrayInputStream(read.bytes))
                .toList()));
    }

    /** Where a part is: what is remembered of it while its bytes are not needed any more. */
    private record Slot(Part part, long offset, String lastLine) {
        Output in(Output.Stored segment) {
            return segment.sizeBytes() == part.sizeBytes
                    ? new Output.Stored(segment.blob(), segment.sizeBytes(), segment.holders(), lastLine)
                    : new Output.Slice(segment, offset, part.sizeBytes, lastLine);
        }
    }

    private static List<Slot> slots(List<Read> reads) {
        List<Slot> slots = new ArrayList<>();
        long offset = 0;
        for (Read read : reads) {
            String lastLine = read.part.keepsLastLine ? Output.lastLine(read.bytes) : "";
            slots.add(new Slot(read.part, offset, lastLine));
            offset += read.bytes.length;
        }
        return slots;
    }
}
