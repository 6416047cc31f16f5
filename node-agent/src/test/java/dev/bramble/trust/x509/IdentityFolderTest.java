package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFolderTest {
    @TempDir
    private Path parent;

    private final FoundedBramble bramble = new FoundedBramble();
    private Path path;
    private IdentityFolder folder;

    @BeforeEach
    void open() {
        path = parent.resolve("identity");
        folder = new IdentityFolder(path);
    }

    private Enrolment.Admission admission() throws IOException {
        return new Enrolment.Admission(
                bramble.authority().certify(folder.certificateRequest(), new NodeId("pi-1"), NodeRole.AGENT),
                bramble.authorities());
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aNodeThatWasNeverEnrolledHasNoIdentityButKeepsItsKey() throws Exception {
        assertThat(folder.load("board-1")).isEmpty();
        assertThat(folder.isEnrolled()).isFalse();
        assertThat(path).doesNotExist();
        var key = folder.key();
        assertThat(new IdentityFolder(path).key().getPublic()).isEqualTo(key.getPublic());
        assertThat(folder.load("board-1")).isEmpty();
    }

    @Test
    void anEnrolledNodeIsTheSameAfterARestart() throws Exception {
        Identity enrolled = folder.enrol(admission(), "board-1");
        Identity loaded = new IdentityFolder(path).load("board-1").orElseThrow();
        assertThat(loaded.node()).isEqualTo(enrolled.node()).isEqualTo(new NodeId("pi-1"));
        assertThat(loaded.role()).isEqualTo(NodeRole.AGENT);
        assertThat(loaded.certificate()).isEqualTo(enrolled.certificate());
        assertThat(loaded.authorities()).isEqualTo(bramble.authorities());
        assertThat(loaded.boardSerial()).isEqualTo("board-1");
    }

    @Test
    void nobodyElseCanReadIt() throws Exception {
        folder.enrol(admission(), "board-1");
        assertThat(permissions(path)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                assertThat(permissions(file)).as(file.toString()).isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aMovedCardShowsItsNewBoardAndRemembersTheOldOne() throws Exception {
        folder.enrol(admission(), "board-1");
        assertThat(folder.load("board-2").orElseThrow().boardSerial()).isEqualTo("board-2");
        assertThat(folder.boardBefore()).isEqualTo("board-1");
        folder.moved("board-2");
        assertThat(folder.boardBefore()).isEqualTo("board-2");
        assertThatThrownBy(() -> new IdentityFolder(parent.resolve("none")).moved("board-2"))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void aCrashBeforeTheCertificateIsWrittenLeavesAnUnenrolledNodeWithItsKey() throws Exception {
        Enrolment.Admission admission = admission();
        folder.enrol(admission, "board-1");
        Files.delete(path.resolve("certificate.pem"));
        assertThat(folder.load("board-1")).isEmpty();
        assertThat(NodeCertificate.keySha256(folder.key().getPublic()))
                .isEqualTo(admission.certificate().keySha256());
        assertThat(folder.enrol(admission, "board-1").node()).isEqualTo(new NodeId("pi-1"));
    }

    @Test
    void trustInTheNextAuthorityIsKept() throws Exception {
        folder.enrol(admission(), "board-1");
        Authorities both = new Authorities(
                bramble.authority().certificate(),
                Optional.of(
                        X509Authority.found("next", new LedgerId("test-ledger")).certificate()));
        folder.trust(both);
        assertThat(folder.load("board-1").orElseThrow().authorities()).isEqualTo(both);
    }

    @Test
    void whatIsNotThisNodesIsNotWritten() throws Exception {
        Enrolment.Admission foreign =
                new Enrolment.Admission(bramble.agent("pi-2").certificate(), bramble.authorities());
        folder.key();
        assertThatThrownBy(() -> folder.enrol(foreign, "board-1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the key does not belong to the certificate");
        assertThat(folder.isEnrolled()).isFalse();
    }

    private void assertDamaged(String sentence) {
        assertThatThrownBy(() -> folder.load("board-1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the identity in " + path + " is damaged")
                .hasMessageContaining(sentence)
                .hasMessageContaining("enrol this node anew");
    }

    @Test
    void everyDamageIsToldInOneSentence() throws Exception {
        folder.enrol(admission(), "board-1");
        String key = Files.readString(path.resolve("key.pem"));
        String certificate = Files.readString(path.resolve("certificate.pem"));
        String authorities = Files.readString(path.resolve("authorities.pem"));

        Files.writeString(path.resolve("key.pem"), "");
        assertDamaged("its key.pem holds no private key");
        Files.writeString(path.resolve("key.pem"), key.replace("M", "N"));
        assertDamaged("its key.pem holds a private key that cannot be read");
        Files.delete(path.resolve("key.pem"));
        assertDamaged("its key.pem is missing");
        Files.writeString(path.resolve("key.pem"), key);

        Files.writeString(path.resolve("certificate.pem"), "\0".repeat(certificate.length()));
        assertDamaged("its certificate.pem holds no certificate");
        Files.writeString(path.resolve("certificate.pem"), Files.readString(path.resolve("authorities.pem")));
        assertDamaged("does not name a node");
        Files.writeString(
                path.resolve("certificate.pem"), pem(bramble.agent("pi-2").certificate()));
        assertDamaged("the key does not belong to the certificate of node pi-2");
        Files.writeString(path.resolve("certificate.pem"), certificate);

        Files.writeString(path.resolve("authorities.pem"), authorities.repeat(3));
        assertDamaged("expected one or two authorities, found 3");
        Files.writeString(
                path.resolve("authorities.pem"),
                new FoundedBramble().authorities().pem());
        assertDamaged("was not issued by an authority kept beside it");
        Files.writeString(path.resolve("authorities.pem"), authorities);

        Files.delete(path.resolve("board"));
        assertDamaged("its board is missing");
        Files.writeString(path.resolve("board"), "x".repeat(100_000));
        assertDamaged("its board is larger than any such file can be");
    }

    private static String pem(NodeCertificate certificate) {
        return dev.bramble.trust.Pem.encode(dev.bramble.trust.Pem.CERTIFICATE, certificate.der());
    }
}
