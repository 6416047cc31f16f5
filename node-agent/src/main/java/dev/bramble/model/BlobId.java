package dev.bramble.model;

import java.util.regex.Pattern;

/**
 * The name of an immutable file: the SHA-256 of its bytes.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record BlobId(String sha256) implements Comparable<BlobId> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public BlobId {
        if (!FORM.matcher(sha256).matches()) {
            throw new IllegalArgumentException("not a blob id (64 hexadecimal digits): '" + sha256 + "'");
        }
    }

    @Override
    public int compareTo(BlobId other) {
        return sha256.compareTo(other.sha256);
    }

    @Override
    public String toString() {
        return sha256;
    }
}
