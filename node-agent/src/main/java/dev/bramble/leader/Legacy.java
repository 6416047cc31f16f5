package dev.bramble.leader;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a leader leaves to the next: what ran on its own board, and what was about to be held against tasks. Without it
 * a task that takes the leader down with its board would never be found. Soft state, told to the other voters whenever
 * it changes; too little of it is harmless. Event loop only.
 */
final class Legacy {
    /** About 150 bytes each. A board runs some ten tasks at a time, and few tasks are suspects. */
    static final int RUNS_MAX = 64;
    /** A batch or two for each board of a large bramble that was lost; about 60 bytes each. */
    static final int PARTS_MAX = 256;

    private static final Message.Legacy NOTHING = new Message.Legacy(0, 0, List.of(), List.of());

    private final Leader leader;
    private final LossCharges charges;
    private final Suspects suspects;
    private Message.Legacy told = NOTHING;
    /** Whether the others have been told by this leader, since it grants. */
    private boolean hasTold;

    private long number;
    /** Heard from a leader; kept by those who may be the next. */
    private Message.Legacy heard = NOTHING;
    /** How nodes left that it names. */
    private final Map<NodeId, Departure> departures = new HashMap<>();
    /** Of the leader before this one, as far as it is not known yet what became of it. */
    private final List<Message.LegacyRun> open = new ArrayList<>();

    Legacy(Leader leader, LossCharges charges, Suspects suspects) {
        this.leader = leader;
        this.charges = charges;
        this.suspects = suspects;
    }

    void clear() {
        told = NOTHING;
        hasTold = false;
        open.clear();
    }

    /** The leader tells this voter, or another voter tells this leader. */
    void received(Message.Legacy news) {
        boolean isNewer = news.term() > heard.term() || news.term() == heard.term() && news.number() > heard.number();
        if (!isNewer || leader.isLeading() && news.term() >= leader.term()) {
            return;
        }
        heard = news;
        Set<NodeId> named = news.runs().stream().map(Message.LegacyRun::node).collect(Collectors.toSet());
        departures.keySet().retainAll(named);
        if (leader.isLeading()) {
            begin();
            settle(leader.cluster().view());
        }
    }

    /** Another node leads now: it may have booted since the last leader told. */
    void pass(NodeId newLeader) {
        if (!heard.isEmpty()) {
            leader.cluster().send(newLeader, heard);
        }
    }

    /** Called with every view, whoever leads. */
    void seen(View view) {
        heard.runs().forEach(run -> {
            Departure how = view.left().get(run.node());
            if (how != null) {
                departures.put(run.node(), how);
            }
        });
    }

    /** This node leads no more, and may be the next to lead. */
    void keep() {
        heard = new Message.Legacy(leader.term(), Long.MAX_VALUE, runs(), parts());
        departures.clear();
    }

    /** This node leads from now on. */
    void begin() {
        open.clear();
        if (heard.term() < leader.term()) {
            open.addAll(heard.runs());
            heard.parts()
                    .forEach(part -> leader.queueOf(part.job(), part.retryEpoch())
                            .ifPresent(queue -> queue.part(part.tasks(), part.most())));
        }
    }

    /** Looks what became of what the last leader left. */
    void settle(View view) {
        open.removeIf(run -> {
            Optional<Member> member = view.member(run.node());
            boolean isSame = member.filter(now -> now.incarnation().equals(run.incarnation()))
                    .isPresent();
            if (isSame) {
                // What it says itself is truer.
                return Optional.ofNullable(leader.books().get(run.node()))
                        .filter(NodeBook::hasReported)
                        .isPresent();
            }
            leader.queueOf(run.task().job(), run.retryEpoch()).ifPresent(queue -> lost(queue, run, member.isPresent()));
            return true;
        });
    }

    private void lost(JobQueue queue, Message.LegacyRun run, boolean hasRestarted) {
        if (run.count() > 1) {
            queue.partLost(new TaskRange(run.task().index(), run.count()));
            return;
        }
        Departure how = departures.getOrDefault(run.node(), Departure.UNKNOWN);
        if (how.manner() != Departure.Manner.FAREWELL) {
            charges.inherited(run, hasRestarted, View.evidence(how));
        }
    }

    /** A node has said what it runs. */
    void heard(NodeId node) {
        settle(leader.cluster().view());
        if (node.equals(leader.self()) || !suspects.all().isEmpty()) {
            tell(false);
        }
    }

    /**
     * Tells the other voters what is new; {@code isAgain} since what was told before may have been lost. Once it grants
     * they are told also that there is nothing, so that nobody who leads later opens what an earlier leader left.
     * Before that one of them may be about to pass it on to this leader.
     */
    void tell(boolean isAgain) {
        Message.Legacy news = new Message.Legacy(leader.term(), number + 1, runs(), parts());
        boolean isSame = news.runs().equals(told.runs()) && news.parts().equals(told.parts());
        boolean isFirst = leader.knowsNodes() && !hasTold;
        if (isSame && !isFirst && !(isAgain && !news.isEmpty())) {
            return;
        }
        hasTold |= leader.knowsNodes();
        told = news;
        number++;
        for (NodeId voter : leader.voters()) {
            if (!voter.equals(leader.self())) {
                leader.cluster().send(voter, news);
            }
        }
    }

    private List<Message.LegacyPart> parts() {
        return leader.queues().values().stream()
                .flatMap(JobQueue::parts)
                .limit(PARTS_MAX)
                .toList();
    }

    /** Losses that wait first, then what runs: suspects anywhere, all else only on the own board. */
    private List<Message.LegacyRun> runs() {
        List<Message.LegacyRun> runs = new ArrayList<>(charges.unrecorded());
        runs.addAll(open);
        Set<TaskId> lost = suspects.all();
        for (NodeBook book : leader.books().values()) {
            boolean isOwn = book.member().node().equals(leader.self());
            if (isOwn || !lost.isEmpty()) {
                book.held().stream()
                        .filter(held -> held.running && (isOwn || lost.contains(held.task)))
                        .forEach(held -> runs.add(run(book, held)));
            }
        }
        return runs.size() <= RUNS_MAX ? runs : List.copyOf(runs.subList(0, RUNS_MAX));
    }

    private static Message.LegacyRun run(NodeBook book, NodeBook.Held held) {
        return new Message.LegacyRun(
                book.member().node(),
                book.member().incarnation(),
                LossCharges.bootId(book),
                held.task,
                held.count,
                held.retryEpoch);
    }
}
