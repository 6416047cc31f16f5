package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Recorded results of one job's tasks, by index. Plain results take a few bytes beside what they printed, so that a
 * million silent tasks fit in some megabytes, and slices of segments some more; answers in segments and shared failures
 * cost nothing per task; all others are kept as they are.
 */
final class TaskResults {
    /** Tasks per page: small enough that a sparse job wastes little, large enough that pages cost nothing. */
    static final int PAGE_TASKS = 1024;

    /** Reasons of failed batches that are told apart: each is searched, and may hold 4 kB of stderr. */
    static final int SHARED_FAILURES_MAX = 500;

    private static final String MANY_REASONS =
            "batches of this job failed for more than " + SHARED_FAILURES_MAX + " reasons; the first ones say why";

    private final TreeMap<Integer, Page> pages = new TreeMap<>();
    /** By the first task that each owns. */
    private final TreeMap<Integer, SegmentRecord> segments = new TreeMap<>();

    private final List<SharedFailure> sharedFailures = new ArrayList<>();
    private final SlicedSegments sliced = new SlicedSegments();
    private final List<NodeId> nodes = new ArrayList<>();
    /** Tasks from the first to the last that one segment owns, at the most: none that begins earlier can own a task. */
    private int widestSegment;

    private long inlineBytes;

    /** Bytes of stdout, stderr and outputs held here. */
    long inlineBytes() {
        return inlineBytes;
    }

    void put(int task, RecordedResult result) {
        remove(task);
        inlineBytes += result.inlineBytes();
        Page page = pages.computeIfAbsent(task / PAGE_TASKS, p -> new Page(new OutputColumn(PAGE_TASKS)));
        int slot = task % PAGE_TASKS;
        if (result.isPlain()) {
            page.stdout.set(slot, result.stdout(), sliced);
            if (result.stderr().sizeBytes() > 0) {
                page.stderr().set(slot, result.stderr(), sliced);
            }
            page.millis[slot] = (int) Math.min(result.millis(), Integer.MAX_VALUE);
            page.node[slot] = nodeNumber(result.node());
            page.number[slot] = (byte) Math.min(result.number(), Byte.MAX_VALUE);
        } else {
            page.full.put(slot, sliced.share(result));
        }
    }

    /** The answers of {@code owned}, which have no other result, are in a segment. */
    void put(SegmentRecord segment) {
        segments.put(segment.owned().first(), segment);
        widestSegment =
                Math.max(widestSegment, segment.owned().last() - segment.owned().first() + 1);
    }

    /** The tasks, which have no other result, failed alike. */
    void put(SharedFailure failure) {
        for (SharedFailure known : sharedFailures) {
            if (known.isLike(failure.result())) {
                known.tasks().or(failure.tasks());
                return;
            }
        }
        if (sharedFailures.size() >= SHARED_FAILURES_MAX
                && !failure.result().reason().equals(MANY_REASONS)) {
            put(new SharedFailure(failure.tasks(), SharedFailure.untold(failure.result(), MANY_REASONS)));
            return;
        }
        inlineBytes += failure.result().inlineBytes();
        sharedFailures.add(new SharedFailure(failure.tasks().clone(), sliced.share(failure.result())));
    }

    /** Whether some result is a slice of this segment, told with the same holders. */
    boolean hasSliceOf(Output.Stored segment) {
        return sliced.has(segment);
    }

    Optional<RecordedResult> get(int task) {
        return paged(task).or(() -> inSegment(task)).or(() -> shared(task));
    }

    private Optional<RecordedResult> inSegment(int task) {
        return segmentOf(task)
                .map(segment -> new RecordedResult(
                        segment.node(),
                        1,
                        AttemptEnd.SUCCEEDED,
                        0,
                        "",
                        Math.round(segment.millisPerTask()),
                        new Output.SegmentLine(segment.segment(), segment.lineOf(task)),
                        Output.Inline.EMPTY,
                        false,
                        List.of()));
    }

    /** The segment that owns {@code task}, if one does. */
    Optional<SegmentRecord> segmentOf(int task) {
        for (Map.Entry<Integer, SegmentRecord> segment :
                segments.headMap(task, true).descendingMap().entrySet()) {
            if (segment.getValue().owned().contains(task)) {
                return Optional.of(segment.getValue());
            }
            if (segment.getKey() + widestSegment <= task) {
                break;
            }
        }
        return Optional.empty();
    }

    private Optional<RecordedResult> shared(int task) {
        return sharedFailures.stream()
                .filter(failure -> failure.tasks().contains(task))
                .findFirst()
                .map(SharedFailure::result);
    }

