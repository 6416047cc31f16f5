package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Member;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jgroups.Address;

/**
 * Who is listed as a member: those in JGroups' view whose introduction is proven, whom nobody refuses, and who are the
 * first with their node id. Lives on the event loop; all it wants done it asks of {@link Effects}.
 *
 * <p>The same node id at two addresses is a restart or a copied card. The old process of a restart is dead and leaves
 * the view within seconds; until then the new one waits. Of a copied card both are alive, and the later one is sent
 * away by the earlier. Exactly one of the two decides which is which (the one with the lower address), because both
 * deciding at slightly different moments could send both away.
 */
final class Roster {
    /** Introductions of addresses that are not in the view yet: their view is on its way. */
    private static final int EARLY_MAX = 256;

    /** By then the view that explains an early introduction has come, or never will. */
    private static final Duration EARLY_KEPT = Duration.ofSeconds(30);

    /** Ages are compared across a network; nearer than this they count as equal and the order of the view decides. */
    private static final Duration SAME_AGE = Duration.ofSeconds(2);

    /** What the roster wants done. */
    interface Effects {
        /** Send our introduction, and ask for the other's. */
        void introduceTo(Address address, boolean askingBack);

        /** Tell a member to leave. */
        void dismiss(Address address, String sentence);

        /** This node must leave. */
        void leave(String sentence);

        /** The list changed; {@code soon} when more is about to change and a moment's patience saves a view. */
        void listChanged(boolean soon);
    }

    private record Card(Introduction.Proven proven, long arrivedNanos) {
        Member member() {
            return proven.introduction().member();
        }

        long upMillis(long nowNanos) {
            return proven.introduction().upMillis() + (nowNanos - arrivedNanos) / 1_000_000;
        }
    }

    private final Address self;
    private final Member own;
    private final String listensOn;
    private final PeerCheck peers;
    private final AdmissionCheck admission;
    private final LongSupplier nanos;
    private final long startedNanos;
    private final Effects effects;

    private List<Address> present = List.of();
    private final Map<Address, Card> cards = new HashMap<>();
    private Map<Address, String> dismissed = Map.of();
    private Map<Address, Member> listed = Map.of();

    Roster(Address self, ClusterSettings settings, LongSupplier nanos, Effects effects) {
        this.self = self;
        this.own = settings.self();
        this.listensOn = HostPort.of(settings.listen());
        this.peers = settings.credentials().peers();
        this.admission = settings.admission();
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
        this.effects = effects;
    }

    /** How long this member has been up, in milliseconds. */
    long upMillis() {
        return (nanos.getAsLong() - startedNanos) / 1_000_000;
    }

    /** Those listed now, in the order of JGroups' view, which is the same everywhere. */
    Map<Address, Member> listed() {
        return listed;
    }

    /** All in JGroups' view, listed or not. */
    List<Address> present() {
        return present;
    }

    Optional<Introduction> introduction(Address address) {
        return Optional.ofNullable(cards.get(address)).map(card -> card.proven().introduction());
    }

    /** JGroups has a new view. */
    void presentChanged(List<Address> members) {
        Set<Address> before = new HashSet<>(present);
        present = List.copyOf(members);
        Set<Address> after = new HashSet<>(present);
        before.removeAll(after);
        cards.keySet().removeAll(before);
        Set<Address> newcomers = new HashSet<>(after);
        newcomers.removeAll(listed.keySet());
        newcomers.remove(self);
        newcomers.forEach(address -> effects.introduceTo(address, !cards.containsKey(address)));
        relist();
    }

    /** An introduction whose certificate and signature are proven. */
    void introduced(Address address, Introduction.Proven proven) {
        if (address.equals(self) || (!present.contains(address) && cards.size() >= present.size() + EARLY_MAX)) {
            return;
        }
        cards.put(address, new Card(proven, nanos.getAsLong()));
        if (proven.introduction().askingBack()) {
            effects.introduceTo(address, false);
        }
        relist();
    }

