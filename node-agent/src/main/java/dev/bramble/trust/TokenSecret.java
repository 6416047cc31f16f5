package dev.bramble.trust;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The secret part of a token: 256 random bits. Only its hash is kept anywhere; one round of SHA-256 is enough, since
 * nobody can guess 256 bits. Never printed by {@link #toString}.
 */
public final class TokenSecret {
    /** 256 bits. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    public TokenSecret(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a token's secret has " + BYTES + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** @param random a {@link java.security.SecureRandom}, except in a simulation */
    public static TokenSecret random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new TokenSecret(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** What the ledger keeps: 64 lower-case hexadecimal digits. */
    public String sha256() {
        return Fingerprints.hex(bytes);
    }

    /** Whether this is the secret that the ledger's hash was made of; takes the same time for every wrong one. */
    public boolean opens(String sha256) {
        byte[] expected = sha256.getBytes(StandardCharsets.US_ASCII);
        byte[] actual = HexFormat.of().formatHex(Fingerprints.sha256(bytes)).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, actual);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSecret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
