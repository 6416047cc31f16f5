package dev.bramble.cluster.jgroups;

import static dev.bramble.cluster.jgroups.Eventually.assertThatSoon;
import static dev.bramble.cluster.jgroups.TestBramble.assertTogether;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.assertj.core.api.Assertions;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who does not belong is not heard, and whose card was copied is told so. */
@Execution(ExecutionMode.CONCURRENT)
class ProofTest {
    private final TestBramble bramble = new TestBramble();

    @AfterEach
    void closeMembers() {
        bramble.close();
    }

    @Test
    void aNodeOfAnotherAuthorityStaysAlone() throws Exception {
        TestNode a = bramble.join("a");
        TestNode stranger = bramble.join("stranger", builder -> {
            TestAuthority other = new TestAuthority();
            builder.credentials =
                    new TestAuthority.Trust(other.certificate()).credentials(other.issue("stranger", NodeRole.AGENT));
        });
        TestNode b = bramble.join("b");
        assertTogether(a, b);
        assertTogether(stranger);
        assertThat(Stream.concat(a.views.stream(), b.views.stream()))
                .noneMatch(view -> view.has(new NodeId("stranger")));
    }

    /** It has a certificate of its own for TLS, but introduces itself as another node. */
    @Test
    void aMemberThatSpeaksInAnothersNameIsNotListed() throws Exception {
        TestNode a = bramble.join("a");
        ClusterSettings.Credentials mallory = bramble.credentials("mallory", NodeRole.AGENT);
        X509Certificate victim =
                bramble.authority.issue("victim", NodeRole.AGENT).certificate();
        TestNode impostor = bramble.join(
                "victim",
                builder -> builder.credentials =
                        new ClusterSettings.Credentials(mallory.key(), victim, mallory.tls(), mallory.peers()));
        TestNode b = bramble.join("b");
        assertTogether(a, b);
        assertThatSoon(() -> assertThat(a.cluster.losses().unproven()).isPositive());
        impostor.send("a", 1);
        TestNode c = bramble.join("c");
        assertTogether(a, b, c);
        assertThat(Stream.of(a, b, c).flatMap(node -> node.views.stream()))
                .noneMatch(view -> view.has(new NodeId("victim")));
        assertThat(a.received).isEmpty();
    }

    @Test
    void aMessageThatNamesAnotherSenderIsNotDelivered() throws Exception {
        TestNode leader = bramble.join("leader");
        TestNode mallory = bramble.join("mallory");
        TestNode b = bramble.join("b");
        assertTogether(leader, mallory, b);
        byte[] forged = new byte[1 + PairSeal.TAG_BYTES + 8];
        forged[0] = 'M';
        long before = b.cluster.losses().unproven();
        mallory.channel()
                .send(new BytesMessage(b.channel().getAddress(), forged)
                        .setSrc(leader.channel().getAddress())
                        .setFlag(Message.Flag.OOB, Message.Flag.NO_RELIABILITY));
        assertThatSoon(() -> assertThat(b.cluster.losses().unproven()).isGreaterThan(before));
        leader.send("b", 7);
        assertThatSoon(() -> assertThat(b.received).containsExactly(7L));
    }

    @Test
    void aHeadCannotSendAgentsAway() throws Exception {
        TestNode a = bramble.join("a");
        ClusterSettings.Credentials own = bramble.credentials("head", NodeRole.HEAD);
        TestNode head = bramble.join("head", builder -> {
            builder.role = NodeRole.HEAD;
            builder.credentials = own;
            builder.admission = (node, role, serial, sha256) -> Optional.of("heads know nothing of this");
        });
        assertThatSoon(() -> assertThat(a.sees()).containsExactly("a", "head"));
        assertThatSoon(() -> assertThat(a.cluster.losses().unproven()).isPositive());
        assertThat(a.refusals).isEmpty();
        assertTogether(head);
        assertThat(head.views).noneMatch(view -> view.has(new NodeId("a")));
    }

    @Test
    void aRevokedNodeIsRefusedAtTheDoor() throws Exception {
        TestNode a = bramble.join("a");
        bramble.trusts.get("a").revoked.add(new NodeId("b"));
        TestNode b = bramble.join("b");
        assertTogether(a);
        assertTogether(b);
        assertThat(a.views).noneMatch(view -> view.has(new NodeId("b")));
    }

