package dev.bramble.trust.x509;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Authorities;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * The folder (0700) that keeps a node's identity. Local state: who loses it enrols anew, as another node.
 *
 * <pre>
 *  key.pem           made before the node asks to join, kept from then on, so that asking twice is asking once
 *  authorities.pem   whom it trusts
 *  board             serial of the board it was enrolled on, or the id that stands in
 *  certificate.pem   written last: the node is enrolled when it is there
 * </pre>
 */
public final class IdentityFolder {
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final String REMEDY = "; restore the folder from a copy, or delete it and enrol this node anew";

    private final Path folder;

    /** @param folder made when the first file is written */
    public IdentityFolder(Path folder) {
        this.folder = folder;
    }

    /** Whether this node was enrolled. */
    public boolean isEnrolled() {
        return Files.exists(certificateFile());
    }

    /** The node's key; makes one, flushed, when there is none. */
    public KeyPair key() throws IOException {
        Path file = folder.resolve("key.pem");
        if (!Files.exists(file)) {
            if (isEnrolled()) {
                throw damaged("its key.pem is missing");
            }
            KeyPair made = Keys.generate();
            KeyFiles.makeFolder(folder);
            KeyFiles.write(
                    file,
                    Keys.pem(made.getPrivate())
                            + Pem.encode(PUBLIC_KEY, made.getPublic().getEncoded()));
            return made;
        }
        String pem = read("key.pem");
        PrivateKey privateKey = privateKey(pem);
        List<byte[]> publicKeys = Pem.decode(PUBLIC_KEY, pem);
        if (publicKeys.size() != 1) {
            throw damaged("its key.pem holds no public key");
        }
        try {
            PublicKey publicKey =
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(publicKeys.getFirst()));
            KeyPair pair = new KeyPair(publicKey, privateKey);
            if (!Keys.isPair(pair)) {
                throw damaged("the two keys in its key.pem do not belong together");
            }
            return pair;
        } catch (GeneralSecurityException unreadable) {
            throw damaged("the public key in its key.pem cannot be read");
        }
    }

    /** What to send with every attempt to join: for the same key, whichever attempt succeeds. */
    public byte[] certificateRequest() throws IOException {
        return CertificateRequests.create(key());
    }

    /**
     * Makes this node the one that was admitted; also when its certificate is issued anew. Flushed when it returns.
     *
     * @param boardSerial of the board it runs on now
     */
    public Identity enrol(Enrolment.Admission admission, String boardSerial) throws IOException {
        Identity identity;
        try {
            identity = new Identity(key().getPrivate(), admission.certificate(), admission.authorities(), boardSerial);
        } catch (IllegalArgumentException inconsistent) {
            throw new IOException("this cannot become the node's identity: " + inconsistent.getMessage(), inconsistent);
        }
        KeyFiles.makeFolder(folder);
        KeyFiles.write(
                folder.resolve("authorities.pem"), admission.authorities().pem());
        KeyFiles.write(folder.resolve("board"), boardSerial + "\n");
        KeyFiles.write(
                certificateFile(),
                Pem.encode(Pem.CERTIFICATE, admission.certificate().der()));
        return identity;
    }

    /** From now on trusts these; flushed when it returns. */
    public void trust(Authorities authorities) throws IOException {
        KeyFiles.write(folder.resolve("authorities.pem"), authorities.pem());
    }

    /** The board that the card sat in when it was last started or enrolled. */
    public String boardBefore() throws IOException {
        return read("board").strip();
    }

    /** Remembers that the card sits in this board now. */
    public void moved(String boardSerial) throws IOException {
        if (!isEnrolled()) {
            throw new RefusedException(
                    Refusal.Kind.CONFLICT, "there is no identity in " + folder + ": enrol this node instead");
        }
        KeyFiles.write(folder.resolve("board"), boardSerial + "\n");
    }

    /**
     * The identity; empty when this node was never enrolled. In another board than before it shows that one: whether it
     * may live there is for the ledger to say, which alone knows whether an operator has adopted it.
     *
     * @param boardSerial of the board it runs on now
     * @throws IOException with a sentence, when the folder is damaged
     */
    public Optional<Identity> load(String boardSerial) throws IOException {
        if (!isEnrolled()) {
            return Optional.empty();
        }
        List<byte[]> certificates = Pem.decode(Pem.CERTIFICATE, read("certificate.pem"));
        if (certificates.size() != 1) {
            throw damaged("its certificate.pem holds no certificate");
        }
        boardBefore();
        Identity identity;
        try {
            Authorities authorities = Authorities.ofPem(read("authorities.pem"));
            for (X509Certificate authority : authorities.all()) {
                if (!Keys.isSelfSigned(authority)) {
                    throw damaged("its authorities.pem holds an authority that is not whole");
                }
            }
            identity = new Identity(
                    key().getPrivate(), NodeCertificate.of(certificates.getFirst()), authorities, boardSerial);
        } catch (CertificateException unreadable) {
            throw damaged("a certificate in it cannot be read: " + unreadable.getMessage());
        } catch (IllegalArgumentException inconsistent) {
            throw damaged(inconsistent.getMessage());
        }
        return Optional.of(identity);
    }

    private String read(String name) throws IOException {
        try {
            return KeyFiles.read(folder.resolve(name));
        } catch (IOException unreadable) {
            throw damaged("its " + name + " " + unreadable.getMessage());
        }
    }

    private PrivateKey privateKey(String pem) throws IOException {
        try {
            return Keys.privateKey(pem);
        } catch (IOException unreadable) {
            throw damaged("its key.pem " + unreadable.getMessage());
        }
    }

    private Path certificateFile() {
        return folder.resolve("certificate.pem");
    }

    private IOException damaged(String what) {
        return new IOException("the identity in " + folder + " is damaged: " + what + REMEDY);
    }
}
