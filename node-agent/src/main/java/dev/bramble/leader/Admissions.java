package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TokenPurpose;
import dev.bramble.trust.Applicant;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Authority;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.EnrolmentDesk;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.NodeIds;
import dev.bramble.trust.WaitingList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Lets nodes in: by join token at once, by code when an operator says so. Event loop of the leader; who waits is soft
 * state, who is in is hard.
 */
public final class Admissions implements EnrolmentDesk {
    private final Leader leader;
    private final Supplier<Optional<Authority>> authority;
    private final RandomGenerator random;
    private WaitingList waiting;
    private long waitingTerm = -1;

    /**
     * @param authority the bramble's, once this voter has its key
     * @param random a {@link java.security.SecureRandom}, except in a simulation
     */
    public Admissions(Leader leader, Supplier<Optional<Authority>> authority, RandomGenerator random) {
        this.leader = leader;
        this.authority = authority;
        this.random = random;
    }

    private Authority authority() {
        if (!leader.isLeading()) {
            throw refused(Refusal.Kind.UNAVAILABLE, "this node does not lead any more: try again");
        }
        return authority
                .get()
                .orElseThrow(() -> refused(
                        Refusal.Kind.UNAVAILABLE, "the leader does not have the authority's key yet: try again soon"));
    }

    /** The list of this term: a new leader begins with an empty one, and boards ask again by themselves. */
    private WaitingList waiting() {
        Authority current = authority();
        if (waitingTerm != leader.term()) {
            waiting = new WaitingList(Authorities.of(current.certificate()), random);
            waitingTerm = leader.term();
        }
        return waiting;
    }

    @Override
    public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
        return attempt(
                () -> waiting().begin(begin, authority().keySha256(begin.certificateRequest()), address, leader.now()));
    }

    @Override
    public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
        return attempt(() -> waiting().reveal(enrolment, nonce, leader.now()));
    }

    @Override
    public CompletionStage<Enrolment.Status> status(String enrolment) {
        return attempt(() -> waiting().status(enrolment, leader.now()));
    }

    private static <T> CompletionStage<T> attempt(Supplier<T> step) {
        try {
            return CompletableFuture.completedFuture(step.get());
        } catch (RefusedException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    @Override
    public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
        try {
            TokenRecord token = leader.state().tokens().get(join.tokenId());
            boolean opens = token != null
                    && role(token.purpose()).equals(Optional.of(join.applicant().role()))
                    && join.secret().opens(token.secretSha256());
            if (!opens) {
                throw refused(
                        Refusal.Kind.UNAUTHENTICATED,
                        "this join token is unknown here or for another role: make one with `bramble token join`");
            }
            if (token.expires().isPresent()
                    && !leader.now().isBefore(token.expires().get())) {
                throw refused(
                        Refusal.Kind.UNAUTHENTICATED,
                        "this join token has expired: make a new one with `bramble token join`");
            }
            return enrol(join.applicant(), join.certificateRequest(), Optional.empty(), "token " + token.id());
        } catch (RefusedException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private static Optional<NodeRole> role(TokenPurpose purpose) {
        return switch (purpose) {
            case JOIN_AGENT -> Optional.of(NodeRole.AGENT);
            case JOIN_HEAD -> Optional.of(NodeRole.HEAD);
            case API, SESSION, SETUP -> Optional.empty();
        };
    }

    /** Lets a waiting board in; completes with the index when the ledger knows it. */
    CompletionStage<Long> admit(String enrolmentOrCode, Optional<String> name, String by) {
        WaitingList.Applied board = require(enrolmentOrCode);
        CompletableFuture<Long> index = new CompletableFuture<>();
        enrol(board.applicant(), board.certificateRequest(), name, by).whenComplete((admission, failure) -> {
            if (failure != null) {
                index.completeExceptionally(failure);
                return;
            }
            try {
                waiting().admit(board.enrolment(), admission, leader.now());
                index.complete(leader.appliedIndex());
            } catch (RefusedException refusal) {
                index.completeExceptionally(refusal);
            }
        });
        return index;
    }

    void refuse(String enrolmentOrCode, String by) {
        WaitingList.Applied board = require(enrolmentOrCode);
        waiting().refuse(board.enrolment(), by + " did not let this board in", leader.now());
    }

    private WaitingList.Applied require(String enrolmentOrCode) {
        return waiting()
                .find(enrolmentOrCode, leader.now())
                .orElseThrow(() -> refused(
                        Refusal.Kind.NOT_FOUND,
                        "no board waits under '" + enrolmentOrCode + "': see `bramble enrolments`"));
    }

    private CompletionStage<Enrolment.Admission> enrol(
            Applicant applicant, byte[] certificateRequest, Optional<String> name, String by) {
        String key = authority().keySha256(certificateRequest);
        if (known(key, applicant.role()).isPresent()) {
            return CompletableFuture.completedFuture(admission(certificateRequest, key, applicant.role()));
        }
        NodeId fresh =
                NodeIds.fresh(applicant.name(), taken -> leader.state().nodes().containsKey(taken), random);
        NodeRecord record = NodeRecord.admitted(
                fresh, name.orElse(applicant.name()), applicant.role(), applicant.boardSerial(), key, by, leader.now());
        return leader.append(new Command.AdmitNode(record))
                .thenApply(index -> admission(certificateRequest, key, applicant.role()));
    }

    private Optional<NodeRecord> known(String keySha256, NodeRole role) {
        return leader.state().nodeWithKey(keySha256, role);
    }

    /** As whom the ledger knows the key: not always the node that was asked for, when two asked at once. */
    private Enrolment.Admission admission(byte[] certificateRequest, String keySha256, NodeRole role) {
        NodeRecord node = known(keySha256, role)
                .orElseThrow(() -> refused(
                        Refusal.Kind.CONFLICT, "this node was forgotten in the moment it was let in: join again"));
        Authority signer = authority();
        NodeCertificate certificate = signer.certify(certificateRequest, node.node(), role);
        return new Enrolment.Admission(certificate, Authorities.of(signer.certificate()));
    }

    /** A new token for nodes of this role; it names the doors of some agents that are up. */
    JoinToken newJoinToken(NodeRole role) {
        List<String> doors = new ArrayList<>(leader.cluster().view().members().stream()
                .filter(member -> member.role() == NodeRole.AGENT)
                .map(Member::door)
                .limit(JoinToken.DOORS_MAX)
                .toList());
        return JoinToken.random(random, role, Authorities.of(authority().certificate()), doors);
    }

    /** Boards that wait for an operator, for people. */
    List<Message.WaitingBoard> waitingBoards() {
        if (!leader.isLeading() || authority.get().isEmpty()) {
            return List.of();
        }
        return waiting().list(leader.now()).stream()
                .map(board -> new Message.WaitingBoard(
                        board.enrolment(),
                        board.code(),
                        board.applicant().name(),
                        board.applicant().role(),
                        board.applicant().boardSerial(),
                        board.address(),
                        board.until().since(leader.now()).toSeconds()))
                .toList();
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }
}
