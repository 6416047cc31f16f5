package dev.bramble.agent;

import dev.bramble.board.Board;
import dev.bramble.cluster.jgroups.LanDoors;
import dev.bramble.door.DoorLimits;
import dev.bramble.door.EnrolmentClient;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Applicant;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.Identity;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.NodeIds;
import dev.bramble.trust.x509.IdentityFolder;
import dev.bramble.trust.x509.X509Authority;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node gets its identity: it has one, it founds a bramble, or it asks to be let in. Blocks until it has one. */
final class Birth {
    private static final Logger LOG = LoggerFactory.getLogger(Birth.class);
    /** Between two tries to reach a door: boards that boot together wait for the first of them. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final int LEDGER_ID_BYTES = 8;
    private static final String IDENTITY = "identity";

    private final MemberConfig config;
    private final NodeRole role;
    private final Board board;
    private final IdentityFolder folder;
    private final Runnable onWaiting;
    private final SecureRandom random = new SecureRandom();

    /** @param onWaiting told when somebody has to let it in */
    Birth(MemberConfig config, NodeRole role, Board board, Runnable onWaiting) {
        this.config = config;
        this.role = role;
        this.board = board;
        this.onWaiting = onWaiting;
        this.folder = new IdentityFolder(config.dir().resolve(IDENTITY));
    }

    /** @param founds whether the node has a bramble to found: since now, or since a start that broke off before */
    record Born(Identity identity, boolean founds) {}

    Born identity() throws IOException {
        Optional<Identity> known = folder.load(board.serial());
        if (known.isPresent()) {
            noticeMove(known.get());
            return new Born(known.get(), config.found() && Founding.isUnfinished(config.dir()));
        }
        if (config.found()) {
            return new Born(found(), true);
        }
        return new Born(folder.enrol(enrolled(), board.serial()), false);
    }

    /** The bramble decides whether it may: it is told of the new board, and remembers the old one. */
    private void noticeMove(Identity identity) throws IOException {
        String before = folder.boardBefore();
        if (!before.equals(board.serial())) {
            LOG.warn(
                    "the card of node {} sat in board {} and now sits in board {}",
                    identity.node(),
                    before,
                    board.serial());
            folder.moved(board.serial());
        }
    }

    private Identity found() throws IOException {
        Founding.begin(config.dir());
        byte[] id = new byte[LEDGER_ID_BYTES];
        random.nextBytes(id);
        X509Authority authority = X509Authority.found(
                config.brambleName(), new LedgerId(HexFormat.of().formatHex(id)));
        authority.save(authorityFile(config.dir()));
        NodeId node = NodeIds.fresh(config.name(), taken -> false, random);
        Enrolment.Admission admission = new Enrolment.Admission(
                authority.certify(folder.certificateRequest(), node, role), Authorities.of(authority.certificate()));
        Identity identity = folder.enrol(admission, board.serial());
        LOG.info("founded the bramble {} as node {}", config.brambleName(), node);
        return identity;
    }

    static Path authorityFile(Path dir) {
        return dir.resolve("authority.pem");
    }

    /** Beside the identity: who enrols a node anew deletes that, and another ledger counts its terms anew. */
    static Path cordonFile(Path dir) {
        return dir.resolve(IDENTITY).resolve("cordon");
    }

    private Enrolment.Admission enrolled() throws IOException {
        Optional<String> join = config.join().or(this::joinOfFounding);
        if (join.isEmpty() && config.doors().isEmpty() && !config.multicast()) {
            throw new RefusedException(
                    Refusal.Kind.INVALID,
                    "this node has no identity and no way to get one: set join: to a token from `bramble token join`,"
                            + " or doors: to a node that is in, or found: true on the first node, or multicast: true"
                            + " to find doors in its network");
        }
        Applicant applicant = new Applicant(config.name(), board.serial(), role);
        String said = "";
        try (EnrolmentClient client = new EnrolmentClient(
                applicant, folder.key().getPublic(), folder.certificateRequest(), random, DoorLimits.DEFAULT)) {
            while (true) {
                try {
                    return join.isPresent()
                            ? client.join(JoinToken.parse(join.get()))
                            : client.askAdmission(doors(), this::show);
                } catch (IOException notYet) {
                    said = sayOnce(said, "no door answers yet (" + notYet.getMessage() + "); trying again");
                } catch (RefusedException refused) {
                    if (isFinal(refused.refusal().kind())) {
                        throw refused;
                    }
                    said = sayOnce(said, refused.refusal().sentence() + "; trying again");
                }
                pause();
            }
        }
    }

    /** A head beside the node that founded the bramble. */
    private Optional<String> joinOfFounding() {
        return role == NodeRole.HEAD ? config.founding().flatMap(Founding::joinHeadToken) : Optional.empty();
    }

    private List<String> doors() throws IOException {
        return config.doors().isEmpty() ? LanDoors.hear(config.bind()) : config.doors();
    }

    private static boolean isFinal(Refusal.Kind kind) {
        return switch (kind) {
            case INVALID, UNAUTHENTICATED, FORBIDDEN, CONFLICT -> true;
            case NOT_FOUND, LIMIT, UNAVAILABLE -> false;
        };
    }

    private static String sayOnce(String said, String sentence) {
        if (!said.equals(sentence)) {
            LOG.info(sentence);
        }
        return sentence;
    }

    private void show(String code) {
        onWaiting.run();
        LOG.info(
                "waiting to be let in; compare this code, then `bramble admit {}`: {} {}",
                code,
                code.substring(0, 3),
                code.substring(3));
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while waiting to be let in", stopped);
        }
    }
}
