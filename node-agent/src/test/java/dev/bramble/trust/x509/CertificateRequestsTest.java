package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.LedgerId;
import dev.bramble.trust.NodeCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRequestsTest {
    private final X509Authority authority = X509Authority.found("lab", new LedgerId("1f2e"));

    @Test
    void aRequestIsWhatEveryReaderOfPkcs10Expects() throws Exception {
        // Lengths of signatures, and with them of lengths, differ from one to the next.
        for (int i = 0; i < 50; i++) {
            KeyPair key = Keys.generate();
            byte[] request = CertificateRequests.create(key);
            assertThat(authority.keySha256(request)).isEqualTo(NodeCertificate.keySha256(key.getPublic()));
            PKCS10CertificationRequest parsed = new PKCS10CertificationRequest(request);
            assertThat(parsed.getEncoded()).as("one encoding only").isEqualTo(request);
            assertThat(parsed.getSubject()).hasToString("CN=node");
        }
    }

    /** Boards have no memory for it: a node that enrols, loads its identity and opens a door never needs it. */
    @Test
    void anEnrolledNodeLoadsNothingOfBouncyCastle(@TempDir Path parent) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path log = parent.resolve("classes");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log,
                        "-cp",
                        classPath,
                        Ask.class.getName(),
                        parent.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(log))
                .contains(IdentityFolder.class.getName())
                .doesNotContain("org.bouncycastle.");
    }

    /** What a node does until it is certified. */
    static final class Ask {
        private Ask() {}

        public static void main(String[] arguments) throws Exception {
            IdentityFolder folder = new IdentityFolder(Path.of(arguments[0], "identity"));
            folder.certificateRequest();
            folder.load("board");
        }
    }
}
