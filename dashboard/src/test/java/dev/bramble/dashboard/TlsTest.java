package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TlsTest {
    private static SSLContext tls;
    private static InMemoryControl control;
    private static Dashboard dashboard;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        tls = TestCertificate.context();
        control = new InMemoryControl();
        control.bramble.addNode("n1", "pi01", true);
        dashboard = Dashboard.start(control, DashboardSettings.https("127.0.0.1", 0, tls));
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        dashboard.close();
    }

    private static URI address(String path) {
        return URI.create("https://localhost:" + dashboard.port() + path);
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address(path)).header("Authorization", "Bearer ada-token");
    }

    @Test
    void http2IsNegotiatedOverTls13() throws Exception {
        HttpResponse<String> response = client.send(request("/api/v1/nodes").build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void http11IsServedToThoseWhoAskForIt() throws Exception {
        HttpRequest request =
                request("/api/v1/nodes").version(HttpClient.Version.HTTP_1_1).build();

        assertThat(client.send(request, BodyHandlers.ofString()).version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void browsersLogInOverEitherVersionOfHttp() throws Exception {
        String own = "https://localhost:" + dashboard.port();
        for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            assertThat(login(version, own)).as(version.toString()).isEqualTo(303);
            assertThat(login(version, "https://localhost")).isEqualTo(403);
            assertThat(login(version, "http://localhost:" + dashboard.port())).isEqualTo(403);
            assertThat(login(version, "https://evil.example:" + dashboard.port()))
                    .isEqualTo(403);
            assertThat(login(version, "null")).isEqualTo(403);
        }
    }

    private static int login(HttpClient.Version version, String origin) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address("/login"))
                .version(version)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", origin)
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString("token=ada-token"))
                .build();
        HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
        assertThat(response.version()).isEqualTo(version);
        return response.statusCode();
    }

    @Test
    void chaCha20IsChosenFirstSinceThePiHasNoAesInstructions() throws Exception {
        try (SSLSocket socket = socket("TLSv1.3")) {
            socket.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"});
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
        }
    }

    @Test
    void olderTlsIsRefused() throws Exception {
        try (SSLSocket socket = socket("TLSv1.2")) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    private static SSLSocket socket(String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", dashboard.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void sessionsCookieIsForThisHostOverHttpsOnly() throws Exception {
        HttpRequest login = HttpRequest.newBuilder(address("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString("token=vera-token"))
                .build();
        HttpResponse<String> response = client.send(login, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Set-Cookie").orElse(""))
                .startsWith("__Host-bramble=")
                .contains("; Path=/;")
                .contains("; Secure")
                .contains("; HttpOnly")
                .contains("; SameSite=Strict");
    }

    @Test
    void uploadCutHalfWayOverHttp2LeavesNothing() throws Exception {
        int failedBefore = control.uploadsFailed.get();
        HttpRequest upload = request("/api/v1/blobs")
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofInputStream(BreakingBody::new))
                .build();

        assertThatThrownBy(() -> client.send(upload, BodyHandlers.ofString())).isInstanceOf(IOException.class);
        UploadTest.awaitTrue(() -> control.uploadsFailed.get() == failedBefore + 1);
        assertThat(control.bramble.blobs).isEmpty();
        assertThat(control.acted).isEmpty();
    }

    /** A file whose disk fails in the middle, once the server has begun to read it. */
    private static final class BreakingBody extends InputStream {
        private int left = 200_000;

        @Override
        public int read() throws IOException {
            if (left-- > 0) {
                return 7;
            }
            try {
                UploadTest.awaitTrue(() -> control.uploadsBegun.get() > 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the disk is gone");
        }
    }

    @Test
    void plainHttpIsForLoopbackOnly() {
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid")) {
            assertThatThrownBy(() -> new dev.bramble.dashboard.http.Port(host, 0, java.util.Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("loopback")
                    .hasMessageContaining(host);
        }
    }

    @Test
    void portInUseIsSaidInOneSentence() {
        DashboardSettings taken = DashboardSettings.https("127.0.0.1", dashboard.port(), tls);

        assertThatThrownBy(() -> Dashboard.start(control, taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("port " + dashboard.port())
                .hasMessageContaining("choose another port");
    }
}
