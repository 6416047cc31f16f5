package dev.bramble.trust;

import dev.bramble.model.NodeRole;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Lets a peer in by its chain and its role, and asks who is revoked at every handshake. */
final class PeerTrust extends ChainTrust {
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
    protected void checkServer(X509Certificate[] chain) throws CertificateException {
        check(chain);
    }

    @Override
    protected void checkClient(X509Certificate[] chain) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.get().all().toArray(X509Certificate[]::new);
    }
}
