package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.trust.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An operator's certificate as a browser meets it: a real handshake, with the certificate's host and dates looked at.
 */
class OperatorHandshakeTest {
    private static final int WAIT_MILLIS_MAX = 10_000;
    private static final Instant LATER = Instant.now().plusSeconds(86_400);

    @TempDir
    private Path folder;

    private X509Certificate authority;
    private X509Certificate made;

    private static KeyPair pair(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        return generator.generateKeyPair();
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair by) throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(Keys.SIGNATURE).build(by.getPrivate())));
    }

    private OperatorCertificate certificate(String algorithm, String host, Instant until) throws Exception {
        KeyPair pair = pair(algorithm);
        KeyPair issuer = Keys.generate();
        X500Name issuing = new X500Name("CN=the operator's authority");
        JcaX509v3CertificateBuilder above = new JcaX509v3CertificateBuilder(
                issuing, BigInteger.ONE, new Date(0), Date.from(LATER), issuing, issuer.getPublic());
        above.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        authority = signed(above, issuer);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuing, BigInteger.TWO, new Date(0), Date.from(until), new X500Name("CN=head"), pair.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
        made = signed(builder, issuer);
        Path chain = Files.writeString(folder.resolve("chain.pem"), Pem.encode(Pem.CERTIFICATE, made.getEncoded()));
        Path key = Files.writeString(folder.resolve("key.pem"), Keys.pem(pair.getPrivate()));
        return new OperatorCertificate(chain, key, System::nanoTime, Date::new, warning -> {});
    }

    /** What a client that trusts the operator's authority gets of it at localhost. */
    private SSLSession greeted(OperatorCertificate certificate, String protocol) throws Exception {
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(new KeyManager[] {certificate}, null, null);
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("the operator's", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SSLServerSocket door =
                        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, loopback);
                Socket socket = new Socket()) {
            CompletableFuture<Void> opened = CompletableFuture.runAsync(() -> open(door));
            socket.connect(door.getLocalSocketAddress(), WAIT_MILLIS_MAX);
            socket.setSoTimeout(WAIT_MILLIS_MAX);
            SSLSocket named =
                    (SSLSocket) client.getSocketFactory().createSocket(socket, "localhost", door.getLocalPort(), true);
            SSLParameters parameters = named.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {protocol});
            named.setSSLParameters(parameters);
            named.startHandshake();
            SSLSession session = named.getSession();
            named.close();
            opened.join();
            return session;
        }
    }

    private static void open(SSLServerSocket door) {
        try (SSLSocket visitor = (SSLSocket) door.accept()) {
            visitor.setSoTimeout(WAIT_MILLIS_MAX);
            visitor.startHandshake();
        } catch (IOException refused) {
            // The client says why.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void keyOfEitherKindOpensTheDoor(String algorithm) throws Exception {
        SSLSession session = greeted(certificate(algorithm, "localhost", LATER), "TLSv1.3");
        assertThat(session.getPeerCertificates()).containsExactly(made);
        assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void certificateThatIsOverIsRefusedByWhoComes() throws Exception {
        OperatorCertificate over = certificate("EC", "localhost", Instant.EPOCH.plusSeconds(60));
        assertThatThrownBy(() -> greeted(over, "TLSv1.3"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("expired");
    }

    @Test
    void certificateOfAnotherHostIsRefusedByWhoComes() throws Exception {
        OperatorCertificate other = certificate("EC", "elsewhere.example", LATER);
        assertThatThrownBy(() -> greeted(other, "TLSv1.3"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("localhost");
    }
}
