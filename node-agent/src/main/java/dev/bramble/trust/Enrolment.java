package dev.bramble.trust;

import java.time.Duration;

/** What a stranger and the bramble say to each other on the stranger's way in. */
public final class Enrolment {
    private Enrolment() {}

    /**
     * The way by code, first step.
     *
     * @param certificateRequest PKCS#10, in DER
     * @param commitment {@link EnrolmentCode#commitment} to the nonce that is revealed in the second step
     */
    public record Begin(Applicant applicant, byte[] certificateRequest, byte[] commitment) {}

    /**
     * The bramble's half.
     *
     * @param id names the enrolment from now on; whoever knows it may ask how it stands
     * @param nonce the bramble's
     */
    public record Begun(String id, Authorities authorities, byte[] nonce) {}

    /** The way by token, its only step. */
    public record Join(Applicant applicant, byte[] certificateRequest, String tokenId, TokenSecret secret) {}

    /** Welcome: what makes a key an identity. */
    public record Admission(NodeCertificate certificate, Authorities authorities) {}

    /** How an enrolment by code stands. */
    public sealed interface Status {}

    /** An operator has yet to decide, for {@code left} at most. */
    public record Waiting(Duration left) implements Status {}

    /** Let in; stays so for a while, until the node has fetched it. */
    public record Admitted(Admission admission) implements Status {}

    /** An operator said no, or the protocol was broken. */
    public record Refused(String sentence) implements Status {}

    /** Nobody decided in time. */
    public record Expired() implements Status {}
}
