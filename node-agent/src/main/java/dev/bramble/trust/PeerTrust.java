package dev.bramble.trust;

import dev.bramble.model.NodeRole;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets a peer in by its chain and its role, asks who is revoked at every handshake, and takes no interest in host
 * names. Being the extended kind, it is given host names by TLS and thereby switches TLS's own check of them off.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private final Supplier<Authorities> authorities;
    private final Predicate<NodeCertificate> revoked;
    private final Set<NodeRole> roles;

    PeerTrust(Supplier<Authorities> authorities, Predicate<NodeCertificate> revoked, Set<NodeRole> roles) {
        this.authorities = authorities;
        this.revoked = revoked;
        this.roles = Set.copyOf(roles);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        NodeCertificate peer = authorities.get().check(chain);
        if (!roles.contains(peer.role())) {
            throw new CertificateException(
                    "node " + peer.node() + " is a " + peer.role() + ", which may not connect here");
        }
        if (revoked.test(peer)) {
            throw new CertificateException("node " + peer.node() + " was forgotten by this bramble");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.get().all().toArray(X509Certificate[]::new);
    }
}
