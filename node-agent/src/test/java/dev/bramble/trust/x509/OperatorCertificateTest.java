package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorCertificateTest {
    @TempDir
    private Path folder;

    private final X509Authority authority = X509Authority.found("home", new LedgerId("l"));
    private final List<String> warnings = new ArrayList<>();
    private long nowNanos;
    private Date calendar = new Date(0);
    private int changes;

    private X509Certificate write() throws IOException {
        KeyPair pair = Keys.generate();
        NodeCertificate made =
                authority.certify(CertificateRequests.create(pair), new NodeId("head-" + ++changes), NodeRole.HEAD);
        Files.writeString(
                certificate(),
                Pem.encode(Pem.CERTIFICATE, made.der())
                        + Authorities.of(authority.certificate()).pem());
        Files.writeString(key(), Keys.pem(pair.getPrivate()));
        touched();
        return made.certificate();
    }

    private void touched() throws IOException {
        FileTime at = FileTime.fromMillis(1_000_000L * ++changes);
        Files.setLastModifiedTime(certificate(), at);
        Files.setLastModifiedTime(key(), at);
    }

    private Path certificate() {
        return folder.resolve("chain.pem");
    }

    private Path key() {
        return folder.resolve("key.pem");
    }

    private OperatorCertificate open() {
        return new OperatorCertificate(certificate(), key(), () -> nowNanos, () -> calendar, warnings::add);
    }

    private static X509Certificate shown(OperatorCertificate certificate) {
        return certificate.getCertificateChain(certificate.chooseEngineServerAlias("EC", null, null))[0];
    }

    @Test
    void theOperatorsChainIsShownWithItsKey() throws Exception {
        X509Certificate made = write();
        OperatorCertificate certificate = open();
        String alias = certificate.chooseEngineServerAlias("EC", null, null);
        assertThat(certificate.getCertificateChain(alias)).hasSize(2).startsWith(made);
        assertThat(certificate.getPrivateKey(alias)).isNotNull();
        assertThat(certificate.chooseEngineServerAlias("RSA", null, null)).isNull();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestartAndAHandshakeThatBeganEndsWithTheOldOne() throws Exception {
        X509Certificate first = write();
        OperatorCertificate certificate = open();
        String begun = certificate.chooseEngineServerAlias("EC", null, null);
        X509Certificate second = write();
        assertThat(shown(certificate)).as("not looked at again at once").isEqualTo(first);
        nowNanos += OperatorCertificate.LOOK_EVERY.toNanos();
        assertThat(shown(certificate)).isEqualTo(second);
        assertThat(certificate.getCertificateChain(begun)[0]).isEqualTo(first);
    }

    @Test
    void whatIsWrongMeanwhileLeavesTheOneThatWasThereAndIsSaidOnce() throws Exception {
        X509Certificate first = write();
        OperatorCertificate certificate = open();
        Files.writeString(certificate(), "-----BEGIN CERT");
        touched();
        for (int i = 0; i < 10; i++) {
            nowNanos += OperatorCertificate.LOOK_EVERY.toNanos();
            assertThat(shown(certificate)).isEqualTo(first);
        }
        assertThat(warnings).singleElement().asString().contains("goes on").contains("holds no certificate");
    }

    @Test
    void aHeadSaysSoBeforeItsCertificateEnds() throws Exception {
        X509Certificate made = write();
        calendar = new Date(made.getNotAfter().getTime() - OperatorCertificate.WARN_BEFORE_END.toMillis() - 1000);
        open();
        assertThat(warnings).isEmpty();
        calendar = new Date(calendar.getTime() + 2000);
        open();
        assertThat(warnings).singleElement().asString().contains("renew it");
    }

    @Test
    void aHeadWhoseCertificateIsOverSaysSoAndGoesOn() throws Exception {
        X509Certificate made = write();
        calendar = new Date(made.getNotAfter().getTime() + 1000);
        assertThat(shown(open())).isEqualTo(made);
        assertThat(warnings).singleElement().asString().contains(" ended at ", "browsers refuse it: renew it");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedWithBothNames() throws Exception {
        write();
        Files.writeString(key(), Keys.pem(Keys.generate().getPrivate()));
        assertThatThrownBy(this::open)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("key.pem is not the key of the certificate in")
                .hasMessageContaining("chain.pem");
        Files.delete(certificate());
        assertThatThrownBy(this::open).isInstanceOf(RefusedException.class).hasMessageContaining("chain.pem");
    }
}
