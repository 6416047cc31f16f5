package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Tls;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class IdentityTlsTest {
    private static final int WAIT_SECONDS = 20;

    private final FoundedBramble bramble = new FoundedBramble();
    private final Identity server = bramble.agent("server");
    private final Identity client = bramble.agent("client");

    /** What each side came to: the session, or what was wrong. */
    private record Meeting(Optional<SSLSession> server, Optional<SSLSession> client, String trouble) {
        boolean worked() {
            return server.isPresent() && client.isPresent();
        }
    }

    private static Meeting meet(SSLContext server, SSLContext client) throws Exception {
        return meet(server, client, Tls.parameters());
    }

    private static Meeting meet(SSLContext server, SSLContext client, SSLParameters clientParameters) throws Exception {
        try (SSLServerSocket listening =
                (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0)) {
            SSLParameters parameters = Tls.parameters();
            parameters.setNeedClientAuth(true);
            listening.setSSLParameters(parameters);
            CompletableFuture<SSLSession> serving = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.setSoTimeout(WAIT_SECONDS * 1000);
                    accepted.startHandshake();
                    accepted.getInputStream().read();
                    accepted.getOutputStream().write(2);
                    serving.complete(accepted.getSession());
                } catch (IOException | RuntimeException failure) {
                    serving.completeExceptionally(failure);
                }
            });
            Optional<SSLSession> clientSession = Optional.empty();
            String trouble = "";
            try (SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listening.getLocalPort())) {
                socket.setSoTimeout(WAIT_SECONDS * 1000);
                socket.setSSLParameters(clientParameters);
                socket.startHandshake();
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() == 2) {
                    clientSession = Optional.of(socket.getSession());
                }
            } catch (IOException failure) {
                trouble = String.valueOf(failure.getMessage());
            }
            Optional<SSLSession> serverSession = serving.handle((session, failure) -> Optional.ofNullable(session))
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
            return new Meeting(serverSession, clientSession, trouble);
        }
    }

    @Test
    void twoNodesOfABrambleMeetByTls13AndKnowEachOther() throws Exception {
        Meeting meeting = meet(server.sslContext(), client.sslContext());
        assertThat(meeting.worked()).as(meeting.trouble).isTrue();
        SSLSession session = meeting.server.orElseThrow();
        assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
        NodeCertificate peer = NodeCertificate.of((X509Certificate) session.getPeerCertificates()[0]);
        assertThat(peer.node()).isEqualTo(new NodeId("client"));
    }

    @Test
    void chaCha20IsChosenEvenForAClientThatPrefersAes() throws Exception {
        SSLParameters aesFirst = Tls.parameters();
        aesFirst.setCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"});
        Meeting meeting = meet(server.sslContext(), client.sslContext(), aesFirst);
        assertThat(meeting.server.orElseThrow().getCipherSuite()).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
    }

    @Test
    void olderTlsIsRefused() throws Exception {
        SSLParameters old =
                new SSLParameters(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}, new String[] {"TLSv1.2"});
        assertThat(meet(server.sslContext(), client.sslContext(), old).worked()).isFalse();
    }

    @Test
    void aNodeOfAnotherBrambleIsRefusedByBothSides() throws Exception {
        Identity foreign = new FoundedBramble().agent("client");
        assertThat(meet(server.sslContext(), foreign.sslContext()).worked()).isFalse();
        assertThat(meet(foreign.sslContext(), client.sslContext()).trouble).contains("not issued by this bramble");
    }

    @Test
    void aRoleThatIsNotWantedIsRefused() throws Exception {
        Identity head = bramble.identity("head", NodeRole.HEAD);
        SSLContext agentsOnly = server.sslContext(EnumSet.of(NodeRole.AGENT));
        assertThat(meet(agentsOnly, head.sslContext()).worked()).isFalse();
        assertThat(meet(agentsOnly, client.sslContext()).worked()).isTrue();
        assertThat(meet(server.sslContext(), head.sslContext()).worked()).isTrue();
    }

    @Test
    void aNodeForgottenAtRunTimeIsRefusedAtItsNextHandshakeThoughItHadASession() throws Exception {
        SSLContext serving = server.sslContext();
        SSLContext calling = client.sslContext();
        assertThat(meet(serving, calling).worked()).isTrue();
        server.revoke(peer -> peer.node().equals(client.node()));
        assertThat(meet(serving, calling).worked()).isFalse();
        server.revoke(peer -> false);
        assertThat(meet(serving, calling).worked()).isTrue();
        client.revoke(peer -> peer.node().equals(server.node()));
        assertThat(meet(serving, calling).trouble).contains("node server was forgotten");
    }

    @Test
    void noSessionIsResumedSoEveryHandshakeIsChecked() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        server.revoke(peer -> {
            checks.incrementAndGet();
            return false;
        });
        SSLContext serving = server.sslContext();
        SSLContext calling = client.sslContext();
        try (SSLServerSocket listening =
                (SSLServerSocket) serving.getServerSocketFactory().createServerSocket(0)) {
            SSLParameters parameters = Tls.parameters();
            parameters.setNeedClientAuth(true);
            listening.setSSLParameters(parameters);
            // One port throughout: the JDK's cache of client sessions goes by host and port.
            for (int i = 1; i <= 3; i++) {
                Thread serve = Thread.ofVirtual().start(() -> {
                    try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                        accepted.getOutputStream()
                                .write(accepted.getInputStream().read());
                    } catch (IOException unexpected) {
                        throw new java.io.UncheckedIOException(unexpected);
                    }
                });
                try (SSLSocket socket =
                        (SSLSocket) calling.getSocketFactory().createSocket("127.0.0.1", listening.getLocalPort())) {
                    socket.setSSLParameters(Tls.parameters());
                    socket.getOutputStream().write(7);
                    assertThat(socket.getInputStream().read()).isEqualTo(7);
                }
                assertThat(serve.join(java.time.Duration.ofSeconds(WAIT_SECONDS)))
                        .isTrue();
                assertThat(checks).hasValue(i);
            }
        }
    }

    @Test
    void aNewAuthorityIsTrustedByContextsHandedOutBefore() throws Exception {
        X509Authority next = X509Authority.found("next", new LedgerId("test-ledger"));
        var key = Keys.generate();
        Authorities both = new Authorities(bramble.authority().certificate(), Optional.of(next.certificate()));
        Identity renewed = new Identity(
                key.getPrivate(),
                next.certify(CertificateRequests.create(key), new NodeId("client"), NodeRole.AGENT),
                both,
                "board");
        SSLContext serving = server.sslContext();
        assertThat(meet(serving, renewed.sslContext()).worked()).isFalse();
        server.trust(both);
        assertThat(meet(serving, renewed.sslContext()).worked()).isTrue();
    }
}
