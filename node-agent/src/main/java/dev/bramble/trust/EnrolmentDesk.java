package dev.bramble.trust;

import java.util.concurrent.CompletionStage;

/**
 * Where a door takes strangers to: the door itself decides nothing. The agent implements it by asking the leader.
 *
 * <p>Called on the door's threads; completes on any. Every stage may fail with
 * {@link dev.bramble.model.RefusedException}, whose sentence the stranger is shown; any other failure is shown as
 * UNAVAILABLE.
 */
public interface EnrolmentDesk {
    /** @param address where the stranger comes from, for limits and for whoever decides; an IPv6 one as its /64 */
    CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address);

    /** @param nonce the node's, that it committed to */
    CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce);

    /** Fails with NOT_FOUND when nobody knows it, as after a change of leader. */
    CompletionStage<Enrolment.Status> status(String enrolment);

    /** Fails with UNAUTHENTICATED when the token is unknown, expired, for another role, or its secret is wrong. */
    CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address);
}
