package dev.bramble.cluster.jgroups;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.x509.CertificateRequests;
import dev.bramble.trust.x509.X509Authority;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The authority of a bramble, and what its nodes hold: the project's own trust, as the agent hands it over. */
final class TestAuthority {
    private final X509Authority authority = X509Authority.found("test", new LedgerId(TestNode.CLUSTER));

    /** A node's key and certificate. */
    record NodeKey(PrivateKey key, X509Certificate certificate) {}

    X509Certificate certificate() {
        return authority.certificate();
    }

    NodeKey issue(String node, NodeRole role) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            NodeCertificate certificate = authority.certify(CertificateRequests.create(pair), new NodeId(node), role);
            return new NodeKey(pair.getPrivate(), certificate.certificate());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Whom one node believes: those of one authority, except for the revoked. */
    static final class Trust implements PeerCheck {
        final Set<NodeId> revoked = ConcurrentHashMap.newKeySet();
        private final Authorities authorities;

        Trust(X509Certificate authority) {
            this.authorities = Authorities.of(authority);
        }

        ClusterSettings.Credentials credentials(NodeKey node) {
            try {
                Identity identity =
                        new Identity(node.key(), NodeCertificate.of(node.certificate()), authorities, "board-1");
                identity.revoke(peer -> revoked.contains(peer.node()));
                return new ClusterSettings.Credentials(node.key(), node.certificate(), identity.sslContext(), this);
            } catch (CertificateException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public Peer prove(X509Certificate[] chain) throws CertificateException {
            NodeCertificate proven = authorities.check(chain);
            if (revoked.contains(proven.node())) {
                throw new CertificateException("node " + proven.node() + " is revoked");
            }
            return new Peer(proven.node(), proven.role(), proven.certificate());
        }

        @Override
        public boolean isRevoked(Peer peer) {
            return revoked.contains(peer.node());
        }
    }
}
