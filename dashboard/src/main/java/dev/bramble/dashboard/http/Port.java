package dev.bramble.dashboard.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Where the server listens.
 *
 * @param host an address of this machine, or a name for one; {@code 0.0.0.0} or {@code ::} for all
 * @param number 0 for any free port
 * @param tls the server's certificate and key; empty for plain http, which only a loopback address may have
 */
public record Port(String host, int number, Optional<SSLContext> tls) {
    /** A connection on which nothing moves is closed; a client of an upload or download that stalls asks again. */
    static final Duration IDLE_MAX = Duration.ofSeconds(30);
    /** A connection that a browser keeps open for later must not hold up a head that stops. */
    private static final Duration IDLE_AT_STOP_MAX = Duration.ofMillis(200);

    /** One thread accepts and two select: a head serves tens of clients, and each thread costs memory. */
    private static final int ACCEPTORS = 1;

    private static final int SELECTORS = 2;

    /** Requests of one client at the same time over HTTP/2; browsers expect at least 100. */
    private static final int STREAMS_PER_CONNECTION_MAX = 100;

    /** Pi 4 has no AES instructions, so ChaCha20 is the fastest there. */
    private static final String[] CIPHERS = {
        "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"
    };

    /** Names of tasks' files may hold '%' and ';'; '..' and an encoded '/' stay refused. */
    private static final UriCompliance NAMES_WITH_ANY_CHARACTER = UriCompliance.from(EnumSet.of(
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING, UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER));

    /** @throws IllegalArgumentException for plain http elsewhere than on a loopback address */
    public Port {
        if (tls.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("plain http is served on a loopback address only, and '" + host
                    + "' is none: give a certificate, or listen on 127.0.0.1");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    /** A name resolves once here, so that the address checked is the address bound. */
    private String address() {
        InetSocketAddress resolved = new InetSocketAddress(host, number);
        return resolved.isUnresolved() ? host : resolved.getAddress().getHostAddress();
    }

    ServerConnector connector(Server server, HttpConfiguration template) {
        HttpConfiguration http = new HttpConfiguration(template);
        http.setSendServerVersion(false);
        http.setUriCompliance(NAMES_WITH_ANY_CHARACTER);
        ConnectionFactory[] factories = tls.isPresent() ? secure(http, tls.get()) : plain(http);
        ServerConnector connector = new ServerConnector(server, null, null, null, ACCEPTORS, SELECTORS, factories);
        connector.setHost(address());
        connector.setPort(number);
        connector.setIdleTimeout(IDLE_MAX.toMillis());
        connector.setShutdownIdleTimeout(IDLE_AT_STOP_MAX.toMillis());
        connector.addEventListener(new AddressLimit(AddressLimit.CONNECTIONS_MAX));
        return connector;
    }

    private static ConnectionFactory[] plain(HttpConfiguration http) {
        return new ConnectionFactory[] {new HttpConnectionFactory(http)};
    }

    private static ConnectionFactory[] secure(HttpConfiguration http, SSLContext tls) {
        // Heads are reached by name, by .local name and by address, so the name in the request is not compared with
        // the certificate; clients pin the certificate itself.
        http.addCustomizer(new SecureRequestCustomizer(false));
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setSslContext(tls);
        ssl.setIncludeProtocols("TLSv1.3");
        ssl.setIncludeCipherSuites(CIPHERS);
        ssl.setUseCipherSuitesOrder(true);
        HttpConnectionFactory one = new HttpConnectionFactory(http);
        HTTP2ServerConnectionFactory two = new HTTP2ServerConnectionFactory(http);
        two.setMaxConcurrentStreams(STREAMS_PER_CONNECTION_MAX);
        ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory();
        choice.setDefaultProtocol(one.getProtocol());
        return new ConnectionFactory[] {new SslConnectionFactory(ssl, choice.getProtocol()), choice, two, one};
    }
}
