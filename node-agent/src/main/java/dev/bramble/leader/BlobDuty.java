package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.CopyCensus;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Sees to it that each blob that is needed has its copies: orders new ones when a holder is gone, drops spare ones
 * where a disk is short, and compares the ledger with the disks. Event loop of the leader; all of it soft state.
 */
public final class BlobDuty {
    /** A copy that was ordered is ordered again until the node answers; it ignores what it works on already. */
    private static final Duration ORDER_AGAIN = Duration.ofSeconds(5);
    /** Drained boards stay for days while files change all the time: what they hold is counted this often at most. */
    private static final Duration RECOUNT_AFTER = Duration.ofSeconds(5);
    /** A node that failed to make a copy is passed over for this blob, one whose disk is full for all. */
    private static final Duration AVOID = Duration.ofSeconds(30);
    /** A copy may take so long, and so many times as long as its size and pace say, before another node is asked. */
    private static final Duration OVERDUE_AFTER = Duration.ofMinutes(2);

    private static final int OVERDUE_FACTOR = 8;
    /** What a node keeps free of copies by default, so that it is not asked in vain; the node has the last word. */
    private static final long RESERVE_BYTES = 128L << 20;
    /** Blobs that are looked at for one plan: far more than it can begin. The next one goes on behind them. */
    static final int WANTED_MAX = 1000;
    /** Spare copies taken from short disks at once. */
    private static final int SPARE_MAX = 500;
    /** Blobs that are passed over for a node, remembered; beyond it the oldest are tried again sooner. */
    private static final int AVOIDED_MAX = 10_000;

