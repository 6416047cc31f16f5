package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Member;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * What a member says first to every other: who it is, signed together with its JGroups address, so that the address is
 * bound to the node. Nothing is heard from an address before that.
 *
 * @param member everything that the others list about it
 * @param listensOn {@code host:port} of its cluster port
 * @param exchangeKey public key for {@link PairSeal}
 * @param certificate of its node
 * @param signature by that certificate's key over all of the above, the cluster's name and the address
 * @param upMillis how long the process has been up; not signed, since it matters only between two holders of one key
 * @param askingBack whether the sender lacks the receiver's introduction
 */
record Introduction(
        Member member,
        String listensOn,
        byte[] exchangeKey,
        byte[] certificate,
        byte[] signature,
        long upMillis,
        boolean askingBack) {
    /** A member's text fields are short; this leaves room and stops a sender who sends anything. */
    static final int BYTES_MAX = 16 * 1024;

    /** A certificate and an address that it signed for. */
    record Proven(Introduction introduction, PeerCheck.Peer peer) {}

    static Introduction sign(
            Member member,
            String listensOn,
            byte[] exchangeKey,
            PrivateKey key,
            X509Certificate certificate,
            Scope scope)
            throws GeneralSecurityException {
        byte[] der = certificate.getEncoded();
        byte[] content = content(scope, member, listensOn, exchangeKey, der);
        return new Introduction(member, listensOn, exchangeKey, der, Signed.sign(key, content), 0, false);
    }

    /** What a signature is good for: one address in one cluster. */
    record Scope(String cluster, String address) {}

    Introduction with(long upMillisNow, boolean askBack) {
        return new Introduction(member, listensOn, exchangeKey, certificate, signature, upMillisNow, askBack);
    }

    /**
     * Checks certificate, signature, and that the member is what the certificate says.
     *
     * @throws CertificateException with a sentence that says what is wrong
     */
    Proven prove(Scope scope, PeerCheck check) throws CertificateException {
        X509Certificate x509 = x509();
        PeerCheck.Peer peer = check.prove(new X509Certificate[] {x509});
        if (!peer.node().equals(member.node()) || peer.role() != member.role()) {
            throw new CertificateException("it says to be " + member.role() + " " + member.node()
                    + ", but its certificate is that of " + peer.role() + " " + peer.node());
        }
        byte[] content = content(scope, member, listensOn, exchangeKey, certificate);
        if (!Signed.isBy(x509, content, signature)) {
            throw new CertificateException(
                    "its introduction as node " + member.node() + " is not signed by that node's key for this address");
        }
        return new Proven(this, peer);
    }

    private X509Certificate x509() throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] content(
            Scope scope, Member member, String listensOn, byte[] exchangeKey, byte[] certificate) {
        return bytes(out -> {
            out.writeUTF("bramble introduction 1");
            out.writeUTF(scope.cluster());
            out.writeUTF(scope.address());
            writeFields(out, member, listensOn, exchangeKey, certificate);
        });
    }

    byte[] encode() {
        return bytes(out -> {
            writeFields(out, member, listensOn, exchangeKey, certificate);
            writeBytes(out, signature);
            out.writeLong(upMillis);
            out.writeBoolean(askingBack);
        });
    }

    /** Fails with an {@link IOException} or a runtime exception for anything that is no introduction. */
    static Introduction decode(DataInputStream in) throws IOException {
        Member member = new Member(
                new NodeId(in.readUTF()),
                in.readUTF(),
                NodeRole.valueOf(in.readUTF()),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF());
        return new Introduction(
                member, in.readUTF(), readBytes(in), readBytes(in), readBytes(in), in.readLong(), in.readBoolean());
    }

    private static void writeFields(
            DataOutputStream out, Member member, String listensOn, byte[] exchangeKey, byte[] certificate)
            throws IOException {
        out.writeUTF(member.node().value());
        out.writeUTF(member.name());
        out.writeUTF(member.role().name());
        out.writeUTF(member.door());
        out.writeUTF(member.ledgerAddress());
        out.writeUTF(member.boardSerial());
        out.writeUTF(member.incarnation());
        out.writeUTF(listensOn);
        writeBytes(out, exchangeKey);
        writeBytes(out, certificate);
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return bytes;
    }

    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    static byte[] bytes(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
