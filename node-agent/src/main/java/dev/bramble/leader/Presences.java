package dev.bramble.leader;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.View;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodePresence;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the ledger which nodes are there, and sets aside those that come and go. Every voter watches its views, so that
 * a new leader knows who left before it led, and how. Event loop.
 */
final class Presences {
    /**
     * A new leader gives nodes that it has never seen so long to show up before it calls them lost: after a power cut
     * boards boot at their own pace.
     */
    static final Duration UNSEEN_GRACE = Duration.ofSeconds(30);

    private final Leader leader;
    private final Map<NodeId, Sight> sights = new HashMap<>();
    private final Set<NodeId> underWay = new HashSet<>();
    private List<String> spared = List.of();
    private long term = -1;
    private long leadingSinceNanos;

    /**
     * What this voter saw of a node itself.
     *
     * @param before its incarnation before this one; empty when this is the first
     * @param left empty while it is there
     */
    private record Sight(String incarnation, String before, Optional<Departure> left) {
        boolean knows(String other) {
            return incarnation.equals(other) || before.equals(other);
        }
    }

    Presences(Leader leader) {
        this.leader = leader;
    }

    /** Called on every voter with every view. */
    void viewChanged(View view) {
        Map<NodeId, Sight> gone = new HashMap<>(sights);
        for (Member member : view.members()) {
            gone.remove(member.node());
            Sight before = sights.get(member.node());
            boolean isSame = before == null || before.incarnation().equals(member.incarnation());
            String earlier = before == null ? "" : isSame ? before.before() : before.incarnation();
            sights.put(member.node(), new Sight(member.incarnation(), earlier, Optional.empty()));
        }
        gone.forEach((node, sight) -> {
            if (sight.left().isEmpty()) {
                Departure how = view.left().getOrDefault(node, Departure.UNKNOWN);
                sights.put(node, new Sight(sight.incarnation(), sight.before(), Optional.of(how)));
            }
        });
        check();
    }

    /** Called with every pulse. */
    void check() {
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            term = leader.term();
            leadingSinceNanos = leader.loop().nanos();
            underWay.clear();
        }
        for (NodeRecord node : leader.state().nodes().values()) {
            if (!node.forgotten() && !underWay.contains(node.node())) {
                check(node, leader.state().presence(node.node()));
            }
        }
        judge();
    }

    private void check(NodeRecord node, Optional<NodePresence> known) {
        Optional<Member> member = leader.cluster().view().member(node.node());
        Optional<NodePresence> there = known.filter(NodePresence::up);
        if (member.isPresent()) {
            String incarnation = member.get().incarnation();
            if (there.isEmpty()) {
                append(node, new Command.NodeArrived(node.node(), incarnation));
            } else if (!there.get().incarnation().equals(incarnation)) {
                append(node, lost(node, there.get(), "its agent was restarted"));
                append(node, new Command.NodeArrived(node.node(), incarnation));
            }
            return;
        }
        if (there.isEmpty()) {
            acquit(node, known);
            return;
        }
        if (leader.heldBooks().isHeld(node.node())) {
            return;
        }
        Optional<Departure> left = Optional.ofNullable(sights.get(node.node())).flatMap(Sight::left);
        boolean isOverdue = leader.loop().nanos() - leadingSinceNanos > UNSEEN_GRACE.toNanos();
        if (left.isPresent()) {
            append(node, lost(node, there.get(), left.get().evidence()));
        } else if (isOverdue) {
            append(node, lost(node, there.get(), "it was not there any more when another leader took over"));
        }
    }

    /** The first ones of many that vanish at once were lost before that could be known. */
    private void acquit(NodeRecord node, Optional<NodePresence> known) {
        if (known.filter(NodePresence::isCharged).isPresent()
                && leader.heldBooks().isTogether(node.node())) {
            append(
                    node,
                    new Command.NodeLost(
                            node.node(), known.get().incarnation(), "most others vanished with it", false));
        }
    }

    /** A node that this voter never saw as that incarnation may have been lost with all others, in a power cut. */
    private Command lost(NodeRecord node, NodePresence there, String evidence) {
        Sight sight = sights.get(node.node());
        boolean isAlone = !leader.heldBooks().isTogether(node.node());
        boolean isSeen = isAlone && sight != null && sight.knows(there.incarnation());
        return new Command.NodeLost(
                node.node(), there.incarnation(), evidence, isSeen && node.role() == NodeRole.AGENT);
    }

    private void append(NodeRecord node, Command command) {
        underWay.add(node.node());
        long ofTerm = leader.term();
        leader.append(command).whenComplete((index, failure) -> {
            if (leader.leads(ofTerm)) {
                underWay.remove(node.node());
            }
        });
    }

    private void judge() {
        Flapping.Verdict verdict = Flapping.judge(leader.state(), leader.now());
        spared = verdict.spared();
        for (Command.SetStanding step : verdict.steps()) {
            NodeRecord node = leader.state().node(step.node()).orElseThrow();
            if (!underWay.contains(node.node())) {
                append(node, step);
            }
        }
    }

    /** Sentences for operators. */
    List<String> warnings() {
        return spared.stream()
                .map(name -> name + " comes and goes and still takes work, since as many nodes as may be are"
                        + " set aside already: look at its power, its cable and its card")
                .toList();
    }
}
