package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.EventKind;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Brings into the stream of events what only the leader sees. What happens within one turn of the loop becomes one
 * entry; while nothing happens, nothing is written. Soft state: what was told already is found in the stream.
 */
final class Chronicle {
    /** Events of one entry: some 20 kB, so that it flushes as fast as others. */
    static final int EVENTS_PER_ENTRY_MAX = 64;
    /** Events that wait for their entry; with more, something tells too much, and the rest is left out. */
    static final int WAITING_MAX = 512;
    /** A voter that has just started or just been wiped says so for some seconds. */
    static final Duration TROUBLE_AFTER = Duration.ofSeconds(10);

    private final Leader leader;
    private final VoterDuty voters;
    private final List<Happening> waiting = new ArrayList<>();
    private final Map<NodeId, BoardWatch> boards = new HashMap<>();
    private final Map<NodeId, Trouble> troubles = new HashMap<>();
    private final Set<JobId> late = new HashSet<>();
    private final Set<JobId> losing = new TreeSet<>();
    private long term = -1;
    private Optional<NodeId> lastLeader = Optional.empty();

    private record Trouble(String text, long sinceNanos, boolean told) {}

    Chronicle(Leader leader, VoterDuty voters) {
        this.leader = leader;
        this.voters = voters;
    }

    /** Another voter leads; remembered until this one does. */
    void following(Optional<NodeId> other) {
        if (other.isPresent()) {
            lastLeader = other;
        }
    }

    /** To be written when the loop has done what is already posted. */
    void note(Happening what) {
        if (waiting.size() >= WAITING_MAX) {
            return;
        }
        waiting.add(what);
        if (waiting.size() == 1) {
            leader.loop().execute(this::write);
        }
    }

    private void write() {
        while (leader.isLeading() && !waiting.isEmpty()) {
            List<Happening> some = waiting.subList(0, Math.min(EVENTS_PER_ENTRY_MAX, waiting.size()));
            leader.append(new Command.NoteEvents(List.copyOf(some)));
            some.clear();
        }
        waiting.clear();
    }

