package dev.bramble.dashboard.tasks;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What of a file from a task may be looked at in a page: PNG pictures and plain text, by their bytes. Pure. */
final class Preview {
    /** What a text file may show of itself. */
    static final int TEXT_BYTES_MAX = 8 * 1024;
    /** A picture of the largest size on a phone's line takes a few seconds. */
    static final int PICTURE_BYTES_MAX = 8 * 1024 * 1024;
    /** Unpacked in the browser's memory, four bytes each: a small file may claim to be a huge picture. */
    static final long PIXELS_MAX = 40_000_000;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    /** The signature, the first chunk's length and name, width and height. */
    static final int PICTURE_HEAD_BYTES = 24;

    private Preview() {}

    /** @param head the first {@link #PICTURE_HEAD_BYTES} of it */
    static boolean isPicture(byte[] head, long sizeBytes) {
        if (head.length < PICTURE_HEAD_BYTES || sizeBytes > PICTURE_BYTES_MAX) {
            return false;
        }
        ByteBuffer figures = ByteBuffer.wrap(head, 16, 8);
        long width = Integer.toUnsignedLong(figures.getInt());
        long height = Integer.toUnsignedLong(figures.getInt());
        return Arrays.equals(head, 0, PNG.length, PNG, 0, PNG.length)
                && width > 0
                && height > 0
                && width <= PIXELS_MAX
                && height <= PIXELS_MAX
                && width * height <= PIXELS_MAX;
    }

    /**
     * The text, if it is one that a person reads. What a browser could take for a page is none: it is for download.
     *
     * @param bytes the whole file, or its first {@link #TEXT_BYTES_MAX}
     */
    static Optional<String> text(String name, byte[] bytes, boolean isWhole) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.matches("(?s).*\\.(html?|xhtml|svg|xml|mhtml)")) {
            return Optional.empty();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, isWhole ? bytes.length : wholeCharacters(bytes)))
                    .toString();
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
        boolean hasControls = text.chars().anyMatch(c -> c < 0x20 && c != '\n' && c != '\t' && c != '\r' || c == 0x7f);
        boolean isMarkup = text.stripLeading().toLowerCase(Locale.ROOT).matches("(?s)<(!doctype|html|svg|\\?xml).*");
        return hasControls || isMarkup ? Optional.empty() : Optional.of(text);
    }

    /** Bytes up to a character that was cut. */
    private static int wholeCharacters(byte[] bytes) {
        int end = bytes.length;
        int back = 0;
        while (end > 0 && back < 3 && (bytes[end - 1] & 0xc0) == 0x80) {
            end--;
            back++;
        }
        return end > 0 && (bytes[end - 1] & 0x80) != 0 ? end - 1 : bytes.length;
    }
}
