package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Authority;
import dev.bramble.trust.NodeCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class X509AuthorityTest {
    private static final NodeId NODE = new NodeId("pi-7f3k2q");

    private final X509Authority authority = X509Authority.found("lab", new LedgerId("test-ledger"));
    private final Authorities trusted = Authorities.of(authority.certificate());
    private final KeyPair key = Keys.generate();

    private NodeCertificate certified() {
        return authority.certify(CertificateRequests.create(key), NODE, NodeRole.AGENT);
    }

    private static X509Certificate[] chain(NodeCertificate certificate) {
        return new X509Certificate[] {certificate.certificate()};
    }

    @Test
    void aCertificateNamesTheNodeAndItsRoleAndNothingThatTheRequestAskedFor() throws Exception {
        byte[] greedy = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=leader,OU=head"), key.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
                .getEncoded();
        NodeCertificate certificate = authority.certify(greedy, NODE, NodeRole.AGENT);
        assertThat(certificate.node()).isEqualTo(NODE);
        assertThat(certificate.role()).isEqualTo(NodeRole.AGENT);
        assertThat(certificate.certificate().getPublicKey()).isEqualTo(key.getPublic());
        assertThat(certificate.keySha256()).isEqualTo(authority.keySha256(greedy));
        assertThat(certificate.certificate().getSubjectAlternativeNames().toString())
                .contains("pi-7f3k2q.bramble");
        assertThat(authority.certify(greedy, NODE, NodeRole.HEAD).role()).isEqualTo(NodeRole.HEAD);
    }

    @Test
    void aCertificateIsValidOnABoardWithoutAClockAndForEver() {
        X509Certificate certificate = certified().certificate();
        for (String instant : new String[] {"1970-01-01T00:00:00Z", "2026-11-01T00:00:00Z", "9999-12-31T00:00:00Z"}) {
            Date date = Date.from(Instant.parse(instant));
            assertThatCode(() -> certificate.checkValidity(date)).doesNotThrowAnyException();
            assertThatCode(() -> authority.certificate().checkValidity(date)).doesNotThrowAnyException();
        }
    }

    @Test
    void itsOwnCertificatesAreTrustedAndOthersAreNot() throws Exception {
        assertThat(trusted.check(chain(certified())).node()).isEqualTo(NODE);
        X509Authority other = X509Authority.found("lab", new LedgerId("test-ledger"));
        NodeCertificate foreign = other.certify(CertificateRequests.create(key), NODE, NodeRole.AGENT);
        assertThatThrownBy(() -> trusted.check(chain(foreign)))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not issued by this bramble's authority");
        assertThatThrownBy(() -> trusted.check(new X509Certificate[] {foreign.certificate(), other.certificate()}))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> trusted.check(new X509Certificate[0])).hasMessageContaining("no certificate");
    }

    @Test
    void anAuthorityIsNoNode() {
        assertThatThrownBy(() -> trusted.check(new X509Certificate[] {authority.certificate()}))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> Authorities.of(certified().certificate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an authority");
    }

    @Test
    void whileTheAuthorityIsReplacedBothAreTrusted() throws Exception {
        X509Authority next = X509Authority.found("lab", new LedgerId("test-ledger"));
        Authorities both = new Authorities(authority.certificate(), Optional.of(next.certificate()));
        NodeCertificate fromNext = next.certify(CertificateRequests.create(key), NODE, NodeRole.AGENT);
        assertThat(both.check(chain(certified())).node()).isEqualTo(NODE);
        assertThat(both.check(chain(fromNext)).node()).isEqualTo(NODE);
        assertThat(fromNext.keySha256()).isEqualTo(certified().keySha256());
        assertThat(Authorities.ofPem(both.pem())).isEqualTo(both);
        Authorities after = Authorities.of(next.certificate());
        assertThatThrownBy(() -> after.check(chain(certified()))).isInstanceOf(CertificateException.class);
    }

    private void assertRefused(byte[] request, String sentence) {
        assertThatThrownBy(() -> authority.certify(request, NODE, NodeRole.AGENT))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.INVALID))
                .hasMessageContaining(sentence);
        assertThatThrownBy(() -> authority.keySha256(request)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aRequestThatAnotherKeySignedIsRefused() throws Exception {
        KeyPair other = Keys.generate();
        byte[] stolen = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=node"), key.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(other.getPrivate()))
                .getEncoded();
        assertRefused(stolen, "not signed with the key in it");
    }

    @Test
    void aRequestWithAnotherKindOfKeyIsRefused() throws Exception {
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        assertRefused(CertificateRequests.create(p384.generateKeyPair()), "another kind than P-256");
    }

    @Test
    void noDamagedRequestProvesAnotherKey() {
        byte[] good = CertificateRequests.create(key);
        assertRefused(new byte[0], "cannot be read");
        assertRefused(new byte[Authority.REQUEST_BYTES_MAX + 1], "larger than");
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            try {
                // The number of the tag of the empty list of attributes means nothing to the parser.
                assertThat(authority.keySha256(damaged)).isEqualTo(authority.keySha256(good));
            } catch (RefusedException expected) {
                assertThat(expected.getMessage()).startsWith("the certificate request ");
                refused++;
            }
        }
        assertThat(refused).isGreaterThanOrEqualTo(good.length - 1);
    }

    @Test
    void whatIsExportedIsTheSameAuthority() throws Exception {
        X509Authority moved = X509Authority.of(authority.export());
        NodeCertificate certificate = moved.certify(CertificateRequests.create(key), NODE, NodeRole.AGENT);
        assertThat(trusted.check(chain(certificate)).node()).isEqualTo(NODE);
        assertThatThrownBy(() -> X509Authority.of("nothing".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds no private key");
    }

    @Test
    void itsFileIsItsOwnersAlone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("authority.pem");
        authority.save(file);
        authority.save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
        assertThat(X509Authority.load(file).certificate()).isEqualTo(authority.certificate());
    }

    @Test
    void aDamagedFileIsToldInWords(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("authority.pem");
        assertThatThrownBy(() -> X509Authority.load(file)).hasMessageContaining("is missing");
        authority.save(file);
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, 100));
        assertThatThrownBy(() -> X509Authority.load(file)).hasMessageContaining("holds no private key");
        Files.writeString(file, whole.substring(0, whole.indexOf("-----BEGIN CERT")));
        assertThatThrownBy(() -> X509Authority.load(file)).hasMessageContaining("holds no certificate");
        String otherKey = Keys.pem(Keys.generate().getPrivate());
        Files.writeString(file, otherKey + whole.substring(whole.indexOf("-----BEGIN CERT")));
        assertThatThrownBy(() -> X509Authority.load(file))
                .hasMessageContaining("do not belong together")
                .hasMessageContaining(file.toString());
    }
}
