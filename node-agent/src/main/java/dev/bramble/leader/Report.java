package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Ledger;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.scheduler.NodeOffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tells the heads, with every pulse, what is not in the ledger but people want to see. Event loop of the leader. */
public final class Report {
    /** Jobs in one report; the others show without rates. Keeps the message far below its limit. */
    static final int JOBS_MAX = 500;

    private final Leader leader;
    private final Ledger ledger;
    private final Admissions admissions;

    public Report(Leader leader, Ledger ledger, Admissions admissions) {
        this.leader = leader;
        this.ledger = ledger;
        this.admissions = admissions;
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
                        (nowNanos - book.heardNanos()) / 1_000_000,
                        trips.getOrDefault(book.member().node(), Duration.ZERO).toNanos() / 1e6));
            }
        }
        List<NodeOffer> offers = leader.planning().offers();
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
                            .remaining(queue, offers)
                            .map(Duration::toMillis)
                            .orElse(-1L),
                    leader.planning().waitingBecause(queue, offers)));
        }
        return new Message.SoftState(leader.term(), leader.now(), nodes, jobs, admissions.waitingBoards(), warnings());
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        int voters = ledger.status().voters().size();
        long agents = leader.books().size();
        if (voters == 1) {
            warnings.add(
                    agents < 2
                            ? "one node holds the only copy of the ledger: add a second board"
                            : "one node holds the only copy of the ledger until others have joined it as voters");
        }
        ledger.status().voters().stream()
                .filter(voter -> !leader.cluster().view().has(voter.node()))
                .forEach(voter -> warnings.add("voter " + voter.node() + " is down"));
        return warnings;
    }
}
