package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.trust.Fingerprints;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The fingerprint of a head's certificate: SHA-256 of its DER form.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record Pin(String sha256) {
    public Pin {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a fingerprint: '" + sha256 + "'");
        }
    }

    public static Pin of(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new Pin(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate that was received has no fingerprint", impossible);
        }
    }

    /** Reads it as people copy it: {@code AB:CD:…}, plain digits, {@code sha256:…} before it or not. */
    public static Pin parse(String text) {
        String digits = text.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^sha-?256[:=/ ]\\s*", "")
                .replaceAll("[: ]", "");
        if (!digits.matches("[0-9a-f]{64}")) {
            throw new Failure(
                    ExitCode.USAGE,
                    "'" + text + "' is no fingerprint: it is a SHA-256, 64 hexadecimal digits with or without colons");
        }
        return new Pin(digits);
    }

    /** Pairs of digits with colons, as other tools show it. */
    public String shown() {
        return Fingerprints.shown(sha256);
    }
}
