package dev.bramble.trust.x509;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import java.security.KeyPair;

/** An authority and as many nodes as a test wants. */
public final class FoundedBramble {
    private final X509Authority authority = X509Authority.found("test", new LedgerId("test-ledger"));

    public X509Authority authority() {
        return authority;
    }

    public Authorities authorities() {
        return Authorities.of(authority.certificate());
    }

    public Identity agent(String node) {
        return identity(node, NodeRole.AGENT);
    }

    public Identity identity(String node, NodeRole role) {
        KeyPair key = Keys.generate();
        NodeCertificate certificate = authority.certify(CertificateRequests.create(key), new NodeId(node), role);
        return new Identity(key.getPrivate(), certificate, authorities(), "board-of-" + node);
    }

    /** A new P-256 key. */
    public static KeyPair key() {
        return Keys.generate();
    }
}
