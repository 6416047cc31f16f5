package dev.bramble.trust.x509;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Pem;
import dev.bramble.trust.ShownKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A certificate that the operator brings for the pages of a head, with its chain and its key. Looked at anew now and
 * then, so that whatever renews the files need not restart the head; files that are wrong meanwhile leave the one that
 * was read before. Safe for many threads.
 */
public final class OperatorCertificate extends ShownKey {
    /** A renewal comes days before it is needed. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    /** Whatever should have renewed it by then has not: two thirds of a certificate's 90 days are long over. */
    static final Duration WARN_BEFORE_END = Duration.ofDays(14);

    static final Duration WARN_EVERY = Duration.ofDays(1);

    private static final int FILE_BYTES_MAX = 256 << 10;

    private final Path certificateFile;
    private final Path keyFile;
    private final LongSupplier nanos;
    private final Supplier<Date> calendar;
    private final Consumer<String> warning;
    private Loaded now;
    private Loaded before;
    private long lookedNanos;
    private long warnedNanos;

    /** @param generation in the alias, so that a handshake that began with one pair ends with it */
    private record Loaded(int generation, PrivateKey key, List<X509Certificate> chain, List<FileTime> stamps) {
        String alias() {
            return "operator-" + generation;
        }
    }

    /**
     * @param certificateFile PEM: the certificate first, then those that lead to its authority
     * @param keyFile PEM, PKCS#8 without a password
     * @param nanos a monotonic clock
     * @param warning takes sentences for the log
     * @throws RefusedException INVALID with a sentence, when they are of no use
     */
    public OperatorCertificate(
            Path certificateFile, Path keyFile, LongSupplier nanos, Supplier<Date> calendar, Consumer<String> warning) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.nanos = nanos;
        this.calendar = calendar;
        this.warning = warning;
        try {
            this.now = load(1);
        } catch (IOException unusable) {
            throw new RefusedException(Refusal.Kind.INVALID, unusable.getMessage());
        }
        this.before = now;
        this.lookedNanos = nanos.getAsLong();
        this.warnedNanos = lookedNanos - WARN_EVERY.toNanos();
        warnOfEnd();
    }

    private Loaded load(int generation) throws IOException {
        List<FileTime> stamps = stamps();
        List<byte[]> blocks = Pem.decode(Pem.CERTIFICATE, read(certificateFile));
        if (blocks.isEmpty()) {
            throw new IOException(
                    certificateFile + " holds no certificate: name a PEM file that begins with the head's");
        }
        List<byte[]> keys = Pem.decode(Pem.PRIVATE_KEY, read(keyFile));
        if (keys.size() != 1) {
            throw new IOException(keyFile + " holds no private key that can be read: `openssl pkcs8 -topk8 -nocrypt -in"
                    + " OLD -out NEW` brings one into the form that is");
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> chain = new java.util.ArrayList<>();
            for (byte[] block : blocks) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
            }
            PublicKey publicKey = chain.getFirst().getPublicKey();
            PrivateKey key = KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
            if (!isPair(publicKey, key)) {
                throw new IOException(keyFile + " is not the key of the certificate in " + certificateFile);
            }
            return new Loaded(generation, key, List.copyOf(chain), stamps);
        } catch (GeneralSecurityException unreadable) {
            throw new IOException(
                    certificateFile + " and " + keyFile + " are no certificate and its key: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    private List<FileTime> stamps() throws IOException {
        try {
            return List.of(Files.getLastModifiedTime(certificateFile), Files.getLastModifiedTime(keyFile));
        } catch (IOException missing) {
            throw new IOException("the certificate's file " + missing.getMessage() + " cannot be read", missing);
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException(file + " is larger than any certificate: name another file");
        }
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new IOException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean isPair(PublicKey publicKey, PrivateKey key) throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
        byte[] probe = {'p', 'a', 'i', 'r'};
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        return signature.verify(signed);
    }

    /** SHA-256 of the certificate, 64 lower-case hexadecimal digits. */
    public synchronized String sha256() {
        try {
            byte[] der = now.chain().getFirst().getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was read can be written", impossible);
        }
    }

    private synchronized Loaded current() {
        if (nanos.getAsLong() - lookedNanos >= LOOK_EVERY.toNanos()) {
            lookedNanos = nanos.getAsLong();
            renew();
            warnOfEnd();
        }
        return now;
    }

    private void renew() {
        try {
            if (!stamps().equals(now.stamps())) {
                Loaded fresh = load(now.generation() + 1);
                before = now;
                now = fresh;
            }
        } catch (IOException unusable) {
            warn("the head goes on with the certificate that it has: " + unusable.getMessage());
        }
    }

    private void warnOfEnd() {
        Date end = now.chain().getFirst().getNotAfter();
        Date soon = new Date(calendar.get().getTime() + WARN_BEFORE_END.toMillis());
        if (end.before(soon)) {
            boolean isOver = end.before(calendar.get());
            warn("the certificate in " + certificateFile + (isOver ? " ended at " : " ends at ") + end.toInstant()
                    + (isOver ? ", and browsers refuse it: renew it" : ": renew it"));
        }
    }

    private void warn(String sentence) {
        if (nanos.getAsLong() - warnedNanos >= WARN_EVERY.toNanos()) {
            warnedNanos = nanos.getAsLong();
            warning.accept(sentence);
        }
    }

    private synchronized Loaded of(String alias) {
        return before.alias().equals(alias) ? before : now;
    }

    @Override
    protected String alias(String keyType) {
        Loaded shown = current();
        return shown.key().getAlgorithm().equals(keyType) ? shown.alias() : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return of(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return of(alias).key();
    }

    @Override
    public String toString() {
        return Arrays.asList(certificateFile, keyFile).toString();
    }
}
