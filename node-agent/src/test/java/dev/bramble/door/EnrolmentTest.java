package dev.bramble.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.Moment;
import dev.bramble.trust.Applicant;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.EnrolmentDesk;
import dev.bramble.trust.Identity;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.TokenSecret;
import dev.bramble.trust.WaitingList;
import dev.bramble.trust.x509.FoundedBramble;
import dev.bramble.trust.x509.IdentityFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on its way in, from its folder to its first blob. */
class EnrolmentTest {
    private static final Duration POLL = Duration.ofMillis(20);

    @TempDir
    private Path parent;

    private final SecureRandom random = new SecureRandom();
    private final Applicant applicant = new Applicant("pi", "serial-1", NodeRole.AGENT);
    private IdentityFolder folder;
    private OpenDoor open;

    @BeforeEach
    void openDoor() throws IOException {
        open = OpenDoor.inMemory(OpenDoor.few(256, 256, 256, 8, 10_000, 10_000));
        folder = new IdentityFolder(parent.resolve("identity"));
    }

    @AfterEach
    void closeDoor() {
        open.close();
    }

    private EnrolmentClient client() throws IOException {
        return client(applicant, DoorLimits.DEFAULT);
    }

    private EnrolmentClient client(Applicant who, DoorLimits limits) throws IOException {
        return new EnrolmentClient(who, folder.key().getPublic(), folder.certificateRequest(), random, limits, POLL);
    }

    private JoinToken token(String... doors) {
        return token(NodeRole.AGENT, doors);
    }

    private JoinToken token(NodeRole role, String... doors) {
        JoinToken token = JoinToken.random(new Random(7), role, open.bramble.authorities(), List.of(doors));
        open.desk.know(token);
        return token;
    }

    private static Refusal.Kind kind(Throwable failure) {
        return ((RefusedException) failure).refusal().kind();
    }

    @Test
    void aNodeWithATokenJoinsAndMovesBlobsAtOnce() throws IOException {
        JoinToken token = JoinToken.parse(token(open.address).text());
        try (EnrolmentClient client = client()) {
            Identity identity = folder.enrol(client.join(token), "serial-1");
            assertThat(identity.node().value()).matches("pi-[a-z0-9]{6}");
            assertThat(folder.load("serial-1").orElseThrow().node()).isEqualTo(identity.node());
            try (DoorPeerBlobs peers = new DoorPeerBlobs(identity, DoorLimits.DEFAULT)) {
                peers.push(open.server.node(), open.address, InputStream.nullInputStream());
            }
        }
    }

    @Test
    void joiningTwiceWithTheSameKeyGivesTheSameNode() throws IOException {
        JoinToken token = token(open.address);
        try (EnrolmentClient client = client()) {
            NodeId first = client.join(token).certificate().node();
            assertThat(client.join(token).certificate().node()).isEqualTo(first);
        }
    }

    @Test
    void aDoorThatIsDownIsPassedOver() throws IOException {
        JoinToken token = token("127.0.0.1:1", open.address);
        try (EnrolmentClient client = client()) {
            assertThat(client.join(token).certificate().role()).isEqualTo(NodeRole.AGENT);
        }
    }

    @Test
    void aTokenThatTheBrambleDoesNotKnowIsRefused() throws IOException {
        JoinToken token = token(open.address);
        JoinToken wrongSecret = new JoinToken(
                token.id(), TokenSecret.random(new Random(8)), token.role(), token.authoritySha256(), token.doors());
        try (EnrolmentClient client = client()) {
            assertThatThrownBy(() -> client.join(wrongSecret))
                    .satisfies(failure -> assertThat(kind(failure)).isEqualTo(Refusal.Kind.UNAUTHENTICATED));
            open.desk.forgetTokens();
            assertThatThrownBy(() -> client.join(token))
                    .satisfies(failure -> assertThat(kind(failure)).isEqualTo(Refusal.Kind.UNAUTHENTICATED))
                    .hasMessageContaining("unknown, expired or for another role");
        }
    }

