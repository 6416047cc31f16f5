package dev.bramble.model;

/**
 * A file under a relative name, its bytes held as a blob.
 *
 * @param name relative, with '/' between its parts; checked by {@link FileNames}
 * @param blob its bytes
 * @param sizeBytes its length
 * @param executable whether its owner may execute it
 */
public record ShippedFile(String name, BlobId blob, long sizeBytes, boolean executable) {}
