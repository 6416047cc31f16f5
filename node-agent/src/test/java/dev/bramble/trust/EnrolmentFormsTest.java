package dev.bramble.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.x509.CertificateRequests;
import dev.bramble.trust.x509.FoundedBramble;
import dev.bramble.trust.x509.X509Authority;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnrolmentFormsTest {
    private final FoundedBramble bramble = new FoundedBramble();
    private final byte[] request = CertificateRequests.create(FoundedBramble.key());
    private final Applicant applicant = new Applicant("pi-1", "10000000abcdef01", NodeRole.HEAD);
    private final Enrolment.Admission admission = new Enrolment.Admission(
            bramble.authority().certify(request, new NodeId("pi-x"), NodeRole.HEAD), bramble.authorities());

    private static Form sent(Form form) {
        return Form.parse(form.encode());
    }

    @Test
    void everyMessageArrivesAsItWasSent() {
        Enrolment.Begin begin = EnrolmentForms.readBegin(
                sent(EnrolmentForms.write(new Enrolment.Begin(applicant, request, new byte[32]))));
        assertThat(begin.applicant()).isEqualTo(applicant);
        assertThat(begin.certificateRequest()).isEqualTo(request);
        assertThat(begin.commitment()).hasSize(32);

        Authorities both = new Authorities(
                bramble.authority().certificate(),
                Optional.of(
                        X509Authority.found("next", new LedgerId("test-ledger")).certificate()));
        Enrolment.Begun begun = EnrolmentForms.readBegun(
                sent(EnrolmentForms.write(new Enrolment.Begun("abc", both, new byte[] {1, 2}))));
        assertThat(begun.id()).isEqualTo("abc");
        assertThat(begun.authorities()).isEqualTo(both);
        assertThat(begun.nonce()).containsExactly(1, 2);

        TokenSecret secret = TokenSecret.random(new Random(1));
        Enrolment.Join join = EnrolmentForms.readJoin(
                sent(EnrolmentForms.write(new Enrolment.Join(applicant, request, "k7w2", secret))));
        assertThat(join.tokenId()).isEqualTo("k7w2");
        assertThat(join.secret()).isEqualTo(secret);

        assertThat(EnrolmentForms.readAdmission(sent(EnrolmentForms.write(admission))))
                .isEqualTo(admission);
        assertThat(EnrolmentForms.readReveal(sent(EnrolmentForms.writeReveal(new byte[] {9}))))
                .containsExactly(9);
    }

    @Test
    void everyStatusArrivesAsItWasSent() {
        for (Enrolment.Status status : List.of(
                new Enrolment.Waiting(Duration.ofSeconds(17)),
                new Enrolment.Admitted(admission),
                new Enrolment.Refused("not ours"),
                new Enrolment.Expired())) {
            assertThat(EnrolmentForms.readStatus(sent(EnrolmentForms.write(status))))
                    .isEqualTo(status);
        }
    }

    @Test
    void aNameSerialOrRoleOfAnotherFormIsRefused() {
        Form good = EnrolmentForms.write(new Enrolment.Begin(applicant, request, new byte[32]));
        for (String name : List.of("", "-pi", "pi 1", "pi\t", "x".repeat(64), "pi<script>", "pì")) {
            assertRefused(good, "name", name, "the node's name");
        }
        assertRefused(good, "serial", "a b", "the board's serial");
        assertRefused(good, "serial", "x".repeat(65), "the board's serial");
        assertRefused(good, "role", "leader", "agent or head");
        assertRefused(good, "request", "A".repeat(4000), "at most");
    }

    private static void assertRefused(Form form, String key, String value, String sentence) {
        Form changed = sent(form);
        changed.put(key, value);
        assertThatThrownBy(() -> EnrolmentForms.readBegin(changed))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void anAnswerWithABrokenCertificateIsRefused() {
        Form form = sent(EnrolmentForms.write(admission));
        form.put("certificate", new byte[] {1, 2, 3});
        assertThatThrownBy(() -> EnrolmentForms.readAdmission(form)).hasMessageContaining("certificate");
        Form noAuthority = sent(EnrolmentForms.write(admission));
        noAuthority.put("authorities", List.of(admission.certificate().der()));
        assertThatThrownBy(() -> EnrolmentForms.readAdmission(noAuthority)).hasMessageContaining("not an authority");
    }
}
