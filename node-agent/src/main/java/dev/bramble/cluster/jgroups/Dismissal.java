package dev.bramble.cluster.jgroups;

import dev.bramble.model.CutText;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * Tells a member to leave, and why.
 *
 * @param sentence for the person at that node
 * @param certificate of the node that dismisses
 * @param signature by its key over the sentence, the cluster's name and the address that is dismissed
 */
record Dismissal(String sentence, byte[] certificate, byte[] signature) {
    private static final int SENTENCE_CHARS_MAX = 1000;

    static Dismissal sign(String sentence, PrivateKey key, X509Certificate certificate, Introduction.Scope scope)
            throws GeneralSecurityException {
        String shortened = CutText.beginning(sentence, SENTENCE_CHARS_MAX);
        return new Dismissal(shortened, certificate.getEncoded(), Signed.sign(key, content(shortened, scope)));
    }

    /**
     * Who dismisses.
     *
     * @throws CertificateException when nobody does who could
     */
    PeerCheck.Peer prove(Introduction.Scope scope, PeerCheck check) throws CertificateException {
        var x509 = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        PeerCheck.Peer peer = check.prove(new X509Certificate[] {x509});
        if (!Signed.isBy(x509, content(sentence, scope), signature)) {
            throw new CertificateException("a dismissal is not signed by node " + peer.node() + " for this address");
        }
        return peer;
    }

    private static byte[] content(String sentence, Introduction.Scope scope) {
        return Introduction.bytes(out -> {
            out.writeUTF("bramble dismissal 1");
            out.writeUTF(scope.cluster());
            out.writeUTF(scope.address());
            out.writeUTF(sentence);
        });
    }

    byte[] encode() {
        return Introduction.bytes(out -> {
            out.writeUTF(sentence);
            Introduction.writeBytes(out, certificate);
            Introduction.writeBytes(out, signature);
        });
    }

    static Dismissal decode(DataInputStream in) throws IOException {
        return new Dismissal(in.readUTF(), Introduction.readBytes(in), Introduction.readBytes(in));
    }
}
