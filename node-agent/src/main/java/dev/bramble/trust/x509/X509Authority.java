package dev.bramble.trust.x509;

import dev.bramble.model.CutText;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authority;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of one bramble: P-256, self-signed, its key in one file (0600) on each voter. */
public final class X509Authority implements Authority {
    /** Longest bramble name that fits the common name of a certificate (RFC 5280, ub-common-name, with our suffix). */
    public static final int BRAMBLE_NAME_CHARACTERS_MAX = 40;

    /** A board without a clock chip begins at this instant. */
    private static final Date VALID_FROM = Date.from(Instant.EPOCH);
    /** What RFC 5280 section 4.1.2.5 says for "no well-defined end". */
    private static final Date VALID_UNTIL = Date.from(Instant.parse("9999-12-31T23:59:59Z"));

    private static final int SERIAL_BITS = 126;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private X509Authority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /**
     * A new authority with a new key: at founding, or as the next one of a bramble.
     *
     * @param ledger whose nodes it certifies; stands in its subject, so that each node knows its ledger's id
     */
    public static X509Authority found(String brambleName, LedgerId ledger) {
        String name = CutText.beginning(brambleName, BRAMBLE_NAME_CHARACTERS_MAX);
        KeyPair pair = Keys.generate();
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, name + " authority")
                .addRDN(BCStyle.O, ledger.value())
                .build();
        try {
            X509ExtensionUtils ids = new JcaX509ExtensionUtils();
            SubjectPublicKeyInfo publicKey =
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
            X509v3CertificateBuilder builder = builder(subject, subject, publicKey)
                    // Node certificates only: it may certify no further authority.
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(publicKey));
            return new X509Authority(pair.getPrivate(), sign(builder, pair.getPrivate()));
        } catch (GeneralSecurityException | CertIOException broken) {
            throw new IllegalStateException("this Java cannot make certificates: " + broken.getMessage(), broken);
        }
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, SubjectPublicKeyInfo key) {
        BigInteger serial = new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS);
        return new X509v3CertificateBuilder(issuer, serial, VALID_FROM, VALID_UNTIL, subject, key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(Keys.SIGNATURE).build(key)));
        } catch (OperatorCreationException broken) {
            throw new GeneralSecurityException(broken);
        }
    }

    /** Reads what {@link #export} gave. */
    public static X509Authority of(byte[] exported) throws IOException {
        try {
            return parse(new String(exported, StandardCharsets.UTF_8));
        } catch (IOException damaged) {
            throw new IOException("the authority that was sent " + damaged.getMessage(), damaged);
        }
    }

    /** Reads the file that {@link #save} wrote; says what is wrong with it, and where, when it cannot. */
    public static X509Authority load(Path file) throws IOException {
        try {
            return parse(KeyFiles.read(file));
        } catch (IOException damaged) {
            throw new IOException(
                    "the authority's key " + file + " " + damaged.getMessage()
                            + ": every voter has a copy of it, take another's",
                    damaged);
        }
    }

    private static X509Authority parse(String pem) throws IOException {
        PrivateKey key = Keys.privateKey(pem);
        List<byte[]> certificates = Pem.decode(Pem.CERTIFICATE, pem);
        if (certificates.size() != 1) {
            throw new IOException("holds no certificate");
        }
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificates.getFirst()));
            if (!Keys.isPair(new KeyPair(certificate.getPublicKey(), key))) {
                throw new IOException("holds a key and a certificate that do not belong together");
            }
            if (!Keys.isSelfSigned(certificate)) {
                throw new IOException("holds a certificate that is not whole");
            }
            return new X509Authority(key, certificate);
        } catch (GeneralSecurityException damaged) {
            throw new IOException("holds a certificate that cannot be read", damaged);
        }
    }

    /** Writes key and certificate, 0600, whole or not at all, flushed. The folder must be there. */
    public void save(Path file) throws IOException {
        KeyFiles.write(file, pem());
    }

    private String pem() {
        try {
            return Keys.pem(key) + Pem.encode(Pem.CERTIFICATE, certificate.getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was made can be written", impossible);
        }
    }

    @Override
    public byte[] export() {
        return pem().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public X509Certificate certificate() {
        return certificate;
    }

    @Override
    public String keySha256(byte[] certificateRequest) {
        return NodeCertificate.keySha256(RequestCheck.check(certificateRequest));
    }

    @Override
    public NodeCertificate certify(byte[] certificateRequest, NodeId node, NodeRole role) {
        PublicKey publicKey = RequestCheck.check(certificateRequest);
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
            X509v3CertificateBuilder builder = builder(issuer, new X500Name(NodeCertificate.subject(node, role)), key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.dNSName, node + ".bramble")))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            ids.createAuthorityKeyIdentifier(certificate.getPublicKey()))
                    .addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
            return NodeCertificate.of(sign(builder, this.key));
        } catch (GeneralSecurityException | CertIOException broken) {
            throw new IllegalStateException("cannot certify node " + node + ": " + broken.getMessage(), broken);
        }
    }
}
