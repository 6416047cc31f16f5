package dev.bramble.trust;

import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import java.security.cert.CertificateException;
import java.time.Duration;

/**
 * The messages of enrolment as {@link Form}s: what a door reads and writes, and what an agent may use on the way to the
 * leader. Every reader fails with {@link RefusedException} INVALID on what is no such message.
 */
public final class EnrolmentForms {
    private EnrolmentForms() {}

    private static Form applicant(Applicant applicant, byte[] certificateRequest) {
        return new Form()
                .put("name", applicant.name())
                .put("serial", applicant.boardSerial())
                .put("role", role(applicant.role()))
                .put("request", certificateRequest);
    }

    private static Applicant applicant(Form form) {
        return new Applicant(form.text("name"), form.text("serial"), role(form.text("role")));
    }

    private static byte[] request(Form form) {
        byte[] request = form.bytes("request");
        if (request.length > Authority.REQUEST_BYTES_MAX) {
            throw Form.refused("a certificate request has at most " + Authority.REQUEST_BYTES_MAX + " bytes");
        }
        return request;
    }

    private static String role(NodeRole role) {
        return switch (role) {
            case AGENT -> "agent";
            case HEAD -> "head";
        };
    }

    private static NodeRole role(String text) {
        return switch (text) {
            case "agent" -> NodeRole.AGENT;
            case "head" -> NodeRole.HEAD;
            default -> throw Form.refused("a node's role is agent or head");
        };
    }

    public static Form write(Enrolment.Begin begin) {
        return applicant(begin.applicant(), begin.certificateRequest()).put("commitment", begin.commitment());
    }

    public static Enrolment.Begin readBegin(Form form) {
        return new Enrolment.Begin(applicant(form), request(form), form.bytes("commitment"));
    }

    public static Form write(Enrolment.Begun begun) {
        return putAuthorities(new Form().put("enrolment", begun.id()).put("nonce", begun.nonce()), begun.authorities());
    }

    public static Enrolment.Begun readBegun(Form form) {
        return new Enrolment.Begun(form.text("enrolment"), authorities(form), form.bytes("nonce"));
    }

    public static Form write(Enrolment.Join join) {
        return applicant(join.applicant(), join.certificateRequest())
                .put("token", join.tokenId())
                .put("secret", join.secret().bytes());
    }

    public static Enrolment.Join readJoin(Form form) {
        byte[] secret = form.bytes("secret");
        if (secret.length != TokenSecret.BYTES) {
            throw Form.refused("a join token's secret has " + TokenSecret.BYTES + " bytes");
        }
        return new Enrolment.Join(applicant(form), request(form), form.text("token"), new TokenSecret(secret));
    }

    /** The second step of the way by code. */
    public static Form writeReveal(byte[] nonce) {
        return new Form().put("nonce", nonce);
    }

    public static byte[] readReveal(Form form) {
        return form.bytes("nonce");
    }

    public static Form write(Enrolment.Admission admission) {
        return putAuthorities(
                new Form().put("certificate", admission.certificate().der()), admission.authorities());
    }

    public static Enrolment.Admission readAdmission(Form form) {
        try {
            return new Enrolment.Admission(NodeCertificate.of(form.bytes("certificate")), authorities(form));
        } catch (CertificateException broken) {
            throw Form.refused("the form's certificate cannot be read: " + broken.getMessage());
        }
    }

    public static Form write(Enrolment.Status status) {
        return switch (status) {
            case Enrolment.Waiting(Duration left) ->
                new Form().put("state", "waiting").put("left-seconds", Long.toString(left.toSeconds()));
            case Enrolment.Admitted(Enrolment.Admission admission) ->
                write(admission).put("state", "admitted");
            case Enrolment.Refused(String sentence) ->
                new Form().put("state", "refused").put("reason", sentence);
            case Enrolment.Expired() -> new Form().put("state", "expired");
        };
    }

    public static Enrolment.Status readStatus(Form form) {
        return switch (form.text("state")) {
            case "waiting" -> new Enrolment.Waiting(seconds(form.number("left-seconds")));
            case "admitted" -> new Enrolment.Admitted(readAdmission(form));
            case "refused" -> new Enrolment.Refused(form.text("reason"));
            case "expired" -> new Enrolment.Expired();
            default -> throw Form.refused("an enrolment cannot be '" + form.text("state") + "': update this node");
        };
    }

    private static Duration seconds(long seconds) {
        if (seconds < 0 || seconds > WaitingList.WAITING_TIME.toSeconds()) {
            throw Form.refused("an enrolment waits 0 to " + WaitingList.WAITING_TIME.toSeconds() + " seconds");
        }
        return Duration.ofSeconds(seconds);
    }

    private static Form putAuthorities(Form form, Authorities authorities) {
        return form.put(
                "authorities",
                authorities.all().stream().map(NodeCertificate::encoded).toList());
    }

    private static Authorities authorities(Form form) {
        try {
            return Authorities.of(form.bytesList("authorities"));
        } catch (CertificateException broken) {
            throw Form.refused("the form's authorities cannot be read: " + broken.getMessage());
        }
    }
}
