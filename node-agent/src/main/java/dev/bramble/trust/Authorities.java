package dev.bramble.trust;

import dev.bramble.model.LedgerId;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The authorities that a node trusts: the one that certifies now and, while it is being replaced, the next.
 *
 * @param current certifies new nodes
 * @param next trusted already, so that nothing breaks on the day it takes over
 */
public record Authorities(X509Certificate current, Optional<X509Certificate> next) {
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    public Authorities {
        requireAuthority(current);
        next.ifPresent(Authorities::requireAuthority);
    }

    public static Authorities of(X509Certificate current) {
        return new Authorities(current, Optional.empty());
    }

    private static void requireAuthority(X509Certificate certificate) {
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException(
                    "the certificate of '" + certificate.getSubjectX500Principal() + "' is not an authority's");
        }
    }

    /** From DER encodings, the current one first; one or two. */
    public static Authorities of(List<byte[]> ders) throws CertificateException {
        if (ders.isEmpty() || ders.size() > 2) {
            throw new CertificateException("expected one or two authorities, found " + ders.size());
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : ders) {
            certificates.add(NodeCertificate.x509(der));
        }
        try {
            return new Authorities(
                    certificates.getFirst(),
                    certificates.size() == 2 ? Optional.of(certificates.getLast()) : Optional.empty());
        } catch (IllegalArgumentException notAnAuthority) {
            throw new CertificateException(notAnAuthority.getMessage(), notAnAuthority);
        }
    }

    /** From PEM text, the current one first. */
    public static Authorities ofPem(String pem) throws CertificateException {
        return of(Pem.decode(Pem.CERTIFICATE, pem));
    }

    /** The ledger whose nodes these authorities certify: it stands in their subject as the organisation. */
    public LedgerId ledger() {
        String subject = current.getSubjectX500Principal().getName();
        try {
            return new LdapName(subject)
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("O"))
                            .map(part -> new LedgerId(part.getValue().toString()))
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("an authority without a ledger: " + subject));
        } catch (InvalidNameException broken) {
            throw new IllegalStateException("an authority with an unreadable subject: " + subject, broken);
        }
    }

    public String pem() {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : all()) {
            text.append(Pem.encode(Pem.CERTIFICATE, NodeCertificate.encoded(certificate)));
        }
        return text.toString();
    }

    /** One or two, the current one first. */
    public List<X509Certificate> all() {
        return next.map(n -> List.of(current, n)).orElseGet(() -> List.of(current));
    }

    /** Fingerprint of an authority: the SHA-256 of its DER encoding, which join tokens carry. */
    public static byte[] sha256(X509Certificate authority) {
        return Fingerprints.sha256(NodeCertificate.encoded(authority));
    }

    /**
     * The node that a chain as TLS presents it proves: its first certificate, issued by one of these authorities.
     * Revocation is not looked at here.
     *
     * @throws CertificateException with a sentence that says what is wrong
     */
    public NodeCertificate check(X509Certificate[] chain) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("the peer showed no certificate");
        }
        X509Certificate leaf = chain[0];
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        for (X509Certificate authority : all()) {
            anchors.add(new TrustAnchor(authority, null));
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (CertPathValidatorException foreign) {
            throw new CertificateException(
                    "the certificate of '" + leaf.getSubjectX500Principal()
                            + "' was not issued by this bramble's authority: " + foreign.getMessage(),
                    foreign);
        } catch (GeneralSecurityException broken) {
            throw new CertificateException("the peer's certificate cannot be checked: " + broken.getMessage(), broken);
        }
        requireNodeUse(leaf);
        return NodeCertificate.of(leaf);
    }

    private static void requireNodeUse(X509Certificate leaf) throws CertificateException {
        List<String> uses = leaf.getExtendedKeyUsage();
        boolean mutual = uses != null && uses.contains(SERVER_AUTHENTICATION) && uses.contains(CLIENT_AUTHENTICATION);
        if (leaf.getBasicConstraints() >= 0 || !mutual) {
            throw new CertificateException(
                    "the certificate of '" + leaf.getSubjectX500Principal() + "' is not meant for a node");
        }
    }
}