    @Test
    void aTokenForAnotherRoleIsRefusedBeforeItIsSent() throws IOException {
        JoinToken token = token(NodeRole.HEAD, open.address);
        try (EnrolmentClient client = client()) {
            assertThatThrownBy(() -> client.join(token)).hasMessageContaining("is for a HEAD");
        }
    }

    /** Answers like a bramble, and remembers what it was told. */
    private static final class Impostor implements EnrolmentDesk, AutoCloseable {
        final FoundedBramble bramble = new FoundedBramble();
        final Door door;
        volatile boolean toldSecret;

        Impostor() throws IOException {
            door = Door.open(
                    new InetSocketAddress("127.0.0.1", 0),
                    bramble.agent("server"),
                    new dev.bramble.store.SimBlobStore(),
                    this,
                    DoorLimits.DEFAULT);
        }

        String address() {
            return "127.0.0.1:" + door.port();
        }

        @Override
        public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
            throw new AssertionError("not asked here");
        }

        @Override
        public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
            throw new AssertionError("not asked here");
        }

        @Override
        public CompletionStage<Enrolment.Status> status(String enrolment) {
            throw new AssertionError("not asked here");
        }

        @Override
        public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
            toldSecret = true;
            return CompletableFuture.failedStage(new IOException("got it"));
        }

        @Override
        public void close() {
            door.close();
        }
    }

    @Test
    void aManInTheMiddleOfAJoinByTokenIsNoticedBeforeAnythingIsSent() throws IOException {
        try (Impostor impostor = new Impostor();
                EnrolmentClient client = client()) {
            JoinToken token = token(impostor.address());
            assertThatThrownBy(() -> client.join(token))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the door at " + impostor.address() + " is not trusted")
                    .hasMessageContaining(token.authoritySha256().substring(0, 16))
                    .hasMessageContaining("somebody sits between")
                    .hasMessageContaining("nothing was sent");
            assertThat(impostor.toldSecret).isFalse();
            // The next door of the token is the right one.
            assertThat(client.join(token(impostor.address(), open.address))).isNotNull();
            assertThat(impostor.toldSecret).isFalse();
        }
    }

    /** Runs an ask for admission beside the test; its codes appear in {@code codes}. */
    private CompletableFuture<Enrolment.Admission> ask(EnrolmentClient client, BlockingQueue<String> codes) {
        return start(() -> client.askAdmission(List.of("127.0.0.1:1", open.address), codes::add));
    }

    private static <T> CompletableFuture<T> start(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(action.call());
            } catch (Exception failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(OpenDoor.WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletableFuture<?> future) throws Exception {
        try {
            get(future);
            throw new AssertionError("succeeded");
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    private static String next(BlockingQueue<String> codes) throws InterruptedException {
        String code = codes.poll(OpenDoor.WAIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(code).as("a code").isNotNull();
        return code;
    }

    @Test
    void aNodeWithoutATokenIsAdmittedByTheCodeThatItShows() throws Exception {
        BlockingQueue<String> codes = new ArrayBlockingQueue<>(8);
        try (EnrolmentClient client = client()) {
            var asking = ask(client, codes);
            String code = next(codes);
            assertThat(code).matches("[0-9]{6}");
            WaitingList.Applied applied = open.desk.waiting().getFirst();
            assertThat(applied.code()).isEqualTo(code);
            assertThat(applied.applicant()).isEqualTo(applicant);
            assertThat(applied.address()).isEqualTo("127.0.0.1");
            NodeId node = open.desk.admit(code);
            Identity identity = folder.enrol(get(asking), "serial-1");
            assertThat(identity.node()).isEqualTo(node);
            try (DoorPeerBlobs peers = new DoorPeerBlobs(identity, DoorLimits.DEFAULT)) {
                peers.push(open.server.node(), open.address, InputStream.nullInputStream());
            }
        }
    }

    @Test
    void aNodeThatIsRefusedIsToldWhy() throws Exception {
        BlockingQueue<String> codes = new ArrayBlockingQueue<>(8);
        try (EnrolmentClient client = client()) {
            var asking = ask(client, codes);
            open.desk.refuse(next(codes), "not one of ours");
            assertThat(failure(asking))
                    .hasMessageContaining("not one of ours")
                    .satisfies(failure -> assertThat(kind(failure)).isEqualTo(Refusal.Kind.FORBIDDEN));
        }
    }

    @Test
    void aNodeThatNobodyAdmitsMayAskAgainUnderANewCode() throws Exception {
        BlockingQueue<String> codes = new ArrayBlockingQueue<>(8);
        try (EnrolmentClient client = client()) {
            var asking = ask(client, codes);
            next(codes);
            open.desk.passTo(Moment.FOUNDING.plus(WaitingList.WAITING_TIME));
            assertThat(failure(asking))
                    .satisfies(failure -> assertThat(kind(failure)).isEqualTo(Refusal.Kind.UNAVAILABLE))
                    .hasMessageContaining("nobody admitted this node within 15 minutes");
            var again = ask(client, codes);
            open.desk.admit(next(codes));
            assertThat(get(again)).isNotNull();
        }
    }

    @Test
    void aNodeThatIsForgottenByANewLeaderIsToldToBeginAgain() throws Exception {
        BlockingQueue<String> codes = new ArrayBlockingQueue<>(8);
        try (EnrolmentClient client = client()) {
            var asking = ask(client, codes);
            next(codes);
            open.desk.changeLeader();
            assertThat(failure(asking))
                    .satisfies(failure -> assertThat(kind(failure)).isEqualTo(Refusal.Kind.NOT_FOUND))
                    .hasMessageContaining("the bramble's leader changed; begin again");
        }
    }

    @Test
    void aNodeThatStopsWaitingIsFreeAtOnce() throws Exception {
        BlockingQueue<String> codes = new ArrayBlockingQueue<>(8);
        EnrolmentClient client = client();
        var asking = ask(client, codes);
        next(codes);
        client.close();
        assertThat(failure(asking)).isInstanceOf(IOException.class).hasMessageContaining("stopping");
    }

    @Test
    void aNodeThatKnowsNoDoorSaysSo() throws IOException {
        try (EnrolmentClient client = client()) {
            assertThatThrownBy(() -> client.askAdmission(List.of(), code -> {}))
                    .hasMessageContaining("no door of a bramble is known");
            assertThatThrownBy(() -> client.askAdmission(List.of("127.0.0.1:1"), code -> {}))
                    .hasMessageContaining("the door at 127.0.0.1:1 cannot be reached");
        }
    }

    /** Sits between: shows the node its own authority, and the bramble its own key. */
    private final class ManInTheMiddle implements EnrolmentDesk, AutoCloseable {
        final FoundedBramble pretended = new FoundedBramble();
        final WaitingList pretendedList = new WaitingList(pretended.authorities(), random);
        final Door door;
        final BlockingQueue<String> codesOfBramble = new ArrayBlockingQueue<>(8);
        final IdentityFolder hisFolder = new IdentityFolder(parent.resolve("his"));

        ManInTheMiddle() throws IOException {
            door = Door.open(
                    new InetSocketAddress("127.0.0.1", 0),
                    pretended.agent("server"),
                    new dev.bramble.store.SimBlobStore(),
                    this,
                    DoorLimits.DEFAULT);
        }

        @Override
        public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
            try {
                // To the real bramble he speaks as if he were the node, with a key that he has.
                EnrolmentClient upstream = new EnrolmentClient(
                        begin.applicant(),
                        hisFolder.key().getPublic(),
                        hisFolder.certificateRequest(),
                        random,
                        DoorLimits.DEFAULT,
                        POLL);
                start(() -> upstream.askAdmission(List.of(open.address), codesOfBramble::add));
                return CompletableFuture.completedStage(pretendedList.begin(
                        begin, pretended.authority().keySha256(begin.certificateRequest()), address, Moment.FOUNDING));
            } catch (IOException broken) {
                return CompletableFuture.failedStage(broken);
            }
        }

        @Override
        public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
            return CompletableFuture.completedStage(pretendedList.reveal(enrolment, nonce, Moment.FOUNDING));
        }

        @Override
        public CompletionStage<Enrolment.Status> status(String enrolment) {
            return CompletableFuture.completedStage(pretendedList.status(enrolment, Moment.FOUNDING));
        }

        @Override
        public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
            throw new AssertionError("not asked here");
        }

        @Override
        public void close() {
            door.close();
        }
    }

    @Test
    void aManInTheMiddleOfAnAdmissionByCodeShowsInTheCodes() throws Exception {
        BlockingQueue<String> codes = new ArrayBlockingQueue<>(8);
        EnrolmentClient client = client();
        try (ManInTheMiddle between = new ManInTheMiddle()) {
            var asking = start(() -> client.askAdmission(List.of("127.0.0.1:" + between.door.port()), codes::add));
            String shownByNode = next(codes);
            String shownByBramble = next(between.codesOfBramble);
            // One run in a million agrees by chance.
            assertThat(shownByBramble).isNotEqualTo(shownByNode);
            assertThat(open.desk.waiting())
                    .extracting(WaitingList.Applied::code)
                    .containsExactly(shownByBramble);
            client.close();
            assertThat(failure(asking)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aDoorThatSpeaksForAnotherAuthorityIsNotBelieved() throws Exception {
        try (ManInTheMiddle between = new ManInTheMiddle();
                EnrolmentClient client = client()) {
            // He passes the real bramble's answer on unchanged: his own door does not fit it.
            Door relay = Door.open(
                    new InetSocketAddress("127.0.0.1", 0),
                    between.pretended.agent("server"),
                    new dev.bramble.store.SimBlobStore(),
                    open.desk,
                    DoorLimits.DEFAULT);
            try (relay) {
                assertThatThrownBy(() -> client.askAdmission(List.of("127.0.0.1:" + relay.port()), code -> {}))
                        .hasMessageContaining("speaks for an authority that is not its own");
            }
        }
    }

    @Test
    void aCertificateThatIsNotThisNodesIsNotTaken() throws IOException {
        // A door of the right bramble, with a desk that answers everybody with the same certificate.
        Enrolment.Admission wrong =
                new Enrolment.Admission(open.bramble.agent("other").certificate(), open.bramble.authorities());
        EnrolmentDesk careless = new EnrolmentDesk() {
            @Override
            public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
                return open.desk.begin(begin, address);
            }

            @Override
            public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
                return open.desk.reveal(enrolment, nonce);
            }

            @Override
            public CompletionStage<Enrolment.Status> status(String enrolment) {
                return CompletableFuture.completedStage(new Enrolment.Admitted(wrong));
            }

            @Override
            public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
                return CompletableFuture.completedStage(wrong);
            }
        };
        try (Door door = Door.open(
                        new InetSocketAddress("127.0.0.1", 0), open.server, open.blobs, careless, DoorLimits.DEFAULT);
                EnrolmentClient client = client()) {
            String address = "127.0.0.1:" + door.port();
            assertThatThrownBy(() -> client.join(token(address))).hasMessageContaining("it is for another key");
            assertThatThrownBy(() -> client.askAdmission(List.of(address), code -> {}))
                    .hasMessageContaining("it is for another key");
        }
    }

    @Test
    void aLeaderThatDoesNotAnswerIsSaidToBeUnavailable() throws IOException {
        EnrolmentDesk silent = new EnrolmentDesk() {
            @Override
            public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletionStage<Enrolment.Status> status(String enrolment) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
                return CompletableFuture.failedStage(new IOException("no leader is known"));
            }
        };
        DoorLimits impatient = OpenDoor.impatientWithAnswers(Duration.ofSeconds(1));
        try (Door door = Door.open(new InetSocketAddress("127.0.0.1", 0), open.server, open.blobs, silent, impatient);
                EnrolmentClient client = client()) {
            String address = "127.0.0.1:" + door.port();
            assertThatThrownBy(() -> client.askAdmission(List.of(address), code -> {}))
                    .hasMessageContaining("leader did not answer within 1 s");
            assertThatThrownBy(() -> client.join(token(address)))
                    .hasMessageContaining("cannot ask the bramble's leader: no leader is known");
        }
    }
}
