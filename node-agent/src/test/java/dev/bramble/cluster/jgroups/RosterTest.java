package dev.bramble.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Member;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

class RosterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final X509Certificate CERTIFICATE = new TestAuthority().certificate();

    private final Set<NodeId> revoked = new HashSet<>();
    private long now = 1_000 * SECOND;

    /** A roster, and what it asked for. */
    private final class Subject implements Roster.Effects {
        final List<String> asked = new ArrayList<>();
        final Address address;
        final Roster roster;

        Subject(String node, Address address, AdmissionCheck admission) {
            this.address = address;
            var settings = new ClusterSettings(
                    member(node, "board-1"),
                    "c",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 7800),
                    List.of(),
                    new ClusterSettings.Credentials(null, null, null, new Peers()),
                    admission,
                    false,
                    Path.of("."));
            this.roster = new Roster(address, settings, () -> now, this);
        }

        Subject(String node, Address address) {
            this(node, address, AdmissionCheck.KNOWS_NOTHING);
        }

        List<String> listed() {
            return roster.listed().values().stream()
                    .map(member -> member.node() + "/" + member.boardSerial())
                    .toList();
        }

        @Override
        public void introduceTo(Address to, boolean askingBack) {
            asked.add((askingBack ? "exchange with " : "introduce to ") + to);
        }

        @Override
        public void dismiss(Address who, String sentence) {
            asked.add("dismiss " + who);
        }

        @Override
        public void leave(String sentence) {
            asked.add("leave");
        }

        @Override
        public void listChanged(boolean soon) {
            asked.add(soon ? "list soon" : "list");
        }
    }

    private final class Peers implements PeerCheck {
        @Override
        public Peer prove(X509Certificate[] chain) {
            throw new AssertionError("a roster is given what is proven");
        }

        @Override
        public boolean isRevoked(Peer peer) {
            return revoked.contains(peer.node());
        }
    }

    private static Address address(long order) {
        return new UUID(0, order);
    }

    private static Member member(String node, String serial) {
        return new Member(new NodeId(node), node, NodeRole.AGENT, "", "", serial, "1");
    }

    private static Introduction.Proven proven(String node, String serial, long upMillis, boolean askingBack) {
        Member member = member(node, serial);
        var introduction =
                new Introduction(member, "10.0.0.9:7800", new byte[0], new byte[0], new byte[0], upMillis, askingBack);
        return new Introduction.Proven(introduction, new PeerCheck.Peer(member.node(), member.role(), CERTIFICATE));
    }

    private static Introduction.Proven proven(String node) {
        return proven(node, "board-2", 0, false);
    }

    @Test
    void nobodyIsListedBeforeIntroduction() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1), address(2)));
        assertThat(a.listed()).containsExactly("a/board-1");
        a.roster.introduced(address(2), proven("b"));
        assertThat(a.listed()).containsExactly("a/board-1", "b/board-2");
    }

    @Test
    void anIntroductionThatIsAheadOfItsViewCounts() {
        Subject a = new Subject("a", address(1));
        a.roster.introduced(address(2), proven("b"));
        assertThat(a.listed()).isEmpty();
        a.roster.presentChanged(List.of(address(1), address(2)));
        assertThat(a.listed()).containsExactly("a/board-1", "b/board-2");
        assertThat(a.asked).contains("introduce to " + address(2));
    }

    @Test
    void whoLeavesIsGoneAtOnceAndIntroducesItselfAgain() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1), address(2)));
        a.roster.introduced(address(2), proven("b"));
        a.asked.clear();
        a.roster.presentChanged(List.of(address(1)));
        assertThat(a.asked).containsExactly("list");
        a.roster.presentChanged(List.of(address(1), address(2)));
        assertThat(a.listed()).containsExactly("a/board-1");
        assertThat(a.asked).contains("exchange with " + address(2));
    }

    @Test
    void aMissingIntroductionIsAskedForAgain() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1), address(2)));
        a.asked.clear();
        a.roster.tick();
        assertThat(a.asked).containsExactly("exchange with " + address(2));
        a.roster.introduced(address(2), proven("b", "board-2", 0, true));
        assertThat(a.asked).contains("introduce to " + address(2));
        a.asked.clear();
        a.roster.tick();
        assertThat(a.asked).isEmpty();
    }

    @Test
    void theListWaitsForNewcomersThatAreNearlyProven() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1), address(2), address(3)));
        a.asked.clear();
        a.roster.introduced(address(2), proven("b"));
        a.roster.introduced(address(3), proven("c"));
        assertThat(a.asked).containsExactly("list soon", "list");
    }

    @Test
    void earlyIntroductionsAreForgottenWhenNoViewExplainsThem() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1)));
        a.roster.introduced(address(2), proven("b"));
        now += 31 * SECOND;
        a.roster.tick();
        a.roster.presentChanged(List.of(address(1), address(2)));
        assertThat(a.listed()).containsExactly("a/board-1");
    }

    @Test
    void aRestartedNodeWaitsUntilItsOldProcessHasLeft() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1), address(2), address(3)));
        a.roster.introduced(address(2), proven("b", "old", 50_000, false));
        a.roster.introduced(address(3), proven("b", "new", 100, false));
        assertThat(a.listed()).containsExactly("a/board-1", "b/old");
        a.roster.presentChanged(List.of(address(1), address(3)));
        assertThat(a.listed()).containsExactly("a/board-1", "b/new");
    }

    @Test
    void ofTwoUnknownNamesakesTheOlderIsListed() {
        Subject a = new Subject("a", address(1));
        a.roster.introduced(address(2), proven("b", "young", 1_000, false));
        a.roster.introduced(address(3), proven("b", "old", 90_000, false));
        a.roster.presentChanged(List.of(address(1), address(2), address(3)));
        assertThat(a.listed()).containsExactly("a/board-1", "b/old");
    }

    @Test
    void whomTheLedgerRefusesIsDismissedAndToldAgain() {
        AdmissionCheck moved =
                (node, role, serial, sha256) -> serial.equals("board-2") ? Optional.of("it moved") : Optional.empty();
        Subject a = new Subject("a", address(1), moved);
        a.roster.presentChanged(List.of(address(1), address(2)));
        a.roster.introduced(address(2), proven("b"));
        a.roster.introduced(address(2), proven("b"));
        assertThat(a.listed()).containsExactly("a/board-1");
        assertThat(a.asked).filteredOn(("dismiss " + address(2))::equals).hasSize(1);
        a.roster.tick();
        assertThat(a.asked).filteredOn(("dismiss " + address(2))::equals).hasSize(2);
    }

    @Test
    void aMemberThatIsRevokedLeavesTheListWithinATick() {
        Subject a = new Subject("a", address(1));
        a.roster.presentChanged(List.of(address(1), address(2)));
        a.roster.introduced(address(2), proven("b"));
        revoked.add(new NodeId("b"));
        a.roster.tick();
        assertThat(a.listed()).containsExactly("a/board-1");
        assertThat(a.asked).contains("dismiss " + address(2));
        revoked.clear();
        a.roster.tick();
        assertThat(a.listed()).as("adopted again").containsExactly("a/board-1", "b/board-2");
    }

    /** Both see the other's age with a delay, and may be told at any moment; one of them must stay. */
    @Test
    void ofTwoLiveNamesakesExactlyOneStays() {
        for (long seed = 0; seed < 2_000; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            now = 10_000 * SECOND;
            long firstStarted = now;
            Subject first = new Subject("a", address(random.nextInt(1, 1_000)));
            now += random.nextLong(10 * SECOND);
            long secondStarted = now;
            Subject second = new Subject("a", address(random.nextInt(1_001, 2_000)));
            if (random.nextBoolean()) {
                Subject swap = first;
                first = new Subject("a", second.address);
                second = new Subject("a", swap.address);
                long started = firstStarted;
                firstStarted = secondStarted;
                secondStarted = started;
            }
            now += random.nextLong(100 * SECOND);
            List<Address> view = random.nextBoolean()
                    ? List.of(first.address, second.address)
                    : List.of(second.address, first.address);
            long firstUpMillis = (now - firstStarted) / 1_000_000;
            long secondUpMillis = (now - secondStarted) / 1_000_000;
            now += random.nextLong(SECOND / 2);
            first.roster.presentChanged(view);
            first.roster.introduced(second.address, proven("a", "copy", secondUpMillis, false));
            now += random.nextLong(SECOND / 2);
            second.roster.presentChanged(view);
            second.roster.introduced(first.address, proven("a", "copy", firstUpMillis, false));

            boolean firstGoes = first.asked.contains("leave") || second.asked.contains("dismiss " + first.address);
            boolean secondGoes = second.asked.contains("leave") || first.asked.contains("dismiss " + second.address);
            assertThat(firstGoes ^ secondGoes)
                    .as("seed %d: exactly one goes", seed)
                    .isTrue();
            assertThat(first.listed()).containsExactly("a/board-1");
        }
    }
}
