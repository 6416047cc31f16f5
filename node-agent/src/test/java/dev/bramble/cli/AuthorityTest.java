package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.x509.IdentityFolder;
import dev.bramble.trust.x509.X509Authority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AuthorityTest {
    private static final NodeId NODE = new NodeId("pi01-7f3k2q");
    private static final String BOARD = "10000000deadbeef";

    @TempDir
    Path agent;

    private X509Authority current;
    private IdentityFolder folder;

    @BeforeEach
    void enrol() throws Exception {
        current = X509Authority.found("garden", new LedgerId("5e158c9c9ef28e86"));
        current.save(agent.resolve("authority.pem"));
        folder = new IdentityFolder(agent.resolve("identity"));
        folder.enrol(
                new Enrolment.Admission(
                        current.certify(folder.certificateRequest(), NODE, NodeRole.AGENT),
                        Authorities.of(current.certificate())),
                BOARD);
    }

    private CliRun run(String... arguments) {
        CliRun run = new CliRun(agent).run(arguments);
        assertThat(run.code()).as(run.err()).isZero();
        return run;
    }

    private JsonNode printed(String... arguments) {
        return Json.parse(run(arguments).out());
    }

    @Test
    void nodeGoesOverToTheNextAuthorityAndStaysItself() throws Exception {
        JsonNode next = printed("authority", "next", agent.toString());
        String both = next.path("current").asString() + next.path("next").asString();
        JsonNode shown = printed("authority", "show", agent.resolve("identity").toString());
        assertThat(shown.path("node").asString()).isEqualTo(NODE.value());
        assertThat(shown.path("role").asString()).isEqualTo("agent");
        assertThat(shown.path("issuerSha256").asString())
                .isNotEqualTo(next.path("nextSha256").asString());
        NodeCertificate before = folder.load(BOARD).orElseThrow().certificate();

        Files.writeString(agent.resolve("identity/authorities.pem"), both);
        String certificate = run(
                        "authority",
                        "certify",
                        agent.toString(),
                        "--node",
                        NODE.value(),
                        "--role",
                        "agent",
                        "--request",
                        shown.path("request").asString())
                .out();
        Files.writeString(agent.resolve("identity/certificate.pem"), certificate);
        assertThat(printed("authority", "show", agent.resolve("identity").toString())
                        .path("issuerSha256"))
                .isEqualTo(next.path("nextSha256"));

        Files.writeString(
                agent.resolve("identity/authorities.pem"), next.path("next").asString());
        Identity after = folder.load(BOARD).orElseThrow();
        assertThat(after.node()).isEqualTo(NODE);
        assertThat(after.certificate().keySha256()).isEqualTo(before.keySha256());
        assertThat(after.authorities().ledger().value()).isEqualTo("5e158c9c9ef28e86");
        Authorities meanwhile = Authorities.ofPem(both);
        for (NodeCertificate each : new NodeCertificate[] {before, after.certificate()}) {
            assertThat(meanwhile
                            .check(new X509Certificate[] {each.certificate()})
                            .node())
                    .isEqualTo(NODE);
        }
    }

    @Test
    void nextAuthorityIsMadeOnceAndIsForItsOwnerAlone() throws Exception {
        String first = run("authority", "next", agent.toString()).out();
        assertThat(run("authority", "next", agent.toString()).out()).isEqualTo(first);
        assertThat(Files.getPosixFilePermissions(agent.resolve("authority-next.pem")))
                .hasSize(2);
        assertThat(first).doesNotContain("PRIVATE");
        X509Authority.load(agent.resolve("authority-next.pem")).save(agent.resolve("authority.pem"));
        JsonNode atTheEnd = printed("authority", "next", agent.toString());
        assertThat(atTheEnd.path("current").asString()).isEmpty();
        assertThat(atTheEnd.path("next").asString())
                .isEqualTo(Json.parse(first).path("next").asString());
        assertThat(X509Authority.load(agent.resolve("authority-next.pem"))
                        .certificate()
                        .getSubjectX500Principal())
                .isEqualTo(current.certificate().getSubjectX500Principal());
    }

    @Test
    void whereThereIsNoAuthorityOneSentenceSaysSo() throws Exception {
        Files.delete(agent.resolve("authority.pem"));
        CliRun run = new CliRun(agent).run("authority", "next", agent.toString());
        assertThat(run.code()).isEqualTo(ExitCode.CONFLICT.number());
        assertThat(run.err()).contains("authority.pem").hasLineCount(1);
        CliRun stranger = new CliRun(agent)
                .run("authority", "show", agent.resolve("nothing").toString());
        assertThat(stranger.err()).contains("there is no identity in");
    }
}
