package dev.bramble.trust;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who this node is: its key, its certificate, and whom it trusts. Safe for many threads. Whom it trusts and who is
 * revoked may change while connections are made; contexts handed out earlier follow.
 */
public final class Identity {
    private static final Set<NodeRole> EVERYBODY = Set.copyOf(EnumSet.allOf(NodeRole.class));

    private final PrivateKey key;
    private final NodeCertificate certificate;
    private final String boardSerial;
    private final X509ExtendedKeyManager keyManager;
    private volatile Authorities authorities;
    private volatile Predicate<NodeCertificate> revoked = anyone -> false;

    /**
     * @param boardSerial serial of the board it was enrolled on, or the id that stands in
     * @throws IllegalArgumentException with a sentence, when key, certificate and authorities do not belong together
     */
    public Identity(PrivateKey key, NodeCertificate certificate, Authorities authorities, String boardSerial) {
        X509Certificate issuer = issuer(certificate, authorities);
        requireMatch(key, certificate);
        this.key = key;
        this.certificate = certificate;
        this.authorities = authorities;
        this.boardSerial = boardSerial;
        this.keyManager = new OwnKey(key, new X509Certificate[] {certificate.certificate(), issuer});
    }

    private static X509Certificate issuer(NodeCertificate certificate, Authorities authorities) {
        for (X509Certificate authority : authorities.all()) {
            try {
                Authorities.of(authority).check(new X509Certificate[] {certificate.certificate()});
                return authority;
            } catch (GeneralSecurityException notThisOne) {
                // The next one may be it.
            }
        }
        throw new IllegalArgumentException(
                "the certificate of node " + certificate.node() + " was not issued by an authority kept beside it");
    }

    private static void requireMatch(PrivateKey key, NodeCertificate certificate) {
        byte[] probe = "does this key belong to this certificate?".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        boolean match;
        try {
            Signature signing = Signature.getInstance("SHA256withECDSA");
            signing.initSign(key);
            signing.update(probe);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance("SHA256withECDSA");
            checking.initVerify(certificate.certificate());
            checking.update(probe);
            match = checking.verify(signature);
        } catch (GeneralSecurityException unusable) {
            match = false;
        }
        if (!match) {
            throw new IllegalArgumentException(
                    "the key does not belong to the certificate of node " + certificate.node());
        }
    }

    public NodeId node() {
        return certificate.node();
    }

    public NodeRole role() {
        return certificate.role();
    }

    public NodeCertificate certificate() {
        return certificate;
    }

    public PrivateKey key() {
        return key;
    }

    public String boardSerial() {
        return boardSerial;
    }

    public Authorities authorities() {
        return authorities;
    }

    /** From now on trusts these. */
    public void trust(Authorities trusted) {
        this.authorities = trusted;
    }

    /** From now on refuses those for which this is true; asked on network threads, at every handshake. */
    public void revoke(Predicate<NodeCertificate> forgotten) {
        this.revoked = forgotten;
    }

    public boolean isRevoked(NodeCertificate peer) {
        return revoked.test(peer);
    }

    /** For connections in which both sides prove to be agents or heads of this bramble, and not revoked. */
    public SSLContext sslContext() {
        return sslContext(EVERYBODY);
    }

    /** The same, for peers in these roles only. */
    public SSLContext sslContext(Set<NodeRole> peers) {
        return Tls.context(new X509ExtendedKeyManager[] {keyManager}, trustManager(peers));
    }

    /**
     * For connections on which a revoked node gets in as far as being told so: whoever uses it asks {@link #isRevoked}
     * before every answer.
     */
    public SSLContext doorContext() {
        return Tls.context(
                new X509ExtendedKeyManager[] {keyManager},
                new PeerTrust(() -> authorities, anyone -> false, EVERYBODY));
    }

    /** This node's key, for engines that build their own context. */
    public X509ExtendedKeyManager keyManager() {
        return keyManager;
    }

    /** The check of peers, for engines that build their own context. */
    public X509ExtendedTrustManager trustManager(Set<NodeRole> peers) {
        return new PeerTrust(() -> authorities, this::isRevoked, peers);
    }
}
