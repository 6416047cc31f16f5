package dev.bramble.control;

import dev.bramble.model.Password;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a password must be: long. Nothing else makes one better that people can remember (NIST SP 800-63B section
 * 3.1.1), but for the few that are tried first everywhere.
 */
public final class PasswordRule {
    /** Three or four words; short enough to type on a phone. */
    public static final int CHARS_MIN = 12;
    /** Far above any sentence; hashing more would be work for nothing. */
    public static final int CHARS_MAX = 256;

    /** As they are without case, spaces and repetition. */
    private static final Set<String> WORST = Set.of(
            "123456789012",
            "1234567890123",
            "12345678901234",
            "123456781234",
            "012345678910",
            "987654321098",
            "qwertyuiop12",
            "qwertyuiop123",
            "qwertyuiopas",
            "qwertyuiop[]",
            "1q2w3e4r5t6y",
            "qwerty123456",
            "password1234",
            "password12345",
            "password123456",
            "passw0rd1234",
            "adminadmin12",
            "administrator",
            "changemenow!",
            "changeme1234",
            "letmeinletmein",
            "raspberrypi1",
            "raspberrypi123",
            "raspberrypi4",
            "iloveyou1234",
            "welcome12345",
            "abcdefghijkl",
            "abcd12345678",
            "bramblebramble",
            "correcthorsebatterystaple");

    private PasswordRule() {}

    /** What is wrong with it, as the end of a sentence that begins with its field's name; empty when nothing is. */
    public static Optional<String> problem(String user, Password password) {
        String text = password.text();
        int length = text.codePointCount(0, text.length());
        String plain = text.toLowerCase(Locale.ROOT).replace(" ", "");
        if (length < CHARS_MIN) {
            return Optional.of("is shorter than " + CHARS_MIN + " characters: three or four words make a good one");
        }
        if (length > CHARS_MAX) {
            return Optional.of("is longer than " + CHARS_MAX + " characters: shorten it");
        }
        boolean isRepeated = plain.chars().distinct().count() <= 2;
        boolean isName = !user.isEmpty()
                && plain.replace(user.toLowerCase(Locale.ROOT), "").isEmpty();
        if (isRepeated || isName || WORST.contains(plain)) {
            return Optional.of("is one of those that are tried first everywhere: three or four words make a good one");
        }
        return Optional.empty();
    }
}
