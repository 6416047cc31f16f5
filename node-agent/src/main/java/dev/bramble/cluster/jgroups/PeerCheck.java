package dev.bramble.cluster.jgroups;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** Whom this node believes. Called on network threads. */
public interface PeerCheck {
    /**
     * The node that this chain proves: issued by a trusted authority, naming a node and its role. A revoked one may be
     * proven: it is told so, and listed nowhere.
     *
     * @throws CertificateException with a sentence that says what is wrong
     */
    Peer prove(X509Certificate[] chain) throws CertificateException;

    /** Whether a node that was proven is revoked, or has been since. Asked about once a second for every member. */
    boolean isRevoked(Peer peer);

    /** A proven node. */
    record Peer(NodeId node, NodeRole role, X509Certificate certificate) {}
}
