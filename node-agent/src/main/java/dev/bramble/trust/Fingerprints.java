package dev.bramble.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** SHA-256, the one hash of this floor. */
public final class Fingerprints {
    private Fingerprints() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    /** A fingerprint of 64 hexadecimal digits as people compare it, in pairs: {@code AB:CD:…}. */
    public static String shown(String sha256) {
        return sha256.toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
    }

    /** As 64 lower-case hexadecimal digits. */
    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256(bytes));
    }
}
