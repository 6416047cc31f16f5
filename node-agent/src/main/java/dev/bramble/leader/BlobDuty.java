package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Reading;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Sees to it that each blob that is needed has its copies: orders new ones when a holder is gone, drops spare ones
 * where a disk is short, and compares the ledger with the disks. Event loop of the leader; all of it soft state.
 */
public final class BlobDuty {
    /** A copy that was ordered is ordered again until the node answers; it ignores what it works on already. */
    private static final Duration ORDER_AGAIN = Duration.ofSeconds(5);
    /** A node that failed to make a copy is passed over for this blob, one whose disk is full for all. */
    private static final Duration AVOID = Duration.ofSeconds(30);
    /** A copy may take so long, and so many times as long as its size and pace say, before another node is asked. */
    private static final Duration OVERDUE_AFTER = Duration.ofMinutes(2);

    private static final int OVERDUE_FACTOR = 8;
    /** What a node keeps free of copies by default, so that it is not asked in vain; the node has the last word. */
    private static final long RESERVE_BYTES = 128L << 20;
    /** After a copy has arrived others are ordered so much later at most: ten times a second is often enough. */
    private static final Duration REFILL_AFTER = Duration.ofMillis(100);
    /** Spare copies taken from short disks at once. */
    private static final int SPARE_MAX = 500;
    /** Blobs that are passed over for a node, remembered; beyond it the oldest are tried again sooner. */
    private static final int AVOIDED_MAX = 10_000;

