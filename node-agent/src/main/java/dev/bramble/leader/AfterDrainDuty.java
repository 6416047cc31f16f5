package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.BoardLife;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Reboots and powers off boards that are drained, and watches them return. Event loop of the leader; soft state. */
final class AfterDrainDuty {
    /** A report that is older is a gap: three heartbeats. */
    static final Duration GAP = Duration.ofSeconds(3);
    /** Complaints remembered: one for each board of the largest bramble. */
    static final int TROUBLES_MAX = 100;

    private final Leader leader;
    private final BlobDuty blobs;
    private final Map<NodeId, Since> watched = new HashMap<>();
    private final Set<Long> stepping = new HashSet<>();
    private final LinkedHashMap<Told, String> troubles = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Told, String> eldest) {
            return size() > TROUBLES_MAX;
        }
    };
    private long term = -1;

    /** @param incarnation of an agent that reports steadily; empty while the node is away or silent */
    private record Since(String incarnation, long nanos) {}

    /** A board and the number of what it was told. */
    private record Told(NodeId node, long number) {}

    AfterDrainDuty(Leader leader, BlobDuty blobs) {
        this.leader = leader;
        this.blobs = blobs;
    }

    /** Why the node's board did not do what it was told. */
    Optional<String> trouble(NodeId node, long number) {
        return Optional.ofNullable(troubles.get(new Told(node, number)));
    }

    void received(NodeId from, Message.BoardTrouble trouble) {
        troubles.put(new Told(from, trouble.number()), trouble.sentence());
    }

    /** Called with every pulse. */
    void check() {
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            term = leader.term();
            watched.clear();
            stepping.clear();
            troubles.clear();
        }
        Duration returnMax = Duration.ofMillis(leader.state().settings().get(Setting.DRAINS_RETURN_MAX));
        for (NodeRecord node : leader.state().nodes().values()) {
            boolean concerns = !node.forgotten() && node.drain().isPresent();
            if (!concerns) {
                watched.remove(node.node());
                continue;
            }
            AfterDrainPlan.Seen seen = look(node);
            if (!stepping.contains(number(node))) {
                Duration since = leader.now().since(node.standingSince());
                act(node, AfterDrainPlan.of(node, seen, since, returnMax));
            }
        }
    }

    private static long number(NodeRecord node) {
        return node.drain().orElseThrow().number();
    }

    private AfterDrainPlan.Seen look(NodeRecord node) {
        long now = leader.loop().nanos();
        Optional<NodeBook> book = Optional.ofNullable(leader.books().get(node.node()))
                .filter(NodeBook::hasReported)
                .filter(reported -> now - reported.heardNanos() < GAP.toNanos());
        String incarnation = book.map(there -> there.member().incarnation()).orElse("");
        Since since = watched.get(node.node());
        if (since == null || !since.incarnation().equals(incarnation)) {
            since = new Since(incarnation, now);
            watched.put(node.node(), since);
        }
        Optional<BoardHealth> health = book.flatMap(NodeBook::health);
        return new AfterDrainPlan.Seen(
                book.map(there -> new BoardLife(
                        incarnation, health.map(BoardHealth::bootId).orElse(""))),
                now - since.nanos(),
                health.map(BoardHealth::diskWritable)
                        .filter(Reading::isKnown)
                        .map(writable -> writable.value() == 1)
                        .orElse(true),
                trouble(node.node(), number(node)),
                lone(node));
    }

    /** Asked only of a board that is or was powered off. The only node of a bramble keeps the only copy of all. */
    private int lone(NodeRecord node) {
        DrainRecord drain = node.drain().orElseThrow();
        boolean concerns = drain.hasBegun()
                && !drain.inPlace()
                && drain.spec().then() == AfterDrain.POWEROFF
                && (node.standing() == NodeStanding.DRAINED && drain.told().isEmpty()
                        || node.standing() == NodeStanding.MAINTENANCE);
        return concerns ? blobs.fileCounts().of(node.node()).lone() : 0;
    }

    private void act(NodeRecord node, AfterDrainPlan.Deed deed) {
        long number = number(node);
        switch (deed) {
            case AfterDrainPlan.Deed.Nothing nothing -> {}
            case AfterDrainPlan.Deed.Step step ->
                append(number, leader.append(new Command.StepDrain(node.node(), number, step.next(), step.why())));
            case AfterDrainPlan.Deed.Maintain maintain ->
                append(
                        number,
                        leader.append(
                                new Command.BeginMaintenance(node.node(), number, maintain.life(), maintain.why())));
            case AfterDrainPlan.Deed.Tell tell ->
                leader.cluster()
                        .send(
                                node.node(),
                                new Message.BoardOrder(
                                        leader.term(), number, tell.incarnation(), tell.act(), Optional.empty()));
        }
    }

    private void append(long number, CompletionStage<Long> appended) {
        long ofTerm = term;
        stepping.add(number);
        appended.whenComplete((index, failure) -> {
            if (leader.leads(ofTerm)) {
                stepping.remove(number);
            }
        });
    }
}