    private final Leader leader;
    private final DiskAudit audit;
    private final Map<NodeId, Long> absentSinceNanos = new TreeMap<>();
    private final Map<BlobId, UnderWay> underWay = new LinkedHashMap<>();
    private final Map<BlobId, TreeMap<NodeId, Long>> avoidedUntilNanos = new LinkedHashMap<>(16, 0.75f, false) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BlobId, TreeMap<NodeId, Long>> eldest) {
            return size() > AVOIDED_MAX;
        }
    };
    private final Map<NodeId, Long> fullUntilNanos = new TreeMap<>();
    private Set<BlobId> searched = Set.of();
    private long term = -1;
    private long leadingSinceNanos;
    private long quietAtChanges = -1;
    /** The last blob that was looked at when there were too many for one plan: no other waits for it. */
    private Optional<BlobId> lookedAt = Optional.empty();
    /** Commands on their way that take spare copies: until they are applied nobody can tell what is still spare. */
    private int taking;

    private final Map<NodeId, CountedFiles> countedFiles = new TreeMap<>();
    private long filesCounted;
    private Set<NodeId> quietGone = Set.of();
    private Set<NodeId> quietAwaited = Set.of();
    private Set<NodeId> quietUp = Set.of();
    private Set<NodeId> quietTakers = Set.of();

    /** What the count of a node's files follows from. */
    private record FilesKey(long changes, int takers, Set<NodeId> staying) {}

    private record CountedFiles(FilesKey key, DrainStep.Files files, long atNanos) {}

    private record UnderWay(
            NodeId target, String incarnation, List<NodeId> sources, long sinceNanos, long[] orderedNanos) {}

    public BlobDuty(Leader leader) {
        this.leader = leader;
        this.audit = new DiskAudit(leader, this::isWanted, BlobDuty::isShort);
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
        countedFiles.clear();
        avoidedUntilNanos.clear();
        fullUntilNanos.clear();
        quietAtChanges = -1;
        searched = Set.of();
        lookedAt = Optional.empty();
        audit.begin();
    }

    /** Copies on their way to this node. */
    int copying(NodeId node) {
        return (int) underWay.values().stream()
                .filter(copy -> copy.target.equals(node))
                .count();
    }

    private int leaving(NodeId node) {
        return (int) underWay.values().stream()
                .filter(copy -> copy.sources.getFirst().equals(node))
                .count();
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

    /**
     * Copies of a blob that count. Of what a node holds that is being drained only those on nodes that are up do: its
     * drain waits for such, and must not have to wait until somebody else has been away for long.
     */
    private long copies(BlobRecord record) {
        boolean isAwaited = record.holders().stream().anyMatch(this::isBeingDrained);
        return record.holders().stream()
                .filter(holder -> counts(holder) && (!isAwaited || isUp(holder)))
                .count();
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

    /**
     * What a node that is drained holds, and what of it others still need. Asked with every pulse, and there may be a
     * million of them: they are looked at again only when something has changed.
     */
    DrainStep.Files filesOf(NodeId node) {
        LedgerState state = leader.state();
        Set<NodeId> staying = state.nodes().keySet().stream()
                .filter(other -> isUp(other) && !isLeaving(other))
                .collect(Collectors.toSet());
        int takers = (int) places().stream()
                .filter(place -> place.takes() && !place.node().equals(node))
                .count();
        FilesKey key = new FilesKey(state.blobTable().changes(), takers, staying);
        CountedFiles known = countedFiles.get(node);
        if (known == null || !known.key().equals(key)) {
            countedFiles.keySet().removeIf(other -> !isLeaving(other));
            known = new CountedFiles(
                    key, countFiles(node, takers, staying), leader.loop().nanos());
            countedFiles.put(node, known);
        }
        return known.files();
    }

    /** The same, as it was at most {@link #RECOUNT_AFTER} ago. */
    DrainStep.Files filesLately(NodeId node) {
        CountedFiles known = countedFiles.get(node);
        boolean isRecent = known != null && leader.loop().nanos() - known.atNanos() < RECOUNT_AFTER.toNanos();
        return isRecent ? known.files() : filesOf(node);
    }

    private DrainStep.Files countFiles(NodeId node, int takers, Set<NodeId> staying) {
        LedgerState state = leader.state();
        filesCounted++;
        int wanted = Math.clamp(takers, 1, BlobTable.COPIES);
        int few = 0;
        int lone = 0;
        long fewBytes = 0;
        Set<BlobId> held = state.blobTable().heldBy(node);
        for (BlobId blob : held) {
            BlobRecord record = state.blob(blob).orElseThrow();
            long others = record.holders().stream()
                    .filter(holder -> !holder.equals(node) && staying.contains(holder))
                    .count();
            if (others == 0) {
                lone++;
            }
            if (others < wanted) {
                few++;
                fewBytes += record.sizeBytes();
            }
        }
        return new DrainStep.Files(held.size(), few, fewBytes, lone, takers);
    }

    /** How often all files of a node were looked at. */
    long filesCounted() {
        return filesCounted;
    }

    /** News of a node's disk. */
    public void received(Member from, Message.CopyNews news) {
        NodeBook book = leader.books().get(from.node());
        if (!leader.isLeading() || book == null || news.term() != leader.term() || term != leader.term()) {
            return;
        }
        long now = leader.loop().nanos();
        for (Message.CopyFailure failure : news.failed()) {
            underWay.remove(failure.blob());
            avoidedUntilNanos
                    .computeIfAbsent(failure.blob(), blob -> new TreeMap<>())
                    .put(from.node(), now + AVOID.toNanos());
            if (failure.full()) {
                fullUntilNanos.put(from.node(), now + AVOID.toNanos());
            }
            quietAtChanges = -1;
        }
        // What has arrived stays under way until the ledger knows it: a plan made before that would copy it once more.
        audit.received(book, news);
    }

    /** Whether one more copy of it is welcome: one that was ordered, or of a blob that has too few. */
    private boolean isWanted(BlobId blob, NodeId node) {
        UnderWay copy = underWay.get(blob);
        BlobRecord record = leader.state().blob(blob).orElse(null);
        return copy != null && copy.target.equals(node) || record != null && copies(record) < copiesWanted();
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
        underWay.entrySet()
                .removeIf(copy -> leader.state()
                        .blob(copy.getKey())
                        .filter(blob -> !blob.holders().contains(copy.getValue().target))
                        .isEmpty());
        underWay.entrySet().removeIf(copy -> isOverdue(copy.getKey(), copy.getValue(), now));
        underWay.forEach((blob, copy) -> {
            if (now - copy.orderedNanos[0] >= ORDER_AGAIN.toNanos()) {
                copy.orderedNanos[0] = now;
                order(copy.target, List.of(new Message.BlobPlace(blob, copy.sources)));
            }
        });
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
        quietAtChanges = -1;
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
        Set<NodeId> gone = new TreeSet<>(absentSinceNanos.keySet());
        state.nodes().keySet().stream().filter(this::isLeaving).forEach(gone::add);
        gone.removeIf(this::counts);
        Set<NodeId> awaited =
                state.nodes().keySet().stream().filter(this::isBeingDrained).collect(Collectors.toSet());
        List<CopyPlan.Place> places = places();
        Set<NodeId> takers = places.stream()
                .filter(CopyPlan.Place::takes)
                .map(CopyPlan.Place::node)
                .collect(Collectors.toSet());
        Set<NodeId> up = Set.copyOf(leader.books().keySet());
        boolean isQuiet = state.blobTable().changes() == quietAtChanges
                && gone.equals(quietGone)
                && awaited.equals(quietAwaited)
                && up.equals(quietUp)
                && takers.equals(quietTakers);
        if (isQuiet || takers.isEmpty() || up.size() < BlobTable.COPIES) {
            return;
        }
        int copiesWanted = copiesWanted();
        Map<NodeId, String> supplies = state.racks().layout().supplyOfNode();
        List<CopyPlan.Wanted> wanted = new ArrayList<>();
        NavigableSet<BlobId> suspects = CopyCensus.suspects(state, this::counts);
        List<BlobId> inTurn = new ArrayList<>(
                lookedAt.map(last -> suspects.tailSet(last, false)).orElse(suspects));
        lookedAt.ifPresent(last -> inTurn.addAll(suspects.headSet(last, true)));
        lookedAt = Optional.empty();
        for (BlobId blob : inTurn) {
            BlobRecord record = state.blob(blob).orElseThrow();
            boolean hasSource = record.holders().stream().anyMatch(this::isUp);
            if (copies(record) < copiesWanted && hasSource && !underWay.containsKey(blob)) {
                wanted.add(wanted(blob, record, supplies));
            }
            if (wanted.size() == WANTED_MAX) {
                lookedAt = Optional.of(blob);
                break;
            }
        }
        if (wanted.isEmpty() && underWay.isEmpty()) {
            quietAtChanges = state.blobTable().changes();
            quietGone = gone;
            quietAwaited = awaited;
            quietUp = up;
            quietTakers = takers;
        }
        TreeMap<NodeId, List<Message.BlobPlace>> orders = new TreeMap<>();
        for (CopyPlan.Copy copy : CopyPlan.plan(wanted, places, underWay.size())) {
            Member member = leader.books().get(copy.target()).member();
            underWay.put(
                    copy.blob(),
                    new UnderWay(
                            copy.target(),
                            member.incarnation(),
                            copy.sources(),
                            leader.loop().nanos(),
                            new long[] {leader.loop().nanos()}));
            orders.computeIfAbsent(copy.target(), node -> new ArrayList<>())
                    .add(new Message.BlobPlace(copy.blob(), copy.sources()));
        }
        orders.forEach(this::order);
    }

    private CopyPlan.Wanted wanted(BlobId blob, BlobRecord record, Map<NodeId, String> supplies) {
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
            boolean takes = book.member().role() == NodeRole.AGENT
                    && book.hasReported()
                    && !fullUntilNanos.containsKey(node)
                    && !isLeaving(node)
                    && isWritable(book);
            places.add(new CopyPlan.Place(
                    node,
                    takes,
                    isReady,
                    roomBytes(book),
                    copying(node),
                    leaving(node),
                    supplies.getOrDefault(node, "")));
        }
        return places;
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
                boolean enough = holders.stream()
                                .filter(holder -> isUp(holder) && !isLeaving(holder))
                                .count()
                        > BlobTable.COPIES;
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