    private final Leader leader;
    private final DiskAudit audit;
    private final FileCounts fileCounts;
    private final Map<NodeId, Long> absentSinceNanos = new TreeMap<>();
    private final Map<BlobId, UnderWay> underWay = new LinkedHashMap<>();
    private final Map<BlobId, TreeMap<NodeId, Long>> avoidedUntilNanos = new LinkedHashMap<>(16, 0.75f, false) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BlobId, TreeMap<NodeId, Long>> eldest) {
            return size() > AVOIDED_MAX;
        }
    };
    private final Map<NodeId, Long> fullUntilNanos = new TreeMap<>();
    private CopySearch search = new CopySearch();
    private Set<BlobId> searched = Set.of();
    private long term = -1;
    private long leadingSinceNanos;
    private boolean refillDue;
    /** Commands on their way that take spare copies: until they are applied nobody can tell what is still spare. */
    private int taking;

    private record UnderWay(
            NodeId target,
            long sizeBytes,
            String incarnation,
            List<NodeId> sources,
            long sinceNanos,
            long[] orderedNanos) {}

    public BlobDuty(Leader leader) {
        this.leader = leader;
        this.audit = new DiskAudit(leader, BlobDuty::isShort);
        this.fileCounts = new FileCounts(leader, this::stays, this::takers);
    }

    /** Called with every pulse. */
    public void check() {
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            begin();
        }
        watchNodes();
        repeatOrders();
        searchForLost();
        audit.check();
        orderCopies();
        takeSpareCopies();
    }

    private void begin() {
        term = leader.term();
        leadingSinceNanos = leader.loop().nanos();
        absentSinceNanos.clear();
        taking = 0;
        underWay.clear();
        fileCounts.begin();
        avoidedUntilNanos.clear();
        fullUntilNanos.clear();
        search = new CopySearch();
        refillDue = false;
        searched = Set.of();
        audit.begin();
    }

    /** Copies on their way to this node. */
    int copying(NodeId node) {
        return (int) underWay.values().stream()
                .filter(copy -> copy.target.equals(node))
                .count();
    }

    private CopyPlan.Load onTheirWay(Predicate<UnderWay> which) {
        CopyPlan.Load load = CopyPlan.Load.NONE;
        for (UnderWay copy : underWay.values()) {
            if (which.test(copy)) {
                load = load.plus(copy.sizeBytes);
            }
        }
        return load;
    }

    // --- Who holds what ----------------------------------------------------------------------------------------------

    private void watchNodes() {
        long now = leader.loop().nanos();
        for (NodeId node : leader.state().nodes().keySet()) {
            if (isUp(node)) {
                absentSinceNanos.remove(node);
            } else {
                absentSinceNanos.putIfAbsent(node, now);
            }
        }
        underWay.values()
                .removeIf(copy -> leader.cluster()
                        .view()
                        .member(copy.target)
                        .filter(member -> member.incarnation().equals(copy.incarnation))
                        .isEmpty());
        fullUntilNanos.values().removeIf(until -> now - until >= 0);
    }

    private boolean isUp(NodeId node) {
        return leader.cluster().view().has(node);
    }

    /** Whether its copies count: it is up, or has not been away for long. */
    private boolean counts(NodeId node) {
        Duration grace = leader.state().settings().healAfter();
        long since = absentSinceNanos.getOrDefault(node, leadingSinceNanos);
        return !isLeaving(node) && (isUp(node) || leader.loop().nanos() - since < grace.toNanos());
    }

    private CopySearch.Scene scene() {
        LedgerState state = leader.state();
        Set<NodeId> known = state.nodes().keySet();
        return new CopySearch.Scene(
                state.blobTable().changes(),
                copiesWanted(),
                those(known, this::isUp),
                those(known, node -> !counts(node)),
                those(known, this::isBeingDrained));
    }

    private static Set<NodeId> those(Set<NodeId> nodes, Predicate<NodeId> which) {
        return nodes.stream().filter(which).collect(Collectors.toSet());
    }

    private boolean isBeingDrained(NodeId node) {
        return leader.state().node(node).filter(NodeRecord::isBeingDrained).isPresent();
    }

    /** Whether it is drained: what it holds stays there and is read, yet others need their own copies. */
    private boolean isLeaving(NodeId node) {
        return leader.state().node(node).filter(NodeRecord::isLeaving).isPresent();
    }

    /** Copies that a blob should have, as far as there are nodes that stay. */
    private int copiesWanted() {
        long stay = leader.books().keySet().stream()
                .filter(node -> !isLeaving(node))
                .count();
        return (int) Math.min(BlobTable.COPIES, stay);
    }

    /** What nodes that are drained hold, and what of it others still need. */
    FileCounts fileCounts() {
        return fileCounts;
    }

    private boolean stays(NodeId node) {
        return isUp(node) && !isLeaving(node);
    }

    private Set<NodeId> takers() {
        return leader.books().values().stream()
                .filter(this::takes)
                .map(book -> book.member().node())
                .collect(Collectors.toSet());
    }

    /** News of a node's disk. */
    public void received(Member from, Message.CopyNews news) {
        NodeBook book = leader.books().get(from.node());
        if (!leader.isLeading() || book == null || news.term() != leader.term() || term != leader.term()) {
            return;
        }
        long now = leader.loop().nanos();
        for (Message.CopyFailure failure : news.failed()) {
            underWay.computeIfPresent(failure.blob(), (blob, copy) -> copy.target.equals(from.node()) ? null : copy);
            avoidedUntilNanos
                    .computeIfAbsent(failure.blob(), blob -> new TreeMap<>())
                    .put(from.node(), now + AVOID.toNanos());
            if (failure.full()) {
                fullUntilNanos.put(from.node(), now + AVOID.toNanos());
            }
        }
        // What has arrived stays under way until the ledger knows it: a plan made before that would copy it once more.
        long ofTerm = term;
        CopySearch.Scene scene = scene();
        audit.received(book, news, blob -> isWanted(scene, blob, from.node())).thenRun(() -> refill(ofTerm));
    }

    /** Soon: what a node has made is settled, and it gets others before the next pulse. */
    private void refill(long ofTerm) {
        if (!leader.leads(ofTerm) || underWay.isEmpty() || refillDue) {
            return;
        }
        refillDue = true;
        leader.loop().after(REFILL_AFTER, () -> {
            if (leader.leads(ofTerm) && term == ofTerm && refillDue) {
                refillDue = false;
                settleMade();
                orderCopies();
            }
        });
    }

    /** Whether one more copy of it is welcome: one that was ordered, or of a blob that has too few. */
    private boolean isWanted(CopySearch.Scene scene, BlobId blob, NodeId node) {
        UnderWay copy = underWay.get(blob);
        BlobRecord record = leader.state().blob(blob).orElse(null);
        return copy != null && copy.target.equals(node) || record != null && scene.lacks(record);
    }

    /** A file without a holder may lie on some disk for all that: tasks leave copies that nobody counts on. */
    private void searchForLost() {
        Set<BlobId> lost = leader.state().blobTable().lost();
        if (!searched.containsAll(lost)) {
            searched = Set.copyOf(lost);
            audit.again();
        } else if (searched.size() != lost.size()) {
            searched = Set.copyOf(lost);
        }
    }

    // --- Making copies -----------------------------------------------------------------------------------------------

    private void repeatOrders() {
        long now = leader.loop().nanos();
        settleMade();
        underWay.entrySet().removeIf(copy -> isOverdue(copy.getKey(), copy.getValue(), now));
        TreeMap<NodeId, List<Message.BlobPlace>> again = new TreeMap<>();
        underWay.forEach((blob, copy) -> {
            if (now - copy.orderedNanos[0] >= ORDER_AGAIN.toNanos()) {
                copy.orderedNanos[0] = now;
                again.computeIfAbsent(copy.target, node -> new ArrayList<>())
                        .add(new Message.BlobPlace(blob, copy.sources));
            }
        });
        again.forEach(this::order);
    }

    private void settleMade() {
        underWay.entrySet()
                .removeIf(copy -> leader.state()
                        .blob(copy.getKey())
                        .filter(blob -> !blob.holders().contains(copy.getValue().target))
                        .isEmpty());
    }

    /** Whether its target takes far longer than its pace allows: its disk may hang, and others are asked. */
    private boolean isOverdue(BlobId blob, UnderWay copy, long now) {
        long sizeBytes = leader.state().blob(blob).orElseThrow().sizeBytes();
        long rate = leader.state().settings().get(Setting.BLOBS_COPY_RATE);
        Duration fair = OVERDUE_AFTER.plusSeconds(OVERDUE_FACTOR * sizeBytes / Math.max(1, rate));
        if (now - copy.sinceNanos < fair.toNanos()) {
            return false;
        }
        avoidedUntilNanos.computeIfAbsent(blob, b -> new TreeMap<>()).put(copy.target, now + AVOID.toNanos());
        return true;
    }

    private void order(NodeId target, List<Message.BlobPlace> copies) {
        leader.cluster()
                .send(
                        target,
                        new Message.CopyBlobs(
                                leader.term(), leader.state().settings().get(Setting.BLOBS_COPY_RATE), copies));
    }

    private void orderCopies() {
        LedgerState state = leader.state();
        if (takers().isEmpty()) {
            return;
        }
        Map<NodeId, String> supplies = state.racks().layout().supplyOfNode();
        CopySearch.Scene scene = scene();
        List<NavigableSet<BlobId>> suspects = new ArrayList<>();
        suspects.add(state.blobTable().few());
        scene.gone().forEach(node -> suspects.add(state.blobTable().heldBy(node)));
        Iterator<BlobId> found =
                search.in(scene, suspects, blob -> state.blob(blob).orElseThrow(), underWay::containsKey);
        Iterator<CopyPlan.Wanted> wanted = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return found.hasNext();
            }

            @Override
            public CopyPlan.Wanted next() {
                return wanted(found.next(), supplies);
            }
        };
        List<CopyPlan.Copy> plan = CopyPlan.plan(wanted, places(), onTheirWay(copy -> true));
        TreeMap<NodeId, List<Message.BlobPlace>> orders = new TreeMap<>();
        for (CopyPlan.Copy copy : plan) {
            Member member = leader.books().get(copy.target()).member();
            underWay.put(
                    copy.blob(),
                    new UnderWay(
                            copy.target(),
                            state.blob(copy.blob()).orElseThrow().sizeBytes(),
                            member.incarnation(),
                            copy.sources(),
                            leader.loop().nanos(),
                            new long[] {leader.loop().nanos()}));
            orders.computeIfAbsent(copy.target(), node -> new ArrayList<>())
                    .add(new Message.BlobPlace(copy.blob(), copy.sources()));
        }
        orders.forEach(this::order);
    }

    private CopyPlan.Wanted wanted(BlobId blob, Map<NodeId, String> supplies) {
        BlobRecord record = leader.state().blob(blob).orElseThrow();
        long now = leader.loop().nanos();
        TreeMap<NodeId, Long> avoided = avoidedUntilNanos.get(blob);
        if (avoided != null) {
            avoided.values().removeIf(until -> now - until >= 0);
        }
        return new CopyPlan.Wanted(
                blob,
                record.sizeBytes(),
                new HashSet<>(record.holders()),
                record.holders().stream().filter(this::isUp).toList(),
                avoided == null ? Set.of() : Set.copyOf(avoided.keySet()),
                record.holders().stream()
                        .filter(this::counts)
                        .flatMap(holder -> Optional.ofNullable(supplies.get(holder)).stream())
                        .collect(Collectors.toSet()));
    }

    private List<CopyPlan.Place> places() {
        Map<NodeId, String> supplies = leader.state().racks().layout().supplyOfNode();
        List<CopyPlan.Place> places = new ArrayList<>();
        for (NodeBook book : leader.books().values()) {
            NodeId node = book.member().node();
            boolean isReady = leader.state()
                    .node(node)
                    .filter(known -> known.standing().takesWork())
                    .isPresent();
            places.add(new CopyPlan.Place(
                    node,
                    takes(book),
                    isReady,
                    roomBytes(book),
                    onTheirWay(copy -> copy.target.equals(node)),
                    onTheirWay(copy -> copy.sources.getFirst().equals(node)),
                    supplies.getOrDefault(node, "")));
        }
        return places;
    }

    private boolean takes(NodeBook book) {
        NodeId node = book.member().node();
        return book.member().role() == NodeRole.AGENT
                && book.hasReported()
                && !fullUntilNanos.containsKey(node)
                && !isLeaving(node)
                && isWritable(book);
    }

    /** Whether the node's disk takes writes, as far as is known. */
    static boolean isWritable(NodeBook book) {
        return book.health()
                .map(BoardHealth::diskWritable)
                .filter(Reading::isKnown)
                .map(writable -> writable.value() == 1)
                .orElse(true);
    }

    private static OptionalLong roomBytes(NodeBook book) {
        return book.health()
                .map(BoardHealth::diskFreeBytes)
                .filter(Reading::isKnown)
                .map(free -> OptionalLong.of((long) (double) free.value() - RESERVE_BYTES))
                .orElse(OptionalLong.empty());
    }

    // --- Room --------------------------------------------------------------------------------------------------------

    /** Whether the node's disk is so full that spare and cached copies have to go. */
    private static boolean isShort(NodeBook book) {
        OptionalLong room = roomBytes(book);
        return room.isPresent() && room.getAsLong() < RESERVE_BYTES;
    }

    /** Whether its disk has only the node's own reserve left. */
    static boolean isFull(NodeBook book) {
        OptionalLong room = roomBytes(book);
        return room.isPresent() && room.getAsLong() <= 0;
    }

    /** Of blobs with more copies than they need, on nodes whose disk is short; never below what must be. */
    private void takeSpareCopies() {
        LedgerState state = leader.state();
        if (state.blobTable().spare().isEmpty() || !underWay.isEmpty() || taking > 0) {
            return;
        }
        Set<BlobId> taken = new HashSet<>();
        for (NodeBook book : leader.books().values()) {
            NodeId node = book.member().node();
            if (!isShort(book) || isLeaving(node)) {
                continue;
            }
            List<BlobId> spare = new ArrayList<>();
            for (BlobId blob : state.blobTable().spare()) {
                Set<NodeId> holders = state.blob(blob).orElseThrow().holders();
                boolean enough = holders.stream().filter(this::stays).count() > BlobTable.COPIES;
                if (holders.contains(node) && enough && spare.size() < SPARE_MAX && taken.add(blob)) {
                    spare.add(blob);
                }
            }
            if (!spare.isEmpty()) {
                // The ledger first: a copy that is gone must never be counted on.
                taking++;
                long ofTerm = leader.term();
                leader.append(new Command.RecordCopies(node, List.of(), spare)).whenComplete((index, failure) -> {
                    if (!leader.leads(ofTerm)) {
                        return;
                    }
                    taking--;
                    if (failure == null) {
                        drop(node, spare);
                    }
                });
            }
        }
    }

    private void drop(NodeId node, List<BlobId> spare) {
        if (leader.isLeading()) {
            leader.cluster().send(node, new Message.DropBlobs(leader.term(), spare));
        }
    }
}
