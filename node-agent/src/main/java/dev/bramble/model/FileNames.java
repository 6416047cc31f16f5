package dev.bramble.model;

import java.util.Optional;

/**
 * The rule for names of files that travel: relative, no climbing, nothing a file system or a terminal could trip over.
 * Checked where a name enters and again wherever one is unpacked.
 */
public final class FileNames {
    /** Longest name in bytes of UTF-8: PATH_MAX is 4096 on Linux and the folder's own path comes before it. */
    public static final int NAME_BYTES_MAX = 1024;
    /** Longest part between slashes in bytes of UTF-8: NAME_MAX on Linux. */
    public static final int PART_BYTES_MAX = 255;

    private FileNames() {}

    /** Why {@code name} is refused, as the end of a sentence ("is absolute: …"), or empty when it is fine. */
    public static Optional<String> refusal(String name) {
        if (name.isEmpty()) {
            return Optional.of("is empty: name a file");
        }
        if (name.startsWith("/")) {
            return Optional.of("is absolute: use a name relative to the job file");
        }
        if (byteLength(name) > NAME_BYTES_MAX) {
            return Optional.of("is longer than " + NAME_BYTES_MAX + " bytes: use a shorter one");
        }
        if (name.chars().anyMatch(c -> c < 0x20 || c == 0x7f || c == '\\')) {
            return Optional.of("has a control character or backslash in it: rename the file");
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                return Optional.of("climbs out of its folder with '..': move the file beneath the job file");
            }
            if (part.isEmpty() || part.equals(".")) {
                return Optional.of("has an empty part: write it without '//', './' or a slash at the end");
            }
            if (byteLength(part) > PART_BYTES_MAX) {
                return Optional.of("has a part longer than " + PART_BYTES_MAX + " bytes: use a shorter one");
            }
        }
        return Optional.empty();
    }

    private static int byteLength(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
}
