package dev.bramble.cluster.jgroups;

import static dev.bramble.cluster.jgroups.Eventually.assertThatSoon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Member;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedsTest {
    @TempDir
    private Path folder;

    private final List<Seeds> all = new ArrayList<>();

    private Seeds seeds(String... hosts) {
        Seeds made = new Seeds(settings(hosts));
        all.add(made);
        return made;
    }

    /** Otherwise a list that is still being written meets the deletion of its folder. */
    @AfterEach
    void awaitWritten() {
        assertThatSoon(() -> assertThat(all).allMatch(Seeds::isWritten));
    }

    private ClusterSettings settings(String... hosts) {
        return new ClusterSettings(
                new Member(new NodeId("a"), "a", NodeRole.AGENT, "", "", "", ""),
                "c",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 7800),
                List.of(hosts),
                null,
                AdmissionCheck.KNOWS_NOTHING,
                false,
                folder);
    }

    private static List<String> texts(Seeds seeds) {
        return seeds.addresses().stream().map(PhysicalAddress::toString).toList();
    }

    @Test
    void membersOnceSeenAreAskedAtTheNextStart() {
        seeds().remember(Map.of(new NodeId("b"), "10.0.0.2:7800", new NodeId("c"), "10.0.0.3:7800"));
        assertThatSoon(() -> assertThat(texts(seeds()))
                .contains("10.0.0.2:7800", "10.0.0.3:7800")
                .hasSize(3));
    }

    @Test
    void aNodeThatMovedIsAskedAtItsNewAddressOnly() {
        Seeds seeds = seeds();
        seeds.remember(Map.of(new NodeId("b"), "10.0.0.2:7800"));
        seeds.remember(Map.of(new NodeId("b"), "10.0.0.77:7800"));
        assertThat(texts(seeds)).contains("10.0.0.77:7800").doesNotContain("10.0.0.2:7800");
    }

    @Test
    void theListIsBoundedAndTheOldestGo() {
        Seeds seeds = seeds();
        for (int i = 0; i < Seeds.KNOWN_MAX + 5; i++) {
            seeds.remember(Map.of(new NodeId("n" + i), "10.0." + i / 250 + "." + i % 250 + ":7800"));
        }
        assertThat(texts(seeds)).hasSize(Seeds.KNOWN_MAX + 1).doesNotContain("10.0.0.0:7800");
    }

    @Test
    void whatTheNetworkSaysNeverPushesOutWhatIsKnown() {
        Seeds seeds = seeds("10.1.0.1:7800");
        seeds.remember(Map.of(new NodeId("b"), "10.0.0.2:7800"));
        for (int i = 0; i < 10 * Seeds.HEARD_MAX; i++) {
            seeds.heard(new InetSocketAddress("10.9." + i / 250 + "." + i % 250, 7800));
        }
        assertThat(texts(seeds)).contains("10.1.0.1:7800", "10.0.0.2:7800").hasSize(Seeds.HEARD_MAX + 3);
    }

    @Test
    void aDamagedFileIsNoObstacle() throws Exception {
        Files.write(folder.resolve("peers"), new byte[] {(byte) 0xff, 0, 0, 10});
        assertThat(texts(seeds("127.0.0.1:7801"))).containsExactlyInAnyOrder("127.0.0.1:7801", "127.0.0.1:7800");
        Files.writeString(folder.resolve("peers"), "b example.invalid:1\nnonsense\nc 10.0.0.3:7800\nB! 10.0.0.4:1\n");
        assertThat(texts(seeds())).containsExactlyInAnyOrder("10.0.0.3:7800", "127.0.0.1:7800");
    }

    @Test
    void hostsThatMakeNoSenseAreLeftOut() {
        Seeds seeds = seeds("no-port", "10.0.0.2:seven", "10.0.0.3:7800", "[::1]:7801", ":5", "10.0.0.4:99999");
        assertThat(texts(seeds)).hasSize(3).contains("10.0.0.3:7800");
        assertThat(seeds.isEmpty()).isFalse();
        Seeds alone = seeds("127.0.0.1:7800");
        assertThat(alone.isEmpty()).as("only itself").isTrue();
        assertThat(alone.isConfigured(new InetSocketAddress("127.0.0.1", 7800))).isTrue();
        assertThat(alone.isConfigured(new InetSocketAddress("127.0.0.1", 7801))).isFalse();
    }

    @Test
    void anAddressSaysWhereItsMemberListensAndConfiguredHostsComeFirst() {
        InetSocketAddress listen = new InetSocketAddress("192.168.250.9", 65_535);
        Address configured = MemberAddress.create(listen, true);
        Address other = MemberAddress.create(new InetSocketAddress("10.0.0.1", 7800), false);
        assertThat(configured).isLessThan(other);
        assertThat(MemberAddress.listensOn(configured)).contains(new IpAddress(listen.getAddress(), 65_535));
        assertThat(MemberAddress.listensOn(MemberAddress.create(new InetSocketAddress("fe80::1", 7800), false)))
                .isEmpty();
        assertThat(MemberAddress.create(listen, true)).isNotEqualTo(configured);
    }

    @Test
    void rememberingTheSameAgainWritesNothing() throws Exception {
        Map<NodeId, String> members = new LinkedHashMap<>(Map.of(new NodeId("b"), "10.0.0.2:7800"));
        Seeds seeds = seeds();
        seeds.remember(members);
        assertThatSoon(() -> assertThat(folder.resolve("peers")).exists());
        Files.delete(folder.resolve("peers"));
        seeds.remember(members);
        seeds.remember(Map.of());
        assertThat(texts(seeds)).hasSize(2);
        assertThat(folder.resolve("peers")).doesNotExist();
    }
}
