package dev.bramble.trust;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Random words that a person can read aloud: no vowels, so no words; no 0/o, 1/l, which look alike. */
final class TokenIds {
    private static final String ALPHABET = "23456789bcdfghjkmnpqrstvwxz";
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{4,16}");
    /** 27^10, 47 bits: two tokens of one bramble never share an id by chance. */
    private static final int TOKEN_ID_LENGTH = 10;

    private TokenIds() {}

    static String word(RandomGenerator random, int length) {
        StringBuilder word = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            word.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return word.toString();
    }

    static String random(RandomGenerator random) {
        return word(random, TOKEN_ID_LENGTH);
    }

    static boolean isTokenId(String text) {
        return FORM.matcher(text).matches();
    }
}