    @Test
    void aMemberThatIsRevokedLaterIsTakenOffTheListAndToldWhy() throws Exception {
        TestNode a = bramble.join("a");
        TestNode b = bramble.join("b");
        TestNode c = bramble.join("c");
        assertTogether(a, b, c);
        bramble.trusts.get("a").revoked.add(new NodeId("b"));
        assertTogether(a, c);
        assertThatSoon(() -> assertThat(b.refusals)
                .containsExactly("node b does not belong to this bramble any more: its certificate is revoked;"
                        + " enrol it anew if it shall come back"));
    }

    @Test
    void aMovedCardIsRefusedByWhoeverKnows() throws Exception {
        AdmissionCheck ledger = (node, role, serial, sha256) -> node.equals(new NodeId("b")) && serial.equals("board-2")
                ? Optional.of("b was enrolled on board board-1: `bramble node adopt b` if the card was moved")
                : Optional.empty();
        TestNode voter = bramble.join("voter", builder -> builder.admission = ledger);
        TestNode worker = bramble.join("worker");
        assertTogether(voter, worker);
        TestNode moved = bramble.join("b", builder -> builder.serial = "board-2");
        assertThatSoon(() -> assertThat(moved.refusals)
                .containsExactly("b was enrolled on board board-1: `bramble node adopt b` if the card was moved"));
        assertTogether(voter, worker);
        assertThat(voter.views).noneMatch(view -> view.has(new NodeId("b")));
        TestNode home = bramble.join("b", builder -> builder.serial = "board-1");
        assertTogether(voter, worker, home);
    }

    /** Either of the two may have the lower address, and so be the one that decides. */
    @Test
    void aCopiedCardIsRefusedAndTheFirstStays() throws Exception {
        List<Integer> ports = TestNode.freePorts(3).stream().sorted().toList();
        ClusterSettings.Credentials card = bramble.credentials("a", NodeRole.AGENT);
        TestNode b = bramble.join("b");
        TestNode first = bramble.join("a", builder -> {
            builder.port = ports.get(1);
            builder.credentials = card;
        });
        assertTogether(b, first);
        for (int port : List.of(ports.get(0), ports.get(2))) {
            TestNode copy = bramble.join("a", builder -> {
                builder.port = port;
                builder.credentials = card;
                builder.serial = "board-2";
            });
            assertThatSoon(() -> assertThat(copy.refusals)
                    .containsExactly("the node id a is already up at 127.0.0.1:" + first.port + " (board board-1):"
                            + " this looks like a copied card; erase the node's folder on one of the two and enrol it"
                            + " as a new node"));
            assertTogether(b, first);
        }
        assertThat(b.views)
                .noneMatch(view -> view.members().stream()
                        .anyMatch(member -> member.boardSerial().equals("board-2")));
        assertThat(first.refusals).isEmpty();
    }

    @Test
    void aNodeThatLeftAndCameBackIsListedAgain() throws Exception {
        TestNode a = bramble.join("a");
        ClusterSettings.Credentials own = bramble.credentials("b", NodeRole.AGENT);
        Consumer<TestNode.Builder> same = builder -> builder.credentials = own;
        TestNode b = bramble.join("b", same);
        assertTogether(a, b);
        b.close();
        TestNode again = bramble.join("b", same);
        assertTogether(a, again);
        assertThatSoon(
                () -> assertThat(a.cluster.view().member(new NodeId("b"))).contains(again.self));
        assertThat(again.refusals).isEmpty();
    }

    /** Each of them would keep JGroups' own accepting thread for a second or for ever. */
    @Test
    void strangersWhoSaySomethingElseOrNothingKeepNobodyWaiting() throws Exception {
        TestNode a = bramble.join("a");
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), a.port);
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), a.port)) {
            OutputStream out = plain.getOutputStream();
            out.write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            TestNode b = bramble.join("b");
            assertTogether(a, b);
            assertThatSoon(() -> assertThat(isEnded(plain)).isTrue());
            assertThatSoon(() -> assertThat(isEnded(silent)).isTrue());
        }
    }

    private static boolean isEnded(Socket socket) throws Exception {
        socket.setSoTimeout(50);
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // an alert, perhaps
            }
            return true;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (SSLException | java.net.SocketException reset) {
            return true;
        }
    }

    @Test
    void withoutACertificateNothingIsAnswered() throws Exception {
        TestNode a = bramble.join("a");
        var anonymous = javax.net.ssl.SSLContext.getInstance("TLSv1.3");
        anonymous.init(null, new javax.net.ssl.TrustManager[] {new TrustsEverybody()}, null);
        try (Socket socket = anonymous.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), a.port)) {
            socket.setSoTimeout(10_000);
            Assertions.assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certificate_required");
        }
    }

    private static final class TrustsEverybody implements javax.net.ssl.X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