    private Optional<RecordedResult> paged(int task) {
        Page page = pages.get(task / PAGE_TASKS);
        if (page == null) {
            return Optional.empty();
        }
        int slot = task % PAGE_TASKS;
        if (!page.stdout.has(slot)) {
            return Optional.ofNullable(page.full.get(slot));
        }
        boolean complained = page.stderr != null && page.stderr.has(slot);
        return Optional.of(new RecordedResult(
                nodes.get(page.node[slot]),
                page.number[slot],
                AttemptEnd.SUCCEEDED,
                0,
                "",
                page.millis[slot],
                page.stdout.get(slot, sliced),
                complained ? page.stderr.get(slot, sliced) : Output.Inline.EMPTY,
                false,
                List.of()));
    }

    /** Forgets the results of tasks that failed, all of them. */
    void removeFailures(RoaringBitmap failed) {
        failed.forEach((IntConsumer) this::remove);
        sharedFailures.forEach(failure -> inlineBytes -= failure.result().inlineBytes());
        sharedFailures.clear();
    }

    private void remove(int task) {
        Page page = pages.get(task / PAGE_TASKS);
        if (page == null) {
            return;
        }
        paged(task).ifPresent(old -> inlineBytes -= old.inlineBytes());
        page.stdout.clear(task % PAGE_TASKS);
        if (page.stderr != null) {
            page.stderr.clear(task % PAGE_TASKS);
        }
        page.full.remove(task % PAGE_TASKS);
    }

    private short nodeNumber(NodeId node) {
        int known = nodes.indexOf(node);
        if (known < 0) {
            known = nodes.size();
            nodes.add(node);
        }
        return (short) known;
    }

    Image image() {
        List<PageImage> images = new ArrayList<>();
        pages.forEach((number, page) -> images.add(new PageImage(
                number,
                page.stdout.image(),
                Optional.ofNullable(page.stderr).map(OutputColumn::image),
                page.millis.clone(),
                page.node.clone(),
                page.number.clone(),
                new TreeMap<>(page.full))));
        return new Image(
                List.copyOf(nodes),
                sliced.image(),
                images,
                List.copyOf(segments.values()),
                sharedFailures.stream()
                        .map(shared -> new SharedFailure(shared.tasks().clone(), shared.result()))
                        .toList());
    }

    static TaskResults of(Image image) {
        TaskResults results = new TaskResults();
        results.nodes.addAll(image.nodes());
        results.sliced.restore(image.sliced());
        image.segments().forEach(results::put);
        image.sharedFailures()
                .forEach(shared -> results.put(new SharedFailure(shared.tasks().clone(), shared.result())));
        for (PageImage from : image.pages()) {
            Page page = new Page(OutputColumn.of(from.stdout()));
            page.stderr = from.stderr().map(OutputColumn::of).orElse(null);
            System.arraycopy(from.millis(), 0, page.millis, 0, PAGE_TASKS);
            System.arraycopy(from.node(), 0, page.node, 0, PAGE_TASKS);
            System.arraycopy(from.number(), 0, page.number, 0, PAGE_TASKS);
            from.full().forEach((slot, result) -> page.full.put(slot, results.sliced.share(result)));
            results.pages.put(from.page(), page);
            results.inlineBytes += page.stdout.inlineBytes();
            results.inlineBytes += page.stderr == null ? 0 : page.stderr.inlineBytes();
            for (RecordedResult result : page.full.values()) {
                results.inlineBytes += result.inlineBytes();
            }
        }
        return results;
    }

    /** All of it, for a snapshot. */
    record Image(
            List<NodeId> nodes,
            List<Output.Stored> sliced,
            List<PageImage> pages,
            List<SegmentRecord> segments,
            List<SharedFailure> sharedFailures) {}

    /** One page; arrays of {@link #PAGE_TASKS}. */
    record PageImage(
            int page,
            OutputColumn.Image stdout,
            Optional<OutputColumn.Image> stderr,
            int[] millis,
            short[] node,
            byte[] number,
            Map<Integer, RecordedResult> full) {}

    private static final class Page {
        final OutputColumn stdout;
        /** Null as long as no task has any: most print nothing there. */
        OutputColumn stderr;

        final int[] millis = new int[PAGE_TASKS];
        final short[] node = new short[PAGE_TASKS];
        final byte[] number = new byte[PAGE_TASKS];
        final TreeMap<Integer, RecordedResult> full = new TreeMap<>();

        Page(OutputColumn stdout) {
            this.stdout = stdout;
        }

        OutputColumn stderr() {
            if (stderr == null) {
                stderr = new OutputColumn(PAGE_TASKS);
            }
            return stderr;
        }
    }
}
