package dev.bramble.ledger.ratis;

import dev.bramble.model.NodeId;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.security.TlsConf.CertificatesConf;
import org.apache.ratis.security.TlsConf.PrivateKeyConf;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/**
 * Who the voters accept on the other end of a connection: a certificate that one of the bramble's authorities signed
 * and that names a node which may vote; behind the address of a known voter, that very node. Names of hosts are not
 * looked at: a certificate names a node, and boards change their addresses.
 */
final class PeerTls extends X509ExtendedTrustManager {
    private final X509TrustManager authorities;
    private final Function<X509Certificate, Optional<NodeId>> voterOf;
    private final Addresses addresses;

    private PeerTls(RatisLedger.Tls tls, Addresses addresses) throws GeneralSecurityException {
        this.authorities = trustManager(tls.authorities());
        this.voterOf = tls.voterOf();
        this.addresses = addresses;
    }

    /** The engine's TLS, both sides: TLS 1.3 only, ChaCha20 first since a Pi 4 has no AES instructions. */
    static GrpcTlsConfig config(RatisLedger.Tls tls, Addresses addresses) {
        try {
            return GrpcTlsConfig.newBuilder()
                    .setName("ledger")
                    .setPrivateKey(new PrivateKeyConf(tls.key()))
                    .setKeyCertificates(new CertificatesConf(tls.chain()))
                    .setTrustManager(new PeerTls(tls, addresses))
                    .setMutualTls(true)
                    // The other provider ignores the order of ciphers.
                    .setSslProvider(SslProvider.JDK)
                    .setProtocols("TLSv1.3")
                    .setCipherSuites("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384")
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the ledger's certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager trustManager(List<X509Certificate> trusted) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("an empty key store is not read from anywhere", impossible);
        }
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this Java has no X.509 trust manager");
    }

    private NodeId voter(X509Certificate[] chain) throws CertificateException {
        return voterOf.apply(chain[0])
                .orElseThrow(() -> new CertificateException("the certificate of " + chain[0].getSubjectX500Principal()
                        + " is not one of a node that may vote"));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkClientTrusted(chain, authType);
        voter(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        voter(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        NodeId found = voter(chain);
        Optional<NodeId> expected = addresses.nodeAt(engine.getPeerHost(), engine.getPeerPort());
        if (expected.isPresent() && !expected.get().equals(found)) {
            throw new CertificateException("at " + engine.getPeerHost() + ":" + engine.getPeerPort() + " answers "
                    + found + " instead of " + expected.get());
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
