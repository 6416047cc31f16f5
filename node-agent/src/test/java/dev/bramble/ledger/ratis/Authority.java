package dev.bramble.ledger.ratis;

import dev.bramble.model.NodeId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A throw-away certificate authority: nodes are named by the common name, as {@code node ID}. */
public final class Authority {
    private static final Pattern COMMON_NAME = Pattern.compile("CN=node ([^,]+)");

    private final KeyPair key;
    private final X509Certificate certificate;
    private long serial = 1;

    public Authority() {
        try {
            key = newKey();
            certificate = sign(new X500Principal("CN=authority"), key, new X500Principal("CN=authority"), true);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a node presents and trusts. */
    public RatisLedger.Tls node(String node) {
        return named("CN=node " + node);
    }

    /** The same for any name. */
    RatisLedger.Tls named(String subject) {
        try {
            KeyPair own = newKey();
            X509Certificate ownCertificate =
                    sign(new X500Principal(subject), own, certificate.getSubjectX500Principal(), false);
            return tls(own.getPrivate(), ownCertificate, certificate);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RatisLedger.Tls tls(PrivateKey key, X509Certificate own, X509Certificate authority) {
        return new RatisLedger.Tls(key, List.of(own), List.of(authority), Authority::voterOf);
    }

    static Optional<NodeId> voterOf(X509Certificate certificate) {
        Matcher name = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
        return name.find() ? Optional.of(new NodeId(name.group(1))) : Optional.empty();
    }

    /** For another process. */
    void writeNode(String node, Path folder) throws IOException, GeneralSecurityException {
        RatisLedger.Tls tls = node(node);
        Files.createDirectories(folder);
        Files.write(folder.resolve("key"), tls.key().getEncoded());
        Files.write(folder.resolve("certificate"), tls.chain().getFirst().getEncoded());
        Files.write(folder.resolve("authority"), certificate.getEncoded());
    }

    static RatisLedger.Tls readNode(Path folder) throws IOException, GeneralSecurityException {
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(folder.resolve("key"))));
        return tls(key, readCertificate(folder.resolve("certificate")), readCertificate(folder.resolve("authority")));
    }

    private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private X509Certificate sign(X500Principal subject, KeyPair own, X500Principal issuer, boolean authority)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(serial++),
                Date.from(Instant.EPOCH),
                Date.from(Instant.now().plus(1, ChronoUnit.DAYS)),
                subject,
                own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }
}
