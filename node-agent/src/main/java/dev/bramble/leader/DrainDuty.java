package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Setting;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Leads drains through their steps: begins them, has tasks stopped in time, and says in the ledger what came of it when
 * the node's agent has attested. Event loop of the leader. All that lasts is in the ledger; what is here a new leader
 * hears again from the nodes.
 */
public final class DrainDuty {
    private static final DrainStep.Files NO_FILES = new DrainStep.Files(0, 0, 0, 0, 0);

    private final Leader leader;
    private final BlobDuty blobs;
    private final RoundDuty rounds;
    private final VoterDuty voters;
    private final Set<NodeId> stepping = new HashSet<>();
    private final Map<NodeId, Stopping> stopping = new TreeMap<>();
    /** Since when this leader tells attempts to stop, of those that still run. */
    private final Map<AttemptId, Long> toldNanos = new HashMap<>();

    private List<Message.DrainSoft> soft = List.of();
    private long term = -1;

    /** Since when this leader tells this agent to stop all that runs. */
    private record Stopping(long drain, String incarnation, long sinceNanos) {}

    DrainDuty(Leader leader, BlobDuty blobs, RoundDuty rounds, VoterDuty voters) {
        this.leader = leader;
        this.blobs = blobs;
        this.rounds = rounds;
        this.voters = voters;
    }

    /** Called with every pulse, and when a drain was ordered or cancelled. */
    public void check() {
        if (!leader.isLeading() || leader.state().shutdown().isPresent()) {
            return;
        }
        rounds.check();
        if (leader.term() != term) {
            term = leader.term();
            stepping.clear();
            stopping.clear();
            toldNanos.clear();
        }
        stopping.keySet()
                .removeIf(node -> drainOf(node).filter(DrainRecord::hasBegun).isEmpty());
        toldNanos.keySet().retainAll(held());
        List<Message.DrainSoft> told = new ArrayList<>();
        List<NodeRecord> drained = leader.state().nodes().values().stream()
                .filter(node -> node.drain().isPresent() && !node.forgotten())
                .toList();
        for (NodeRecord node : drained) {
            told.add(check(node));
        }
        soft = told;
    }

    private Set<AttemptId> held() {
        if (toldNanos.isEmpty()) {
            return Set.of();
        }
        return leader.books().values().stream()
                .flatMap(book -> book.held().stream())
                .map(held -> held.attempt)
                .collect(Collectors.toSet());
    }

    /** How far each drain is, as of the last check. */
    List<Message.DrainSoft> soft() {
        return leader.isLeading() && leader.term() == term ? soft : List.of();
    }

    private Optional<DrainRecord> drainOf(NodeId node) {
        return leader.state().node(node).flatMap(NodeRecord::drain);
    }

    private Message.DrainSoft check(NodeRecord node) {
        DrainRecord drain = node.drain().orElseThrow();
        if (!drain.hasBegun()) {
            String turn = rounds.waitsFor(node.node()).orElse("its turn, which is about to come");
            return soft(node, drain, NO_FILES, List.of("it waits for " + turn), List.of());
        }
        boolean isOpen = switch (node.standing()) {
            case DRAINING, EXPIRED, QUARANTINED -> true;
            case READY, CORDONED, DRAINED, MAINTENANCE, RETURNING -> false;
        };
        if (!isOpen) {
            return ended(node, drain);
        }
        stopTasks(node, drain);
        DrainStep.Seen seen = seen(node);
        DrainStep.Verdict verdict = DrainStep.of(seen);
        verdict.next().ifPresent(next -> step(node, next, verdict.why()));
        return soft(node, drain, seen.files(), verdict.waitsFor(), verdict.proof());
    }

    /** What was attested stands, unless copies elsewhere have become fewer since. By now its board may be off. */
    private Message.DrainSoft ended(NodeRecord node, DrainRecord drain) {
        List<String> reason = List.of(node.standingReason());
        boolean isOff =
                node.standing() == NodeStanding.MAINTENANCE && drain.spec().then() == AfterDrain.POWEROFF;
        boolean isHere = (node.standing() == NodeStanding.DRAINED || isOff)
                && !drain.inPlace()
                && leader.books().containsKey(node.node());
        DrainStep.Files files = isHere ? blobs.fileCounts().lately(node.node()) : NO_FILES;
        List<String> missing = DrainStep.missingSince(files);
        if (node.standing() == NodeStanding.MAINTENANCE || node.standing() == NodeStanding.RETURNING) {
            List<String> all = new ArrayList<>(reason);
            all.addAll(missing);
            return soft(node, drain, files, all, List.of());
        }
        return soft(node, drain, files, missing, missing.isEmpty() ? reason : List.of());
    }

    private void step(NodeRecord node, NodeStanding next, String why) {
        if (!stepping.add(node.node())) {
            return;
        }
        long ofTerm = term;
        leader.append(new Command.StepDrain(
                        node.node(), node.drain().orElseThrow().number(), next, why))
                .whenComplete((index, failure) -> {
                    if (leader.leads(ofTerm)) {
                        stepping.remove(node.node());
                    }
                });
    }

