package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A card forgets single bits, and after a power cut of a careless file system the end of a file. Whatever is left of an
 * identity is the same identity, or one sentence that says which file is damaged and what to do.
 */
class EveryByteOfAnIdentityTest {
    @TempDir
    private Path parent;

    private final FoundedBramble bramble = new FoundedBramble();
    private Path path;
    private Identity enrolled;

    @BeforeEach
    void enrol() throws IOException {
        path = parent.resolve("identity");
        IdentityFolder folder = new IdentityFolder(path);
        enrolled = folder.enrol(
                new Enrolment.Admission(
                        bramble.authority().certify(folder.certificateRequest(), new NodeId("pi-1"), NodeRole.AGENT),
                        bramble.authorities()),
                "board-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"key.pem", "certificate.pem", "authorities.pem"})
    void fileWithAFlippedBitOrCutShortIsTheSameIdentityOrOneSentence(String name) throws Exception {
        Path file = path.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            // Another bit each time: all eight of all bytes would take a minute.
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            assertSameOrSaid("byte " + at + " of " + name + " flipped");
            Files.write(file, Arrays.copyOf(whole, at));
            assertSameOrSaid(name + " cut at " + at);
        }
    }

    private void assertSameOrSaid(String what) throws CertificateException {
        try {
            Identity loaded = new IdentityFolder(path).load("board-1").orElseThrow();
            // What is signed; of what frames it a bit or two carry no meaning.
            assertThat(loaded.certificate().certificate().getTBSCertificate())
                    .as(what)
                    .isEqualTo(enrolled.certificate().certificate().getTBSCertificate());
            assertThat(loaded.authorities().current().getTBSCertificate())
                    .as(what)
                    .isEqualTo(enrolled.authorities().current().getTBSCertificate());
            assertThat(new IdentityFolder(path).key().getPublic())
                    .as(what)
                    .isEqualTo(enrolled.certificate().certificate().getPublicKey());
        } catch (IOException damaged) {
            assertThat(damaged)
                    .as(what)
                    .hasMessageStartingWith("the identity in " + path + " is damaged: ")
                    .hasMessageEndingWith("restore the folder from a copy, or delete it and enrol this node anew");
        }
    }

    /** What stands in it is remembered and told, and decides nothing: the ledger knows the board. */
    @Test
    void boardThatWasForgottenStopsNobody() throws Exception {
        for (String left : new String[] {"", "\0\0\0", "board-"}) {
            Files.writeString(path.resolve("board"), left);
            assertThat(new IdentityFolder(path).load("board-1").orElseThrow().boardSerial())
                    .isEqualTo("board-1");
        }
    }

    @Test
    void authorityWithAFlippedBitOrCutShortIsTheSameOrOneSentence() throws Exception {
        Path file = parent.resolve("authority.pem");
        bramble.authority().save(file);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            assertSameAuthorityOrSaid(file, "byte " + at + " flipped");
            Files.write(file, Arrays.copyOf(whole, at));
            assertSameAuthorityOrSaid(file, "cut at " + at);
        }
    }

    private void assertSameAuthorityOrSaid(Path file, String what) throws CertificateException {
        try {
            // What is signed; of what frames it a bit or two carry no meaning.
            assertThat(X509Authority.load(file).certificate().getTBSCertificate())
                    .as(what)
                    .isEqualTo(bramble.authority().certificate().getTBSCertificate());
        } catch (IOException damaged) {
            assertThat(damaged)
                    .as(what)
                    .hasMessageStartingWith("the authority's key " + file + " ")
                    .hasMessageEndingWith("every voter has a copy of it, take another's");
        }
    }
}
