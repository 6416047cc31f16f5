package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Compares what the ledger says of each disk with what is on it: on a new leader, when a node comes, and now and then.
 * A card that was flashed anew, put back from an old copy, or that lost files is found this way. Event loop of the
 * leader.
 */
final class DiskAudit {
    /** Names in one message: a quarter of the largest. */
    static final int NAMES_MAX = 4000;
    /** Disks that are compared at the same time. */
    static final int AT_ONCE_MAX = 4;
    /** A part that is not answered by then is asked again: listing a hundred thousand files takes a card seconds. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(10);
    /**
     * From one comparison of a disk to the next. A blob that the ledger does not know and that is there at two of them
     * belongs to nobody: an upload or a result that is not recorded after ten minutes never will be from that copy.
     */
    static final Duration EVERY = Duration.ofMinutes(10);
    /**
     * A node that is away may hold outcomes that name copies elsewhere of which the ledger has not heard yet: for so
     * long nobody's copies are kept for it. One that is away for longer and comes back brings its results, and their
     * other copies are made anew.
     */
    static final Duration RETURNS_WITHIN = Duration.ofDays(1);
    /** Strange blobs that are remembered until the next comparison, of a hundred bytes each. */
    private static final int STRANGE_MAX = 50_000;

    private final Leader leader;
    private final Predicate<NodeBook> isShort;
    private final TreeMap<NodeId, Disk> disks = new TreeMap<>();
    /** When an agent was away last that may come back with outcomes. */
    private long awayNanos;

    /** What is known of one agent's disk. */
    private static final class Disk {
        final String incarnation;
        String after = "";
        boolean asked;
        long askedNanos;
        boolean compared;
        boolean again;
        long comparedNanos;
        long newsNumber;
        Map<BlobId, Long> strangeSinceNanos = new LinkedHashMap<>();

        Disk(String incarnation) {
            this.incarnation = incarnation;
        }
    }

    /** @param isShort whether a node's disk is so full that copies which nobody counts on have to go */
    DiskAudit(Leader leader, Predicate<NodeBook> isShort) {
        this.leader = leader;
        this.isShort = isShort;
    }

    void begin() {
        disks.clear();
        awayNanos = leader.loop().nanos();
    }

    /** Compares every disk anew. */
    void again() {
        disks.values().forEach(disk -> {
            disk.compared = false;
            disk.again = disk.asked;
        });
    }

    void check() {
        long now = leader.loop().nanos();
        if (leader.state().nodes().values().stream().anyMatch(this::mayReturn)) {
            awayNanos = now;
        }
        disks.keySet().removeIf(node -> !leader.books().containsKey(node));
        long asked = disks.values().stream().filter(disk -> disk.asked).count();
        for (NodeBook book : leader.books().values()) {
            Disk disk = disk(book);
            if (disk.asked && now - disk.askedNanos >= ASK_AGAIN.toNanos()) {
                ask(book, disk);
            }
            boolean isDue = !disk.compared || now - disk.comparedNanos >= EVERY.toNanos();
            if (!disk.asked && isDue && book.hasReported() && asked < AT_ONCE_MAX) {
                asked++;
                disk.after = "";
                ask(book, disk);
            }
        }
    }

    private boolean mayReturn(NodeRecord node) {
        return node.role() == NodeRole.AGENT
                && !node.forgotten()
                && !leader.books().containsKey(node.node())
                && leader.state()
                        .presence(node.node())
                        .filter(known -> leader.now().since(known.since()).compareTo(RETURNS_WITHIN) < 0)
                        .isPresent();
    }

    private Disk disk(NodeBook book) {
        String incarnation = book.member().incarnation();
        Disk known = disks.get(book.member().node());
        if (known == null || !known.incarnation.equals(incarnation)) {
            known = new Disk(incarnation);
            disks.put(book.member().node(), known);
        }
        return known;
    }

    private void ask(NodeBook book, Disk disk) {
        NodeId node = book.member().node();
        SortedSet<BlobId> all = leader.state().blobTable().heldBy(node);
        List<BlobId> believed = new ArrayList<>();
        boolean more = false;
        for (BlobId blob : disk.after.isEmpty() ? all : all.tailSet(new BlobId(disk.after))) {
            if (believed.size() == NAMES_MAX) {
                more = true;
                break;
            }
            if (!blob.sha256().equals(disk.after)) {
                believed.add(blob);
            }
        }
        disk.asked = true;
        disk.askedNanos = leader.loop().nanos();
        leader.cluster().send(node, new Message.AskCopies(leader.term(), disk.after, believed, more));
    }

    /**
     * Records what is news to the ledger, and has dropped what nobody needs; done when it is recorded.
     *
     * @param isWanted whether one more copy of a blob is welcome on this node
     */
    CompletionStage<?> received(NodeBook book, Message.CopyNews news, Predicate<BlobId> isWanted) {
        Disk disk = disk(book);
        if (news.number() <= disk.newsNumber) {
            return CompletableFuture.completedFuture(0L);
        }
        disk.newsNumber = news.number();
        NodeId node = book.member().node();
        List<BlobId> gained = new ArrayList<>();
        List<BlobId> useless = new ArrayList<>();
        for (BlobId blob : news.held()) {
            Optional<BlobRecord> record = leader.state().blob(blob);
            if (record.isEmpty()) {
                if (isNobodys(disk, blob, news.scanned().isPresent())) {
                    useless.add(blob);
                }
            } else if (!record.get().holders().contains(node)) {
                if (isWanted.test(blob)) {
                    gained.add(blob);
                } else if (isShort.test(book)) {
                    useless.add(blob);
                }
            }
        }
        List<BlobId> lost = news.gone().stream()
                .filter(blob -> leader.state()
                        .blob(blob)
                        .filter(record -> record.holders().contains(node))
                        .isPresent())
                .toList();
        CompletionStage<?> recorded = gained.isEmpty() && lost.isEmpty()
                ? CompletableFuture.completedFuture(0L)
                : leader.append(new Command.RecordCopies(node, gained, lost));
        if (!useless.isEmpty()) {
            leader.cluster().send(node, new Message.DropBlobs(leader.term(), useless));
        }
        news.scanned().ifPresent(scanned -> advance(book, disk, scanned));
        return recorded;
    }

    /**
     * One whose drop was put off is nobody's at once; one found in passing when it was there ten minutes ago, too, and
     * nobody was away meanwhile who may name it.
     */
    private boolean isNobodys(Disk disk, BlobId blob, boolean foundInPassing) {
        if (!foundInPassing) {
            return true;
        }
        long now = leader.loop().nanos();
        Long since = disk.strangeSinceNanos.get(blob);
        if (since == null && disk.strangeSinceNanos.size() < STRANGE_MAX) {
            disk.strangeSinceNanos.put(blob, now);
        }
        return since != null && now - Math.max(since, awayNanos) >= EVERY.toNanos() / 2;
    }

    private void advance(NodeBook book, Disk disk, Message.Scanned scanned) {
        if (!disk.asked || !scanned.after().equals(disk.after)) {
            return;
        }
        if (scanned.through().isEmpty()) {
            disk.asked = false;
            disk.compared = !disk.again;
            disk.again = false;
            disk.comparedNanos = leader.loop().nanos();
            disk.strangeSinceNanos
                    .keySet()
                    .removeIf(blob -> leader.state().blob(blob).isPresent());
        } else {
            disk.after = scanned.through();
            ask(book, disk);
        }
    }
}
