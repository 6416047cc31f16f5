package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.scheduler.Places;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Tells the heads, with every pulse, what is not in the ledger but people want to see. Event loop of the leader. */
public final class Report {
    /** Jobs in one report; the others show without rates. Keeps the message far below its limit. */
    static final int JOBS_MAX = 500;

    private final Leader leader;
    private final VoterDuty voters;
    private final Admissions admissions;
    private final BlobDuty blobs;
    private final StrangeBoards strange;
    private final Presences presences;
    private final DrainDuty drains;
    private final ShutdownDuty shutdown;

    private final List<Supplier<List<String>>> more = new ArrayList<>();
    private Supplier<String> noCalendar = () -> "";

    Report(
            Leader leader,
            VoterDuty voters,
            Admissions admissions,
            BlobDuty blobs,
            StrangeBoards strange,
            Presences presences,
            DrainDuty drains,
            ShutdownDuty shutdown) {
        this.leader = leader;
        this.voters = voters;
        this.admissions = admissions;
        this.blobs = blobs;
        this.strange = strange;
        this.presences = presences;
        this.drains = drains;
        this.shutdown = shutdown;
    }

    /** Who says why no deadline can go by the calendar; "" when it can. */
    void asksOfCalendar(Supplier<String> teller) {
        noCalendar = teller;
    }

    /** Somebody else has sentences for operators, too. */
    void alsoWarns(Supplier<List<String>> sentences) {
        more.add(sentences);
    }

    /** Sends one report to every head that is up. */
    public void send() {
        List<NodeId> heads = leader.cluster().view().members().stream()
                .filter(member -> member.role() == NodeRole.HEAD)
                .map(Member::node)
                .toList();
        if (!heads.isEmpty()) {
            Message report = report();
            heads.forEach(head -> leader.cluster().send(head, report));
        }
    }

    Message.SoftState report() {
        long nowNanos = leader.loop().nanos();
        Map<NodeId, Duration> trips = leader.cluster().roundTripTimes();
        List<Message.NodeSoft> nodes = new ArrayList<>();
        for (NodeBook book : leader.books().values()) {
            if (book.hasReported()) {
                nodes.add(new Message.NodeSoft(
                        book.member().node(),
                        book.status().capacity(),
                        book.health(),
                        book.running(),
                        book.held().size(),
                        blobs.copying(book.member().node()),
                        (nowNanos - book.heardNanos()) / 1_000_000,
                        trips.getOrDefault(book.member().node(), Duration.ZERO).toNanos() / 1e6));
            }
        }
        Places places = new Places(leader.planning().offers());
        List<Message.JobSoft> jobs = new ArrayList<>();
        for (Map.Entry<JobId, JobQueue> each : leader.queues().entrySet()) {
            JobQueue queue = each.getValue();
            if (jobs.size() == JOBS_MAX) {
                break;
            }
            jobs.add(new Message.JobSoft(
                    each.getKey(),
                    queue.running(),
                    queue.held(),
                    queue.tasksPerSecond(nowNanos / 1_000_000),
                    leader.planning()
                            .remaining(queue, places)
                            .map(Duration::toMillis)
                            .orElse(-1L),
                    leader.planning().waitingBecause(queue, places)));
        }
        List<Message.VoterSoft> keepers = voters.voters();
        return new Message.SoftState(
                leader.term(),
                leader.now(),
                nodes,
                jobs,
                keepers,
                admissions.waitingBoards(),
                warnings(keepers),
                Optional.of(drains.soft()),
                Optional.of(shutdown.waitsFor()),
                Optional.of(noCalendar.get()));
    }

    private SortedMap<String, NodeStanding> othersThan(NodeId keeper) {
        SortedMap<String, NodeStanding> others = new TreeMap<>();
        for (NodeId node : leader.books().keySet()) {
            leader.state()
                    .node(node)
                    .filter(record -> !record.node().equals(keeper))
                    .ifPresent(record -> others.put(record.name(), record.standing()));
        }
        return others;
    }

    /** @param others nodes that are up beside the only voter, by name: with what gives it company */
    static String onlyCopy(SortedMap<String, NodeStanding> others) {
        String only = "one node holds the only copy of the ledger";
        if (others.isEmpty()) {
            return only + ": add a second board";
        }
        if (others.containsValue(NodeStanding.READY)) {
            return only + " until others have joined it as voters";
        }
        String names = String.join(", ", others.keySet());
        return only + ": " + names + (others.size() == 1 ? " takes" : " take")
                + " no work, and so no vote; `bramble uncordon` changes that";
    }

    private List<String> warnings(List<Message.VoterSoft> keepers) {
        List<String> warnings = new ArrayList<>();
        if (keepers.size() == 1) {
            warnings.add(onlyCopy(othersThan(keepers.getFirst().node())));
        }
        warnOfLastMajority(keepers, warnings);
        voters.concern().ifPresent(sentence -> warnings.add("the voters stay as they are: " + sentence));
        voters.heldBack().ifPresent(warnings::add);
        for (NodeBook book : leader.books().values()) {
            if (BlobDuty.isFull(book)) {
                warnings.add("the disk of " + name(book.member().node()) + " is nearly full: it takes no copies of"
                        + " files; remove old jobs with `bramble rm`");
            }
        }
        for (Message.VoterSoft voter : keepers) {
            if (!leader.cluster().view().has(voter.node())) {
                warnings.add("voter " + name(voter.node()) + " is down");
            } else if (!voter.trouble().isEmpty()) {
                warnings.add("voter " + name(voter.node()) + " " + voter.trouble());
            }
        }
        warnings.addAll(strange.warnings());
        warnings.addAll(presences.warnings());
        warnings.addAll(leader.heldBooks().warnings());
        more.forEach(other -> warnings.addAll(other.get()));
        return warnings;
    }

    private void warnOfLastMajority(List<Message.VoterSoft> keepers, List<String> warnings) {
        long voting = keepers.stream()
                .filter(voter -> leader.cluster().view().has(voter.node())
                        && voter.trouble().isEmpty())
                .count();
        if (keepers.size() > 1 && (voting - 1) * 2 <= keepers.size()) {
            warnings.add(
                    voting == keepers.size()
                            ? "only " + voting + " nodes keep the ledger: with one more down nothing can be accepted;"
                                    + " a third one that takes work makes it safe"
                            : voting + " of " + keepers.size()
                                    + " voters vote: with one more down nothing can be accepted");
        }
    }

    private String name(NodeId node) {
        return leader.state().node(node).map(NodeRecord::name).orElse(node.value());
    }
}
