package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.TokenPurpose;
import dev.bramble.time.Moment;
import dev.bramble.trust.Applicant;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.x509.CertificateRequests;
import dev.bramble.trust.x509.FoundedBramble;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AdmissionsTest {
    private final FoundedBramble bramble = new FoundedBramble();
    private final LeaderBench bench = new LeaderBench();
    private final Admissions admissions =
            new Admissions(bench.leader, () -> Optional.of(bramble.authority()), new Random(1));
    private final JoinToken token =
            JoinToken.random(new Random(2), NodeRole.AGENT, bramble.authorities(), List.of("head:7101"));

    AdmissionsTest() {
        bench.append(new Command.CreateToken(new TokenRecord(
                token.id(),
                token.secret().sha256(),
                "",
                TokenPurpose.JOIN_AGENT,
                Optional.empty(),
                Optional.empty(),
                "root",
                Moment.FOUNDING)));
    }

    private CompletableFuture<Enrolment.Admission> join(String name, KeyPair key) {
        return admissions
                .join(
                        new Enrolment.Join(
                                new Applicant(name, "serial", NodeRole.AGENT),
                                CertificateRequests.create(key),
                                token.id(),
                                token.secret()),
                        "192.0.2.7")
                .toCompletableFuture();
    }

    private static NodeId node(CompletableFuture<Enrolment.Admission> joined) {
        return joined.join().certificate().node();
    }

    @Test
    void aNodeThatAsksAgainWhileItsAdmissionIsWrittenIsOneNode() {
        KeyPair key = FoundedBramble.key();
        CompletableFuture<Enrolment.Admission> first = join("pi", key);
        CompletableFuture<Enrolment.Admission> renamed = join("kitchen", key);
        assertThat(first).isNotDone();
        bench.settle();
        assertThat(bench.state().nodes()).containsOnlyKeys(node(first));
        assertThat(node(renamed)).isEqualTo(node(first));
        assertThat(node(join("pi", key))).as("and long after").isEqualTo(node(first));
    }

    @Test
    void boardsThatAskAtOnceUnderOneNameGetNamesOfTheirOwn() {
        CompletableFuture<Enrolment.Admission> one = join("pi", FoundedBramble.key());
        CompletableFuture<Enrolment.Admission> two = join("pi", FoundedBramble.key());
        bench.settle();
        assertThat(node(one)).isNotEqualTo(node(two));
        assertThat(bench.state().nodes().values()).extracting(NodeRecord::name).containsExactlyInAnyOrder("pi", "pi-2");
    }
}