    /** Called with every pulse. */
    void check() {
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            begin();
        }
        watchBoards();
        watchVoters();
        watchDeadlines();
        watchFiles();
    }

    private void begin() {
        term = leader.term();
        boards.clear();
        troubles.clear();
        late.clear();
        losing.clear();
        // Whom this voter followed may never have led: after a start of all it may have heard of an election alone.
        Optional<NodeId> toldLast = Optional.empty();
        for (EventRecord event : leader.state().events().newestFirst()) {
            if (event.what().kind() == EventKind.LEADER_CHANGED && toldLast.isEmpty()) {
                toldLast = event.what().node();
            } else if (event.what().kind() == EventKind.JOB_LATE) {
                event.what().job().ifPresent(late::add);
            } else if (event.what().kind() == EventKind.FILE_LOST) {
                event.what().job().ifPresent(losing::add);
            }
        }
        NodeId self = leader.self();
        String before = toldLast.or(() -> lastLeader)
                .filter(other -> !other.equals(self))
                .map(other -> "; before it " + leader.name(other) + " did, which is "
                        + (leader.cluster().view().has(other) ? "still there" : "gone"))
                .orElse("");
        lastLeader = Optional.of(self);
        note(Happening.ofNode(
                EventKind.LEADER_CHANGED, self, Happening.BRAMBLE, leader.name(self) + " leads now" + before));
    }

    private void watchBoards() {
        long now = leader.loop().nanos();
        boards.keySet().retainAll(leader.books().keySet());
        HealthLimits limits = leader.state().settings().healthLimits();
        for (NodeBook book : leader.books().values()) {
            Optional<BoardHealth> health = book.health();
            if (health.isEmpty()) {
                continue;
            }
            NodeId node = book.member().node();
            BoardWatch watch = boards.computeIfAbsent(node, id -> new BoardWatch(isToldSick(id), health.get(), limits));
            watch.look(health.get(), limits, now)
                    .ifPresent(news -> note(happening(node, news, WeakSupply.words(leader, book))));
        }
    }

    /** @param supply what is to be said of its supply, behind what it suffers from */
    private Happening happening(NodeId node, BoardWatch.News news, String supply) {
        return switch (news) {
            case BoardWatch.News.Sick sick ->
                Happening.ofNode(
                        EventKind.BOARD_SICK,
                        node,
                        Happening.BRAMBLE,
                        "the board of " + leader.name(node) + " is not well: " + sick.with() + supply);
            case BoardWatch.News.Well well ->
                Happening.ofNode(
                        EventKind.BOARD_WELL,
                        node,
                        Happening.BRAMBLE,
                        "the board of " + leader.name(node) + " is well");
        };
    }

    private boolean isToldSick(NodeId node) {
        for (EventRecord event : leader.state().events().newestFirst()) {
            EventKind kind = event.what().kind();
            boolean isOfBoard = kind == EventKind.BOARD_SICK || kind == EventKind.BOARD_WELL;
            if (isOfBoard && event.what().node().filter(node::equals).isPresent()) {
                return kind == EventKind.BOARD_SICK;
            }
        }
        return false;
    }

    private void watchVoters() {
        long now = leader.loop().nanos();
        List<Message.VoterSoft> known = voters.voters().stream()
                .filter(voter -> leader.cluster().view().has(voter.node()))
                .toList();
        troubles.keySet().retainAll(known.stream().map(Message.VoterSoft::node).collect(Collectors.toSet()));
        for (Message.VoterSoft voter : known) {
            Trouble before = troubles.get(voter.node());
            if (voter.trouble().isEmpty()) {
                troubles.remove(voter.node());
            } else if (before == null || !isSame(before.text(), voter.trouble())) {
                troubles.put(voter.node(), new Trouble(voter.trouble(), now, false));
            } else if (!before.told() && now - before.sinceNanos() >= TROUBLE_AFTER.toNanos()) {
                troubles.put(voter.node(), new Trouble(before.text(), before.sinceNanos(), true));
                note(Happening.ofNode(
                        EventKind.VOTER_TROUBLE,
                        voter.node(),
                        Happening.BRAMBLE,
                        "voter " + leader.name(voter.node()) + " " + voter.trouble()));
            }
        }
    }

    /** Whether they differ in figures at most: a disk that fills up is one trouble, not one with each MiB. */
    private static boolean isSame(String text, String other) {
        return withoutFigures(text).equals(withoutFigures(other));
    }

    private static String withoutFigures(String text) {
        return text.replaceAll("[0-9]+", "");
    }

    private void watchDeadlines() {
        for (JobRecord job : leader.state().activeJobs()) {
            boolean isLate = job.deadline()
                    .filter(deadline -> !leader.now().isBefore(deadline))
                    .isPresent();
            if (isLate && !job.spec().cancelAtDeadline() && late.add(job.id())) {
                note(Happening.ofJob(
                        EventKind.JOB_LATE,
                        job.id(),
                        Happening.BRAMBLE,
                        "the deadline of job " + job.id() + " (" + job.spec().name() + ") has passed, and it goes on"));
            }
        }
    }

    private void watchFiles() {
        TreeMap<JobId, Integer> lost = new TreeMap<>();
        leader.state().blobTable().lost().stream()
                .flatMap(blob -> leader.state().blob(blob).stream())
                .map(BlobRecord::jobs)
                .forEach(jobs -> jobs.forEach(job -> lost.merge(job, 1, Integer::sum)));
        losing.retainAll(lost.keySet());
        lost.forEach((job, files) -> {
            if (losing.add(job)) {
                note(Happening.ofJob(
                        EventKind.FILE_LOST,
                        job,
                        Happening.BRAMBLE,
                        (files == 1 ? "a file" : files + " files") + " of job " + job + (files == 1 ? " is" : " are")
                                + " lost: every copy is gone or damaged"));
            }
        });
    }
}
