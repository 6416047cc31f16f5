package dev.bramble.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.Moment;
import dev.bramble.trust.x509.CertificateRequests;
import dev.bramble.trust.x509.FoundedBramble;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WaitingListTest {
    private static final Moment START = new Moment(1_000_000);

    private final FoundedBramble bramble = new FoundedBramble();
    private final Random random = new Random(1);
    private final WaitingList list = new WaitingList(bramble.authorities(), random);

    /** A board that asks, with its own view of the protocol. */
    private final class Board {
        final KeyPair key = FoundedBramble.key();
        final byte[] request = CertificateRequests.create(key);
        final String keySha256 = NodeCertificate.keySha256(key.getPublic());
        final Applicant applicant;
        byte[] nonce;
        Enrolment.Begun begun;

        Board(String name) {
            applicant = new Applicant(name, "serial-" + name, NodeRole.AGENT);
        }

        Board begin(String address, Moment now) {
            nonce = EnrolmentCode.nonce(random);
            begun = list.begin(
                    new Enrolment.Begin(applicant, request, EnrolmentCode.commitment(nonce)), keySha256, address, now);
            return this;
        }

        Enrolment.Status reveal(Moment now) {
            return list.reveal(begun.id(), nonce, now);
        }

        String code() {
            return EnrolmentCode.of(applicant, request, begun.authorities(), nonce, begun.nonce());
        }

        Enrolment.Admission admission() {
            return new Enrolment.Admission(
                    bramble.authority().certify(request, new NodeId("pi-1"), NodeRole.AGENT), bramble.authorities());
        }
    }

    private Enrolment.Begun beginInTheMiddle(Applicant applicant, byte[] request, byte[] nonce) {
        Enrolment.Begin begin = new Enrolment.Begin(applicant, request, EnrolmentCode.commitment(nonce));
        return list.begin(begin, "the impostor's key", "the impostor's address", START);
    }

    private static void assertRefused(Refusal.Kind kind, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(kind));
    }

    private static Moment after(Duration duration) {
        return START.plus(duration);
    }

    @Test
    void bothSidesComputeTheSameCode() {
        for (int i = 0; i < 20; i++) {
            Board board = new Board("pi-" + i).begin("10.0.0." + i, START);
            assertThat(list.list(START)).hasSize(i);
            assertThat(board.reveal(START)).isInstanceOf(Enrolment.Waiting.class);
            WaitingList.Applied applied = list.find(board.begun.id(), START).orElseThrow();
            assertThat(applied.code()).isEqualTo(board.code()).matches("[0-9]{6}");
            assertThat(list.find(board.code(), START)).contains(applied);
            assertThat(applied.keySha256()).isEqualTo(NodeCertificate.keySha256(board.key.getPublic()));
            assertThat(applied.address()).isEqualTo("10.0.0." + i);
        }
    }

    @Test
    void anAdmittedBoardGetsItsCertificateUntilTheAnswerIsTooOld() {
        Board board = new Board("pi").begin("a", START);
        board.reveal(START);
        Enrolment.Admission admission = board.admission();
        list.admit(board.begun.id(), admission, START);
        assertThat(list.status(board.begun.id(), START)).isEqualTo(new Enrolment.Admitted(admission));
        assertThat(list.list(START)).isEmpty();
        assertRefused(Refusal.Kind.CONFLICT, () -> list.admit(board.begun.id(), admission, START));
        assertRefused(Refusal.Kind.CONFLICT, () -> list.refuse(board.begun.id(), "no", START));
        Moment late = after(WaitingList.ANSWER_TIME);
        assertThat(list.status(board.begun.id(), new Moment(late.millis() - 1))).isInstanceOf(Enrolment.Admitted.class);
        assertRefused(Refusal.Kind.NOT_FOUND, () -> list.status(board.begun.id(), late));
    }

    @Test
    void aRefusedBoardIsToldWhy() {
        Board board = new Board("pi").begin("a", START);
        board.reveal(START);
        list.refuse(board.begun.id(), "not ours", START);
        assertThat(list.status(board.begun.id(), START)).isEqualTo(new Enrolment.Refused("not ours"));
    }

    @Test
    void aBoardThatNobodyDecidesAboutExpires() {
        Board board = new Board("pi").begin("a", START);
        board.reveal(START);
        Moment late = after(WaitingList.WAITING_TIME);
        assertThat(list.list(new Moment(late.millis() - 1))).hasSize(1);
        assertThat(list.list(late)).isEmpty();
        assertThat(list.status(board.begun.id(), late)).isEqualTo(new Enrolment.Expired());
        assertRefused(Refusal.Kind.CONFLICT, () -> list.admit(board.begun.id(), board.admission(), late));
        Moment forgotten = late.plus(WaitingList.ANSWER_TIME);
        assertRefused(Refusal.Kind.NOT_FOUND, () -> list.status(board.begun.id(), forgotten));
    }

    @Test
    void aBoardThatNeverRevealsIsGoneSoonAndNeverShown() {
        Board board = new Board("pi").begin("a", START);
        assertThat(list.list(START)).isEmpty();
        assertRefused(Refusal.Kind.CONFLICT, () -> list.admit(board.begun.id(), board.admission(), START));
        assertRefused(Refusal.Kind.NOT_FOUND, () -> board.reveal(after(WaitingList.REVEAL_TIME)));
    }

    @Test
    void aNonceThatWasNotCommittedToEndsTheEnrolment() {
        Board board = new Board("pi").begin("a", START);
        byte[] other = EnrolmentCode.nonce(random);
        assertRefused(Refusal.Kind.CONFLICT, () -> list.reveal(board.begun.id(), other, START));
        assertRefused(Refusal.Kind.NOT_FOUND, () -> board.reveal(START));
    }

    @Test
    void revealingTwiceChangesNothingAndAnImpostorCannotEndAWait() {
        Board board = new Board("pi").begin("a", START);
        board.reveal(START);
        String code = list.list(START).getFirst().code();
        assertThat(board.reveal(after(Duration.ofSeconds(5)))).isInstanceOf(Enrolment.Waiting.class);
        assertRefused(Refusal.Kind.CONFLICT, () -> list.reveal(board.begun.id(), new byte[32], START));
        assertThat(list.list(START).getFirst().code()).isEqualTo(code);
    }

    @Test
    void aBoardThatBeginsAgainTakesOnePlaceOnly() {
        Board board = new Board("pi").begin("a", START);
        board.reveal(START);
        String first = board.begun.id();
        for (int i = 0; i < 3 * WaitingList.WAITING_MAX; i++) {
            board.begin("a", START);
            board.reveal(START);
        }
        assertThat(list.list(START)).hasSize(1);
        assertRefused(Refusal.Kind.NOT_FOUND, () -> list.status(first, START));
    }

    @Test
    void noMoreThanItsLimitsWait() {
        for (int i = 0; i < WaitingList.WAITING_PER_ADDRESS_MAX; i++) {
            new Board("pi-" + i).begin("flood", START).reveal(START);
        }
        assertRefused(Refusal.Kind.LIMIT, () -> new Board("one-more").begin("flood", START));
        for (int i = WaitingList.WAITING_PER_ADDRESS_MAX; i < WaitingList.WAITING_MAX; i++) {
            new Board("pi-" + i).begin("10.0.0." + i, START);
        }
        assertRefused(Refusal.Kind.LIMIT, () -> new Board("pi").begin("elsewhere", START));
        new Board("later").begin("elsewhere", after(WaitingList.REVEAL_TIME));
    }

    @Test
    void answersKeptAreBoundedAndTheOldestGoesFirst() {
        Board first = new Board("first").begin("x", START);
        first.reveal(START);
        list.refuse(first.begun.id(), "no", START);
        for (int i = 0; i < WaitingList.WAITING_MAX; i++) {
            assertThat(list.status(first.begun.id(), START)).isInstanceOf(Enrolment.Refused.class);
            Board board = new Board("pi-" + i).begin("10.0.0." + i, START);
            board.reveal(START);
            list.refuse(board.begun.id(), "no", START);
        }
        assertRefused(Refusal.Kind.NOT_FOUND, () -> list.status(first.begun.id(), START));
    }

    @Test
    void aCommitmentOfAnotherLengthIsRefused() {
        Board board = new Board("pi");
        assertRefused(
                Refusal.Kind.INVALID,
                () -> list.begin(new Enrolment.Begin(board.applicant, board.request, new byte[31]), "k", "a", START));
    }

    @Test
    @Tag("slow")
    void noTwoBoardsWaitUnderTheSameCode() {
        // Chance that is no chance: the second board knows the bramble's nonce, and tries nonces until the codes agree.
        byte[] known = new byte[EnrolmentCode.NONCE_BYTES];
        Random ids = new Random(9);
        WaitingList foreseeable = new WaitingList(bramble.authorities(), new RandomGenerator() {
            @Override
            public long nextLong() {
                return ids.nextLong();
            }

            @Override
            public void nextBytes(byte[] bytes) {
                if (bytes.length == known.length) {
                    System.arraycopy(known, 0, bytes, 0, known.length);
                } else {
                    ids.nextBytes(bytes);
                }
            }
        });
        Applicant applicant = new Applicant("pi", "s", NodeRole.AGENT);
        byte[] nonce = new byte[32];
        String wanted = EnrolmentCode.of(applicant, new byte[] {1}, bramble.authorities(), nonce, known);
        var first = foreseeable.begin(
                new Enrolment.Begin(applicant, new byte[] {1}, EnrolmentCode.commitment(nonce)), "k1", "a", START);
        foreseeable.reveal(first.id(), nonce, START);
        byte[] found = new byte[32];
        do {
            random.nextBytes(found);
        } while (!EnrolmentCode.of(applicant, new byte[] {2}, bramble.authorities(), found, known)
                .equals(wanted));
        var second = foreseeable.begin(
                new Enrolment.Begin(applicant, new byte[] {2}, EnrolmentCode.commitment(found)), "k2", "b", START);
        assertRefused(Refusal.Kind.CONFLICT, () -> foreseeable.reveal(second.id(), found, START));
        assertThat(foreseeable.list(START))
                .extracting(WaitingList.Applied::enrolment)
                .containsExactly(first.id());
    }

    /**
     * The man in the middle plays the bramble to the board and the board to the bramble. He must fix each side's half
     * before he learns the other's, so his codes agree by chance only: in one of a million tries.
     */
    @Test
    void aManInTheMiddleCannotMakeTheCodesAgree() {
        FoundedBramble impostor = new FoundedBramble();
        KeyPair impostorKey = FoundedBramble.key();
        byte[] impostorRequest = CertificateRequests.create(impostorKey);
        Board board = new Board("pi");
        int agreed = 0;
        for (int attempt = 0; attempt < 200; attempt++) {
            // The board commits. Its nonce is unknown to him, so he can only pass the commitment on or make his own.
            byte[] boardNonce = EnrolmentCode.nonce(random);
            byte[] hisNonce = EnrolmentCode.nonce(random);
            Enrolment.Begun real = beginInTheMiddle(board.applicant, impostorRequest, hisNonce);
            // Now he knows the bramble's nonce, and must answer the board before it reveals: the best he has is to
            // choose among nonces of his own, blindly.
            byte[] toBoard = attempt % 2 == 0 ? real.nonce() : EnrolmentCode.nonce(random);
            String boardShows =
                    EnrolmentCode.of(board.applicant, board.request, impostor.authorities(), boardNonce, toBoard);
            list.reveal(real.id(), hisNonce, START);
            String brambleShows = list.find(real.id(), START).orElseThrow().code();
            agreed += boardShows.equals(brambleShows) ? 1 : 0;
        }
        assertThat(agreed).isZero();
    }

    @Test
    void aManInTheMiddleWhoPassesTheCommitmentOnCannotRevealForItWithAnotherKey() {
        Board board = new Board("pi");
        byte[] boardNonce = EnrolmentCode.nonce(random);
        byte[] impostorRequest = CertificateRequests.create(FoundedBramble.key());
        Enrolment.Begun real = beginInTheMiddle(board.applicant, impostorRequest, boardNonce);
        // He shows the board a bramble of his own, but with the real nonce; the board reveals, he passes that on too.
        String boardShows =
                EnrolmentCode.of(board.applicant, board.request, bramble.authorities(), boardNonce, real.nonce());
        list.reveal(real.id(), boardNonce, START);
        assertThat(list.find(real.id(), START).orElseThrow().code()).isNotEqualTo(boardShows);
    }

    @Test
    void everythingThatMattersIsInTheCode() {
        Board board = new Board("pi").begin("a", START);
        byte[] request = CertificateRequests.create(FoundedBramble.key());
        Applicant asHead = new Applicant("pi", "serial-pi", NodeRole.HEAD);
        Applicant renamed = new Applicant("pj", "serial-pi", NodeRole.AGENT);
        Applicant moved = new Applicant("pi", "serial-pj", NodeRole.AGENT);
        Authorities other = new FoundedBramble().authorities();
        Authorities own = bramble.authorities();
        byte[] nonce = board.begun.nonce();
        Set<String> codes = new HashSet<>();
        codes.add(board.code());
        codes.add(EnrolmentCode.of(asHead, board.request, own, board.nonce, nonce));
        codes.add(EnrolmentCode.of(renamed, board.request, own, board.nonce, nonce));
        codes.add(EnrolmentCode.of(moved, board.request, own, board.nonce, nonce));
        codes.add(EnrolmentCode.of(board.applicant, request, own, board.nonce, nonce));
        codes.add(EnrolmentCode.of(board.applicant, board.request, other, board.nonce, nonce));
        codes.add(EnrolmentCode.of(board.applicant, board.request, own, nonce, nonce));
        codes.add(EnrolmentCode.of(board.applicant, board.request, own, board.nonce, board.nonce));
        // Eight codes by chance all differ but in 1 of 35,000 runs; the seed decides all but the keys.
        assertThat(codes).hasSizeGreaterThanOrEqualTo(7);
    }

    @Test
    void codesAreSpreadEvenly() {
        Applicant applicant = new Applicant("pi", "s", NodeRole.AGENT);
        Map<Character, Integer> firstDigits = new HashMap<>();
        for (int i = 0; i < 2000; i++) {
            String code = EnrolmentCode.of(
                    applicant, new byte[0], bramble.authorities(), EnrolmentCode.nonce(random), new byte[32]);
            firstDigits.merge(code.charAt(0), 1, Integer::sum);
        }
        assertThat(firstDigits).hasSize(10);
        assertThat(firstDigits.values()).allMatch(count -> count > 100 && count < 300);
    }
}
