package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authority;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Keeps the ledger on enough voters: grows them from 1 to 3 (to 5 from nine nodes on), and replaces one that is gone
 * for good. One step at a time, each begun only while every voter that stays is up. Event loop of the leader.
 */
public final class VoterDuty {
    /** Nodes from which on five voters are kept. DESIGN section 5. */
    static final int NODES_FOR_FIVE = 9;
    /** A voter that is away this long is replaced. DESIGN section 5. */
    static final Duration GONE_AFTER = Duration.ofMinutes(10);
    /** A candidate that does not open its ledger in this time is passed over. */
    private static final Duration PREPARE_LIMIT = Duration.ofSeconds(30);

    private final NodeId self;
    private final Leader leader;
    private final Ledger ledger;
    private final int votersMax;
    private final Supplier<Optional<Authority>> authority;
    private final Map<NodeId, Message.VoterState> prepared = new HashMap<>();
    private final Map<NodeId, Long> asked = new HashMap<>();
    private final Map<NodeId, Long> goneSinceNanos = new HashMap<>();
    private boolean changing;

    /** @param votersMax 1, 3 or 5 from the configuration */
    public VoterDuty(
            NodeId self, Leader leader, Ledger ledger, int votersMax, Supplier<Optional<Authority>> authority) {
        this.self = self;
        this.leader = leader;
        this.ledger = ledger;
        this.votersMax = votersMax;
        this.authority = authority;
    }

    /** A node says what ledger storage it has open. */
    public void received(Member from, Message.VoterState state) {
        prepared.put(from.node(), state);
    }

    /** The voters, with what they say of themselves. */
    List<Message.VoterSoft> voters() {
        return ledger.status().voters().stream()
                .map(voter -> new Message.VoterSoft(
                        voter.node(),
                        voter.storage(),
                        voter.address(),
                        leader.cluster().view().has(voter.node()) ? trouble(voter) : ""))
                .toList();
    }

    private String trouble(Ledger.Peer voter) {
        Message.VoterState state = prepared.get(voter.node());
        if (state == null) {
            return "has not opened its copy of the ledger yet";
        }
        if (!state.storage().equals(voter.storage())) {
            return "has a new, empty copy of the ledger: it is made a voter anew by itself";
        }
        return state.trouble().isEmpty()
                ? ""
                : "stands aside: " + state.trouble() + "; when that is mended, it votes again by itself";
    }

    /** Does one step if one is due; called with every pulse. */
    public void check() {
        List<Ledger.Peer> voters = ledger.status().voters();
        if (changing || !leader.isLeading()) {
            return;
        }
        for (Ledger.Peer voter : voters) {
            if (!voter.node().equals(self) && isGoneForGood(voter)) {
                change(ledger.removeVoter(voter.node()));
                return;
            }
        }
        boolean allUp =
                voters.stream().allMatch(voter -> leader.cluster().view().has(voter.node()));
        if (voters.size() < target() && allUp) {
            grow(voters);
        }
    }

    /** Its card was wiped or damaged (another storage answers in its name), or nobody has seen it for long. */
    private boolean isGoneForGood(Ledger.Peer voter) {
        long now = leader.loop().nanos();
        if (leader.cluster().view().has(voter.node())) {
            goneSinceNanos.remove(voter.node());
            Message.VoterState state = prepared.get(voter.node());
            return state != null && !state.storage().equals(voter.storage());
        }
        prepared.remove(voter.node());
        long since = goneSinceNanos.computeIfAbsent(voter.node(), node -> now);
        return now - since > GONE_AFTER.toNanos()
                && agents() > ledger.status().voters().size() - 1;
    }

    private long agents() {
        return leader.books().values().stream().filter(NodeBook::hasReported).count();
    }

    private int target() {
        long agents = agents();
        int wanted = agents >= NODES_FOR_FIVE ? 5 : agents >= 3 ? 3 : 1;
        return Math.min(wanted, votersMax);
    }

    private void grow(List<Ledger.Peer> voters) {
        long now = leader.loop().nanos();
        for (NodeBook book : leader.books().values()) {
            Member member = book.member();
            NodeId node = member.node();
            boolean suits = member.role() == NodeRole.AGENT
                    && book.hasReported()
                    && voters.stream().noneMatch(voter -> voter.node().equals(node))
                    && leader.state()
                            .node(node)
                            .filter(n -> n.standing().takesWork())
                            .isPresent();
            if (!suits) {
                continue;
            }
            Message.VoterState state = prepared.get(node);
            if (state != null && state.trouble().isEmpty()) {
                asked.remove(node);
                change(ledger.addVoter(new Ledger.Peer(node, state.storage(), state.address())));
                return;
            }
            Long since = asked.putIfAbsent(node, now);
            if (since == null || now - since < PREPARE_LIMIT.toNanos()) {
                prepare(node);
                return;
            }
        }
        // Everybody who suits was asked in vain: ask them all again.
        asked.clear();
    }

    private void prepare(NodeId node) {
        authority
                .get()
                .ifPresent(signer ->
                        leader.cluster().send(node, new Message.AuthorityKey(leader.term(), signer.export())));
        leader.cluster().send(node, new Message.PrepareVoter(leader.term()));
    }

    private void change(CompletionStage<Void> step) {
        changing = true;
        step.whenComplete((done, failure) -> changing = false);
    }
}
