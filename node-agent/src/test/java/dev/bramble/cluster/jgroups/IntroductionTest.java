package dev.bramble.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cluster.Member;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;

class IntroductionTest {
    private static final Introduction.Scope HERE = new Introduction.Scope("cluster", "address-1");

    private final TestAuthority authority = new TestAuthority();
    private final TestAuthority.Trust trust = new TestAuthority.Trust(authority.certificate());
    private final TestAuthority.NodeKey alice = authority.issue("alice", NodeRole.AGENT);

    private static Member member(String node, NodeRole role) {
        return new Member(new NodeId(node), "Alice", role, "10.0.0.1:8443", "10.0.0.1:9870", "serial", "1");
    }

    private Introduction of(Member member, TestAuthority.NodeKey key) throws GeneralSecurityException {
        return Introduction.sign(member, "10.0.0.1:7800", new byte[] {1, 2}, key.key(), key.certificate(), HERE);
    }

    private static Introduction decode(byte[] bytes) throws IOException {
        return Introduction.decode(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    void whatIsSentIsWhatIsProven() throws Exception {
        Member member = member("alice", NodeRole.AGENT);
        Introduction sent = of(member, alice).with(1234, true);
        Introduction.Proven proven = decode(sent.encode()).prove(HERE, trust);
        assertThat(proven.introduction().member()).isEqualTo(member);
        assertThat(proven.introduction().listensOn()).isEqualTo("10.0.0.1:7800");
        assertThat(proven.introduction().upMillis()).isEqualTo(1234);
        assertThat(proven.introduction().askingBack()).isTrue();
        assertThat(proven.peer().node()).isEqualTo(new NodeId("alice"));
        assertThat(sent.encode().length).isLessThan(Introduction.BYTES_MAX);
    }

    @Test
    void anotherAddressOrClusterCannotUseIt() throws Exception {
        Introduction sent = of(member("alice", NodeRole.AGENT), alice);
        assertThatThrownBy(() -> sent.prove(new Introduction.Scope("cluster", "address-2"), trust))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not signed by that node's key for this address");
        assertThatThrownBy(() -> sent.prove(new Introduction.Scope("other", "address-1"), trust))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void aNodeCannotIntroduceItselfAsAnother() throws Exception {
        assertThatThrownBy(() -> of(member("bob", NodeRole.AGENT), alice).prove(HERE, trust))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("it says to be AGENT bob, but its certificate is that of AGENT alice");
        assertThatThrownBy(() -> of(member("alice", NodeRole.HEAD), alice).prove(HERE, trust))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("HEAD");
    }

    @Test
    void anothersCertificateIsNoUseWithoutItsKey() throws Exception {
        TestAuthority.NodeKey mallory = authority.issue("mallory", NodeRole.AGENT);
        var stolen = new TestAuthority.NodeKey(mallory.key(), alice.certificate());
        assertThatThrownBy(() -> of(member("alice", NodeRole.AGENT), stolen).prove(HERE, trust))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not signed by that node's key");
    }

    @Test
    void anotherAuthorityProvesNothing() throws Exception {
        TestAuthority.NodeKey stranger = new TestAuthority().issue("alice", NodeRole.AGENT);
        assertThatThrownBy(() -> of(member("alice", NodeRole.AGENT), stranger).prove(HERE, trust))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("was not issued by this bramble's authority");
    }

    @Test
    void noSignedFieldCanBeChangedOnTheWay() throws Exception {
        Introduction sent = of(member("alice", NodeRole.AGENT), alice);
        byte[] bytes = sent.encode();
        int unsigned = Long.BYTES + 1;
        for (int i = 0; i < bytes.length - unsigned; i += 3) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> decode(changed).prove(HERE, trust))
                    .as("byte %d", i)
                    .isInstanceOfAny(CertificateException.class, IOException.class, RuntimeException.class);
        }
    }

    @Test
    void aDismissalIsGoodForOneAddressOnly() throws Exception {
        byte[] bytes = Dismissal.sign("go away", alice.key(), alice.certificate(), HERE)
                .encode();
        Dismissal received = Dismissal.decode(new DataInputStream(new ByteArrayInputStream(bytes)));
        assertThat(received.sentence()).isEqualTo("go away");
        assertThat(received.prove(HERE, trust).node()).isEqualTo(new NodeId("alice"));
        assertThatThrownBy(() -> received.prove(new Introduction.Scope("cluster", "address-2"), trust))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void aTagProvesSenderReceiverAndEveryByte() throws Exception {
        KeyPair alices = PairSeal.exchangeKey();
        KeyPair bobs = PairSeal.exchangeKey();
        PairSeal atAlice =
                PairSeal.between(alices.getPrivate(), "a", bobs.getPublic().getEncoded(), "b", "cluster");
        PairSeal atBob =
                PairSeal.between(bobs.getPrivate(), "b", alices.getPublic().getEncoded(), "a", "cluster");
        byte[] frame = new byte[PairSeal.TAG_BYTES + 100];
        frame[50] = 7;
        System.arraycopy(atAlice.tag(frame, PairSeal.TAG_BYTES, 100), 0, frame, 0, PairSeal.TAG_BYTES);

        assertThat(atBob.isGenuine(frame, PairSeal.TAG_BYTES, 100, 0)).isTrue();
        assertThat(atAlice.isGenuine(frame, PairSeal.TAG_BYTES, 100, 0))
                .as("sent back as it came")
                .isFalse();
        PairSeal elsewhere =
                PairSeal.between(bobs.getPrivate(), "b", alices.getPublic().getEncoded(), "a", "other cluster");
        assertThat(elsewhere.isGenuine(frame, PairSeal.TAG_BYTES, 100, 0)).isFalse();
        for (int i = 0; i < frame.length; i++) {
            byte[] changed = frame.clone();
            changed[i] ^= 1;
            assertThat(atBob.isGenuine(changed, PairSeal.TAG_BYTES, 100, 0))
                    .as("byte %d", i)
                    .isFalse();
        }
    }
}
