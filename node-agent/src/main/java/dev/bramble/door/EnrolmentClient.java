package dev.bramble.door;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Applicant;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.EnrolmentCode;
import dev.bramble.trust.EnrolmentForms;
import dev.bramble.trust.Form;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Tls;
import dev.bramble.trust.WaitingList;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A node asks to be let in. Methods block, on a thread that may wait for a quarter of an hour; {@link #close} from any
 * other thread ends the wait. For one node, one question at a time.
 *
 * <p>An IOException says that nobody who counts has answered: asking again later may help. A {@link RefusedException}
 * is the bramble's own word.
 */
public final class EnrolmentClient implements AutoCloseable {
    /** A person who has pressed "admit" waits half of it; each question is a TLS handshake for the door. */
    private static final Duration POLL = Duration.ofSeconds(3);
    /** Two boards under the same six digits: one chance in a million for each pair. */
    private static final int BEGINS_MAX = 3;

    private final Applicant applicant;
    private final PublicKey key;
    private final byte[] certificateRequest;
    private final RandomGenerator random;
    private final DoorLimits limits;
    private final Duration poll;
    private final Watchdog watchdog = new Watchdog("enrolment-watchdog");
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param key of {@code certificateRequest}
     * @param random a {@link java.security.SecureRandom}
     */
    public EnrolmentClient(
            Applicant applicant, PublicKey key, byte[] certificateRequest, RandomGenerator random, DoorLimits limits) {
        this(applicant, key, certificateRequest, random, limits, POLL);
    }

    EnrolmentClient(
            Applicant applicant,
            PublicKey key,
            byte[] certificateRequest,
            RandomGenerator random,
            DoorLimits limits,
            Duration poll) {
        this.applicant = applicant;
        this.key = key;
        this.certificateRequest = certificateRequest.clone();
        this.random = random;
        this.limits = limits;
        this.poll = poll;
    }

    private interface Visit<T> {
        T at(String door) throws IOException;
    }

    /** The first answer of any door, in order; the bramble's own word ends the search, trouble does not. */
    private <T> T anyOf(List<String> doors, Visit<T> visit) throws IOException {
        List<String> troubles = new ArrayList<>();
        for (String door : doors) {
            if (closed.getCount() == 0) {
                throw new IOException("this node is stopping");
            }
            try {
                return visit.at(door);
            } catch (RefusedException refused) {
                if (!isPassing(refused)) {
                    throw refused;
                }
                troubles.add(refused.getMessage());
            } catch (IOException trouble) {
                troubles.add(trouble.getMessage());
            }
        }
        throw new IOException(
                doors.isEmpty()
                        ? "no door of a bramble is known: give this node a join token, or wait until one is found"
                        : String.join("; ", troubles));
    }

    private static boolean isPassing(RefusedException refused) {
        return refused.refusal().kind() == Refusal.Kind.UNAVAILABLE
                || refused.refusal().kind() == Refusal.Kind.LIMIT;
    }

    /** Joins with a token: sends nothing to a door whose authority is not the token's. */
    public Enrolment.Admission join(JoinToken token) throws IOException {
        if (token.role() != applicant.role()) {
            throw new RefusedException(
                    Refusal.Kind.INVALID,
                    "this join token is for a " + token.role() + ", this node is configured as " + applicant.role());
        }
        Form form = EnrolmentForms.write(new Enrolment.Join(applicant, certificateRequest, token.id(), token.secret()));
        return anyOf(token.doors(), door -> {
            StrangerTrust trust = new StrangerTrust(authority -> requireFingerprint(authority, token));
            Form answer = ask(door, trust, "POST", "/v1/join", form);
            return verified(read(() -> EnrolmentForms.readAdmission(answer)), trust.authority());
        });
    }

    private static void requireFingerprint(X509Certificate authority, JoinToken token) throws CertificateException {
        String shown = HexFormat.of().formatHex(Authorities.sha256(authority));
        if (!shown.equals(token.authoritySha256())) {
            throw new CertificateException("its authority is " + shown.substring(0, 16) + "…, the join token's is "
                    + token.authoritySha256().substring(0, 16)
                    + "…: the token is another bramble's, or somebody sits between; nothing was sent");
        }
    }

    /**
     * Asks to be let in by a person, who compares codes.
     *
     * @param doors of one bramble, any of its nodes
     * @param onCode shows six digits at this node, for the person to compare
     * @throws RefusedException FORBIDDEN when the person said no; UNAVAILABLE when nobody decided in time; NOT_FOUND
     *     when the bramble forgot that this node waits: the last two may be tried again, under a new code
     */
    public Enrolment.Admission askAdmission(List<String> doors, Consumer<String> onCode) throws IOException {
        for (int begins = 1; ; begins++) {
            try {
                return askOnce(doors, onCode);
            } catch (RefusedException refused) {
                if (refused.refusal().kind() != Refusal.Kind.CONFLICT || begins == BEGINS_MAX) {
                    throw refused;
                }
            }
        }
    }

    private Enrolment.Admission askOnce(List<String> doors, Consumer<String> onCode) throws IOException {
        byte[] nonce = EnrolmentCode.nonce(random);
        Form form = EnrolmentForms.write(
                new Enrolment.Begin(applicant, certificateRequest, EnrolmentCode.commitment(nonce)));
        Enrolment.Begun begun = anyOf(doors, door -> {
            StrangerTrust trust = new StrangerTrust(anybody -> {});
            Form answer = ask(door, trust, "POST", "/v1/enrolments", form);
            Enrolment.Begun read = read(() -> EnrolmentForms.readBegun(answer));
            if (!read.authorities().all().contains(trust.authority())) {
                throw new IOException("the door at " + door + " speaks for an authority that is not its own");
            }
            return read;
        });
        Form reveal = EnrolmentForms.writeReveal(nonce);
        String path = "/v1/enrolments/" + begun.id();
        anyOf(doors, door -> ask(door, known(begun), "POST", path + "/reveal", reveal));
        onCode.accept(EnrolmentCode.of(applicant, certificateRequest, begun.authorities(), nonce, begun.nonce()));
        return awaitDecision(doors, begun, path);
    }

    private Enrolment.Admission awaitDecision(List<String> doors, Enrolment.Begun begun, String path)
            throws IOException {
        long giveUpNanos = System.nanoTime()
                + WaitingList.WAITING_TIME.plus(limits.answer()).toNanos();
        while (System.nanoTime() < giveUpNanos) {
            pause();
            Enrolment.Status status;
            try {
                status = anyOf(doors, door -> {
                    Form answer = ask(door, known(begun), "GET", path, new Form());
                    return read(() -> EnrolmentForms.readStatus(answer));
                });
            } catch (IOException noDoorNow) {
                continue;
            }
            switch (status) {
                case Enrolment.Waiting waiting -> {}
                case Enrolment.Admitted(Enrolment.Admission admission) -> {
                    return verified(admission, begun.authorities().current());
                }
                case Enrolment.Refused(String sentence) ->
                    throw new RefusedException(Refusal.Kind.FORBIDDEN, "the bramble refused this node: " + sentence);
                case Enrolment.Expired() -> throw nobody();
            }
        }
        throw nobody();
    }

    private static RefusedException nobody() {
        return new RefusedException(
                Refusal.Kind.UNAVAILABLE,
                "nobody admitted this node within " + WaitingList.WAITING_TIME.toMinutes() + " minutes: it asks again");
    }

    private void pause() throws IOException {
        try {
            if (closed.await(poll.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("this node is stopping");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("this node is stopping", stopping);
        }
    }

    private static StrangerTrust known(Enrolment.Begun begun) {
        return new StrangerTrust(authority -> {
            if (!begun.authorities().all().contains(authority)) {
                throw new CertificateException("it belongs to another bramble than the one that was asked first");
            }
        });
    }

    private Form ask(String door, StrangerTrust trust, String method, String path, Form form) throws IOException {
        byte[] body = method.equals("GET") ? new byte[0] : form.encode();
        try (DoorLink link = DoorLink.connect(door, Tls.context(null, trust), limits, watchdog)) {
            try {
                link.wire().writing().limit(limits.request());
                link.send(method, path, "Content-Length: " + body.length + "\r\n", body);
                link.wire().writing().none();
                Heads.Response head = link.readHead(limits.answer());
                Form answer = link.readForm(head, limits.request());
                if (head.status() / 100 != 2) {
                    throw new RefusedException(answer.refusal()
                            .orElse(new Refusal(
                                    Refusal.Kind.UNAVAILABLE, "the door at " + door + " answered " + head.status())));
                }
                return answer;
            } catch (IOException broken) {
                throw DoorLink.sentence(door, broken, link.wire().reading().ranOut());
            }
        }
    }

    private interface Reader<T> {
        T read();
    }

    /** What does not parse is no word of the bramble's. */
    private static <T> T read(Reader<T> reader) throws IOException {
        try {
            return reader.read();
        } catch (RefusedException malformed) {
            throw new IOException("the door's answer makes no sense: " + malformed.getMessage(), malformed);
        }
    }

    /** @param authority the one that was made sure of; what was sent must agree with it */
    private Enrolment.Admission verified(Enrolment.Admission admission, X509Certificate authority) throws IOException {
        NodeCertificate certificate = admission.certificate();
        String wrong = null;
        if (!certificate.keySha256().equals(NodeCertificate.keySha256(key))) {
            wrong = "it is for another key";
        } else if (certificate.role() != applicant.role()) {
            wrong = "it is for a " + certificate.role();
        } else if (!admission.authorities().all().contains(authority)) {
            wrong = "it comes with other authorities than the one that was made sure of";
        } else {
            try {
                admission.authorities().check(new X509Certificate[] {certificate.certificate()});
            } catch (CertificateException untrusted) {
                wrong = untrusted.getMessage();
            }
        }
        if (wrong != null) {
            throw new IOException("the certificate that the bramble sent is not this node's: " + wrong);
        }
        return admission;
    }

    /** Ends a wait, with an IOException. Any thread. */
    @Override
    public void close() {
        closed.countDown();
        watchdog.close();
    }
}