    /** Once a second: what was lost is said again, and what the ledger has learnt since is asked again. */
    void tick() {
        long now = nanos.getAsLong();
        cards.entrySet()
                .removeIf(entry -> !present.contains(entry.getKey())
                        && now - entry.getValue().arrivedNanos() > EARLY_KEPT.toNanos());
        present.stream()
                .filter(address -> !address.equals(self) && !cards.containsKey(address))
                .forEach(address -> effects.introduceTo(address, true));
        relist();
        dismissed.forEach(effects::dismiss);
    }

    private void relist() {
        Map<Address, String> refused = new LinkedHashMap<>();
        Map<NodeId, Address> first = new LinkedHashMap<>();
        for (Address address : present) {
            Card card = cards.get(address);
            if (card == null || address.equals(self)) {
                continue;
            }
            NodeId node = card.member().node();
            Optional<String> refusal = refusal(card);
            if (refusal.isPresent()) {
                refused.put(address, refusal.get());
            } else if (node.equals(own.node())) {
                settleWithNamesake(address, card).ifPresent(sentence -> refused.put(address, sentence));
            } else {
                first.merge(node, address, this::earlier);
            }
        }
        Map<Address, String> before = dismissed;
        dismissed = refused;
        refused.forEach((address, sentence) -> {
            if (!before.containsKey(address)) {
                effects.dismiss(address, sentence);
            }
        });
        list(new HashSet<>(first.values()));
    }

    private void list(Set<Address> admitted) {
        Map<Address, Member> now = new LinkedHashMap<>();
        for (Address address : present) {
            if (address.equals(self)) {
                now.put(address, own);
            } else if (admitted.contains(address)) {
                now.put(address, cards.get(address).member());
            }
        }
        if (!List.copyOf(now.entrySet()).equals(List.copyOf(listed.entrySet()))) {
            boolean someoneLeft = !now.keySet().containsAll(listed.keySet());
            listed = now;
            effects.listChanged(!someoneLeft && isMoreExpected());
        }
    }

    private boolean isMoreExpected() {
        return present.stream().anyMatch(address -> !address.equals(self) && !cards.containsKey(address));
    }

    private Optional<String> refusal(Card card) {
        Member member = card.member();
        PeerCheck.Peer peer = card.proven().peer();
        if (peers.isRevoked(peer)) {
            return Optional.of("node " + member.node() + " does not belong to this bramble any more: its certificate is"
                    + " revoked; enrol it anew if it shall come back");
        }
        return admission.refusal(
                member.node(), member.role(), member.boardSerial(), Fingerprint.sha256(peer.certificate()));
    }

    /** Of two live addresses with one node id, the one that stays on the list. */
    private Address earlier(Address one, Address other) {
        if (listed.containsKey(one) != listed.containsKey(other)) {
            return listed.containsKey(one) ? one : other;
        }
        long now = nanos.getAsLong();
        return isFirst(
                        one,
                        cards.get(one).upMillis(now),
                        other,
                        cards.get(other).upMillis(now))
                ? one
                : other;
    }

    private boolean isFirst(Address one, long oneUpMillis, Address other, long otherUpMillis) {
        long olderMillis = oneUpMillis - otherUpMillis;
        if (Math.abs(olderMillis) > SAME_AGE.toMillis()) {
            return olderMillis > 0;
        }
        return present.indexOf(one) < present.indexOf(other);
    }

    /** Two of us are alive: sends the other away, or goes, or leaves the decision to the other. */
    private Optional<String> settleWithNamesake(Address other, Card card) {
        if (self.compareTo(other) > 0) {
            return Optional.empty();
        }
        if (isFirst(self, upMillis(), other, card.upMillis(nanos.getAsLong()))) {
            return Optional.of(namesake(listensOn, own.boardSerial()));
        }
        effects.leave(
                namesake(card.proven().introduction().listensOn(), card.member().boardSerial()));
        return Optional.empty();
    }

    private String namesake(String address, String boardSerial) {
        return "the node id " + own.node() + " is already up at " + address + " (board " + boardSerial
                + "): this looks like a copied card; erase the node's folder on one of the two and enrol it as a new"
                + " node";
    }
}
