package dev.bramble.door;

import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.Moment;
import dev.bramble.trust.Applicant;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.EnrolmentDesk;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.NodeIds;
import dev.bramble.trust.WaitingList;
import dev.bramble.trust.x509.FoundedBramble;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A leader's side of enrolment, without a ledger. */
final class TestDesk implements EnrolmentDesk {
    private final FoundedBramble bramble;
    private WaitingList waiting;
    private final Map<String, NodeId> nodesByKey = new HashMap<>();
    private final Map<String, JoinToken> tokens = new HashMap<>();
    private final Random random = new Random(1);
    private Moment now = Moment.FOUNDING;

    TestDesk(FoundedBramble bramble) {
        this.bramble = bramble;
        this.waiting = new WaitingList(bramble.authorities(), random);
    }

    synchronized void know(JoinToken token) {
        tokens.put(token.id(), token);
    }

    synchronized void forgetTokens() {
        tokens.clear();
    }

    /** The next leader knows nothing of who waits. */
    synchronized void changeLeader() {
        waiting = new WaitingList(bramble.authorities(), random);
    }

    synchronized void passTo(Moment later) {
        now = later;
    }

    synchronized List<WaitingList.Applied> waiting() {
        return waiting.list(now);
    }

    /** What an operator does who has compared the code. */
    synchronized NodeId admit(String code) {
        WaitingList.Applied applied = waiting.find(code, now).orElseThrow();
        Enrolment.Admission admission = certify(applied.applicant(), applied.certificateRequest());
        waiting.admit(applied.enrolment(), admission, now);
        return admission.certificate().node();
    }

    synchronized void refuse(String code, String sentence) {
        waiting.refuse(waiting.find(code, now).orElseThrow().enrolment(), sentence, now);
    }

    private Enrolment.Admission certify(Applicant applicant, byte[] request) {
        NodeId node = nodesByKey.computeIfAbsent(
                bramble.authority().keySha256(request),
                unknown -> NodeIds.fresh(applicant.name(), nodesByKey::containsValue, random));
        NodeCertificate certificate = bramble.authority().certify(request, node, applicant.role());
        return new Enrolment.Admission(certificate, bramble.authorities());
    }

    private synchronized <T> CompletionStage<T> answer(Supplier<T> question) {
        try {
            return CompletableFuture.completedStage(question.get());
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    @Override
    public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
        return answer(
                () -> waiting.begin(begin, bramble.authority().keySha256(begin.certificateRequest()), address, now));
    }

    @Override
    public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
        return answer(() -> waiting.reveal(enrolment, nonce, now));
    }

    @Override
    public CompletionStage<Enrolment.Status> status(String enrolment) {
        return answer(() -> waiting.status(enrolment, now));
    }

    @Override
    public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
        return answer(() -> {
            JoinToken token = tokens.get(join.tokenId());
            boolean fits = token != null
                    && join.secret().opens(token.secret().sha256())
                    && token.role() == join.applicant().role();
            if (!fits) {
                throw new RefusedException(
                        Refusal.Kind.UNAUTHENTICATED, "this join token is unknown, expired or for another role");
            }
            return certify(join.applicant(), join.certificateRequest());
        });
    }
}