    /** Said again with every pulse: a message may be lost, and an agent takes each only once. */
    private void stopTasks(NodeRecord node, DrainRecord drain) {
        NodeBook book = leader.books().get(node.node());
        if (book == null) {
            stopping.remove(node.node());
            return;
        }
        boolean isPast = DrainStep.isPastDeadline(drain, leader.now());
        if (DrainStep.isStopped(drain.spec().mode(), isPast, false)) {
            String incarnation = book.member().incarnation();
            stopping.compute(
                    node.node(),
                    (id, known) -> known != null
                                    && known.drain == drain.number()
                                    && known.incarnation.equals(incarnation)
                            ? known
                            : new Stopping(
                                    drain.number(), incarnation, leader.loop().nanos()));
        }
        List<AttemptId> stops = new ArrayList<>();
        for (NodeBook.Held held : book.held()) {
            if (DrainStep.isStopped(drain.spec().mode(), isPast, DrainLoads.keepsCheckpoints(leader, held))) {
                stops.add(held.attempt);
                toldNanos.putIfAbsent(held.attempt, leader.loop().nanos());
            }
        }
        if (!stops.isEmpty()) {
            leader.cluster()
                    .send(
                            node.node(),
                            new Message.Withdraw(
                                    term,
                                    stops,
                                    node.name() + " is drained: " + drain.reason(),
                                    Optional.of(drain.spec().grace())));
        }
    }

    private DrainStep.Seen seen(NodeRecord node) {
        NodeBook book = leader.books().get(node.node());
        boolean isUp = book != null && book.hasReported();
        Duration stoppingFor = Optional.ofNullable(stopping.get(node.node()))
                .map(since -> Duration.ofNanos(leader.loop().nanos() - since.sinceNanos))
                .orElse(Duration.ZERO);
        return new DrainStep.Seen(
                node,
                leader.now(),
                isUp,
                leader.cluster().view().has(node.node()),
                leader.restOf(node.node()),
                book == null ? 0 : book.held().size(),
                book == null
                        ? 0
                        : (int) book.held().stream()
                                .filter(held -> held.running && toldNanos.containsKey(held.attempt))
                                .count(),
                stoppingFor,
                blobs.fileCounts().of(node.node()),
                leader.isVoter(node.node()),
                voters.isAdding(node.node()),
                leader.self().equals(node.node()),
                NodeRecord.isOnlyAgent(node.node(), leader.state().nodes().values()));
    }

    private Message.DrainSoft soft(
            NodeRecord node, DrainRecord drain, DrainStep.Files files, List<String> waitsFor, List<String> proof) {
        NodeBook book = leader.books().get(node.node());
        Optional<Message.Rest> rest = leader.restOf(node.node());
        return new Message.DrainSoft(
                node.node(),
                drain.number(),
                Optional.of(node.standing()),
                rest.filter(left -> left.unstarted() == 0).isPresent(),
                book == null ? 0 : book.running(),
                rest.map(Message.Rest::unsettled).orElse(0),
                files.few(),
                files.fewBytes(),
                waitsFor.isEmpty() ? 0 : etaMillis(book, drain, files),
                waitsFor,
                proof);
    }

    /** The longer of what its tasks need, until they are stopped, and what copying needs. */
    private long etaMillis(NodeBook book, DrainRecord drain, DrainStep.Files files) {
        if (book == null || drain.deadline().isEmpty()) {
            return -1;
        }
        Moment now = leader.now();
        long untilDeadline = Math.max(0, drain.deadline().get().since(now).toMillis());
        long graceMillis = drain.spec().grace().toMillis();
        long tasks = 0;
        for (NodeBook.Held held : book.held()) {
            Long told = toldNanos.get(held.attempt);
            long left = told == null
                    ? Math.min(leftMillis(book, held), untilDeadline + graceMillis)
                    : Math.max(0, graceMillis - (leader.loop().nanos() - told) / 1_000_000);
            tasks = Math.max(tasks, left);
        }
        if (files.few() > 0 && files.takers() == 0) {
            return -1;
        }
        long rate = Math.max(1, leader.state().settings().get(Setting.BLOBS_COPY_RATE));
        return Math.max(
                tasks,
                CopyPlan.time(files.few(), files.fewBytes(), files.takers(), rate)
                        .toMillis());
    }

    private long leftMillis(NodeBook book, NodeBook.Held held) {
        JobQueue queue = leader.queues().get(held.task.job());
        if (queue == null) {
            return 0;
        }
        JobRecord job = queue.job();
        double mean =
                Planning.taskSeconds(queue, book).orElse(job.spec().timeout().toMillis() / 1000.0);
        return Math.max(0, (long) (mean * 1000 * held.count) - held.millis);
    }
}
