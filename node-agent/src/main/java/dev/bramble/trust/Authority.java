package dev.bramble.trust;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.security.cert.X509Certificate;

/**
 * The bramble's certificate authority, with its key: lives on voters only. Each method computes for up to some
 * milliseconds (7 on x86 before the compiler has warmed up; on a Pi not measured yet). Safe for many threads.
 */
public interface Authority {
    /** Largest certificate request that is looked at: one for a P-256 key takes about 250 bytes. */
    int REQUEST_BYTES_MAX = 2048;

    X509Certificate certificate();

    /**
     * Checks that whoever made this PKCS#10 request has the key in it (P-256), and gives the fingerprint of that key.
     *
     * @throws dev.bramble.model.RefusedException INVALID, when it does not parse, has another kind of key, or its
     *     signature is wrong
     */
    String keySha256(byte[] certificateRequest);

    /**
     * Certifies the key in the request, checked as by {@link #keySha256}, as this node in this role. What the request
     * itself asks for (a subject, extensions) is ignored.
     *
     * @throws dev.bramble.model.RefusedException as {@link #keySha256}
     */
    NodeCertificate certify(byte[] certificateRequest, NodeId node, NodeRole role);

    /** Key and certificate, for a new voter over mutual TLS. Secret. */
    byte[] export();
}
