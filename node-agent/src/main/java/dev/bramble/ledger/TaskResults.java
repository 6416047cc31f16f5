package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Recorded results of one job's tasks, by index. Plain results take a few bytes beside what they printed, so that a
 * million silent tasks fit in some megabytes; all others are kept as they are.
 */
final class TaskResults {
    /** Tasks per page: small enough that a sparse job wastes little, large enough that pages cost nothing. */
    static final int PAGE_TASKS = 1024;

    private final TreeMap<Integer, Page> pages = new TreeMap<>();
    private final List<NodeId> nodes = new ArrayList<>();
    private long inlineBytes;

    /** Bytes of stdout, stderr and outputs held here. */
    long inlineBytes() {
        return inlineBytes;
    }

    void put(int task, RecordedResult result) {
        remove(task);
        inlineBytes += result.inlineBytes();
        Page page = pages.computeIfAbsent(task / PAGE_TASKS, p -> new Page());
        int slot = task % PAGE_TASKS;
        if (result.isPlain()) {
            byte[] bytes = ((Output.Inline) result.stdout()).bytes();
            page.stdout[slot] = bytes.length == 0 ? Output.Inline.EMPTY.bytes() : bytes;
            page.millis[slot] = (int) Math.min(result.millis(), Integer.MAX_VALUE);
            page.node[slot] = nodeNumber(result.node());
            page.number[slot] = (byte) Math.min(result.number(), Byte.MAX_VALUE);
        } else {
            page.full.put(slot, result);
        }
    }

    Optional<RecordedResult> get(int task) {
        Page page = pages.get(task / PAGE_TASKS);
        if (page == null) {
            return Optional.empty();
        }
        int slot = task % PAGE_TASKS;
        byte[] bytes = page.stdout[slot];
        if (bytes == null) {
            return Optional.ofNullable(page.full.get(slot));
        }
        return Optional.of(new RecordedResult(
                nodes.get(page.node[slot]),
                page.number[slot],
                AttemptEnd.SUCCEEDED,
                0,
                "",
                page.millis[slot],
                new Output.Inline(bytes),
                Output.Inline.EMPTY,
                false,
                List.of()));
    }

    void remove(int task) {
        Page page = pages.get(task / PAGE_TASKS);
        if (page == null) {
            return;
        }
        get(task).ifPresent(old -> inlineBytes -= old.inlineBytes());
        page.stdout[task % PAGE_TASKS] = null;
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
                page.stdout.clone(),
                page.millis.clone(),
                page.node.clone(),
                page.number.clone(),
                new TreeMap<>(page.full))));
        return new Image(List.copyOf(nodes), images);
    }

    static TaskResults of(Image image) {
        TaskResults results = new TaskResults();
        results.nodes.addAll(image.nodes());
        for (PageImage from : image.pages()) {
            Page page = new Page();
            System.arraycopy(from.stdout(), 0, page.stdout, 0, PAGE_TASKS);
            System.arraycopy(from.millis(), 0, page.millis, 0, PAGE_TASKS);
            System.arraycopy(from.node(), 0, page.node, 0, PAGE_TASKS);
            System.arraycopy(from.number(), 0, page.number, 0, PAGE_TASKS);
            page.full.putAll(from.full());
            results.pages.put(from.page(), page);
            for (byte[] bytes : page.stdout) {
                results.inlineBytes += bytes == null ? 0 : bytes.length;
            }
            for (RecordedResult result : page.full.values()) {
                results.inlineBytes += result.inlineBytes();
            }
        }
        return results;
    }

    /** All of it, for a snapshot. */
    record Image(List<NodeId> nodes, List<PageImage> pages) {}

    /** One page; arrays of {@link #PAGE_TASKS}. */
    record PageImage(
            int page, byte[][] stdout, int[] millis, short[] node, byte[] number, Map<Integer, RecordedResult> full) {}

    private static final class Page {
        final byte[][] stdout = new byte[PAGE_TASKS][];
        final int[] millis = new int[PAGE_TASKS];
        final short[] node = new short[PAGE_TASKS];
        final byte[] number = new byte[PAGE_TASKS];
        final TreeMap<Integer, RecordedResult> full = new TreeMap<>();
    }
}
