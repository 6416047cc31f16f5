package dev.bramble.cli;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Pem;
import dev.bramble.trust.x509.IdentityFolder;
import dev.bramble.trust.x509.X509Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code bramble authority}: the steps in which a bramble gets another certificate authority, each on the files of one
 * board. What they print is put onto the boards by whoever can reach all of them.
 */
@Command(
        name = "authority",
        description = {
            "Steps of replacing the certificate authority, on a board's own files; they change nothing elsewhere.",
            "ansible/rotate-authority.yml takes all of them, on all boards."
        })
final class AuthorityCommand implements Callable<Integer> {
    /** As the agent keeps them in its folder. */
    private static final String CURRENT = "authority.pem";

    private static final String NEXT = "authority-next.pem";
    /** Behind the bramble's name in an authority's subject. */
    private static final String SUFFIX = " authority";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: next, show or certify");
    }

    private static Failure unusable(IOException broken) {
        return new Failure(ExitCode.CONFLICT, Json.reason(broken), broken);
    }

    private static String sha256(X509Certificate authority) {
        return HexFormat.of().formatHex(Authorities.sha256(authority));
    }

    @Command(
            name = "next",
            description = "On a voter: make the authority that is to be the next, once, and print both certificates.")
    static final class Next implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FOLDER", description = "The agent's folder (dir: in agent.yaml).")
        private Path folder;

        private final TopCommand top;

        Next(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try {
                X509Authority current = X509Authority.load(folder.resolve(CURRENT));
                Path file = folder.resolve(NEXT);
                if (!Files.exists(file)) {
                    Authorities now = Authorities.of(current.certificate());
                    X509Authority.found(brambleName(current.certificate()), now.ledger())
                            .save(file);
                }
                X509Authority next = X509Authority.load(file);
                // Towards the end of a rotation that broke off.
                boolean isNext = next.certificate().equals(current.certificate());
                ObjectNode printed = Json.object()
                        .put(
                                "current",
                                isNext
                                        ? ""
                                        : Authorities.of(current.certificate()).pem())
                        .put("next", Authorities.of(next.certificate()).pem())
                        .put("nextSha256", sha256(next.certificate()));
                top.out().line(Json.compact(printed));
            } catch (IOException broken) {
                throw unusable(broken);
            }
            return ExitCode.DONE.number();
        }

        private static String brambleName(X509Certificate authority) {
            String subject = authority.getSubjectX500Principal().getName();
            int from = subject.indexOf("CN=") + "CN=".length();
            int to = subject.indexOf(SUFFIX, from);
            return to < 0 ? "bramble" : subject.substring(from, to);
        }
    }

    @Command(name = "show", description = "Print who a node or head is, who certified it, and its request.")
    static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FOLDER", description = "Folder of the identity: DIR/identity.")
        private Path folder;

        private final TopCommand top;

        Show(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try {
                IdentityFolder files = new IdentityFolder(folder);
                if (!files.isEnrolled()) {
                    throw new Failure(ExitCode.CONFLICT, "there is no identity in " + folder);
                }
                Identity identity = files.load(files.boardBefore()).orElseThrow();
                ObjectNode printed = Json.object()
                        .put("node", identity.node().value())
                        .put("role", identity.role().name().toLowerCase(Locale.ROOT))
                        .put("issuerSha256", sha256(issuer(identity)))
                        .put("request", Base64.getEncoder().encodeToString(files.certificateRequest()));
                top.out().line(Json.compact(printed));
            } catch (IOException broken) {
                throw unusable(broken);
            }
            return ExitCode.DONE.number();
        }

        private static X509Certificate issuer(Identity identity) {
            for (X509Certificate authority : identity.authorities().all()) {
                try {
                    Authorities.of(authority)
                            .check(new X509Certificate[] {identity.certificate().certificate()});
                    return authority;
                } catch (GeneralSecurityException another) {
                    // The other one is it.
                }
            }
            throw new IllegalStateException("an identity was loaded that nobody certified");
        }
    }

    @Command(name = "certify", description = "On a voter: certify a node with the next authority, and print it as PEM.")
    static final class Certify implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FOLDER", description = "The agent's folder (dir: in agent.yaml).")
        private Path folder;

        @Option(names = "--node", paramLabel = "ID", required = true, description = "Whom, as `show` said there.")
        private String node;

        @Option(names = "--role", paramLabel = "ROLE", required = true, description = "agent or head.")
        private NodeRole role;

        @Option(names = "--request", paramLabel = "BASE64", required = true, description = "As `show` said there.")
        private String request;

        private final TopCommand top;

        Certify(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try {
                NodeCertificate certificate = X509Authority.load(folder.resolve(NEXT))
                        .certify(Base64.getDecoder().decode(request), new NodeId(node), role);
                Pem.encode(Pem.CERTIFICATE, certificate.der()).lines().forEach(top.out()::line);
            } catch (IOException broken) {
                throw unusable(broken);
            }
            return ExitCode.DONE.number();
        }
    }
}
