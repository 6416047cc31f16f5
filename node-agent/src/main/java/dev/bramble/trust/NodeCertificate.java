package dev.bramble.trust;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate that names a node and its role. That it parses says nothing of who issued it.
 *
 * @param certificate the whole of it
 * @param node from its subject's CN
 * @param role from its subject's OU
 */
public record NodeCertificate(X509Certificate certificate, NodeId node, NodeRole role) {
    // RFC 2253 writes the parts in reverse. Anything but exactly these two is not ours.
    private static final Pattern SUBJECT = Pattern.compile("OU=(agent|head),CN=([a-z0-9][a-z0-9-]{0,31})");

    /** Reads the subject; fails when it is not exactly that of a node. */
    public static NodeCertificate of(X509Certificate certificate) throws CertificateException {
        String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        Matcher matcher = SUBJECT.matcher(subject);
        if (!matcher.matches()) {
            throw new CertificateException("the certificate of '" + subject + "' does not name a node of a bramble");
        }
        NodeRole role = matcher.group(1).equals("head") ? NodeRole.HEAD : NodeRole.AGENT;
        return new NodeCertificate(certificate, new NodeId(matcher.group(2)), role);
    }

    /** Reads a DER encoding. */
    public static NodeCertificate of(byte[] der) throws CertificateException {
        return of(x509(der));
    }

    /** The subject that names this node and role, as {@link #of(X509Certificate)} expects it. */
    public static String subject(NodeId node, NodeRole role) {
        return "CN=" + node + ",OU=" + organisationalUnit(role);
    }

    private static String organisationalUnit(NodeRole role) {
        return switch (role) {
            case AGENT -> "agent";
            case HEAD -> "head";
        };
    }

    static X509Certificate x509(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate that was read can be written", impossible);
        }
    }

    public byte[] der() {
        return encoded(certificate);
    }

    /** Fingerprint of the certificate itself, 64 hexadecimal digits: what a client that pins it compares. */
    public String sha256() {
        return Fingerprints.hex(der());
    }

    /** Fingerprint of the public key: what stays the same when the certificate is issued anew. */
    public String keySha256() {
        return keySha256(certificate.getPublicKey());
    }

    /** Fingerprint of a public key. */
    public static String keySha256(PublicKey key) {
        return Fingerprints.hex(key.getEncoded());
    }
}
