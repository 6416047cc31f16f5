package dev.bramble.agent;

import dev.bramble.leader.Leader;
import dev.bramble.ledger.Accounts;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Password;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.trust.ApiToken;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Identity;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.SetupCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first entry of a ledger: the bramble's name and authority, its first node, and the tokens with which everything
 * else begins. They are written once to {@code founding.json} (0600) beside the node's data; the ledger has their
 * hashes.
 *
 * <p>Between the node's keys and that file much can break off (a port in use, a power cut): a mark in the node's folder
 * says that the founding is not over, and the next start goes on with it. The absence of the file says nothing: it may
 * have been put away.
 */
final class Founding {
    /** Long enough to set up a bramble of a hundred boards in a day or two. */
    private static final Duration JOIN_LIFE = Duration.ofDays(2);

    private static final Pattern SETUP_CODE = Pattern.compile("\"setupCode\": \"([a-z0-9-]+)\"");
    private static final Pattern JOIN_HEAD = Pattern.compile("\"joinHeadToken\": \"([^\"]+)\"");
    private static final Logger LOG = LoggerFactory.getLogger(Founding.class);

    private final MemberConfig config;
    private final Identity identity;
    private final SecureRandom random = new SecureRandom();

    Founding(MemberConfig config, Identity identity) {
        this.config = config;
        this.identity = identity;
    }

    private static Path mark(Path dir) {
        return dir.resolve("founding.begun");
    }

    private static Path tokens(Path dir) {
        return dir.resolve("founding.json");
    }

    /** Before the node has keys. Flushed when it returns. */
    static void begin(Path dir) throws IOException {
        Files.write(
                mark(dir),
                new byte[0],
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.SYNC);
    }

    /** Whether an earlier start began and did not come as far as the tokens. */
    static boolean isUnfinished(Path dir) throws IOException {
        if (Files.exists(tokens(dir))) {
            Files.deleteIfExists(mark(dir));
        }
        return Files.exists(mark(dir));
    }

    /**
     * Appends the first entry; completes when the tokens are on disk. Repeated after a start that broke off, it changes
     * nothing of what is there, and makes new tokens: nobody has seen the earlier ones.
     */
    CompletionStage<Void> found(Leader leader, String door) {
        Authorities authorities = identity.authorities();
        ApiToken admin = ApiToken.random(random);
        JoinToken agents = JoinToken.random(random, NodeRole.AGENT, authorities, List.of(door));
        JoinToken heads = JoinToken.random(random, NodeRole.HEAD, authorities, List.of(door));
        String setupCode = SetupCode.random(random);
        leader.append(new Command.Found(
                authorities.ledger(), config.brambleName(), authorities.pem(), Optional.of(Language.OWN)));
        leader.append(new Command.AdmitNode(NodeRecord.admitted(
                identity.node(),
                config.name(),
                identity.role(),
                identity.boardSerial(),
                NodeCertificate.keySha256(identity.certificate().certificate().getPublicKey()),
                "founding",
                leader.now())));
        leader.append(new Command.CreateToken(new TokenRecord(
                admin.id(),
                admin.secret().sha256(),
                "admin",
                TokenPurpose.API,
                Optional.of(UserRole.ADMIN),
                Optional.empty(),
                "founding",
                leader.now())));
        leader.append(new Command.CreateToken(new TokenRecord(
                Accounts.SETUP_TOKEN,
                SetupCode.secret(new Password(setupCode)).sha256(),
                "",
                TokenPurpose.SETUP,
                Optional.empty(),
                Optional.empty(),
                "founding",
                leader.now())));
        leader.append(join(agents, TokenPurpose.JOIN_AGENT, leader));
        return leader.append(join(heads, TokenPurpose.JOIN_HEAD, leader))
                .thenAccept(index -> write(admin, agents, heads, setupCode));
    }

    private Command join(JoinToken token, TokenPurpose purpose, Leader leader) {
        return new Command.CreateToken(new TokenRecord(
                token.id(),
                token.secret().sha256(),
                "",
                purpose,
                Optional.empty(),
                Optional.of(leader.now().plus(JOIN_LIFE)),
                "founding",
                leader.now()));
    }

    /** The setup code in a {@code founding.json}; empty when there is none that can be read. */
    static Optional<String> setupCode(Path file) {
        return read(file, SETUP_CODE);
    }

    /** The token with which a head gets in, likewise. */
    static Optional<String> joinHeadToken(Path file) {
        return read(file, JOIN_HEAD);
    }

    private static Optional<String> read(Path file, Pattern pattern) {
        try {
            Matcher found = pattern.matcher(Files.readString(file));
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        } catch (NoSuchFileException putAway) {
            return Optional.empty();
        } catch (IOException unreadable) {
            LOG.warn("what the founding node left cannot be read from {}: {}", file, unreadable.toString());
            return Optional.empty();
        }
    }

    private void write(ApiToken admin, JoinToken agents, JoinToken heads, String setupCode) {
        String json = "{\n  \"adminToken\": \"" + admin.text() + "\",\n  \"joinAgentToken\": \"" + agents.text()
                + "\",\n  \"joinHeadToken\": \"" + heads.text() + "\",\n  \"setupCode\": \"" + setupCode + "\"\n}\n";
        Path file = tokens(config.dir());
        try {
            // Nobody can make these tokens again: they are on the disk before the mark goes.
            KeptFile.write(file, json);
            Files.deleteIfExists(mark(config.dir()));
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(
                    "the founding tokens cannot be written to " + file + ": " + failure.getMessage(), failure);
        }
    }
}
